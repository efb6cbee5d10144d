import pytest

from accounts.backends import AuthenticationBackend
from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def get(pk):
    return AuthenticationBackend().get_user(pk)


def test_whom_a_session_belongs_to_is_found_by_id():
    maud = make_user("maud")
    assert (get(maud.pk), get(str(maud.pk)).username, get(0)) == (maud, "maud", None)


def test_who_is_locked_out_is_nobody_at_once():
    maud = make_user("maud")
    before = get(maud.pk)
    User.objects.update(is_active=False)
    assert (before, get(maud.pk)) == (maud, None)


def test_what_changes_is_seen_at_once():
    maud = make_user("maud")
    first = get(maud.pk).username
    User.objects.update(username="maud_again")
    assert (first, get(maud.pk).username) == ("maud", "maud_again")


def test_what_one_request_changes_of_a_person_no_other_sees():
    maud = make_user("maud")
    one = get(maud.pk)
    one.username, one.looked_at = "somebody else", True
    one._state.fields_cache["something"] = maud
    other = get(maud.pk)
    assert (other.username, hasattr(other, "looked_at"), other._state.fields_cache) == ("maud", False, {})
