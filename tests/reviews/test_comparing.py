import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from films.models import Family, Film, Remake
from reviews import comparing
from reviews.importing import plan
from reviews.importing.sources import Source
from reviews.models import Comparison, Doubt
from tests.factories import make_admin, make_film, make_review, make_title, make_user

pytestmark = pytest.mark.django_db

DOUBTS = reverse("admin:reviews_doubt_changelist")
COMPARES = "This is better than Retribution in every way, says number {}."
ON_THE_OTHER = "This Spanish thriller from 2015 is tense from the first ring."


@pytest.fixture
def source():
    return make_film("Retribution", 2015, country="Spain", director="Dani de la Torre")


@pytest.fixture
def film(source):
    film = make_film("Hard Hit", 2021, country="South Korea", director="Kim Chang-ju")
    Remake.objects.link(film, source)
    film.refresh_from_db()
    return film


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


def page(client, film):
    return client.get(Film.objects.get(pk=film.pk).family.get_absolute_url())


def sentences():
    return list(Comparison.objects.values_list("review", "other", "text"))


# Compared


def test_the_reference_review_compares_the_korean_remake_with_its_source(client, shared, film, source):
    text = (shared / "reference" / "hard-hit-2021.txt").read_bytes()
    plan.run([Source("hard-hit.txt", text)])
    assert comparing.catch_up() == 1
    said = Comparison.objects.filter(other=source, review__film=film)
    assert said.count() >= 4
    for one in said.select_related("review"):
        assert getattr(one.review, one.part)[one.start : one.end] == one.text
    html = page(client, film).text
    assert "A key difference between Hard Hit and Retribution" in html
    assert f'<a href="/reviews/{said[0].review_id}/#review-{said[0].review_id}-p2">An unnamed reviewer</a>' in html


def test_the_reviews_of_a_family_are_read_anew_once_one_of_its_films_gets_or_loses_a_title(film, source):
    review = make_review(film, body="This is better than El desconocido in every way.")
    comparing.catch_up()
    assert sentences() == []
    title = make_title(source, "El desconocido")
    comparing.catch_up()
    assert sentences() == [(review.pk, source.pk, review.body)]
    title.text = "Der Unbekannte"
    title.save()
    comparing.catch_up()
    assert sentences() == []
    title.delete()
    assert (comparing.catch_up(), comparing.catch_up()) == (1, 0)


def test_a_title_of_a_film_without_a_family_queues_nothing():
    film = make_film()
    make_review(film)
    make_title(film, "El desconocido")
    assert comparing.catch_up() == 0


def test_a_family_whose_reviews_compare_nothing_has_no_such_section(client, film):
    make_review(film)
    comparing.catch_up()
    assert 'id="compared"' not in page(client, film).text


def test_reviews_are_read_once_their_film_has_a_family_and_forgotten_when_it_has_none():
    film, source = make_film(), make_film("Retribution", 2015)
    review = make_review(film, body=COMPARES.format(1))
    assert (comparing.catch_up(), sentences()) == (0, [])
    edge = Remake.objects.link(film, source)
    comparing.catch_up()
    assert sentences() == [(review.pk, source.pk, review.body)]
    edge.delete()
    Family.objects.redraw([film, source])
    comparing.catch_up()
    assert sentences() == []


def test_a_review_that_is_changed_is_read_again(film, source):
    review = make_review(film, body=COMPARES.format(1))
    comparing.catch_up()
    review.body = "It says nothing of others any more."
    review.save()
    assert (comparing.catch_up(), comparing.catch_up()) == (1, 0)
    assert sentences() == []


def test_reading_all_anew_finds_the_same(film, source, capsys):
    make_review(film, body=COMPARES.format(1))
    call_command("read_evidence")
    before = sentences()
    call_command("read_evidence", all=True)
    assert sentences() == before != []
    assert capsys.readouterr().out.splitlines() == ["1 reviews read."] * 2


def test_the_worker_reads_what_waits(film):
    make_review(film, body=COMPARES.format(1))
    call_command("import_worker", once=True)
    assert Comparison.objects.count() == 1


def test_what_went_meanwhile_is_not_written(film):
    review = make_review(film, body=COMPARES.format(1))
    review.delete()
    assert comparing.catch_up() == 1
    assert sentences() == []


def test_the_review_with_most_comparing_sentences_is_named_then_the_more_helpful_one(client, film):
    make_review(film, headline="Of one sentence", body=COMPARES.format(1))
    twice = " ".join(COMPARES.format(number) for number in (2, 3))
    make_review(film, headline="Of two sentences", body=twice)
    make_review(film, headline="Helpful too", body=f"Well. {twice}").cast_vote(make_user(), helpful=True)
    comparing.catch_up()
    assert page(client, film).context["comparer"].headline == "Helpful too"


def test_a_sentence_of_a_review_that_tells_the_plot_stays_closed_until_asked(client, film):
    review = make_review(film, body=COMPARES.format(1), spoiler=True)
    comparing.catch_up()
    html = page(client, film).text
    quote = f'<blockquote dir="auto" lang="">{review.body}</blockquote>'
    assert f"<details><summary>A sentence that tells the plot</summary>{quote}</details>" in html
    assert html.count(review.body) == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_family_takes_the_same_queries_for_any_number_of_sentences(client, film, django_assert_num_queries, count):
    for number in range(count):
        make_review(film, body=COMPARES.format(number))
    comparing.catch_up()
    address = film.family.get_absolute_url()
    client.get(address)
    with django_assert_num_queries(9):
        client.get(address)


@pytest.mark.parametrize("count", [1, 3])
def test_reading_takes_the_same_queries_for_any_number_of_reviews(film, django_assert_num_queries, count):
    for number in range(count):
        make_review(film, body=f"{COMPARES.format(number)} {ON_THE_OTHER}")
    comparing.catch_up()
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO reviews_unread (changed_id) SELECT id FROM reviews_review")
    with django_assert_num_queries(15):
        comparing.catch_up()


# Reviews that seem to be on another version


def test_a_review_that_is_clearly_on_another_version_is_doubted_and_does_not_move(film, source):
    review = make_review(film, body=ON_THE_OTHER)
    comparing.catch_up()
    doubt = Doubt.objects.get()
    assert (doubt.review, doubt.other, doubt.text) == (review, source, ON_THE_OTHER)
    review.refresh_from_db()
    assert review.film == film


def test_the_preview_of_an_import_says_so_in_a_note(film):
    text = f"Hard Hit (2021)\n7/10\nTense\nsomebody19 August 2023\n{ON_THE_OTHER}\n1 out of 2 found this helpful."
    row = plan.store([Source("a.txt", text.encode())]).rows.get()
    assert (row.state, row.note) == ("create", f"It may be on Retribution (2015): “{ON_THE_OTHER}”")


def test_a_doubt_is_settled_by_moving_the_review(client, admin, film, source):
    review = make_review(film, body=ON_THE_OTHER)
    comparing.catch_up()
    assert ON_THE_OTHER in client.get(DOUBTS).text
    client.post(DOUBTS, {"move": Doubt.objects.get().pk})
    review.refresh_from_db()
    assert (review.film, Doubt.objects.count()) == (source, 0)


def test_a_review_whose_like_stands_there_already_is_left(client, admin, film, source):
    review = make_review(film, body=ON_THE_OTHER, headline="Tense")
    make_review(source, body=ON_THE_OTHER, headline="Tense")
    comparing.catch_up()
    response = client.post(DOUBTS, {"move": Doubt.objects.get().pk}, follow=True)
    said = "“Tense” was left where it is: Retribution (2015) has the same review."
    assert [str(message) for message in response.context["messages"]] == [said]
    review.refresh_from_db()
    assert (review.film, Doubt.objects.count()) == (film, 1)


def test_a_doubt_that_was_dismissed_does_not_come_back(client, admin, film):
    review = make_review(film, body=ON_THE_OTHER)
    comparing.catch_up()
    client.post(DOUBTS, {"action": "dismiss", "_selected_action": [Doubt.objects.get().pk]})
    review.headline = "Changed"
    review.save()
    comparing.catch_up()
    assert Doubt.objects.get().dismissed
    assert ON_THE_OTHER not in client.get(DOUBTS).text
    assert ON_THE_OTHER in client.get(DOUBTS, {"state": "dismissed"}).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_report_takes_the_same_queries_for_any_number_of_doubts(
    client, admin, film, django_assert_num_queries, count
):
    for number in range(count):
        make_review(film, body=f"{ON_THE_OTHER} Number {number}.")
    comparing.catch_up()
    client.get(DOUBTS)
    with django_assert_num_queries(5):
        client.get(DOUBTS)


def test_only_admins_who_may_change_doubts_settle_them(client, film):
    make_review(film, body=ON_THE_OTHER)
    comparing.catch_up()
    doubt = Doubt.objects.get()
    assert client.post(DOUBTS, {"dismiss": doubt.pk}).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.post(DOUBTS, {"dismiss": doubt.pk}).status_code == 403
    assert not Doubt.objects.get().dismissed


@pytest.mark.parametrize("chosen", ["99", "x", ""])
def test_a_doubt_that_is_not_there_is_not_found(client, admin, chosen):
    assert client.post(DOUBTS, {"move": chosen}).status_code == 404
