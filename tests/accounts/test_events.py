"""What happened at the door: seen by the person, listed for admins, said in the log, and forgotten."""

import datetime
import json
import logging
from time import time

import pytest
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import events
from accounts.models import AccountEvent
from config.observing import JsonLine, request_id
from tests.factories import make_admin, make_user

pytestmark = pytest.mark.django_db

Kind = AccountEvent.Kind
PASSWORD = "a pass phrase"
NEW = "another pass phrase of some length"


@pytest.fixture
def maud():
    return make_user("maud")


def sign_in(client, login="maud", password=PASSWORD, **headers):
    return client.post(reverse("account_login"), {"login": login, "password": password}, **headers)


def confirm(client):
    """Gives the password once more, which some pages ask for."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def kinds(user):
    return [Kind(event.kind) for event in AccountEvent.objects.filter(user=user).order_by("pk")]


def test_coming_trying_and_going_are_recorded(client, maud):
    sign_in(client, password="wrong")
    sign_in(client, "maud@example.org", "wrong")
    sign_in(client)
    client.post(reverse("account_logout"))
    assert kinds(maud) == [Kind.FAILED, Kind.FAILED, Kind.SIGNED_IN, Kind.SIGNED_OUT]


def test_a_changed_password_is_recorded(client, maud):
    sign_in(client)
    said = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post(reverse("account_change_password"), said)
    assert kinds(maud)[-1] == Kind.PASSWORD


def test_second_factors_that_come_fail_and_go_are_recorded(client, maud, settings, django_capture_on_commit_callbacks):
    settings.MFA_TOTP_TOLERANCE = 1  # a code may grow old on its way
    sign_in(client)
    confirm(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    code = format_hotp_value(hotp_value(secret, int(time()) // 30))
    for name, said in (("activate_totp", {"code": code}), ("generate_recovery_codes", {}), ("deactivate_totp", {})):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(reverse(f"mfa_{name}"), said)
    assert kinds(maud) == [Kind.SIGNED_IN, Kind.FACTOR_ADDED, Kind.NEW_CODES, Kind.FACTOR_REMOVED]


def test_a_wrong_code_is_recorded_and_nobody_is_in_before_the_right_one(client, maud):
    TOTP.activate(maud, generate_totp_secret())
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert kinds(maud) == [Kind.WRONG_CODE]


def test_sessions_that_are_ended_from_elsewhere_are_recorded(client, maud):
    sign_in(Client())
    sign_in(client)
    client.post(reverse("usersessions_list"))
    assert kinds(maud) == [Kind.SIGNED_IN, Kind.SIGNED_IN, Kind.ENDED]


def test_what_strangers_try_belongs_to_nobody_and_what_they_typed_is_not_kept(client, maud, caplog):
    with caplog.at_level(logging.INFO, "reprise.accounts"):
        sign_in(client, "a secret typed into the wrong field")
    assert (kinds(maud), kinds(None)) == ([], [Kind.FAILED])
    assert "a secret" not in caplog.text


def test_a_wrong_password_costs_the_same_queries_for_a_name_that_is_nobodys(maud):
    def asked(login):
        with CaptureQueriesContext(connection) as queries:
            sign_in(Client(), login, "wrong")
        return [query["sql"].split()[0] for query in queries if "accounts_" in query["sql"]]

    assert asked("maud") == asked("nobody")


@pytest.mark.parametrize(
    ("address", "network"), [("203.0.113.77", "203.0.113.0"), ("2001:db8:1:2:3::4", "2001:db8:1::")]
)
def test_of_an_address_only_the_network_is_kept(client, maud, address, network):
    sign_in(client, REMOTE_ADDR=address)
    assert AccountEvent.objects.get().network == network


def test_each_is_a_line_in_the_log_with_the_id_of_its_request(client, maud, caplog):
    with caplog.at_level(logging.INFO, "reprise.accounts"):
        sign_in(client)
    token = request_id.set("abc")
    line = json.loads(JsonLine().format(next(r for r in caplog.records if r.name == "reprise.accounts")))
    request_id.reset(token)
    said = {name: line[name] for name in ("level", "logger", "event", "user", "network", "request_id")}
    assert said == {
        "level": "INFO", "logger": "reprise.accounts", "event": "signed in", "user": maud.pk, "network": "127.0.0.0",
        "request_id": "abc",
    }  # fmt: skip


def test_what_is_old_is_forgotten_as_new_things_happen(client, maud):
    for user in (maud, make_user("other")):
        old = AccountEvent.objects.create(user=user, kind=Kind.SIGNED_IN, network="203.0.113.0")
        AccountEvent.objects.filter(pk=old.pk).update(at=timezone.now() - events.KEPT - datetime.timedelta(minutes=1))
    kept = AccountEvent.objects.create(user=maud, kind=Kind.SIGNED_OUT, network="203.0.113.0")
    AccountEvent.objects.filter(pk=kept.pk).update(at=timezone.now() - events.KEPT + datetime.timedelta(minutes=1))
    sign_in(client)
    assert [event.kind for event in AccountEvent.objects.order_by("pk")] == [Kind.SIGNED_OUT, Kind.SIGNED_IN]


def test_who_is_tried_very_often_keeps_the_newest_of_each_kind(client, maud, monkeypatch):
    monkeypatch.setattr(events, "MOST", 3)
    other = AccountEvent.objects.create(user=make_user("other"), kind=Kind.SIGNED_IN, network="203.0.113.0")
    sign_in(Client())
    for _ in range(4):
        sign_in(client, password="wrong")
    assert kinds(maud) == [Kind.SIGNED_IN, Kind.FAILED, Kind.FAILED, Kind.FAILED]
    assert kinds(other.user) == [Kind.SIGNED_IN]


def test_a_person_sees_their_own_and_nobody_elses(client, maud):
    make_user("other")
    sign_in(Client(), "other", "wrong", REMOTE_ADDR="198.51.100.9")
    sign_in(client, REMOTE_ADDR="203.0.113.77")
    page = client.get(reverse("account")).text
    assert "from the network of 203.0.113.0" in page
    assert "198.51.100.0" not in page
    assert "aus dem Netz von 203.0.113.0" in client.get(reverse("account"), headers={"accept-language": "de"}).text


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_of_the_account_asks_the_same_for_any_number(client, maud, count, django_assert_num_queries):
    client.force_login(maud)
    for _ in range(count):
        AccountEvent.objects.create(user=maud, kind=Kind.SIGNED_IN, network="203.0.113.0")
    with django_assert_num_queries(8):
        client.get(reverse("account"))


def test_they_are_part_of_ones_data_and_go_with_the_account(client, maud):
    sign_in(client)
    document = json.loads(client.get(reverse("export_account")).getvalue())
    assert [(event["kind"], event["network"]) for event in document["events"]] == [("signed in", "127.0.0.0")]
    confirm(client)
    client.post(reverse("delete_account"), {"sure": "on"})
    assert AccountEvent.objects.count() == 0


def test_admins_list_them_and_change_none(client, maud):
    address = reverse("admin:accounts_accountevent_changelist")
    sign_in(Client())
    assert client.get(address).status_code == 302
    client.force_login(make_user("staff", is_staff=True))
    assert client.get(address).status_code == 403
    client.force_login(make_admin())
    assert "maud" in client.get(address, {"q": "maud"}).text
    event = AccountEvent.objects.get(user=maud)
    for page in ("change", "delete"):
        forbidden = client.post(reverse(f"admin:accounts_accountevent_{page}", args=[event.pk]), {"post": "yes"})
        assert forbidden.status_code == 403
    assert client.get(reverse("admin:accounts_accountevent_add")).status_code == 403
