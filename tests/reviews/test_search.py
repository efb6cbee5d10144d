import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from films.models import Film, Remake
from reviews import search
from reviews.importing import plan
from reviews.importing.sources import Source
from reviews.models import Import, Review
from reviews.search import Found, catch_up
from reviews.wording import terms
from tests.factories import make_admin, make_film, make_review, make_title
from tests.reviews.importing.pages import REFERENCE

pytestmark = pytest.mark.django_db


def found(typed, **filters):
    return sorted(review.headline for review in Found(terms(typed), **filters)[0:20])


@pytest.fixture
def shelf():
    """Reviews of three films, named by what is in them."""
    korean = make_film("Hard Hit", 2021, country="South Korea")
    spanish = make_film("Retribution", 2015, country="Spain")
    german = make_film("Don't. Get. Out!", 2018, country="Germany")
    make_review(korean, headline="Café", body="The bomb under the seat is the director’s own.", rating=6)
    make_review(korean, headline="범죄", body="이 영화를 봤다. 발신제한은 좋다.", rating=9)
    make_review(spanish, headline="Bomb", body="Under it all, a bank. Nothing hard, no hit.", rating=8)
    make_review(german, headline="Plain", body="It is no hard hit, it doesn't go off.", rating=None, rating_scale=None)
    catch_up()


@pytest.mark.parametrize(
    ("typed", "headlines"),
    [
        ("bomb", ["Bomb", "Café"]),
        ("BOMB under", ["Bomb", "Café"]),
        ("bomb seat", ["Café"]),
        ("cafe", ["Café"]),
        ("directors", ["Café"]),
        ("director's", ["Café"]),
        ("doesnt", ["Plain"]),
        ('"hard hit"', ["Plain"]),
        ("hard hit", ["Bomb", "Plain"]),
        ('"hard hit" bomb', []),
        ("영화", ["범죄"]),
        ("발신제한", ["범죄"]),
        ("신발", []),
        ("범죄 봤다", ["범죄"]),
        ("bom", []),
        ("NOT bomb", []),
        ("bomb*", ["Bomb", "Café"]),
        ("body:bomb", []),
        ("🎬", []),
    ],
)
def test_reviews_are_found_that_have_every_word(shelf, typed, headlines):
    assert found(typed) == headlines
    assert Found(terms(typed)).total == len(headlines)


@pytest.mark.parametrize(
    ("filters", "headlines"),
    [
        ({"year_from": 2016}, ["Café"]),
        ({"year_to": 2016}, ["Bomb"]),
        ({"year_from": 2015, "year_to": 2021}, ["Bomb", "Café"]),
        ({"year_from": 2022, "year_to": 2014}, []),
        ({"country": "spain"}, ["Bomb"]),
        ({"country": "%"}, []),
        ({"country": "_"}, []),
        ({"percents": (51, 60)}, ["Café"]),
        ({"percents": (51, 60), "country": "Spain"}, []),
        ({"year_from": None, "country": "", "percents": None}, ["Bomb", "Café"]),
    ],
)
def test_reviews_are_narrowed_by_film_and_rating(shelf, filters, headlines):
    assert found("bomb", **filters) == headlines
    assert Found(terms("bomb"), **filters).total == len(headlines)


def test_the_review_with_the_word_in_its_headline_comes_first():
    film = make_film()
    make_review(film, headline="Bomb", body="Text without it, of the same length as the other.")
    make_review(film, headline="Other", body="Bomb, text with it, of the same length as that one.")
    catch_up()
    assert [review.headline for review in Found(terms("bomb"))[0:20]] == ["Bomb", "Other"]


def test_of_many_only_the_newest_are_weighed_counted_and_filtered(monkeypatch):
    monkeypatch.setitem(search.WEIGHED, connection.vendor, 3)
    monkeypatch.setattr(search, "COUNTED", 4)
    monkeypatch.setattr(search, "FILTERED", 2)
    old, film = make_film("Old", 1950), make_film()
    for number in range(6):
        make_review(old if number < 3 else film, headline=f"bomb {number}")
    catch_up()
    reviews = Found(terms("bomb"))
    assert (reviews.total, reviews.countless, len(reviews)) == (5, True, 3)
    assert found("bomb") == ["bomb 3", "bomb 4", "bomb 5"]
    assert (found("bomb", year_to=1960), found("bomb", year_from=2000)) == ([], ["bomb 4", "bomb 5"])
    assert Found(terms("bomb"), year_to=1960).filtered_in_part


# The index follows the reviews


def test_an_import_is_found_an_edit_changes_what_is_found_and_undoing_takes_it_away(client):
    imported = plan.run([Source("page.txt", REFERENCE.encode())])
    assert found("banker") == []
    catch_up()
    assert found("banker") == ["Tense, and a little too clean"]

    review = Review.objects.get()
    Review.objects.filter(pk=review.pk).update(body="A baker, two children.")
    assert found("banker") == []
    catch_up()
    assert (found("banker"), found("baker")) == ([], ["Tense, and a little too clean"])
    assert Found(terms("banker")).total == 0

    Review.objects.filter(pk=review.pk).update(body=review.body)
    call_command("undo_import", imported.pk)
    assert Review.objects.count() == 0
    assert Found(terms("banker")).total == 0


def test_a_deleted_review_is_not_shown_before_the_index_knows(shelf):
    Review.objects.get(headline="Café").delete()
    assert found("bomb") == ["Bomb"]
    catch_up()
    assert Found(terms("bomb")).total == 1


def test_what_does_not_change_the_words_is_not_indexed_again(shelf):
    review = Review.objects.get(headline="Café")
    review.author = "maud"
    review.save()
    assert catch_up() == 0


def test_the_command_import_is_found_at_once(client, tmp_path):
    (tmp_path / "page.txt").write_text(REFERENCE)
    call_command("import_reviews", tmp_path)
    assert found("banker") == ["Tense, and a little too clean"]


def test_an_import_in_the_admin_and_an_edit_there_are_found_at_once(client):
    client.force_login(make_admin())
    planned = plan.store([Source("page.txt", REFERENCE.encode())])
    client.post(reverse("admin:reviews_import_commit", args=[planned.pk]))
    assert found("banker") == ["Tense, and a little too clean"]
    review = Review.objects.get()
    fields = {"film": review.film_id, "body": "A baker.", "headline": "Edited", "tally_yes": "", "tally_total": ""}
    client.post(reverse("admin:reviews_review_change", args=[review.pk]), fields)
    assert (found("banker"), found("baker")) == ([], ["Edited"])


def test_a_worker_indexes_big_imports_and_whatever_waits(monkeypatch, capsys):
    planned = plan.store([Source("page.txt", REFERENCE.encode())])
    planned.move_to(Import.Status.RUNNING)
    make_review(headline="Written meanwhile")
    call_command("import_worker", "--once")
    assert (found("banker"), found("meanwhile")) == (["Tense, and a little too clean"], ["Written meanwhile"])


def test_a_request_indexes_no_more_than_its_share():
    film = make_film()
    for number in range(250):
        make_review(film, headline=f"word {number}")
    assert catch_up(at_most=50) == 1 + 200
    assert Found(terms("word")).total == 200
    assert catch_up() == 50


def test_everything_can_be_indexed_anew(shelf, capsys):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM reviews_words")
    assert found("bomb") == []
    call_command("index_reviews", "--all")
    assert found("bomb") == ["Bomb", "Café"]
    assert capsys.readouterr().out == "7 films and reviews indexed.\n"


def test_a_text_longer_than_the_index_takes_is_found_by_its_beginning():
    words = " ".join(f"word{number}" for number in range(30_000))
    make_review(headline="Long", body=f"begin {words} ending")
    catch_up()
    assert (found("begin"), found("ending")) == (["Long"], [])


# The page


@pytest.fixture
def family():
    spanish = make_film("Retribution", 2015)
    for title, year in (("Don't. Get. Out!", 2018), ("Hard Hit", 2021), ("Retribution", 2023)):
        Remake.objects.link(make_film(title, year), spanish)
    catch_up()


def page(client, **query):
    response = client.get("/search/", query)
    assert response.status_code == 200
    return response


def test_a_bare_title_shows_all_films_that_bear_it_and_how_each_is_related(client, family):
    make_film("Retribution", 1987)
    text = page(client, q="retribution").text
    for line in ("1987, in no family of remakes", "2015, the original of a family of four", "2023, a remake of"):
        assert line in text
    assert "Three films bear this very title." in text


def test_a_film_that_is_a_second_source_says_what_was_made_of_it(client, family):
    Remake.objects.link(Film.objects.get(title="Hard Hit"), make_film("Speed", 2016))
    assert "2016, made again as <bdi>Hard Hit</bdi> (2021)" in page(client, q="speed").text


def test_a_slip_of_spelling_finds_the_films_and_is_offered_corrected(client, family):
    response = page(client, q="retributon")
    assert [str(film) for film in response.context["films"].films] == ["Retribution (2015)", "Retribution (2023)"]
    assert 'Did you mean <a href="?q=retribution"' in response.text


def test_reviews_are_shown_with_the_words_marked_and_everything_else_escaped(client):
    make_review(headline="<b>Bomb</b>", body="A <i>bomb</i> & nothing.")
    catch_up()
    text = page(client, q="bomb").text
    assert "&lt;b&gt;<mark>Bomb</mark>&lt;/b&gt;" in text
    assert "A &lt;i&gt;<mark>bomb</mark>&lt;/i&gt; &amp; nothing." in text


def test_a_review_that_tells_the_plot_shows_nothing_of_it_until_asked(client):
    film = make_film()
    secret = make_review(film, headline="One", body="The banker is the bomber.", spoiler=True)
    make_review(film, headline="Two", body="Also the banker is his own brother.", spoiler=True)
    catch_up()
    closed = page(client, q="banker").text
    assert "bomber" not in closed
    assert closed.count("This review tells the plot") == 2
    opened = page(client, q="banker", spoilers=secret.pk).text
    assert "The <mark>banker</mark> is the bomber." in opened
    assert "brother" not in opened


def test_films_by_their_other_titles_are_found_and_the_title_is_shown(client):
    make_title(make_film("Hard Hit", 2021), "발신제한", kind="original", language="ko")
    assert '<bdi lang="ko">발신제한</bdi>' in page(client, q="발신제한").text


def test_the_page_follows_its_filters_and_keeps_them(client, shelf):
    response = page(client, q="bomb", year_from="2016", country="korea", rating="6")
    assert [review.headline for review in response.context["page"]] == ["Café"]
    assert 'value="2016"' in response.text
    assert [film.title for film in page(client, q="hit", country="spain").context["films"].films] == []


def test_pages_follow_one_another_without_the_films(client, family, monkeypatch):
    for number in range(25):
        make_review(Film.objects.first(), headline=f"Retribution {number}")
    catch_up()
    first, second = page(client, q="retribution"), page(client, q="retribution", page="2")
    shown = [review.pk for answer in (first, second) for review in answer.context["page"]]
    assert sorted(shown) == sorted(Review.objects.values_list("pk", flat=True))
    assert (len(first.context["films"].films), second.context["films"].films) == (2, [])
    assert page(client, q="retribution", page="99999999999999999999").context["page"].number == 2


def test_nothing_found_says_which_words_occur_by_themselves(client, shelf):
    text = page(client, q='bomb zebra "under the"').text
    assert '<a href="?q=bomb"><bdi>bomb</bdi></a> is in 2 reviews' in text
    assert '<a href="?q=%22under+the%22"><bdi>under the</bdi></a> is in 1 review' in text
    assert "<bdi>zebra</bdi> is in none" in text


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"q": "   "},
        {"q": "", "year_from": "2000"},
        {"q": "a\0b"},
        {"q": "x" * 5000},
        {"q": "word " * 1000},
        {"q": '"' * 199},
        {"q": "ﷺ" * 200},
        {"q": "' OR 1=1; DROP TABLE reviews_review; --"},
        {"q": 'NEAR(a b) AND * ^ + { } "'},
        {"q": "\\'\\\"%s%(query)s{where}"},
        {"q": "bomb", "year_from": "99999999999999999999", "year_to": "x", "rating": "11", "country": "x" * 999},
        {"q": "bomb", "year_from": "-5", "page": "-1", "spoilers": "x"},
        {"q": "bomb", "country": "%s'\\!"},
        {"q": "🎬 ! ?"},
        {"q": "\ud800\u0301".encode("utf-16", "surrogatepass").decode("utf-16", "replace")},
    ],
    ids=range(16),
)
def test_no_query_is_too_strange_for_a_helpful_page(client, shelf, query):
    text = page(client, **query).text
    assert 'id="site-search"' in text
    assert f'href="{reverse("films")}"' in text


def test_a_long_query_is_cut_and_that_is_said(client):
    assert "only its first 200 characters" in page(client, q="x" * 201).text
    assert "only its first 200 characters" not in page(client, q="x" * 200).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_search_takes_the_same_queries_for_any_number(client, django_assert_num_queries, count):
    for number in range(count):
        film = make_film(f"Bomb {number}", 2000)
        make_title(film, f"Alias {number}")
        Remake.objects.link(make_film(f"Bomb {number}", 2010), film)
        make_review(film, headline="Bomb")
    catch_up()
    with django_assert_num_queries(7):
        client.get("/search/", {"q": "bomb"})


def test_the_search_is_for_reading_only_and_not_for_search_engines(client):
    assert '<meta name="robots" content="noindex">' in page(client).text
    assert client.head("/search/?q=bomb").status_code == 200
    assert client.post("/search/", {"q": "bomb"}).status_code == 405


def test_every_page_has_a_field_that_leads_here(client, family):
    for address in ("/", "/films/", "/families/", "/films/hard-hit-2021/"):
        assert f'role="search" aria-label="Site" action="{reverse("search")}"' in client.get(address).text


def test_the_page_says_where_a_limit_is_met(client, monkeypatch):
    monkeypatch.setitem(search.WEIGHED, connection.vendor, 1)
    monkeypatch.setattr(search, "COUNTED", 2)
    monkeypatch.setattr(search, "FILTERED", 2)
    for number in range(3):
        make_review(headline=f"bomb {number}")
    catch_up()
    text = page(client, q="bomb", year_from="1950").text
    assert "Of so many only the one added last" in text
    assert "Only the newest 50,000 reviews with these words were searched" in text
    assert "More than 10,000 reviews say so." in page(client, q="bomb").text
