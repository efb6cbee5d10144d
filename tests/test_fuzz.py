"""Whatever anybody sends, the site answers in one of the ways that it has said. `make fuzz` tries for longer."""

import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from films.forms import FilmListForm
from reviews.api import DESCRIPTION
from reviews.forms import ReviewListForm
from reviews.importing import plan
from reviews.importing.bounds import Source
from reviews.models import HelpfulVote, ImportRow
from tests.factories import make_film, make_review, make_user

pytestmark = pytest.mark.django_db

OPENAPI = json.loads(DESCRIPTION.read_text())
PARTS = OPENAPI["components"]["parameters"]
ENDS = {
    ImportRow.State.CREATED, ImportRow.State.DUPLICATE, ImportRow.State.QUESTION, ImportRow.State.REFUSED,
    ImportRow.State.SKIPPED,
}  # fmt: skip
SEARCHED = ["q", "film", "year_from", "year_to", "country", "rating", "page"]
# Everything that can be sent, with more of what has a meaning somewhere.
MEANT = [
    "\0",
    "'",
    '"',
    "*",
    "%",
    "\\",
    "<b>",
    "{{",
    "NEAR(",
    "OR",
    "-",
    ":",
    "&",
    "|",
    "!",
    "é",
    "딱",
    "\u202e",
    " ",
    "\n",
]
texts = st.text(max_size=60) | st.lists(st.sampled_from([*MEANT, "10", "2021", "Hard Hit"]), max_size=12).map("".join)
numbers = st.integers().map(str) | texts
fuzz = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(autouse=True)
def unlimited(settings):
    settings.LIMITS = {}


@pytest.fixture
def review():
    return make_review(make_film(), headline="Hard to hit", body="A hit, and no hit at all.")


def sendable(text):
    """What a client can put into an address at all."""
    return text.encode(errors="surrogatepass")


@fuzz
@given(
    query=st.dictionaries(st.sampled_from(["q", "film", "year_from", "year_to", "country", "rating", "page"]), numbers)
)
def test_any_search_is_answered(client, review, query):
    address = urlencode({name: sendable(value) for name, value in query.items()})
    assert client.get(f"/search/?{address}").status_code in (200, 400)


@fuzz
@given(st.data())
def test_any_list_is_answered(client, review, data):
    form, path = data.draw(
        st.sampled_from([(FilmListForm, "/films/"), (ReviewListForm, review.film.get_absolute_url())])
    )
    names = [*form.base_fields, "page", "after", "before", "cursor"]
    query = data.draw(st.dictionaries(st.sampled_from(names), numbers))
    address = urlencode({name: sendable(value) for name, value in query.items()})
    assert client.get(f"{path}?{address}").status_code in (200, 404)


@fuzz
@given(form=st.dictionaries(st.sampled_from(["helpful", "next", "back"]), texts))
def test_any_vote_is_counted_or_refused(client, review, form):
    client.force_login(make_user())
    answer = client.post(f"/reviews/{review.pk}/vote/", form)
    assert answer.status_code in (302, 400)
    if answer.status_code == 302:
        assert answer["Location"].startswith("/")
        assert not answer["Location"].startswith("//")
    assert HelpfulVote.objects.exclude(helpful__in=[True, False]).count() == 0


@fuzz
@given(form=st.dictionaries(st.sampled_from(["login", "password", "next", "remember"]), texts))
def test_any_attempt_to_sign_in_is_answered(client, form):
    # 429 after some tries, which is an answer too.
    assert client.post("/accounts/login/", form).status_code in (200, 400, 429)


@fuzz
@given(text=texts | st.binary(max_size=200))
def test_any_text_is_imported_or_refused_row_by_row(text):
    data = text if isinstance(text, bytes) else sendable(text)
    head = b"Hard Hit (2021)\n\n6/10\nA headline\nsomebody 19 August 2023\n"
    for source in (data, head + data, data + head + b"The text of a review.\n"):
        done = plan.run([Source("a.txt", source)], None, progress=lambda rows: None)
        assert {row.state for row in done.rows.all()} <= ENDS


@fuzz
@given(st.data())
def test_any_question_to_the_api_is_answered_as_its_description_says(client, review, data):
    path = data.draw(st.sampled_from(sorted(OPENAPI["paths"])))
    described = OPENAPI["paths"][path]["get"]
    given = [PARTS[p["$ref"].rpartition("/")[2]] if "$ref" in p else p for p in described.get("parameters", [])]
    query = {}
    for parameter in given:
        schema = parameter["schema"]
        value = data.draw(st.one_of(numbers, st.sampled_from([str(known) for known in schema.get("enum", [1])])))
        if parameter["in"] == "path":
            real = str(review.pk) if parameter["name"] == "id" else review.film.slug
            name = data.draw(st.sampled_from([real, value]))
            path = path.replace(f"{{{parameter['name']}}}", quote(sendable(name), safe=""))
        elif data.draw(st.booleans()):
            query[parameter["name"]] = sendable(value)
    answer = client.get(f"/api/v1{path}?{urlencode(query)}")
    # An address that is none leads to the nearest that is one, or is not found.
    assert str(answer.status_code) in {*described["responses"], "301", "404"}
