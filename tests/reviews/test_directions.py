"""Marks in a text that turn the order of letters around end where the text ends, on every page that shows it."""

from html.parser import HTMLParser

import pytest
from django.urls import reverse

from films.models import Remake
from reviews import writing
from reviews.models import Draft
from reviews.search import catch_up
from tests.factories import make_film, make_review, make_title, make_user

pytestmark = pytest.mark.django_db

TURNED = "\u202eturned"
NO_PAGE = {"title", "option", "textarea", "script", "style"}
EMPTY = {"meta", "link", "input", "img", "br", "hr", "use", "path", "rect", "line", "circle"}


class Loose(HTMLParser):
    """The texts with such a mark that stand in no element which keeps it in."""

    def __init__(self, page):
        super().__init__()
        self._open, self.found = [], []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        if tag not in EMPTY:
            said = dict(attributes)
            turns_alone = tag == "bdi" or ("dir" in said and tag != "html")
            # What is for ears only stands outside of the line, and so does a text in a drawing.
            elsewhere = tag == "text" or said.get("class") == "visually-hidden"
            self._open.append((tag, turns_alone or elsewhere))

    def handle_endtag(self, tag):
        while tag in [open_tag for open_tag, _ in self._open] and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        kept = any(keeps or tag in NO_PAGE for tag, keeps in self._open)
        if "\u202e" in data and not kept:
            self.found.append((self._open[-1][0], data.strip()))


@pytest.fixture
def pages(client):
    """The addresses of all kinds of page that show a text of somebody's."""
    film, source = make_film(f"{TURNED} film", 2021, director=TURNED), make_film(f"{TURNED} source", 2015)
    make_title(film, f"{TURNED} alias")
    Remake.objects.link(film, source)
    film.refresh_from_db()
    maud = make_user("maud")
    said = {"headline": f"{TURNED} headline", "body": f"{TURNED} words of a text. " * 5}
    own = make_review(film, user=maud, **said)
    writing.publish(Draft(user=maud, film=film, headline=f"{TURNED} anew", body=said["body"]))
    imported = make_review(source, author=f"{TURNED} author", **said)
    imported.cast_vote(maud, helpful=True)
    catch_up()
    client.force_login(maud)
    return [
        "/", "/films/", "/families/", "/search/?q=words", "/search/?q=film", "/accounts/votes/", "/accounts/reviews/",
        film.get_absolute_url(), source.get_absolute_url(), film.family.get_absolute_url(),
        own.get_absolute_url(), imported.get_absolute_url(), reverse("author", args=[imported.author]),
        *(reverse(name, args=[own.pk]) for name in ("history", "embed")),
        *(reverse(name, args=[imported.pk]) for name in ("claim", "report", "embed")),
        reverse("write", args=[film.slug]),
    ]  # fmt: skip


def test_no_text_turns_around_what_stands_beside_it(client, pages):
    shown = {address: client.get(address).content.decode() for address in pages}
    assert [address for address in pages if "\u202e" not in shown[address]] == []
    assert {address: Loose(page).found for address, page in shown.items() if Loose(page).found} == {}
