import logging
import sys

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from config.observing import RefusalsWithoutTrace
from tests.factories import make_film, make_review, make_user


@pytest.fixture
def forgiving():
    """A client to which a fault is a page, as it is to a browser."""
    return Client(raise_request_exception=False)


def away(*_):
    raise OperationalError("the database does not answer")


@pytest.mark.django_db
def test_a_film_that_does_not_exist_is_looked_for(client):
    page = client.get("/films/hard-hit-2020/")
    assert page.status_code == 404
    assert 'name="q" value="hard hit"' in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/nowhere/", "/reviews/99/"])
def test_another_page_that_does_not_exist_offers_the_films(client, address):
    page = client.get(address)
    assert page.status_code == 404
    assert 'id="sought"' not in page.content.decode()
    assert "All films" in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["vote", "withdraw_vote"])
def test_opening_the_address_of_a_button_leads_back_to_the_review(client, name):
    review = make_review()
    page = client.get(reverse(name, args=[review.pk]))
    assert (page.status_code, page["Allow"]) == (405, "POST")
    assert f'href="{review.get_absolute_url()}"' in page.content.decode()


@pytest.mark.django_db
def test_sending_to_a_page_that_is_only_read_is_said_in_words(client):
    page = client.post("/films/")
    assert (page.status_code, page["Allow"]) == (405, "GET, HEAD")
    assert "Nothing was changed." in page.content.decode()


@pytest.mark.django_db
def test_a_vote_without_an_answer_says_what_is_missing(client):
    page = client.post(reverse("vote", args=[make_review().pk]))
    assert page.status_code == 400
    assert "send helpful=yes or helpful=no" in page.content.decode()
    assert "<h1>" in page.content.decode()


@pytest.mark.django_db
def test_a_refusal_says_its_reason(client):
    author = make_user()
    review = make_review(user=author)
    client.force_login(author)
    page = client.post(reverse("vote", args=[review.pk]), {"helpful": "yes"})
    assert page.status_code == 403
    assert "Nobody votes on a review of their own." in page.content.decode()


@pytest.mark.django_db
def test_a_form_without_its_token_is_asked_for_once_more():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    page = client.post(reverse("vote", args=[make_review().pk]), {"helpful": "yes"})
    assert page.status_code == 403
    assert "Please send that once more" in page.content.decode()


@pytest.mark.django_db
def test_a_request_with_a_strange_host_is_refused_with_a_page(client):
    page = client.get("/", headers={"host": "elsewhere.example"})
    assert page.status_code == 400
    assert "We could not read that request" in page.content.decode()


def test_a_fault_is_answered_without_the_database(forgiving, monkeypatch):
    monkeypatch.setattr("reviews.views.render", None)
    monkeypatch.setattr("reviews.views.Review.objects", None)
    page = forgiving.get("/")
    assert (page.status_code, page["Cache-Control"]) == (500, "no-store")
    assert "The fault is ours" in page.content.decode()
    assert 'rel="stylesheet"' in page.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/films/hard-hit-2021/"])
def test_while_the_database_is_away_readers_are_told_to_wait(forgiving, address):
    make_film()
    with connection.execute_wrapper(away):
        page = forgiving.get(address)
    assert (page.status_code, page["Retry-After"], page["Cache-Control"]) == (503, "30", "no-store")
    assert "does not answer just now" in page.content.decode()


@pytest.mark.django_db
def test_a_signed_in_reader_of_a_missing_page_is_told_so_too(forgiving):
    forgiving.force_login(make_user())
    with connection.execute_wrapper(away):
        assert forgiving.get("/nowhere/").status_code == 503


@pytest.mark.django_db
def test_programs_are_told_in_their_own_way_that_the_database_is_away(forgiving):
    with connection.execute_wrapper(away):
        response = forgiving.get("/api/v1/films/")
    assert (response.status_code, response["Content-Type"]) == (503, "application/problem+json")
    assert response["Retry-After"] == "30"


@pytest.mark.django_db
def test_programs_are_told_in_their_own_way_that_something_is_read_only_whatever_they_send():
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    response = client.post("/api/v1/films/", {"title": "Hard Hit"})
    assert (response.status_code, response["Content-Type"]) == (405, "application/problem+json")
    assert response["Allow"] == "GET, HEAD, OPTIONS"


def test_a_refusal_is_a_line_in_the_log_and_a_fault_keeps_its_trace():
    def written(status):
        try:
            raise PermissionDenied("Not yours.")
        except PermissionDenied:
            record = logging.makeLogRecord(
                {
                    "msg": "Forbidden",
                    "levelno": logging.WARNING,
                    "exc_info": sys.exc_info(),
                    "status_code": status,
                }
            )
        RefusalsWithoutTrace().filter(record)
        return logging.Formatter().format(record)

    assert written(403) == "Forbidden"
    assert "PermissionDenied: Not yours." in written(500)


@pytest.mark.parametrize(
    ("address", "written"),
    [("/oembed/?format=xml&url=x", "WARNING Not Implemented: /oembed/"), ("/nowhere/", "WARNING Not Found: /nowhere/")],
)
@pytest.mark.django_db
def test_nobody_writes_errors_into_the_log_by_asking_for_what_there_is_not(client, caplog, address, written):
    client.get(address)
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    RefusalsWithoutTrace().filter(record)
    assert f"{record.levelname} {record.getMessage()}" == written


def test_a_fault_stays_an_error_in_the_log():
    record = logging.makeLogRecord({"levelno": logging.ERROR, "levelname": "ERROR", "status_code": 500})
    RefusalsWithoutTrace().filter(record)
    assert record.levelname == "ERROR"


@pytest.mark.django_db
def test_the_log_of_the_site_drops_the_traces_of_refusals(settings):
    assert settings.LOGGING["handlers"]["stderr"]["filters"] == ["refusals"]
    assert settings.LOGGING["filters"]["refusals"]["()"] == "config.observing.RefusalsWithoutTrace"
