import re
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags

from films.models import Remake
from reviews.models import HelpfulVote, Standing
from tests.factories import make_film, make_review, make_title, make_user

pytestmark = pytest.mark.django_db


def cast(client, review, helpful="yes", **fields):
    return client.post(reverse("vote", args=[review.pk]), {"helpful": helpful, **fields})


def withdraw(client, review, **fields):
    return client.post(reverse("withdraw_vote", args=[review.pk]), fields)


def totals(review):
    standing = Standing.objects.get(review=review)
    return standing.votes_yes, standing.votes_total


def headlines(response):
    """Of the reviews that the page shows, in its order."""
    return re.findall(r'<h3 [^>]*><a href="/reviews/[^>]*>(.*?)</a>', response.content.decode())


@pytest.fixture
def reader(client):
    reader = make_user("reader")
    client.force_login(reader)
    return reader


# Pages


def test_a_film_shows_its_facts_family_and_reviews(client):
    film = make_film("Hard Hit", 2021, country="South Korea", director="Kim Chang-ju", runtime=94)
    make_title(film, "Restricted Call")
    Remake.objects.link(film, make_film("Retribution", 2015))
    make_review(film, headline="Tense", tally_yes=0, tally_total=1)
    page = client.get(film.get_absolute_url()).content.decode()
    for said in (
        "South Korea",
        "Kim Chang-ju",
        "94",
        "Restricted Call",
        "/films/retribution-2015/",
        "Tense",
        "0 out of 1",
    ):
        assert said in page


def test_a_review_is_shown_whole_at_its_address(client):
    review = make_review(headline="Tense", body="One <b>paragraph</b>.\n\nAnother.", author="maud")
    page = strip_tags(client.get(review.get_absolute_url()).content.decode())
    for said in ("Tense", "One &lt;b&gt;paragraph&lt;/b&gt;.", "Another.", "maud", "19 August 2023", "7/10"):
        assert said in page


def test_a_review_that_tells_the_plot_keeps_it_back_until_asked(client):
    review = make_review(body="He dies.", spoiler=True)
    for address in (review.get_absolute_url(), review.film.get_absolute_url(), reverse("home")):
        assert "He dies." not in client.get(address).content.decode()
    assert "He dies." in client.get(review.get_absolute_url(), {"spoilers": "show"}).content.decode()


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["liked", "new", "old"]),
        ({"sort": "helpful"}, ["liked", "new", "old"]),
        ({"sort": "newest"}, ["new", "liked", "old"]),
        ({"sort": "oldest"}, ["old", "liked", "new"]),
        ({"sort": "highest"}, ["old", "new", "liked"]),
        ({"sort": "lowest"}, ["liked", "new", "old"]),
        ({"sort": "nonsense"}, ["liked", "new", "old"]),
        ({"rating": "9"}, ["old"]),
        ({"rating": "3"}, []),
        ({"rating": "nonsense"}, ["liked", "new", "old"]),
        ({"page": "99"}, ["liked", "new", "old"]),
    ],
)
def test_the_reviews_of_a_film_follow_the_query_string(client, query, expected):
    film = make_film()
    make_review(film, headline="old", date="2001-01-01", rating=9)
    make_review(film, headline="liked", date="2010-01-01", rating=2).cast_vote(make_user(), helpful=True)
    make_review(film, headline="new", date="2020-01-01", rating=5)
    response = client.get(film.get_absolute_url(), query)
    assert headlines(response) == expected


@pytest.fixture
def mixed():
    """A film whose reviews differ in all that lists are filtered by."""
    film = make_film()
    make_review(film, headline="en 9", language="en", rating=9, date="2001-01-01")
    make_review(film, headline="en 9 told", language="en-GB", rating=9, spoiler=True, date="2002-01-01")
    make_review(film, headline="de 9", language="de", rating=9, date="2003-01-01")
    make_review(film, headline="de 2", language="de", rating=2, date="2004-01-01")
    make_review(film, headline="unknown", language="", rating=None, rating_scale=None, date="2005-01-01")
    return film


FILTERED = [
    ({"language": "de"}, ["de 2", "de 9"]),
    ({"language": "en"}, ["en 9 told", "en 9"]),
    ({"language": "EN-us"}, ["en 9 told", "en 9"]),
    ({"language": "en", "plot": "untold"}, ["en 9"]),
    ({"plot": "untold"}, ["unknown", "de 2", "de 9", "en 9"]),
    ({"plot": "nonsense"}, ["unknown", "de 2", "de 9", "en 9 told", "en 9"]),
    ({"rating": "9", "language": "de"}, ["de 9"]),
    ({"rating": "9", "plot": "untold"}, ["de 9", "en 9"]),
    ({"rating": "2", "language": "en"}, []),
    ({"language": "fi"}, []),
    ({"language": "'--"}, ["unknown", "de 2", "de 9", "en 9 told", "en 9"]),
]


@pytest.fixture(params=[0, 10**6], ids=["as many", "as few"])
def _found_either_way(request, monkeypatch):
    monkeypatch.setattr("reviews.forms.READ_FOR_A_PAGE", request.param)


@pytest.mark.usefixtures("_found_either_way")
@pytest.mark.parametrize(("query", "expected"), FILTERED)
def test_reviews_are_filtered_by_language_plot_and_rating_at_once(client, mixed, query, expected):
    for sort, told in (("newest", expected), ("oldest", expected[::-1])):
        response = client.get(mixed.get_absolute_url(), query | {"sort": sort})
        assert headlines(response) == told
        assert response.context["page"].paginator.count == len(expected)


@pytest.mark.usefixtures("_found_either_way")
@pytest.mark.parametrize("sort", ["helpful", "newest", "oldest", "highest", "lowest"])
def test_filtered_pages_follow_one_another_in_every_order(client, monkeypatch, mixed, sort):
    address = mixed.get_absolute_url()
    for asked in ({"language": "en"}, {"plot": "untold"}, {"rating": "9"}, {"rating": "9", "plot": "untold"}):
        page, met = f"{address}?{urlencode(asked | {'sort': sort})}", []
        whole = headlines(client.get(page))
        with monkeypatch.context() as shorter:
            shorter.setattr("reviews.filmpage.REVIEWS_ON_A_PAGE", 1)
            while page:
                response = client.get(page)
                met += headlines(response)
                [page] = re.findall(r'href="([^"]*)#reviews" rel="next"', response.text) or [None]
                page = page and address + page.replace("&amp;", "&")
        assert met == whole
        assert len(met) > 1


def test_the_filters_are_links_that_say_how_many_reviews_they_lead_to(client, mixed):
    page = client.get(mixed.get_absolute_url(), {"rating": "9", "sort": "newest"}).text
    links = re.findall(r'<a href="([^"]*)#reviews"([^>]*)>([^<]*) <small>(\d+)', page)
    assert [
        (query.replace("&amp;", "&"), bool(current), name, int(count)) for query, current, name, count in links
    ] == [
        ("?rating=9&sort=newest", True, "All languages", 3),
        ("?rating=9&sort=newest&language=en", False, "English", 2),
        ("?rating=9&sort=newest&language=de", False, "German", 1),
        ("?rating=9&sort=newest", True, "All reviews", 3),
        ("?rating=9&sort=newest&plot=untold", False, "Without the plot", 2),
    ]


def test_a_film_whose_reviews_are_all_alike_has_no_filters(client):
    film = make_film()
    make_review(film, language="en")
    assert 'class="filters"' not in client.get(film.get_absolute_url()).text


def test_a_film_shows_only_its_own_reviews(client):
    other = make_review(make_film("Up", 2009))
    film = make_film("Hard Hit", 2021)
    mine = make_review(film)
    assert headlines(client.get(film.get_absolute_url())) == [mine.headline]
    assert other.headline not in client.get(film.get_absolute_url()).content.decode()


def test_the_pages_of_a_long_list_part_it(client, monkeypatch):
    monkeypatch.setattr("reviews.filmpage.REVIEWS_ON_A_PAGE", 2)
    film = make_film()
    made = {make_review(film).headline for _ in range(5)}
    pages = [headlines(client.get(film.get_absolute_url(), {"page": number})) for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [2, 2, 1]
    assert {headline for page in pages for headline in page} == made


@pytest.mark.parametrize("count", [1, 3])
def test_a_film_takes_the_same_queries_for_any_number_of_reviews(client, django_assert_num_queries, count):
    film = make_film()
    Remake.objects.link(make_film("Up", 2022), film)
    for _ in range(count):
        make_review(film)
    with django_assert_num_queries(6):
        client.get(film.get_absolute_url())


@pytest.mark.parametrize("count", [1, 3])
def test_a_signed_in_reader_costs_four_queries_more(client, reader, django_assert_num_queries, count):
    film = make_film()
    Remake.objects.link(make_film("Up", 2022), film)
    for _ in range(count):
        make_review(film).cast_vote(reader, helpful=True)
    with django_assert_num_queries(10):
        client.get(film.get_absolute_url())


@pytest.mark.parametrize("count", [1, 3])
def test_the_home_page_takes_the_same_queries_for_any_number(client, django_assert_num_queries, count):
    for number in range(count):
        film = make_film(f"Film {number}", 2000)
        Remake.objects.link(make_film(f"Remake {number}", 2010), film)
        make_review(film)
    with django_assert_num_queries(5):
        client.get(reverse("home"))


def test_the_home_page_of_an_empty_site_says_how_to_begin(client):
    assert "import" in client.get(reverse("home")).content.decode()


def test_pages_for_strangers_set_no_cookie_and_hold_no_token(client):
    review = make_review()
    for address in ("/", "/films/", review.film.get_absolute_url(), review.get_absolute_url()):
        response = client.get(address)
        assert response.cookies == {}
        assert "csrfmiddlewaretoken" not in response.content.decode()


# Votes


def test_a_vote_is_cast_and_leads_back_to_the_review_in_its_list(client, reader):
    review = make_review()
    response = cast(client, review, next="/films/hard-hit-2021/?sort=newest")
    assert (response.status_code, response["Location"]) == (
        302,
        f"/films/hard-hit-2021/?sort=newest#review-{review.pk}",
    )
    assert totals(review) == (1, 1)


def test_the_same_vote_again_is_answered_like_the_first(client, reader):
    review = make_review()
    first, second = cast(client, review), cast(client, review)
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert totals(review) == (1, 1)


def test_a_vote_can_be_changed_and_withdrawn(client, reader):
    review = make_review()
    cast(client, review, "yes")
    cast(client, review, "no")
    assert totals(review) == (0, 1)
    response = withdraw(client, review, next="/")
    assert (response.status_code, response["Location"]) == (302, f"/#review-{review.pk}")
    assert totals(review) == (0, 0)


def test_withdrawing_again_is_answered_like_the_first_time(client, reader):
    review = make_review()
    assert withdraw(client, review)["Location"] == withdraw(client, review)["Location"]


def test_a_script_gets_the_part_of_the_page_that_changed(client, reader):
    review = make_review()
    response = client.post(reverse("vote", args=[review.pk]), {"helpful": "yes"}, headers={"X-Requested-With": "fetch"})
    part = response.content.decode()
    assert response.status_code == 200
    assert f'id="votes-{review.pk}"' in part
    assert "<html" not in part
    assert reverse("withdraw_vote", args=[review.pk]) in part


def test_the_reader_sees_the_vote_they_have_cast(client, reader):
    review = make_review()
    cast(client, review, "no")
    assert "You found it not helpful." in strip_tags(client.get(review.film.get_absolute_url()).content.decode())


def test_a_stranger_is_sent_to_sign_in_and_nothing_is_written(client):
    review = make_review()
    response = cast(client, review, next="/films/hard-hit-2021/?sort=newest")
    login = urlsplit(response["Location"])
    back = urlsplit(parse_qs(login.query)["next"][0])
    assert login.path == reverse("account_login")
    assert back.path == review.get_absolute_url()
    assert parse_qs(back.query) == {"helpful": ["yes"], "next": ["/films/hard-hit-2021/?sort=newest"]}
    assert HelpfulVote.objects.count() == 0


def test_after_signing_in_the_vote_takes_one_more_press_and_leads_back_to_the_list(client):
    review = make_review()
    make_user("maud")
    login = cast(client, review, next="/films/hard-hit-2021/?sort=newest")["Location"]
    signed_in = client.post(login, {"login": "maud", "password": "a pass phrase"})
    page = client.get(signed_in["Location"])
    assert page.context["answer"] == "yes"
    assert HelpfulVote.objects.count() == 0
    response = cast(client, review, next=page.context["review"].back)
    assert response["Location"] == f"/films/hard-hit-2021/?sort=newest#review-{review.pk}"
    assert totals(review) == (1, 1)


def test_a_stranger_cannot_withdraw(client):
    review = make_review()
    review.cast_vote(make_user(), helpful=True)
    login = f"{reverse('account_login')}?next={review.get_absolute_url()}"
    assert withdraw(client, review)["Location"] == login
    assert totals(review) == (1, 1)


def test_nobody_votes_on_their_own_review(client, reader):
    review = make_review(user=reader)
    assert cast(client, review).status_code == 403
    assert totals(review) == (0, 0)


@pytest.mark.parametrize("name", ["vote", "withdraw_vote"])
def test_votes_on_no_review_are_404(client, reader, name):
    for number in (99, 2**63):
        assert client.post(reverse(name, args=[number]), {"helpful": "yes"}).status_code == 404


def test_a_strangers_vote_on_no_review_is_404(client):
    assert client.post(reverse("vote", args=[99]), {"helpful": "yes"}).status_code == 404


@pytest.mark.parametrize("name", ["vote", "withdraw_vote"])
def test_a_vote_is_never_cast_by_looking(client, reader, name):
    review = make_review()
    assert client.get(reverse(name, args=[review.pk]), {"helpful": "yes"}).status_code == 405
    assert totals(review) == (0, 0)


@pytest.mark.parametrize("answer", ["", "maybe", "1"])
@pytest.mark.parametrize("signed_in", [True, False])
def test_a_vote_that_says_neither_yes_nor_no_is_refused_with_a_sentence(client, answer, signed_in):
    if signed_in:
        client.force_login(make_user())
    response = cast(client, make_review(), answer)
    assert response.status_code == 400
    assert response.context["reason"] == "The vote says neither yes nor no: send helpful=yes or helpful=no."


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example/", "javascript:alert(1)"])
def test_a_vote_leads_to_no_other_site(client, reader, elsewhere):
    review = make_review()
    assert cast(client, review, next=elsewhere)["Location"] == f"{review.get_absolute_url()}#review-{review.pk}"


def test_a_vote_from_another_site_is_refused():
    review, reader = make_review(), make_user()
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    assert cast(client, review).status_code == 403
    assert withdraw(client, review).status_code == 403
    assert totals(review) == (0, 0)


def test_the_page_of_a_signed_in_reader_holds_the_token_that_the_vote_needs():
    review, reader = make_review(), make_user()
    client = Client(enforce_csrf_checks=True)
    client.force_login(reader)
    page = client.get(review.film.get_absolute_url()).content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    assert cast(client, review, csrfmiddlewaretoken=token).status_code == 302
    assert totals(review) == (1, 1)


def shown(page):
    return [int(number) for number in re.findall(r'id="review-(\d+)"', page)]


def follow(client, film, page, rel):
    query = re.search(rf'<a href="(\?[^"#]*)[^"]*" rel="{rel}"', page)[1].replace("&amp;", "&")
    return client.get(film.get_absolute_url() + query).content.decode()


def test_the_next_page_and_the_way_back_stay_put_while_votes_arrive(client):
    film = make_film()
    reviews = [make_review(film).pk for _ in range(51)][::-1]
    first = client.get(film.get_absolute_url()).content.decode()
    rest = [pk for pk in reviews if pk not in shown(first)]
    film.reviews.get(pk=rest[15]).cast_vote(make_user(), helpful=True)
    second = follow(client, film, first, "next")
    assert shown(second) == [*rest[:15], *rest[16:]]
    assert shown(follow(client, film, second, "prev")) == shown(first)


def test_a_cursor_that_is_none_leads_to_the_page_of_its_number(client):
    film = make_film()
    reviews = {make_review(film).pk for _ in range(26)}
    last = reviews - set(shown(client.get(film.get_absolute_url()).content.decode()))
    for query in ("page=2&after=nonsense", "page=2&before=a:b", "page=2"):
        assert {*shown(client.get(f"{film.get_absolute_url()}?{query}").content.decode())} == last
