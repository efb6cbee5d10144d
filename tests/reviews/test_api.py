import json
from urllib.parse import urlsplit

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from films.forms import FilmListForm
from films.models import Remake
from reviews.api import DESCRIPTION
from reviews.forms import ReviewListForm
from tests.factories import make_film, make_review, make_title, make_user

pytestmark = pytest.mark.django_db
SITE = "https://reprise.example"
OPENAPI = json.loads(DESCRIPTION.read_text())


@pytest.fixture(autouse=True)
def site(settings):
    settings.SITE_URL = SITE


def promised(address, status):
    """The schema that the description gives for what lies at the address."""
    asked = urlsplit(address).path.removeprefix("/api/v1").strip("/").split("/")
    for path, operations in OPENAPI["paths"].items():
        parts = path.strip("/").split("/")
        if len(parts) == len(asked) and all(p == a or p.startswith("{") for p, a in zip(parts, asked, strict=True)):
            response = operations["get"]["responses"][str(status)]
            if "$ref" in response:
                response = OPENAPI["components"]["responses"][response["$ref"].rpartition("/")[2]]
            [(kind, content)] = response["content"].items()
            return kind, content["schema"]
    raise AssertionError(f"{address} is not described")


def read(client, address, status=200, **headers):
    """What lies at the address, held against the description."""
    response = client.get(address, headers=headers)
    assert response.status_code == status
    kind, schema = promised(address, status)
    assert response["Content-Type"] == kind
    Draft202012Validator({**schema, "components": OPENAPI["components"]}, format_checker=FormatChecker()).validate(
        response.json()
    )
    return response.json()


def items(client, address):
    return read(client, address)["items"]


@pytest.fixture
def film():
    film = make_film("Hard Hit", 2021, country="South Korea, Spain", director="Kim Chang-ju", runtime=94)
    make_title(film, "Restricted Call")
    Remake.objects.link(film, make_film("Retribution", 2015))
    return film


# What is said


def test_a_film_says_its_facts_and_its_place_in_the_family(client, film):
    make_review(film, rating=7)
    reference = {
        "slug": "retribution-2015",
        "title": "Retribution",
        "year": 2015,
        "url": f"{SITE}/api/v1/films/retribution-2015/",
        "page": f"{SITE}/films/retribution-2015/",
    }
    assert read(client, "/api/v1/films/hard-hit-2021/") == {
        "slug": "hard-hit-2021",
        "title": "Hard Hit",
        "year": 2021,
        "url": f"{SITE}/api/v1/films/hard-hit-2021/",
        "page": f"{SITE}/films/hard-hit-2021/",
        "titles": [{"text": "Restricted Call", "kind": "alias", "language": None}],
        "country": ["South Korea", "Spain"],
        "director": ["Kim Chang-ju"],
        "runtime": 94,
        "family": f"{SITE}/api/v1/families/retribution-2015/",
        "review_count": 1,
        "mean_rating": 7.0,
        "reviews": f"{SITE}/api/v1/films/hard-hit-2021/reviews/",
        "remake_of": [reference],
        "remakes": [],
    }


def test_a_review_says_votes_and_tally_apart(client):
    review = make_review(headline="Tense", author="maud", body="Text.", tally_yes=0, tally_total=1, language="en")
    review.cast_vote(make_user(), helpful=True)
    said = read(client, f"/api/v1/reviews/{review.pk}/")
    assert said.pop("film")["slug"] == "hard-hit-2021"
    assert said == {
        "id": review.pk,
        "url": f"{SITE}/api/v1/reviews/{review.pk}/",
        "page": f"{SITE}/reviews/{review.pk}/",
        "headline": "Tense",
        "reviewer": "maud",
        "date": "2023-08-19",
        "language": "en",
        "rating": {"value": 7.0, "best": 10, "percent": 70},
        "spoiler": False,
        "text": "Text.",
        "votes": {"yes": 1, "total": 1},
        "tally": {"yes": 0, "total": 1},
        "helpful_score": 0.5172,
    }


def test_what_is_not_known_is_null(client):
    review = make_review(headline="", rating=None, rating_scale=None, date=None)
    said = read(client, f"/api/v1/reviews/{review.pk}/")
    unknown = {name for name, value in said.items() if value is None}
    assert unknown == {"headline", "reviewer", "date", "language", "rating", "tally"}


@pytest.mark.parametrize("address", ["/api/v1/reviews/{}/", "/api/v1/reviews/", "/api/v1/films/hard-hit-2021/reviews/"])
def test_a_text_that_tells_the_plot_is_absent_unless_asked_for(client, address):
    review = make_review(body="He dies.", spoiler=True)
    address = address.format(review.pk)
    for query in ("", "?spoilers=hide"):
        read(client, address + query)
        assert "He dies." not in client.get(address + query).content.decode()
    assert "He dies." in client.get(f"{address}?spoilers=show").content.decode()


def test_a_family_says_its_films_in_order_and_what_each_is_a_remake_of(client, film):
    said = read(client, "/api/v1/families/retribution-2015/")
    assert [(film["title"], [source["title"] for source in film["remake_of"]]) for film in said["films"]] == [
        ("Retribution", []),
        ("Hard Hit", ["Retribution"]),
    ]
    [family] = items(client, "/api/v1/families/")
    assert [film["title"] for film in family["films"]] == ["Retribution", "Hard Hit"]


# Lists


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Hard Hit", "Retribution"]),
        ("?sort=oldest", ["Retribution", "Hard Hit"]),
        ("?sort=rating", ["Retribution", "Hard Hit"]),
        ("?q=restricted+call", ["Hard Hit"]),
        ("?q=nothing", []),
    ],
)
def test_films_are_found_and_sorted_as_on_their_page(client, film, query, expected):
    make_review(film, rating=2)
    make_review(film.source_edges.get().source, rating=9)
    assert [film["title"] for film in items(client, f"/api/v1/films/{query}")] == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["liked", "new", "old"]),
        ("?sort=newest", ["new", "liked", "old"]),
        ("?sort=oldest", ["old", "liked", "new"]),
        ("?sort=highest", ["old", "new", "liked"]),
        ("?sort=lowest", ["liked", "new", "old"]),
        ("?rating=9", ["old"]),
    ],
)
def test_the_reviews_of_a_film_follow_the_query_string(client, query, expected):
    film = make_film()
    make_review(film, headline="old", date="2001-01-01", rating=9)
    make_review(film, headline="liked", date="2010-01-01", rating=2).cast_vote(make_user(), helpful=True)
    make_review(film, headline="new", date="2020-01-01", rating=5)
    address = "/api/v1/films/hard-hit-2021/reviews/"
    assert [review["headline"] for review in items(client, address + query)] == expected
    sign = "&" if query else "?"
    assert walk(client, f"{address}{query}{sign}limit=1", "headline") == [[headline] for headline in expected]


def walk(client, address, name):
    pages = []
    while address:
        page = read(client, address)
        pages.append([item[name] for item in page["items"]])
        address = page["next"] and page["next"].removeprefix(SITE)
    return pages


@pytest.mark.parametrize(
    ("address", "name"),
    [("/api/v1/reviews/", "id"), ("/api/v1/films/", "slug"), ("/api/v1/families/", "slug")],
)
def test_following_next_reads_every_list_to_its_end(client, address, name):
    for number in range(3):
        film = make_film("New", 2001 + number)
        Remake.objects.link(film, make_film("Old", 1901 + number))
        make_review(film)
    whole = [item[name] for item in items(client, address)]
    assert [found for page in walk(client, f"{address}?limit=2", name) for found in page] == whole


def test_all_reviews_come_newest_entry_first(client):
    made = [make_review(date=date).pk for date in ("2020-01-01", "2001-01-01", "2010-01-01")]
    assert [review["id"] for review in items(client, "/api/v1/reviews/")] == made[::-1]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/api/v1/films/", 3),
        ("/api/v1/films/old-1901/", 4),
        ("/api/v1/films/new-2001/reviews/", 3),
        ("/api/v1/families/", 3),
        ("/api/v1/families/old-1901/", 4),
        ("/api/v1/reviews/", 2),
    ],
)
def test_an_answer_takes_the_same_queries_for_any_number_of_rows(
    client, django_assert_num_queries, address, queries, count
):
    old, new = make_film("Old", 1901), make_film("New", 2001)
    Remake.objects.link(new, old)
    for number in range(count):
        Remake.objects.link(make_film("Newer", 2010 + number), old)
        make_review(new)
    with django_assert_num_queries(queries):
        client.get(address)


# How it is said


@pytest.mark.parametrize(
    ("address", "wrong"),
    [
        ("/api/v1/films/?sort=nonsense", "sort"),
        ("/api/v1/films/?limit=0", "limit"),
        ("/api/v1/films/?limit=101", "limit"),
        ("/api/v1/films/?limit=x", "limit"),
        ("/api/v1/films/?limit=", "limit"),
        ("/api/v1/films/?limit=25.0", "limit"),
        ("/api/v1/films/?limit=%2025", "limit"),
        ("/api/v1/films/?sort=", "sort"),
        ("/api/v1/films/?cursor=x", "cursor"),
        ("/api/v1/films/?colour=red", "colour"),
        ("/api/v1/films/hard-hit-2021/?colour=red", "colour"),
        ("/api/v1/films/hard-hit-2021/reviews/?rating=11", "rating"),
        ("/api/v1/families/?limit=-1", "limit"),
        ("/api/v1/reviews/?spoilers=perhaps", "spoilers"),
        ("/api/v1/reviews/?sort=helpful", "sort"),
    ],
)
def test_a_query_string_that_cannot_be_answered_is_a_problem_with_a_reason(client, film, address, wrong):
    assert list(read(client, address, 400)["errors"]) == [wrong]


def test_a_cursor_belongs_to_its_order(client, film):
    address = read(client, "/api/v1/films/?limit=1")["next"].removeprefix(SITE)
    assert list(read(client, f"{address}&sort=newest", 400)["errors"]) == ["cursor"]


@pytest.mark.parametrize("address", ["films/none/", "films/none/reviews/", "families/none/", "reviews/999/"])
def test_what_does_not_exist_is_a_problem(client, address):
    assert read(client, f"/api/v1/{address}", 404)["status"] == 404


def test_an_address_that_the_api_does_not_have_is_a_problem_too(client):
    response = client.get("/api/v1/actors/")
    assert (response.status_code, response["Content-Type"]) == (404, "application/problem+json")


def test_the_api_can_only_be_read(client):
    response = client.post("/api/v1/films/")
    assert (response.status_code, response["Allow"]) == (405, "GET, HEAD, OPTIONS")
    assert response["Content-Type"] == "application/problem+json"


def test_any_site_may_ask(client):
    for response in (
        client.get("/api/v1/films/"),
        client.get("/api/v1/films/?limit=x"),
        client.options("/api/v1/films/"),
    ):
        assert response["Access-Control-Allow-Origin"] == "*"
    preflight = client.options("/api/v1/films/")
    assert (preflight.status_code, preflight["Access-Control-Allow-Headers"]) == (204, "If-None-Match")


def test_an_unchanged_answer_is_304_and_a_vote_changes_it(client):
    review = make_review()
    address = f"/api/v1/reviews/{review.pk}/"
    etag = client.get(address)["ETag"]
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    review.cast_vote(make_user(), helpful=True)
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200


def test_answers_do_not_depend_on_who_asks(client):
    response = client.get("/api/v1/films/")
    assert "Cookie" not in response.get("Vary", "")
    assert response.cookies == {}


# The description


def test_the_description_is_served_with_the_address_of_this_site(client):
    said = client.get("/api/v1/openapi.json").json()
    assert said["servers"] == [{"url": f"{SITE}/api/v1"}]
    assert said["paths"] == OPENAPI["paths"]


@pytest.mark.parametrize(("path", "form"), [("/films/", FilmListForm), ("/films/{slug}/reviews/", ReviewListForm)])
def test_the_description_names_the_orders_of_the_pages(path, form):
    [sort] = [p for p in OPENAPI["paths"][path]["get"]["parameters"] if p.get("name") == "sort"]
    assert sort["schema"]["enum"] == [value for value, _ in form.base_fields["sort"].choices]


def test_every_reference_in_the_description_leads_somewhere():
    text = json.dumps(OPENAPI)
    for reference in {part.split('"')[0] for part in text.split('"$ref": "#/')[1:]}:
        found = OPENAPI
        for step in reference.split("/"):
            found = found[step]


def test_people_find_a_page_about_it(client):
    page = client.get("/api/").content.decode()
    for path in OPENAPI["paths"]:
        assert f"<code>{path}</code>" in page
