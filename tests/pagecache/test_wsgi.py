"""The cache in front of an application that tells how often it was asked."""

import gzip
import os

import brotli
import pytest

from pagecache.declared import DECLARED, Declared, canonical
from pagecache.stamps import ANYTHING, UNNAMED, FileStamps, slot_of
from pagecache.wsgi import HOLD, LEARNED, LIFETIME, RETRY, PageCache


class Application:
    """Answers with the number of the request and, where it is declared, is kept."""

    def __init__(self):
        self.asked = 0
        self.status, self.headers, self.length, self.broken = "200 OK", [], 0, False
        self.declared = Declared(frozenset({"page", "sort"}))
        self.meanwhile = lambda: None

    def __call__(self, environ, start_response):
        self.asked += 1
        if self.broken:
            raise OSError("The database is away.")
        if self.declared:
            environ["QUERY_STRING"] = canonical(environ["QUERY_STRING"], self.declared.parameters)
            environ[DECLARED] = self.declared
        self.meanwhile()
        start_response(self.status, [("Content-Type", "text/html"), *self.headers])
        return [f"{environ['QUERY_STRING']} {self.asked}".encode(), os.urandom(self.length)]


@pytest.fixture
def behind():
    return Application()


@pytest.fixture
def stamps(tmp_path):
    return FileStamps(tmp_path / "stamps")


class Clock:
    now = 1000.0

    def __call__(self):
        return self.now

    def pass_by(self, seconds):
        self.now += seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def cache(behind, stamps, clock):
    return PageCache(behind, stamps, 2**20, harmless=["csrftoken"], clock=clock)


def get(cache, path="/", query="", method="GET", **headers):
    """(status, headers, body)"""
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "wsgi.url_scheme": "http"}
    begun = []
    body = cache(environ | {f"HTTP_{name}": value for name, value in headers.items()}, lambda *told: begun.append(told))
    return begun[-1][0], dict(begun[-1][1]), b"".join(body)


# What is kept


def test_a_page_is_made_once(cache, behind):
    assert get(cache)[2] == get(cache)[2] == b" 1"
    assert behind.asked == 1


def test_a_head_gets_the_same_headers_and_no_body(cache, behind):
    headers = get(cache)[1]
    assert get(cache, method="HEAD") == ("200 OK", headers, b"")
    assert behind.asked == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_what_is_not_asked_by_get_is_never_answered_from_memory(cache, behind, method):
    get(cache)
    assert get(cache, method=method)[2] == b" 2"
    assert get(cache)[2] == b" 1"


@pytest.mark.parametrize(
    "headers",
    [
        {"COOKIE": "sessionid=x"},
        {"COOKIE": "csrftoken=x; sessionid=y"},
        {"COOKIE": "theme=dark"},
        {"COOKIE": "messages=x"},
        {"AUTHORIZATION": "Basic x"},
    ],
)
def test_who_may_be_somebody_gets_a_page_of_their_own(cache, behind, headers):
    get(cache)
    assert get(cache, **headers)[2] == b" 2"
    assert get(cache)[2] == b" 1"


def test_a_harmless_cookie_reads_from_memory_but_writes_nothing_to_it(cache, behind):
    assert get(cache, COOKIE="csrftoken=x")[2] == b" 1"
    assert get(cache)[2] == b" 2"
    assert get(cache, COOKIE="csrftoken=x")[2] == b" 2"


@pytest.mark.parametrize(
    "header",
    [
        ("Set-Cookie", "csrftoken=x"),
        ("Cache-Control", "private"),
        ("Cache-Control", "max-age=0, no-store"),
        ("Vary", "Cookie, Accept-Language"),
        ("Vary", "*"),
        ("Content-Encoding", "gzip"),
    ],
)
def test_an_answer_that_forbids_it_is_not_kept_and_not_touched(cache, behind, header):
    behind.headers = [header]
    assert get(cache) == ("200 OK", {"Content-Type": "text/html", header[0]: header[1]}, b" 1")
    assert get(cache)[2] == b" 2"


@pytest.mark.parametrize("status", ["404 Not Found", "302 Found", "500 Internal Server Error", "206 Partial Content"])
def test_only_whole_pages_are_kept(cache, behind, status):
    behind.status = status
    assert get(cache)[0] == status
    assert get(cache)[2] == b" 2"


def test_what_no_view_has_declared_is_not_kept_and_not_touched(cache, behind):
    behind.declared = None
    assert get(cache) == ("200 OK", {"Content-Type": "text/html"}, b" 1")
    assert get(cache)[2] == b" 2"


def test_hosts_and_schemes_are_kept_apart(cache, behind):
    assert get(cache, HOST="one.example")[2] == b" 1"
    assert get(cache, HOST="two.example")[2] == b" 2"
    assert get(cache, HOST="one.example", X_FORWARDED_PROTO="https")[2] == b" 3"
    assert get(cache, HOST="one.example", X_FORWARDED_PROTO="anything")[2] == b" 1"


def test_languages_are_kept_apart_by_what_they_come_down_to(behind, stamps):
    cache = PageCache(behind, stamps, 2**20, varies={"Accept-Language": lambda asked: asked[:2]})
    behind.headers = [("Vary", "Accept-Language")]
    assert get(cache, ACCEPT_LANGUAGE="ko")[2] == b" 1"
    assert get(cache, ACCEPT_LANGUAGE="es")[2] == b" 2"
    assert get(cache, ACCEPT_LANGUAGE="ko-KR")[2] == b" 1"
    assert get(cache, ACCEPT_LANGUAGE="ko")[1]["Vary"] == "Accept-Encoding, Accept-Language"


# Query strings


def test_known_parameters_are_put_in_order_and_the_others_left_out(cache, behind):
    assert get(cache, query="sort=newest&page=2")[2] == b"page=2&sort=newest 1"
    assert get(cache, query="utm_source=x&page=2&sort=newest&page=")[2] == b"page=2&sort=newest 1"
    assert behind.asked == 1


def test_unknown_parameters_neither_fill_the_memory_nor_reach_the_application(cache, behind):
    get(cache)
    held = cache.held
    for number in range(50):
        assert get(cache, query=f"r{number}={number}")[2] == b" 1"
    assert (behind.asked, cache.held) == (1, held)


def test_pages_with_a_query_do_not_push_out_those_without(cache, behind):
    behind.length = 10_000
    for number in range(20):
        get(cache, path=f"/{number}")
    for number in range(500):
        get(cache, path="/0", query=f"page={number}")
    asked = behind.asked
    for number in range(20):
        get(cache, path=f"/{number}")
    assert behind.asked == asked
    assert cache.held <= 2**20


def test_an_endless_query_is_answered_but_not_kept(cache, behind):
    query = "page=" + "1" * 600
    assert get(cache, query=query)[2] != get(cache, query=query)[2]
    assert cache.held == 0


def test_what_is_learned_of_addresses_is_bounded(cache, behind, monkeypatch):
    for number in range(LEARNED + 5):
        cache._learn(f"/{number}", frozenset())
    assert len(cache._parameters) == 5


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ""),
        ("page=2", "page=2"),
        ("sort=a&page=2", "page=2&sort=a"),
        ("page=2&page=1", "page=2&page=1"),
        ("page=%C3%A9", "page=%C3%A9"),
        ("page=\xc3\xa9", "page=%C3%A9"),
        ("page=%ff", "page=%FF"),
        ("page=a+b%20c", "page=a+b+c"),
        ("page", ""),
        ("next=/&q=%00", ""),
    ],
)
def test_a_query_string_has_one_form(query, expected):
    assert canonical(query, {"page", "sort"}) == expected
    assert canonical(expected, {"page", "sort"}) == expected


# Freshness


def test_a_change_is_seen_once_the_page_may_be_made_anew(cache, behind, stamps, clock):
    get(cache)
    stamps.change([ANYTHING])
    clock.pass_by(HOLD - 0.01)
    assert get(cache)[2] == b" 1"
    clock.pass_by(0.02)
    assert get(cache)[2] == b" 2"


def test_a_page_of_many_changes_is_made_once_in_a_while(cache, behind, stamps, clock):
    for _ in range(100):
        stamps.change([ANYTHING])
        clock.pass_by(HOLD / 10)
        get(cache)
    assert behind.asked == 10


def test_a_page_that_says_what_it_shows_is_made_anew_for_that_and_for_what_nobody_named(cache, behind, stamps, clock):
    behind.declared = Declared(frozenset(), (UNNAMED, slot_of("film 1")))
    for slots, asked in (([ANYTHING, slot_of("film 2")], 1), ([ANYTHING, slot_of("film 1")], 2), ([UNNAMED], 3)):
        get(cache)
        stamps.change(slots)
        clock.pass_by(HOLD + 0.01)
        get(cache)
        assert behind.asked == asked


def test_a_change_while_the_page_is_made_is_not_lost(cache, behind, stamps, clock):
    behind.meanwhile = lambda: stamps.change([ANYTHING])
    get(cache)
    behind.meanwhile = lambda: None
    clock.pass_by(HOLD + 0.01)
    assert get(cache)[2] == b" 2"
    clock.pass_by(HOLD + 0.01)
    assert get(cache)[2] == b" 2"


def test_no_page_outlives_its_lifetime(cache, behind, clock):
    get(cache)
    clock.pass_by(LIFETIME + 1)
    assert get(cache)[2] == b" 2"


# Pages that cannot be made


def stale(behind, cache, stamps, clock):
    get(cache)
    stamps.change([ANYTHING])
    clock.pass_by(HOLD + 0.01)


@pytest.mark.parametrize("break_", ["answers 500", "raises"])
def test_readers_keep_the_last_page_when_it_cannot_be_made_anew(cache, behind, stamps, clock, break_):
    stale(behind, cache, stamps, clock)
    behind.status, behind.broken = "500 Internal Server Error", break_ == "raises"
    status, headers, body = get(cache)
    assert (status, body) == ("200 OK", b" 1")
    assert headers["Cache-Status"] == "reprise; hit; fwd=stale; fwd-status=500"


def test_a_request_that_failed_is_ended(cache, behind, stamps, clock):
    class Body(list):
        closed = False

        def close(self):
            self.closed = True

    stale(behind, cache, stamps, clock)
    behind.status, failed = "503 Service Unavailable", Body()
    cache._application = lambda *asked: behind(*asked) and failed
    assert get(cache)[1]["Cache-Status"] == "reprise; hit; fwd=stale; fwd-status=503"
    assert failed.closed


def test_what_cannot_be_made_is_tried_again_a_little_later(cache, behind, stamps, clock):
    stale(behind, cache, stamps, clock)
    behind.broken = True
    for _ in range(10):
        get(cache)
    assert behind.asked == 2
    behind.broken = False
    clock.pass_by(RETRY + 0.01)
    _, headers, body = get(cache)
    assert (body, headers.get("Cache-Status")) == (b" 3", None)


def test_what_was_never_made_fails_as_it_would_without_the_cache(cache, behind):
    behind.broken = True
    with pytest.raises(OSError, match="away"):
        get(cache)


# Headers


def test_browsers_keep_a_page_and_ask_whether_it_is_the_same(cache):
    _, headers, _ = get(cache)
    assert (headers["Cache-Control"], headers["Vary"]) == ("no-cache", "Accept-Encoding")
    status, unchanged, body = get(cache, IF_NONE_MATCH=headers["ETag"])
    assert (status, body) == ("304 Not Modified", b"")
    assert unchanged == {name: headers[name] for name in ("Cache-Control", "ETag", "Vary")}


def test_what_the_page_says_of_keeping_it_stands(cache, behind):
    behind.headers = [("Cache-Control", "max-age=60"), ("Vary", "Cookie")]
    _, headers, _ = get(cache)
    assert (headers["Cache-Control"], headers["Vary"]) == ("max-age=60", "Accept-Encoding, Cookie")


def test_a_page_made_for_this_very_request_may_be_the_same_too(cache, behind, stamps, clock):
    behind.declared = Declared(frozenset({"page"}))
    _, headers, _ = get(cache)
    behind.asked = 0
    stamps.change([ANYTHING])
    clock.pass_by(HOLD + 0.01)
    assert get(cache, IF_NONE_MATCH=headers["ETag"])[0] == "304 Not Modified"


@pytest.mark.parametrize(
    ("known", "status"),
    [
        ("*", "304 Not Modified"),
        ('"other", {}', "304 Not Modified"),
        ("W/{}", "304 Not Modified"),
        ('"other"', "200 OK"),
        ("nonsense", "200 OK"),
    ],
)
def test_lists_of_tags_are_understood(cache, known, status):
    etag = get(cache)[1]["ETag"]
    assert get(cache, IF_NONE_MATCH=known.format(etag))[0] == status


def test_every_coding_has_its_bytes_and_its_tag(cache, behind):
    sent = {coding: get(cache, ACCEPT_ENCODING=coding) for coding in ("gzip", "br", "identity")}
    assert gzip.decompress(sent["gzip"][2]) == brotli.decompress(sent["br"][2]) == sent["identity"][2] == b" 1"
    assert [headers.get("Content-Encoding") for _, headers, _ in sent.values()] == ["gzip", "br", None]
    assert len({headers["ETag"] for _, headers, _ in sent.values()}) == 3
    assert all(headers["Content-Length"] == str(len(body)) for _, headers, body in sent.values())
    assert behind.asked == 1


def test_a_tag_of_another_coding_is_not_the_same_page(cache):
    etag = get(cache, ACCEPT_ENCODING="gzip")[1]["ETag"]
    assert get(cache, ACCEPT_ENCODING="br", IF_NONE_MATCH=etag)[0] == "200 OK"
