"""Second factors at rest, and a new SECRET_KEY."""

from time import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts import seeds
from tests.factories import make_user

pytestmark = pytest.mark.django_db

OLD, NEW = "the old key, which has very many characters, as it should", "the new key, which has as many of them, too"


@pytest.fixture(autouse=True)
def old_key(settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = OLD, []


@pytest.fixture
def new_key(settings):
    def change(*fallbacks):
        settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = NEW, list(fallbacks)

    return change


@pytest.fixture
def secret(settings):
    """That of the app of a reader who has recovery codes too."""
    settings.MFA_TOTP_TOLERANCE = 1  # a code may grow old on its way
    maud, secret = make_user("maud"), generate_totp_secret()
    TOTP.activate(maud, secret)
    RecoveryCodes.activate(maud)
    return secret


def sign_in(client, code):
    client.post(reverse("account_login"), {"login": "maud", "password": "a pass phrase"})
    return client.post(reverse("mfa_authenticate"), {"code": code})


def code_for(secret):
    return format_hotp_value(hotp_value(secret, int(time()) // 30))


def codes():
    return Authenticator.objects.get(type="recovery_codes").wrap().get_unused_codes()


def test_the_database_holds_neither_seed(secret):
    stored = [str(factor.data) for factor in Authenticator.objects.all()]
    assert len(stored) == 2
    assert [secret in data for data in stored] == [False, False]
    seed = seeds.decrypted(Authenticator.objects.get(type="recovery_codes").data["seed"])
    assert [seed in data for data in stored] == [False, False]


def test_the_same_seed_is_never_written_the_same_way():
    assert seeds.encrypted("a seed") != seeds.encrypted("a seed")
    assert seeds.decrypted(seeds.encrypted("a seed")) == "a seed"


def test_codes_of_both_kinds_sign_in(client, secret):
    assert sign_in(client, code_for(secret)).status_code == 302
    client.cookies.clear()
    assert sign_in(client, codes()[0]).status_code == 302
    assert len(codes()) == 9


def test_after_a_new_key_those_who_are_signed_in_stay_so_while_the_old_one_is_named(client, new_key):
    make_user("maud")
    client.post(reverse("account_login"), {"login": "maud", "password": "a pass phrase"})
    new_key(OLD)
    assert client.get(reverse("account")).status_code == 200
    new_key(OLD)
    assert client.get(reverse("account")).status_code == 200


def test_after_a_new_key_without_the_old_one_everybody_signs_in_anew(client, new_key):
    make_user("maud")
    client.post(reverse("account_login"), {"login": "maud", "password": "a pass phrase"})
    new_key()
    assert client.get(reverse("account")).status_code == 302


def test_after_a_new_key_codes_sign_in_while_the_old_one_is_named(client, secret, new_key):
    new_key(OLD)
    assert sign_in(client, code_for(secret)).status_code == 302


def test_what_is_encrypted_anew_needs_the_old_key_no_more(client, secret, new_key, capsys):
    unused = codes()
    new_key(OLD)
    call_command("renew_key")
    assert capsys.readouterr().out == "2 encrypted with the newest key.\n"
    new_key()
    assert codes() == unused
    assert sign_in(client, code_for(secret)).status_code == 302


def test_what_no_key_opens_is_said_and_lets_nobody_in(client, secret, new_key):
    new_key()
    page = sign_in(client, code_for(secret))
    assert page.status_code == 200
    assert "This site cannot read your second factor any more." in page.text
    assert client.get(reverse("account")).status_code == 302
    with pytest.raises(CommandError, match="No key that is known opens those of users") as told:
        call_command("renew_key")
    assert told.value.returncode == 1
