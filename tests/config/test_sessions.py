from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.sessions import SessionStore

pytestmark = pytest.mark.django_db


@pytest.fixture
def stored():
    session = SessionStore()
    session["film"] = "Hard Hit"
    session.save()
    return session.session_key


def found(key):
    """What a session holds, and the key that it goes on with."""
    session = SessionStore(key)
    return dict(session.items()), session.session_key


def test_a_session_is_found_by_its_key(stored):
    assert found(stored) == ({"film": "Hard Hit"}, stored)


def test_a_session_of_another_key_is_empty_and_does_not_take_the_key_that_was_sent(stored):
    assert found("a" * 32) == ({}, None)


@pytest.mark.parametrize(("seconds", "expected"), [(-60, {}), (60, {"film": "Hard Hit"})])
def test_a_session_ends_when_it_expires(stored, seconds, expected):
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=seconds))
    assert found(stored)[0] == expected


def test_a_session_that_somebody_wrote_into_the_database_without_the_key_is_empty(stored):
    Session.objects.update(session_data=Session.objects.get().session_data[:-1] + "!")
    assert found(stored)[0] == {}


def test_a_session_that_was_ended_is_gone_at_once(stored):
    before = found(stored)[0]
    SessionStore().delete(stored)
    assert (before, found(stored)[0]) == ({"film": "Hard Hit"}, {})
