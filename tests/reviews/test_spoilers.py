import json

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from films.models import Remake
from reviews import spoilers
from reviews.export import record
from reviews.models import Opened, Review
from reviews.rendering import body_html, open_html
from reviews.search import catch_up
from tests.factories import make_film, make_review, make_user


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ("He [spoiler]dies[/spoiler] here.", "He […] here."),
        ("[SPOILER]He dies[/Spoiler].", "[…]."),
        ("[spoiler=the end]He dies[/spoiler].", "[…]."),
        ("[spoilers]He dies[/spoilers].", "[…]."),
        ("[spoiler]He [spoiler]dies[/spoiler] twice[/spoiler].", "[…]."),
        ("Then [spoiler]he dies.\n\nThe end.", "Then […]"),
        ("He lives[/spoiler] on.", "He lives on."),
        ("[/spoiler]He [spoiler]dies[/spoiler].", "He […]."),
        ("Empty[spoiler][/spoiler].", "Empty."),
        ("[ Spoiler ]He dies[ / spoiler ].", "[…]."),
        ("[spoil] [spoiler [a spoiler] stay.", "[spoil] [spoiler [a spoiler] stay."),
    ],
)
def test_marks_hide_what_stands_in_them_and_slips_show_nothing(text, closed):
    assert spoilers.closed(text) == closed


def test_opened_the_text_is_whole_without_its_marks():
    assert spoilers.opened("He [spoiler]dies[/spoiler] here[/spoiler].") == "He dies here."


texts = st.lists(
    st.sampled_from(["[spoiler]", "[/spoiler]", "[Spoiler=x]", "one ", "two\n\n", "é", "["]), max_size=12
).map("".join)


@given(texts)
def test_in_place_every_shown_word_stands_where_it_stood(text):
    for changed in (spoilers.closed_in_place(text), spoilers.opened_in_place(text)):
        assert len(changed) == len(text)
    for changed, plain in (
        (spoilers.closed_in_place(text), spoilers.closed(text)),
        (spoilers.opened_in_place(text), spoilers.opened(text)),
    ):
        assert "".join(changed.replace(spoilers.HERE, "").split()) == "".join(plain.replace(spoilers.HERE, "").split())


def test_hidden_stretches_are_links_and_the_paragraphs_keep_their_numbers():
    text = "One [spoiler]he\n\n<dies>\n\n[/spoiler]\n\nFour."
    link = '<a class="plot" href="/r/#a-p{}" lang="en-gb" dir="ltr" rel="nofollow">Plot hidden: show</a>'
    assert body_html(text, "a", address="/r/") == (
        f'<p id="a-p1">One {link.format(1)}</p>\n<p id="a-p2">{link.format(2)}</p>\n<p id="a-p4">Four.</p>'
    )
    assert body_html(text, "a", opened=True) == (
        '<p id="a-p1">One <span class="plot-told">he</span></p>\n'
        '<p id="a-p2"><span class="plot-told">&lt;dies&gt;</span></p>\n<p id="a-p4">Four.</p>'
    )


# All surfaces

SECRET = "Zarathustra"


@pytest.fixture
def told():
    """Two reviews of a film in a family: one hides a stretch, the other is hidden whole. Both hold the secret."""
    film = make_film("Hard Hit", 2021)
    Remake.objects.link(film, make_film("Retribution", 2015))
    film.refresh_from_db()
    maud, ada = make_user("maud"), make_user("ada")
    part = make_review(film, headline="", body=f"A bank. [spoiler]{SECRET} [b]did[/b] it.[/spoiler] A car.", user=maud)
    whole = make_review(film, headline="Whole", body=f"{SECRET} was a banker with a car.", spoiler=True, user=ada)
    Review.objects.filter(pk=part.pk).update(date="2024-01-01")
    catch_up()
    return film, part, whole


def surfaces(film, part, whole):
    """Every address where a text may be shown, none of which asks for what tells the plot."""
    family = film.family
    yield from ("/", "/films/", "/families/", "/reading/", film.get_absolute_url(), family.get_absolute_url())
    yield from (f"{film.get_absolute_url()}?sort={sort}" for sort in ("newest", "oldest", "highest"))
    yield from ("/search/?q=car", "/search/?q=bank", "/search/?q=hit", f"/search/?q={SECRET}x")
    yield from ("/feeds/", f"/feeds/films/{film.slug}/", f"/feeds/families/{family.slug}/", "/feeds/reviewers/maud/")
    yield "/feeds/reviewers/ada/"
    yield from ("/api/v1/reviews/", f"/api/v1/films/{film.slug}/reviews/", f"/api/v1/films/{film.slug}/")
    yield from (f"/api/v1/families/{family.slug}/", "/sitemap.xml")
    for review in (part, whole):
        page = review.get_absolute_url()
        yield from (page, f"{page}embed/", f"/oembed/?url=http://testserver{page}", f"/api/v1/reviews/{review.pk}/")


@pytest.mark.django_db
@pytest.mark.parametrize("signed_in", [False, True])
def test_what_tells_the_plot_is_on_no_surface_until_it_is_asked_for(client, told, signed_in):
    if signed_in:
        client.force_login(make_user())
    for address in surfaces(*told):
        response = client.get(address)
        assert response.status_code == 200, address
        assert SECRET.encode() not in response.content.replace(f"{SECRET}x".encode(), b""), address


@pytest.mark.django_db
def test_its_picture_is_drawn_from_nothing_in_the_text(client, told):
    part = told[1]
    before = client.get(f"/cards/review/{part.pk}.png")["ETag"]
    Review.objects.filter(pk=part.pk).update(body="Another text.")
    assert client.get(f"/cards/review/{part.pk}.png")["ETag"] == before


@pytest.mark.django_db
def test_a_hidden_stretch_is_not_found_by_its_words(client, told):
    _, part, whole = told
    found = [review.pk for review in client.get("/search/", {"q": SECRET}).context["page"]]
    assert found == [whole.pk]
    assert [review.pk for review in client.get("/search/", {"q": "bank car"}).context["page"]] == [part.pk]


@pytest.mark.django_db
def test_its_name_in_the_admin_tells_nothing(told):
    assert str(told[1]) == "A bank. […] A car."


@pytest.mark.django_db
def test_the_export_is_whole(told):
    assert record(told[1])["body"] == told[1].body


@pytest.mark.django_db
def test_feeds_lead_to_where_it_can_be_read(told, settings):
    _, part, _ = told
    assert f'href="{settings.SITE_URL}/reviews/{part.pk}/?spoilers=show#review-{part.pk}-p1"' in open_html(part)


@pytest.mark.django_db
def test_the_page_of_the_review_shows_it_when_asked_but_its_head_does_not(client, told):
    for review in told[1:]:
        head, _, body = client.get(f"{review.get_absolute_url()}?spoilers=show").content.decode().partition("</head>")
        assert (SECRET in head, SECRET in body) == (False, True)
        assert ">Hide the plot again<" in body


@pytest.mark.django_db
def test_programs_get_it_when_they_ask(client, told):
    for review in told[1:]:
        said = json.loads(client.get(f"/api/v1/reviews/{review.pk}/", {"spoilers": "show"}).content)
        assert said["text"] == review.body
    assert json.loads(client.get(f"/api/v1/reviews/{told[1].pk}/").content)["text"] == "A bank. […] A car."


# Who wants to know


def shows_plot(client, told):
    """Whether the secret stands on the film's page, on the front page, with the family, and in a search."""
    film, part, _ = told
    pages = (film.get_absolute_url(), "/", film.family.get_absolute_url(), part.get_absolute_url(), "/search/?q=banker")
    return [SECRET in client.get(page).content.decode() for page in pages]


@pytest.fixture(params=["a stranger", "somebody signed in"])
def reader(request, client):
    if request.param == "somebody signed in":
        client.force_login(make_user("reader"))
    return client


@pytest.mark.django_db
def test_a_reader_may_see_all_plots_and_hide_them_again(reader, told):
    assert shows_plot(reader, told) == [False] * 5
    answer = reader.post("/reading/spoilers/", {"spoilers": "show", "next": "/films/"})
    assert (answer.status_code, answer["Location"]) == (302, "/films/")
    assert shows_plot(reader, told) == [True] * 5
    reader.post("/reading/spoilers/", {"spoilers": "hide"})
    assert shows_plot(reader, told) == [False] * 5


@pytest.mark.django_db
def test_a_film_that_was_seen_opens_its_own_reviews_and_no_others(reader, told):
    film, other = told[0], make_film("Up", 2009)
    reader.post("/films/up-2009/seen/", {"seen": "yes"})
    assert shows_plot(reader, told) == [False] * 5
    answer = reader.post("/films/hard-hit-2021/seen/", {"seen": "yes"})
    assert answer["Location"] == film.get_absolute_url()
    assert shows_plot(reader, told) == [True] * 5
    assert list(reader.get("/reading/").context["films"]) == [film, other]
    reader.post("/films/hard-hit-2021/seen/", {"seen": "no"})
    assert shows_plot(reader, told) == [False] * 5
    assert list(reader.get("/reading/").context["films"]) == [other]


@pytest.mark.django_db
def test_the_page_says_that_one_version_may_give_away_another(client, told):
    make_review(make_film("Up", 2009))
    said = "may give away the others of its family"
    pages = (told[0].get_absolute_url(), told[1].get_absolute_url(), "/films/up-2009/")
    assert [said in client.get(page).content.decode() for page in pages] == [True, True, False]


@pytest.mark.django_db
def test_strangers_get_a_cookie_only_when_they_ask_and_lose_it_when_they_ask(client, told):
    for page in ("/", told[0].get_absolute_url(), "/reading/", f"{told[1].get_absolute_url()}?spoilers=show"):
        assert dict(client.get(page).cookies) == {}
    for address, yes, no in (
        ("/reading/spoilers/", {"spoilers": "show"}, {"spoilers": "hide"}),
        ("/films/hard-hit-2021/seen/", {"seen": "yes"}, {"seen": "no"}),
    ):
        assert [bool(morsel["max-age"]) for morsel in client.post(address, yes).cookies.values()] == [True]
        assert [morsel["max-age"] for morsel in client.post(address, no).cookies.values()] == [0]
    assert Opened.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize("cookie", ["", "..", "x", "²", "9" * 40, "x.-1", "a.b"])
def test_a_broken_cookie_opens_nothing(client, told, cookie):
    client.cookies["seen"], client.cookies["spoilers"] = cookie, cookie
    assert shows_plot(client, told) == [False] * 5
    assert client.get("/reading/").status_code == 200


@pytest.mark.django_db
def test_of_very_many_films_a_cookie_keeps_the_last(client, monkeypatch):
    monkeypatch.setattr("reviews.reading.MOST_SEEN", 2)
    films = [make_film(f"Film {number}", 2000) for number in range(3)]
    for film in films:
        client.post(f"{film.get_absolute_url()}seen/", {"seen": "yes"})
    assert client.cookies["seen"].value == f"{films[1].pk}.{films[2].pk}"


@pytest.mark.django_db
def test_the_same_choice_twice_changes_nothing(client):
    client.force_login(make_user())
    make_film("Up", 2009)
    for _ in range(2):
        client.post("/reading/spoilers/", {"spoilers": "show"})
        client.post("/films/up-2009/seen/", {"seen": "yes"})
    assert Opened.objects.count() == 2


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/reading/spoilers/", "/films/up-2009/seen/"])
def test_a_choice_that_says_nothing_is_refused_and_none_is_made_by_looking(reader, address):
    make_film("Up", 2009)
    for said in ({}, {"spoilers": "perhaps", "seen": "perhaps"}):
        assert reader.post(address, said).status_code == 400
    assert reader.get(address).status_code == 405
    assert reader.post("/films/nowhere-2009/seen/", {"seen": "yes"}).status_code == 404
    assert reader.post("/reading/").status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/reading/spoilers/", "/films/up-2009/seen/"])
def test_nobody_else_chooses_for_who_is_signed_in(address):
    make_film("Up", 2009)
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    assert client.post(address, {"spoilers": "show", "seen": "yes"}).status_code == 403
    assert Opened.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "slip"),
    [
        ("He [spoiler]dies[/spoiler], [spoiler=the end]she [spoiler]too[/spoilers][/spoiler].", ""),
        ("He [spoiler]dies.", "begin"),
        ("He dies[/spoiler].", "end"),
        ("He[/spoiler] dies[spoiler].", "end"),
        ("Nothing is told.", ""),
    ],
)
def test_a_mark_without_its_other_half_is_found(text, slip):
    assert spoilers.unpaired(text) == slip


@pytest.mark.django_db
@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "reading", "0", ":"])
def test_a_choice_leads_to_no_other_site(reader, elsewhere):
    answer = reader.post("/reading/spoilers/", {"spoilers": "show", "next": elsewhere})
    assert answer["Location"] == "/reading/"


@pytest.mark.django_db
@pytest.mark.parametrize("count", [1, 3])
def test_the_reading_page_takes_the_same_queries_for_any_number(client, django_assert_num_queries, count):
    reader = make_user()
    client.force_login(reader)
    for number in range(count):
        Opened.objects.create(user=reader, film=make_film(f"Film {number}", 2000))
    with django_assert_num_queries(5):
        client.get("/reading/")
