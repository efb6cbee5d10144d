"""How often one person may do things, in one process and over several."""

import json
import time

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from reviews import limits
from reviews.models import Draft, HelpfulVote, Import, Report
from tests.factories import make_admin, make_film, make_review, make_user

pytestmark = pytest.mark.django_db
SEARCH = "/search/?q=hit"


class Process:
    """What one process of several counts: the cache is shared, the counts are its own."""

    def __init__(self, monkeypatch):
        self.counts, self._monkeypatch = limits.Counts(), monkeypatch

    def allows(self, request, action, now):
        self._monkeypatch.setattr(limits, "_counts", self.counts)
        return limits.to_wait(request, action, now) == 0


@pytest.fixture
def request_of():
    def made(user=None, address="203.0.113.5"):
        request = RequestFactory().get("/", REMOTE_ADDR=address)
        request.user = user or AnonymousUser()
        return request

    return made


# Counting


@pytest.mark.parametrize("amount", [1, 3, 10, 25, 600])
def test_one_process_lets_exactly_the_limit_through(settings, request_of, amount):
    settings.LIMITS = {"vote": (amount, 60)}
    waits = [limits.to_wait(request_of(), "vote", now=1000) for _ in range(amount + 5)]
    step = limits.Limit(amount, 60).step
    assert waits.count(0) == amount - amount % step
    assert waits[-5:] == [60] * 5


def test_who_waits_as_long_as_was_said_may_go_on(settings, request_of):
    settings.LIMITS = {"vote": (2, 60)}
    assert [limits.to_wait(request_of(), "vote", now) for now in (1000, 1030, 1040, 1059, 1060)] == [0, 0, 20, 1, 0]


@pytest.mark.parametrize("amount", [4, 40])
def test_processes_count_together_but_for_a_tenth_each(settings, request_of, monkeypatch, amount):
    settings.LIMITS = {"vote": (amount, 60)}
    processes = [Process(monkeypatch) for _ in range(4)]
    allowed = sum(processes[n % 4].allows(request_of(), "vote", 1000 + n / 100) for n in range(4 * amount))
    step = limits.Limit(amount, 60).step
    assert amount <= allowed <= amount + 4 * (step - 1)


def test_people_are_counted_apart_by_account_and_strangers_by_address(settings, request_of):
    settings.LIMITS = {"vote": (1, 60), "report": (1, 60)}
    maud, irene = make_user("maud"), make_user("irene")
    people = [request_of(maud), request_of(irene), request_of(), request_of(address="203.0.113.6")]
    assert [limits.to_wait(person, "vote", 1000) for person in people] == [0, 0, 0, 0]
    assert [limits.to_wait(person, "vote", 1000) for person in people] == [60, 60, 60, 60]
    assert limits.to_wait(request_of(maud, address="203.0.113.7"), "vote", 1000) == 60
    assert limits.to_wait(request_of(maud), "report", 1000) == 0


def test_neighbours_in_a_network_of_the_newer_protocol_are_one(settings, request_of):
    settings.LIMITS = {"search": (1, 60)}
    assert limits.to_wait(request_of(address="2001:db8::1"), "search", 1000) == 0
    assert limits.to_wait(request_of(address="2001:db8::2"), "search", 1000) == 60


def test_what_has_no_limit_is_never_counted(settings, request_of):
    settings.LIMITS = {}
    assert {limits.to_wait(request_of(), "vote", 1000) for _ in range(50)} == {0}
    assert not limits._counts


def test_a_process_remembers_only_so_many_people(settings, request_of, monkeypatch):
    monkeypatch.setattr(limits, "REMEMBERED", 3)
    settings.LIMITS = {"search": (100, 60)}
    for number in range(9):
        limits.to_wait(request_of(address=f"203.0.113.{number}"), "search", 1000)
    assert [key.rpartition(".")[2] for key in limits._counts] == ["6", "7", "8"]


def test_without_the_cache_nobody_waits(settings, request_of, monkeypatch):
    def away(*_, **__):
        raise ConnectionError("nobody answers")

    settings.LIMITS = {"vote": (2, 60)}
    monkeypatch.setattr(type(caches["default"]), "add", away)
    assert [limits.to_wait(request_of(), "vote", 1000) for _ in range(5)] == [0] * 5


# What people meet


def test_a_search_is_answered_429_with_how_long_to_wait(client, settings, monkeypatch):
    settings.LIMITS = {"search": (2, 600)}
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    pages = [client.get(SEARCH) for _ in range(3)]
    assert [page.status_code for page in pages] == [200, 200, 429]
    assert pages[2]["Retry-After"] == "600"
    assert "Wait 10 minutes, then try again." in pages[2].content.decode()
    assert client.get("/search/").status_code == 200
    german = client.get(SEARCH, headers={"accept-language": "de"}).content.decode()
    assert "Warten Sie 10 Minuten" in german


def test_the_list_of_films_counts_as_a_search_where_it_is_asked_for_words(client, settings):
    settings.LIMITS = {"search": (2, 60)}
    pages = [client.get(address) for address in (SEARCH, "/films/?q=hit", "/films/?q=hard", "/films/", "/films/?q=+")]
    assert [page.status_code for page in pages] == [200, 200, 429, 200, 200]
    assert "Wait a minute, then try again." in pages[2].content.decode()


def test_strangers_who_search_like_people_cost_no_write(client):
    limits.forget()
    with CaptureQueriesContext(
        connection,
    ) as queries:
        for _ in range(11):
            client.get(SEARCH)
    assert [query["sql"] for query in queries if '"cache"' in query["sql"]] == []


def test_a_vote_is_refused_and_not_counted(client, settings):
    settings.LIMITS = {"vote": (1, 60)}
    first, second = make_review(), make_review()
    client.force_login(make_user())
    assert client.post(reverse("vote", args=[first.pk]), {"helpful": "yes"}).status_code == 302
    page = client.post(reverse("vote", args=[second.pk]), {"helpful": "yes"})
    assert (page.status_code, page["Retry-After"]) == (429, "60")
    assert "Wait a minute, then try again. Nothing was changed." in page.content.decode()
    assert client.post(reverse("withdraw_vote", args=[first.pk])).status_code == 429
    assert list(HelpfulVote.objects.values_list("review", flat=True)) == [first.pk]


def test_a_stranger_who_presses_a_vote_is_sent_to_sign_in_however_often(client, settings):
    settings.LIMITS = {"vote": (1, 60)}
    address = reverse("vote", args=[make_review().pk])
    assert {client.post(address, {"helpful": "yes"}).status_code for _ in range(3)} == {302}


def test_the_script_of_the_votes_is_told_in_a_sentence(client, settings):
    settings.LIMITS = {"vote": (1, 60)}
    address = reverse("vote", args=[make_review().pk])
    client.force_login(make_user())
    by_script = {"x-requested-with": "fetch"}
    client.post(address, {"helpful": "yes"}, headers=by_script)
    told = client.post(address, {"helpful": "no"}, headers=by_script)
    assert (told.status_code, told["Content-Type"]) == (429, "text/plain; charset=utf-8")
    assert told.content.decode() == (
        "That was too often in a short time. Wait a minute, then try again. Nothing was changed."
    )


def test_reports_are_limited(client, settings):
    settings.LIMITS = {"report": (1, 60)}
    client.force_login(make_user())
    reviews = [make_review(), make_review()]
    answers = [client.post(reverse("report", args=[review.pk]), {"reason": "spam"}) for review in reviews]
    assert [answer.status_code for answer in answers] == [302, 429]
    assert Report.objects.count() == 1
    assert client.get(reverse("report", args=[reviews[1].pk])).status_code == 200


def test_writing_is_limited_and_looking_at_a_preview_is_not(client, settings):
    settings.LIMITS = {"write": (1, 60)}
    client.force_login(make_user())
    address = reverse("write", args=[make_film().slug])
    answers = [client.post(address, {"body": "x" * 60, "do": do}) for do in ("draft", "publish", "preview")]
    assert [answer.status_code for answer in answers] == [302, 429, 200]
    assert Draft.objects.count() == 1


def test_imports_of_an_admin_are_limited(client, settings):
    settings.LIMITS = {"import": (1, 60)}
    client.force_login(make_admin())
    address = reverse("admin:reviews_import_add")
    answers = [client.post(address, {"text": "Hard Hit (2021)\n\n7/10\nHeadline\nmaud 1 May 2020\nText."})
               for _ in range(2)]  # fmt: skip
    assert [answer.status_code for answer in answers] == [302, 429]
    assert Import.objects.count() == 1
    assert client.get(address).status_code == 200


def test_the_api_is_told_as_a_problem(client, settings):
    settings.LIMITS = {"api": (1, 60), "search": (1, 90)}
    assert [client.post("/api/v1/films/").status_code for _ in range(2)] == [405, 429]
    client.get("/api/v1/films/?q=hit")
    told = client.get("/api/v1/films/?q=hit")
    assert (told.status_code, told["Content-Type"], told["Retry-After"]) == (429, "application/problem+json", "90")
    assert json.loads(told.content)["detail"] == "That was too often. Try again in 90 seconds."
    assert client.get("/api/v1/films/").status_code == 200


@pytest.mark.parametrize("address", ["/", "/films/", "/families/", "/films/?q=", "/accounts/login/", "/healthz"])
def test_pages_that_are_only_read_are_not_counted(client, address):
    limits.forget()
    client.get(address)
    assert not limits._counts
