"""Whatever is written into any form of any page is stored, refused or answered, and never a fault of the site."""

from collections import deque
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client
from django.urls import Resolver404, resolve
from hypothesis import given
from hypothesis import strategies as st

from films.models import Remake
from reviews import comparing, merging, moderating
from reviews.importing import plan
from reviews.importing.bounds import Source
from reviews.models import Claim, HelpfulVote, Mute, Report
from tests.factories import make_admin, make_film, make_review, make_title, make_user
from tests.fuzz.sent import fuzz, numbers, texts
from tests.reviews.importing.pages import REFERENCE, SIGNED_BELOW

pytestmark = pytest.mark.django_db


@fuzz
@given(form=st.dictionaries(st.sampled_from(["helpful", "next", "back"]), texts))
def test_any_vote_is_counted_or_refused(client, form):
    review = make_review()
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


# All of the site


class Form(NamedTuple):
    """What changes something when it is sent: each field with the values that it offers."""

    address: str
    fields: dict
    files: set


class Page(HTMLParser):
    """The forms of a page, and where its links lead on this site."""

    def __init__(self, address, text):
        super().__init__()
        self.forms, self.links, self._address, self._form = [], [], address, None
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        said = dict(attributes)
        if tag == "a" and said.get("href"):
            self.links.append(self._path(said["href"]))
        elif tag == "form" and said.get("method", "").lower() == "post":
            self._form = Form(self._path(said.get("action") or ""), {}, set())
            self.forms.append(self._form)
        elif self._form and said.get("type") == "file":
            self._form.files.add(said["name"])
        elif self._form and tag in ("input", "select", "textarea", "button"):
            self._control(said)
        elif self._form and tag == "option":
            self._chosen.append(said.get("value") or "")

    def _control(self, said):
        self._chosen = self._form.fields.setdefault(said.get("name") or "nameless", [])
        self._chosen.append(said.get("value") or "")
        if said.get("formaction"):
            self.forms.append(self._form._replace(address=self._path(said["formaction"])))

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None

    def _path(self, address):
        parts = urlsplit(urljoin(f"http://testserver{self._address}", address))
        return parts.path if parts.netloc == "testserver" else ""


def forms_of(client):
    """The forms of all pages that links lead to, by the name of the view that answers them and their fields."""
    found, seen, waiting, met = {}, set(), deque(["/", "/accounts/", "/admin/"]), {}
    while waiting:
        path = waiting.popleft()
        view = _view(path)
        # Of pages of one kind a few have all that it can have.
        if path in seen or not view or met.get(view, 0) == 4:
            continue
        seen.add(path)
        met[view] = met.get(view, 0) + 1
        answer = client.get(path, follow=True)
        assert answer.status_code in (200, 403), (path, answer.status_code)
        if answer["Content-Type"].startswith("text/html"):
            page = Page(answer.request["PATH_INFO"], answer.content.decode())
            waiting.extend(page.links)
            found |= {(_view(form.address), *sorted(form.fields)): form for form in page.forms}
    return found


def _view(path):
    """The name of the view that answers there; the models of the admin each have their own."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


@pytest.fixture
def everything():
    """A site with one of everything that has a form."""
    maud = make_user("maud")
    film, source = make_film("Hard Hit", 2021, director="Kim Chang-ju"), make_film("Retribution", 2015)
    make_title(film, "Restricted Call")
    Remake.objects.link(film, source)
    merging.merge(source, make_film("Retribution", 2016), None)
    make_review(film, author="irene").cast_vote(maud, helpful=True)
    own = make_review(film, user=maud, spoiler=True)
    claimed = make_review(source, author="maud", body="Hard Hit (2021) is a shabby remake of this one.")
    Claim.objects.create(review=claimed, user=maud)
    moderating.report(own, make_user("reporter"), Report.Reason.SPAM, "It sells something.")
    Mute.objects.create(user=make_user("muted"), reason="Insults.")
    plan.run([Source("done.txt", f"{REFERENCE}\n\nAlso known as The Call.".encode())])
    plan.store([Source("page.txt", SIGNED_BELOW.encode()), Source("bad.txt", b"nothing of it")])
    comparing.catch_up()
    return {"maud": maud, "admin": make_admin()}


def signed_in(name):
    client = Client()
    if name:
        # Not forced, and again: some forms want the password of who is signed in.
        for address in ("login", "reauthenticate"):
            sent = {"login": name, "password": "a pass phrase"}
            assert client.post(f"/accounts/{address}/", sent).status_code == 302
    return client


@st.composite
def filled(draw, form):
    """The form, sent as the page offers it but for some fields."""
    sent = {name: draw(st.sampled_from(values)) for name, values in sorted(form.fields.items())}
    for name in draw(st.lists(st.sampled_from([*sorted(form.fields), "next"]), max_size=6)):
        sent[name] = draw(texts | numbers | st.lists(texts, max_size=3))
    for name in draw(st.lists(st.sampled_from(sorted(form.fields)), max_size=2)):
        sent.pop(name, None)
    for name in form.files:
        data = draw(st.binary(max_size=300) | st.sampled_from([REFERENCE.encode(), b""]))
        sent[name] = SimpleUploadedFile("a.txt", data)
    return sent


@pytest.mark.parametrize("name", ["", "maud", "admin"])
@fuzz
@given(data=st.data())
def test_any_form_is_answered(everything, walked, name, data):
    client, forms = walked(name)
    form = forms[data.draw(st.sampled_from(sorted(forms)))]
    sent = data.draw(filled(form))
    with transaction.atomic():
        visitor = Client()
        visitor.cookies.update(client.cookies)
        assert visitor.post(form.address, sent).status_code < 500, (form.address, sent)
        # The next one finds all as it was.
        transaction.set_rollback(True)


@pytest.fixture
def walked(everything):
    known = {}

    def walk(name):
        if name not in known:
            client = signed_in(name)
            known[name] = client, forms_of(client)
        return known[name]

    return walk


def test_the_walk_meets_the_forms_of_the_site(walked):
    met = {key[0] for name in ("", "maud", "admin") for key in walked(name)[1]}
    assert {name for name in met if not name.startswith("admin:")} == {
        "account_change_password", "account_email", "account_login", "account_logout", "account_reset_password",
        "account_signup", "choose_language", "choose_spoilers", "claim", "delete_account", "end_all_sessions",
        "mfa_activate_totp", "mfa_add_webauthn", "mfa_login_webauthn", "report", "seen", "vote", "withdraw",
        "withdraw_vote", "write",
    }  # fmt: skip
    assert met.issuperset(
        f"admin:reviews_{name}"
        for name in ("import_add", "import_answer", "import_commit", "import_row", "import_undo", "merge_undo",
                     "claim_change", "mute_change", "review_change", "review_delete", "proposal_changelist")
    )  # fmt: skip
