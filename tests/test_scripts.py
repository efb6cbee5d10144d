"""Whatever people and imports write, on no surface of the site does it become more than text."""

import csv
import io
import json
from itertools import cycle
from urllib.parse import quote, urlencode
from xml.etree import ElementTree

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image

from films.export import film_lines, remake_lines
from films.models import Film, FilmTitle, Remake
from reviews import comparing, moderating, search
from reviews.importing import plan
from reviews.importing.sources import Source
from reviews.merging import merge
from reviews.models import Claim, Discount, Draft, HelpfulVote, Import, Report, Review
from tests.factories import make_admin, make_film, make_review, make_title, make_user
from tests.markup import MARK, complaints, data, harmless, text

pytestmark = pytest.mark.django_db

CORPUS = {
    "elements": "<script>zqx(1)</script><img src=x onerror=zqx(2)><svg/onload=zqx(3)><zqx><b onclick=zqx()>",
    "quotes": "\" autofocus onfocus=zqx(1) x=\"' onmouseover='zqx(2)' zqx=\"`zqx`",
    "closers": "</title></textarea></style></noscript></script><script src=//zqx.example></script>",
    "comments": "--><zqx>--!><!-- zqx ]]><zqx/><![CDATA[<zqx>]]&gt;<?zqx ?><!DOCTYPE zqx [<!ENTITY zqx 'z'>]>&zqx;",
    "json": "\\\"},\"zqx\":[{\"</script><!--<script>\\u003czqx\\u003e",
    "address": "javascript:zqx(1)//https://zqx.example/<zqx>",
    "hidden address": "java\tscript:zqx()",
    "other host": "//zqx.example/<zqx>",
    "template": "{{ 7|add:7 }}{% load zqx %}{{ user.password }}${zqx}#{zqx}<%= zqx %><zqx>%(zqx)s %s {zqx} {0}",
    "unicode": "zqx \u202e\u2066\ufeff＜script＞\u2028\u2029\x1b\x0b\ufffe\U000e0001<zqx>\u0085",
    "entities": "&lt;zqx&gt;&#60;zqx&#62;&quot; onload=zqx &amp;lt;zqx <a href='&#106;avascript:zqx()'>",
    "frames": "<iframe srcdoc='<script>zqx()</script>'></iframe><base href=//zqx.example><meta http-equiv=refresh>",
    "forms": "<form action=//zqx.example><button formaction=javascript:zqx()><input onfocus=zqx() autofocus>",
    "style": "<style>@import'//zqx.example'</style><link rel=stylesheet href=//zqx.example><b style=zqx>",
    "mutation": "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=zqx()&gt;'>",
}  # fmt: skip
ALL = {Report: {"state": "all"}, Claim: {"state": "all"}}  # what a list of the admin shows otherwise not
# Several in one text, so that few sites try them all; where an address is looked for, it has to come first.
TOGETHER = [
    ("elements", "quotes", "template"),
    ("closers", "comments", "json"),
    ("address", "entities", "style"),
    ("other host", "frames", "forms"),
    ("hidden address", "unicode", "mutation"),
]
FORMULAS = ["=", "+", "-", "@", "\t=", "\r=", "\n=", " =", "＝", "＋", "－", "＠", "'=", "''", '"=']
INERT = {"address", "hidden address", "other host", "json", "quotes"}  # become something in some places only


class Site:
    """A site on which one text stands in every field that people or imports can fill."""

    def __init__(self, *attacks):
        self.attack = attack = "".join(attacks)[:280]
        self.short = cycle(attacks)
        self.admin, self.maud = make_admin("boss"), make_user("maud")
        self.maud.username = attack.replace("/", "")[:40]
        self.maud.save()
        self.film = make_film(attack, 2021, country=next(self.short), director=next(self.short), runtime=94)
        self.source = make_film(f"Retribution {attack}", 2015)
        make_title(self.film, f"{next(self.short)} alias")
        make_title(self.film, f"{next(self.short)} original", kind=FilmTitle.Kind.ORIGINAL, language="ko")
        evidence = f"https://example.org/{quote(attack, safe='<>')}"
        Remake.objects.link(self.film, self.source, address=evidence)
        self.double = make_film(f"{next(self.short)} double", 2020)
        self.own = make_review(self.film, user=self.maud, headline=attack, body=self._body(), language="en")
        self.imported = make_review(
            self.film, author=next(self.short), headline=attack, body=self._body(2), source=attack
        )
        self.plot = make_review(self.source, headline=attack, body=f"One. [spoiler]{attack}[/spoiler] {attack}")
        self.gone = make_review(self.film, headline=attack, body=self._body(3))
        self._people()
        self._imports()
        merge(self.film, self.double, self.admin)
        self.film = Film.objects.get(pk=self.film.pk)
        search.catch_up()
        comparing.catch_up()

    def _body(self, number=1):
        return f"Text {number}: {self.attack}\n\n{self.attack}\nIt is a remake of Retribution (2015) {self.attack}."

    def _people(self):
        attack = self.attack
        self.imported.cast_vote(self.maud, helpful=True)
        Discount.objects.discount(HelpfulVote.objects.all(), next(self.short), self.admin)
        moderating.report(self.gone, self.maud, Report.Reason.OTHER, attack)
        moderating.take_down(self.gone, self.admin, next(self.short))
        moderating.report(self.imported, make_user("irene"), Report.Reason.OTHER, attack)
        self.claimed = make_review(self.source, author=next(self.short), headline=attack)
        Claim.objects.create(review=self.claimed, user=self.maud, proof=attack)
        self.declined = Claim.objects.create(review=self.plot, user=self.maud, proof=attack)
        moderating.decline(self.declined, self.admin, next(self.short))
        Draft.objects.create(user=self.maud, film=self.source, headline=attack[:150], body=attack)
        self.muted = make_user("muted")
        moderating.mute(self.muted, self.admin, next(self.short))
        key = {"name": attack[:100], "credential": {}}
        Authenticator.objects.create(user=self.maud, type=Authenticator.Type.WEBAUTHN, data=key)

    def _imports(self):
        record = {
            "film": f"{self.attack} imported",
            "year": 2001,
            "rating": 7,
            "rating_scale": 10,
            "date": "2020-05-01",
        }
        said = dict.fromkeys(("headline", "body", "source"), self.attack) | {"author": next(self.short)}
        lines = [json.dumps(record | said), json.dumps(record | said | {"film": None}), f'{{"film": "{self.attack}']
        page = f"{self.attack} (2002)\n\n7/10\n{self.attack}\n{self.attack} 19 August 2023\n{self.attack}"
        sources = [("a.jsonl", "\n".join(lines)), ("b.txt", page), ("c.txt", f"{self.attack}\n{self.attack}")]
        named = [Source(f"{self.attack}/{name}", said.encode(errors="ignore")) for name, said in sources]
        self.import_ = plan.run(named, None)
        assert self.import_.rows.count() >= 3

    def clients(self):
        stranger, maud, muted, boss = clients = [Client(headers={"user-agent": self.attack}) for _ in range(4)]
        for client, user in zip(clients[1:], (self.maud, self.muted, self.admin), strict=True):
            client.force_login(user)
        return stranger, maud, muted, boss

    def public(self):
        query = urlencode({"q": self.attack.replace("\t", " ")})
        onward = urlencode({"next": self.attack, "q": self.attack, "sort": self.attack, "page": self.attack})
        film, family, review = self.film, self.film.family, self.imported
        yield from ["/", "/films/", f"/films/?{query}", "/families/", f"/search/?{query}", f"/search/?{onward}"]
        yield from [film.get_absolute_url(), f"{film.get_absolute_url()}?{onward}", family.get_absolute_url()]
        for review in (self.own, self.imported, self.plot, self.gone):
            yield from [review.get_absolute_url(), f"{review.get_absolute_url()}?spoilers=show&{onward}"]
            yield f"/reviews/{review.pk}/embed/"
            yield f"/oembed/?{urlencode({'url': f'http://testserver{review.get_absolute_url()}'})}"
            yield f"/api/v1/reviews/{review.pk}/?spoilers=show"
        yield reverse("author", args=[self.imported.author])
        yield reverse("author_feed", args=[self.imported.author])
        yield reverse("reviewer_feed", args=[self.maud.username])
        yield from [
            "/feeds/",
            f"/feeds/films/{film.slug}/",
            f"/feeds/families/{family.slug}/",
            "/reading/",
            "/ranking/",
        ]
        yield from [f"/cards/film/{film.slug}.png", f"/cards/family/{family.slug}.png"]
        yield f"/cards/review/{self.imported.pk}.png"
        yield from ["/api/v1/films/", f"/api/v1/films/{film.slug}/", f"/api/v1/films/{film.slug}/reviews/"]
        yield from ["/api/v1/families/", f"/api/v1/families/{family.slug}/", "/api/v1/reviews/?spoilers=show"]
        yield from [f"/api/v1/films/?{query}", f"/api/v1/reviews/?{onward}", f"/oembed/?url={quote(self.attack)}"]
        yield from ["/sitemap.xml", "/sitemaps/lists.xml", "/sitemaps/film-0.xml", "/sitemaps/family-0.xml"]
        yield from [f"/films/{film.slug}/votes.csv", "/opensearch.xml", f"/films/{quote(self.attack, safe='')}/"]
        yield from [f"/accounts/{page}/?{onward}" for page in ("login", "signup", "password/reset")]

    def own_pages(self):
        yield from [f"/accounts/{page}" for page in ("", "votes/", "reviews/", "reports/", "sessions/", "2fa/")]
        yield from ["/accounts/export/", "/accounts/email/", "/accounts/2fa/webauthn/", f"/reviews/{self.gone.pk}/"]
        yield from [f"/reviews/{self.own.pk}/history/", f"/reviews/{self.claimed.pk}/claim/"]
        yield from [f"/reviews/{self.plot.pk}/claim/", f"/reviews/{self.imported.pk}/report/?next={quote(self.attack)}"]
        yield from [f"/films/{film.slug}/review/" for film in (self.film, self.source)]
        yield f"{self.film.get_absolute_url()}?helpful=no"

    def admin_pages(self):
        for model, about in admin.site._registry.items():
            name = f"{model._meta.app_label}_{model._meta.model_name}"
            query = ({"q": self.attack} if about.search_fields else {}) | ALL.get(model, {})
            yield f"{reverse(f'admin:{name}_changelist')}?{urlencode(query)}"
            if row := model._default_manager.order_by("pk").first():
                yield reverse(f"admin:{name}_change", args=[row.pk])
        yield reverse("admin:reviews_review_history", args=[self.own.pk])
        yield reverse("admin:films_film_delete", args=[self.source.pk])
        for row in self.import_.rows.all():
            yield reverse("admin:reviews_import_row", args=[self.import_.pk, row.position])
        yield reverse("admin:reviews_import_problems", args=[self.import_.pk])
        yield reverse("admin:films_film_export")
        yield reverse("admin:films_remake_export")


def look(client, address):
    """What is wrong with the answer at the address; and what can be read there."""
    answer = client.get(address, follow=True)
    assert answer.status_code < 500, address
    assert answer["X-Content-Type-Options"] == "nosniff", address
    kind, body = answer["Content-Type"].partition(";")[0], answer.getvalue()
    return CHECKS[kind](body if kind == "image/png" else body.decode())


def html(page):
    return complaints(page), text(page) + json.dumps(data(page), ensure_ascii=False)


def json_text(said):
    read = json.loads(said)
    inner = read.get("html") if isinstance(read, dict) else None
    return complaints(inner, fragment=True) if inner else [], json.dumps(read, ensure_ascii=False)


def xml(said):
    elements = list(ElementTree.fromstring(said).iter())
    found = [e.tag for e in elements if MARK in e.tag] + [key for e in elements for key in e.attrib if MARK in key]
    links = [value for e in elements for key, value in e.attrib.items() if key == "href"]
    links += [e.text for e in elements if e.tag.endswith("}loc")]
    inner = [e.text or "" for e in elements if e.get("type") == "html"]
    found += [link for link in links if not harmless(link)] + [
        c for part in inner for c in complaints(part, fragment=True)
    ]
    return found, "\n".join(e.text or "" for e in elements)


def table(said):
    cells = [cell for line in csv.reader(io.StringIO(said, newline="")) for cell in line]
    return [cell for cell in cells if runs(cell)], "\n".join(cells)


def runs(cell):
    """Whether a spreadsheet would take it for a formula; numbers are none."""
    return cell[:1] in "\t\r\n" if cell[:1].isspace() else cell.strip()[:1] in set("=+-@＝＋－＠")


def picture(said):
    drawn = Image.open(io.BytesIO(said))
    drawn.load()
    return [key for key, value in drawn.info.items() if MARK in str(value)], ""


CHECKS = {
    "text/html": html,
    "application/json": json_text,
    "application/problem+json": json_text,
    "application/atom+xml": xml,
    "application/xml": xml,
    "application/opensearchdescription+xml": xml,
    "text/csv": table,
    "image/png": picture,
}


@pytest.fixture(params=TOGETHER, ids=", ".join)
def site(request, settings):
    settings.LIMITS = {}
    return Site(*(CORPUS[name] for name in request.param))


def wrong(client, addresses, at_least):
    """The addresses with complaints. `at_least` so many show the text, or this would look at nothing."""
    seen = {address: look(client, address) for address in addresses}
    assert sum(MARK in said for _, said in seen.values()) >= at_least
    return {address: found for address, (found, _) in seen.items() if found}


def test_on_no_surface_is_it_more_than_text(site, mailoutbox, capsys, django_capture_on_commit_callbacks):
    stranger, maud, muted, boss = site.clients()
    assert wrong(stranger, site.public(), 30) == {}
    assert wrong(maud, site.own_pages(), 9) == {}
    assert wrong(muted, [f"/reviews/{site.imported.pk}/report/"], 1) == {}
    assert wrong(boss, site.admin_pages(), 25) == {}
    preview = maud.post(f"/films/{site.film.slug}/review/", {"headline": site.attack, "body": site.attack})
    assert complaints(preview.text) == []
    with django_capture_on_commit_callbacks(execute=True):
        moderating.decline(site.declined, site.admin, site.attack[:150])
        moderating.collapse(site.imported, site.admin, site.attack[:150])
    for mail in mailoutbox:
        assert (mail.content_subtype, mail.alternatives) == ("plain", [])
        assert "\n" not in mail.subject
    call_command("export_reviews")
    headlines = [json.loads(line)["headline"] for line in capsys.readouterr().out.split("\n") if line]
    assert site.attack in headlines
    assert site.film.title in [said["name"] for said in data(stranger.get(site.film.get_absolute_url()).text)]


@pytest.mark.parametrize("attack", sorted(CORPUS.keys() - INERT))
def test_such_a_text_would_be_found_if_it_came_through(attack):
    """What would be found if a template forgot to escape, or the test would prove nothing."""
    page = "<!doctype html><title>A</title><p>{}</p>"
    assert complaints(page.format(CORPUS[attack])) != []
    assert complaints(page.format("nothing")) == []


@pytest.mark.parametrize(
    ("place", "attack"),
    [
        ('<a href="{}">', "address"), ('<a href="{}">', "hidden address"), ('<a href="{}">', "other host"),
        ('<input value="{}">', "quotes"), ('<script type="application/ld+json">{{"a": "{}"}}</script>', "closers"),
    ],
)  # fmt: skip
def test_such_a_text_would_be_found_where_it_matters(place, attack):
    assert complaints(place.format(CORPUS[attack]), fragment=True) != []


@pytest.mark.parametrize("begin", FORMULAS)
def test_no_table_holds_a_formula_and_what_is_exported_is_imported_to_the_same(begin, client):
    attack = f'{begin}HYPERLINK("//zqx.example")'.strip()
    film, source = make_film(attack, 2021, country=attack, director=attack), make_film(f"{attack} b", 2015)
    make_title(film, f"{attack} alias")
    Remake.objects.link(film, source)
    make_review(film, headline=f"{begin}zqx")
    lists = "".join(film_lines(Film.objects.all())), "".join(remake_lines(Remake.objects.all()))
    votes = client.get(f"/films/{film.slug}/votes.csv").getvalue().decode()
    assert [table(said)[0] for said in (*lists, votes)] == [[], [], []]
    before = [list(model.objects.values_list(*fields)) for model, fields in STORED.items()]
    Review.objects.all().delete()
    Film.objects.all().delete()
    plan.run([Source(f"{number}.csv", said.encode()) for number, said in enumerate(lists)], None)
    assert [list(model.objects.values_list(*fields)) for model, fields in STORED.items()] == before


STORED = {Film: ["title", "country", "director"], FilmTitle: ["text"], Remake: ["remake__title", "source__title"]}


@pytest.mark.parametrize("address", ["javascript:zqx()", "java\tscript:zqx()", "data:text/html,zqx", "zqx"])
def test_evidence_has_the_address_of_a_page_or_none(address, client):
    make_film("A", 2000), make_film("B", 2001)
    header = "original_title,original_year,remake_title,remake_year,kind,address"
    plan.run([Source("a.csv", f"{header}\nA,2000,B,2001,remake,{address}".encode())], None)
    assert Remake.objects.count() == 0
    client.force_login(make_admin())
    said = {"remake": Film.objects.get(title="B").pk, "source": Film.objects.get(title="A").pk, "kind": "remake"}
    assert client.post(reverse("admin:films_remake_add"), said | {"address": address}).status_code == 200
    assert Remake.objects.count() == 0
    assert Import.objects.count() == 1
