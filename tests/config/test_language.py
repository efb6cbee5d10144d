import ast
import re
from decimal import Decimal
from pathlib import Path

import polib
import pytest
from django.template.base import TextNode
from django.template.loader import get_template
from django.templatetags.i18n import BlockTranslateNode, TranslateNode
from django.utils.html import strip_tags
from django.utils.translation import override

from films.figures import printed
from films.models import Remake
from tests.factories import make_film, make_review, make_user

ROOT = Path(__file__).parent.parent.parent
GERMAN = ROOT / "locale" / "de" / "LC_MESSAGES"
GERMAN_FIRST = {"accept-language": "de-AT,de;q=0.9,en;q=0.5"}
ENGLISH_FIRST = {"accept-language": "en-US,en;q=0.9,de;q=0.5"}
# For programs, and for admins.
IN_ENGLISH = ("api.html", "admin/", "reviews/_metadata.html")
WRITTEN = [
    str(path.relative_to(ROOT / "templates"))
    for path in sorted((ROOT / "templates").rglob("*"))
    if path.suffix in (".html", ".txt")
]
TEMPLATES = [name for name in WRITTEN if not name.startswith(IN_ENGLISH)]


# The catalogue


def nodes(name):
    nodelist = get_template(name).template.nodelist
    return nodelist, nodelist.get_nodes_by_type(TranslateNode), nodelist.get_nodes_by_type(BlockTranslateNode)


def marked_in_templates():
    for name in WRITTEN:
        _, simple, blocks = nodes(name)
        for node in simple:
            # A button's name is a variable here, and marked where the button is made.
            if sentence := node.filter_expression.var.literal:
                yield sentence
        for node in blocks:
            yield node.render_token_list(node.singular)[0]


PLACES = {"_": 0, "gettext": 0, "gettext_lazy": 0, "gettext_noop": 0, "ngettext": 0, "pgettext": 1}


def marked_in_code():
    for folder in ("accounts", "config", "films", "reviews"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    place = PLACES.get(node.func.id)
                    if place is not None and isinstance(node.args[place], ast.Constant):
                        yield node.args[place].value


def test_every_marked_sentence_has_its_german_and_no_german_is_left_over():
    catalogue = polib.pofile(str(GERMAN / "django.po"))
    assert {entry.msgid for entry in catalogue if entry.translated()} == {*marked_in_templates(), *marked_in_code()}


def test_what_is_compiled_is_what_is_written():
    written, compiled = polib.pofile(str(GERMAN / "django.po")), polib.mofile(str(GERMAN / "django.mo"))
    assert {(e.msgctxt, e.msgid, e.msgstr, str(e.msgstr_plural)) for e in written} == {
        (e.msgctxt, e.msgid, e.msgstr, str(e.msgstr_plural)) for e in compiled
    }


def test_no_german_sentence_loses_a_figure_or_a_link():
    for entry in polib.pofile(str(GERMAN / "django.po")):
        for german in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            pattern = r"%\(\w+\)s|\{[\w:.]+\}|</?\w+[^>]*>"
            assert sorted(re.findall(pattern, german)) == sorted(re.findall(pattern, entry.msgid)), entry.msgid


@pytest.mark.parametrize("name", TEMPLATES)
def test_no_words_in_a_template_stay_unmarked(name):
    nodelist, _, _ = nodes(name)
    text = "".join(f"{node.s} " for node in nodelist.get_nodes_by_type(TextNode))
    text = re.sub(r"<[^>]*(>|$)|^[^<]*>", " ", text)
    assert set(re.findall(r"[A-Za-z]{2,}", strip_tags(text))) <= {"Reprise"}


# The pages


@pytest.fixture
def film():
    film = make_film("Hard Hit", 2021, runtime=94, director="Kim Chang-ju")
    Remake.objects.link(film, make_film("Retribution", 2015))
    make_review(film, rating=Decimal("6.5"), tally_yes=0, tally_total=1)
    return film


@pytest.mark.django_db
def test_a_page_speaks_the_language_that_the_browser_asks_for(client, film):
    page = client.get(film.get_absolute_url(), headers=GERMAN_FIRST).content.decode()
    assert '<html lang="de">' in page
    text = " ".join(strip_tags(page).split())
    for said in (
        "94 Minuten",
        "19. August 2023",
        "6,5/10",
        "War diese Kritik hilfreich?",
        "Am hilfreichsten",
        "Anzeigen",
    ):
        assert said in text
    page = client.get(film.get_absolute_url(), headers=ENGLISH_FIRST).content.decode()
    assert '<html lang="en-gb">' in page
    assert "94 minutes" in page
    assert "6.5<small>/10" in page


@pytest.mark.django_db
@pytest.mark.parametrize("headers", [{}, {"accept-language": "fr"}, {"accept-language": ";;nonsense,,"}])
def test_who_asks_for_no_language_that_we_speak_reads_english(client, headers):
    assert client.get("/", headers=headers)["Content-Language"] == "en-gb"


@pytest.mark.django_db
def test_what_the_reader_chose_is_kept_and_comes_before_what_the_browser_asks_for(client):
    answer = client.post("/language/", {"language": "de", "next": "/films/?sort=newest"}, headers=ENGLISH_FIRST)
    assert (answer.status_code, answer["Location"]) == (302, "/films/?sort=newest")
    assert client.get("/films/", headers=ENGLISH_FIRST)["Content-Language"] == "de"
    client.post("/language/", {"language": "en-gb"})
    assert client.get("/films/", headers=GERMAN_FIRST)["Content-Language"] == "en-gb"


@pytest.mark.django_db
def test_a_choice_leads_to_no_other_site_and_to_no_other_language(client):
    answer = client.post("/language/", {"language": "de", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"
    refused = client.post("/language/", {"language": "fr"})
    assert (refused.status_code, refused.cookies) == (400, {})
    assert client.get("/language/").status_code == 405


@pytest.mark.django_db
def test_pages_vary_by_language_and_what_programs_read_does_not(client, film):
    for address in ("/", film.get_absolute_url(), "/nowhere/"):
        vary = {name.strip() for name in client.get(address)["Vary"].split(",")}
        assert {"Accept-Language", "Cookie"} <= vary
    for address in ("/feeds/", "/api/v1/films/", "/cards/film/hard-hit-2021.png", "/sitemap.xml", "/robots.txt"):
        response = client.get(address, headers=GERMAN_FIRST)
        assert "Accept-Language" not in response.get("Vary", "")
        assert "Content-Language" not in response


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/families/", "/families/retribution-2015/", "/films/hard-hit-2021/"])
def test_drawings_are_the_same_in_every_language(client, film, address):
    drawn = [
        re.findall(r"<(?:path|circle|line|rect)[^>]*>", client.get(address, headers=headers).content.decode())
        for headers in (GERMAN_FIRST, ENGLISH_FIRST)
    ]
    assert drawn[0] == drawn[1] != []


@pytest.mark.django_db
def test_forms_speak_the_language_of_each_page_anew(client, film):
    for headers, said in ((GERMAN_FIRST, "Anzeigen"), (ENGLISH_FIRST, "Show"), (GERMAN_FIRST, "Anzeigen")):
        assert f">{said}</button>" in client.get("/films/", headers=headers).content.decode()


@pytest.mark.django_db
def test_a_text_in_no_known_language_does_not_pass_for_one_in_the_language_of_the_page(client):
    review = make_review(language="")
    assert '<div class="review__text" dir="auto" lang="">' in client.get(review.get_absolute_url()).content.decode()


@pytest.mark.django_db
def test_mails_and_pages_of_accounts_speak_the_language_of_whoever_asked_for_them(client, mailoutbox):
    make_user("maud", verified=True)
    page = client.post("/accounts/password/reset/", {"email": "maud@example.org"}, headers=GERMAN_FIRST, follow=True)
    assert "<h1>Sehen Sie in Ihr Postfach</h1>" in page.text
    [mail] = mailoutbox
    assert mail.subject.endswith("wählen Sie ein neues Passwort")
    assert mail.body.startswith("Guten Tag, maud,\n\njemand, hoffentlich Sie,")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("headers", "example", "score", "borrowed"),
    [(GERMAN_FIRST, "0,778", "0,58", "0,8 Stimmen"), (ENGLISH_FIRST, "0.778", "0.58", "0.8 votes")],
)
def test_fractions_are_written_as_the_language_writes_them(client, headers, example, score, borrowed):
    review = make_review(tally_yes=1, tally_total=1)
    assert f"<td>{example}</td>" in client.get("/ranking/", headers=headers).text
    why = client.get(review.get_absolute_url(), headers=headers).text
    assert f" {score}, " in why
    assert borrowed in why


@pytest.mark.parametrize(("language", "written"), [("de", "12.345,5"), ("en-gb", "12,345.5")])
def test_points_and_commas_change_places_with_the_language(language, written):
    with override(language):
        assert printed(12345.5) == written
