import pytest
from django.urls import reverse

from films.models import Film
from reviews.merging import merge
from reviews.models import Merge, Review
from tests.factories import make_admin, make_film, make_review, make_user

pytestmark = pytest.mark.django_db

ADD = reverse("admin:reviews_merge_add")


@pytest.fixture
def films():
    return make_film("Hard Hit", 2021), make_film("Restricted Call", 2020)


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


def chosen(films):
    return {"kept": films[0].pk, "dropped": films[1].pk}


def undo(client, done):
    return client.post(reverse("admin:reviews_merge_undo", args=[done.pk]))


def test_the_preview_writes_nothing_and_offers_the_other_way_round(client, admin, films):
    page = client.get(ADD, chosen(films)).text
    assert "Merge Restricted Call (2020) into Hard Hit (2021)" in page
    assert f"?kept={films[1].pk}&amp;dropped={films[0].pk}" in page
    assert Film.objects.count() == 2


def test_saying_yes_merges_and_leads_to_the_record_which_takes_it_back(client, admin, films):
    response = client.post(ADD, chosen(films), follow=True)
    done = Merge.objects.get()
    assert done.user == admin
    assert response.redirect_chain == [(reverse("admin:reviews_merge_change", args=[done.pk]), 302)]
    assert "Restricted Call (2020) merged into Hard Hit (2021)" in response.text
    assert undo(client, done)["Location"] == reverse("admin:reviews_merge_change", args=[done.pk])
    assert Film.objects.count() == 2
    assert "Take back</button>" not in client.get(reverse("admin:reviews_merge_change", args=[done.pk])).text


def test_taking_back_twice_is_refused_with_a_sentence(client, admin, films):
    done = merge(*films)
    undo(client, done)
    response = client.get(undo(client, done)["Location"])
    assert "This merge was taken back already." in response.text


@pytest.mark.parametrize("data", [{"kept": 99, "dropped": 98}, {"kept": "x"}, {"dropped": ""}])
def test_films_that_are_not_there_are_asked_for_again(client, admin, films, data):
    response = client.post(ADD, data)
    assert (response.status_code, Merge.objects.count()) == (200, 0)
    assert "errorlist" in response.text


def test_one_film_is_no_two(client, admin, films):
    response = client.post(ADD, {"kept": films[0].pk, "dropped": films[0].pk})
    assert "Choose two films" in response.text


def test_the_action_on_the_list_of_films_leads_to_the_preview(client, admin, films):
    def act(*ids):
        data = {"action": "merge", "_selected_action": ids}
        return client.post(reverse("admin:films_film_changelist"), data, follow=True)

    assert "Restricted Call (2020) into Hard Hit (2021)" in act(*(film.pk for film in films)).text
    assert "Choose two films" in act(films[0].pk).text


def test_merging_is_for_those_who_may(client, films):
    done = merge(*films)
    pages = [ADD, reverse("admin:reviews_merge_changelist"), reverse("admin:reviews_merge_change", args=[done.pk])]
    assert [client.get(page).status_code for page in pages] == [302, 302, 302]
    assert undo(client, done).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert [client.get(page).status_code for page in pages] == [403, 403, 403]
    assert undo(client, done).status_code == 403
    assert client.get(reverse("admin:reviews_merge_undo", args=[done.pk])).status_code == 405
    assert Film.objects.count() == 1


def test_a_merge_that_is_not_there_is_404(client, admin):
    assert client.get(reverse("admin:reviews_merge_change", args=[99])).status_code == 404
    assert client.post(reverse("admin:reviews_merge_undo", args=[99])).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_merges_takes_the_same_queries_for_any_number(client, admin, django_assert_num_queries, count):
    for number in range(count):
        merge(make_film(f"Film {number}", 2000), make_film(f"Double {number}", 2000))
    with django_assert_num_queries(5):
        client.get(reverse("admin:reviews_merge_changelist"))


# Moving reviews


def move(client, reviews, **data):
    data |= {"action": "move", "_selected_action": [review.pk for review in reviews]}
    return client.post(reverse("admin:reviews_review_changelist"), data, follow=True)


def test_reviews_are_moved_to_the_film_that_is_asked_for_with_their_votes(client, admin, films):
    review = make_review(films[0])
    review.cast_vote(make_user(), helpful=True)
    assert "Move reviews to another film" in move(client, [review]).text
    response = move(client, [review], film=films[1].pk)
    assert "1 review moved to Restricted Call (2020)" in response.text
    review = Review.objects.get()
    assert (review.film, review.standing.film, review.standing.votes_yes) == (films[1], films[1], 1)


def test_a_review_whose_like_stands_there_stays_and_an_admin_is_asked(client, admin, films):
    said = {"headline": "The same", "body": "The same text."}
    make_review(films[1], **said)
    review = make_review(films[0], **said)
    response = move(client, [review], film=films[1].pk)
    assert "the same review</a> stands under Restricted Call (2020) already" in response.text
    assert "moved to" not in response.text
    assert Review.objects.get(pk=review.pk).film == films[0]


@pytest.mark.parametrize("film", ["99", "x", ""])
def test_a_review_is_not_moved_to_no_film(client, admin, films, film):
    review = make_review(films[0])
    assert "errorlist" in move(client, [review], film=film).text
    assert Review.objects.get().film == films[0]
