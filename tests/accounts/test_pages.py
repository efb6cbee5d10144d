"""Every page and mail of allauth's that one can come to speaks the site's words."""

import re
from pathlib import Path

import allauth
import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.template.loader import get_template, render_to_string
from django.urls import reverse

from tests.factories import make_user

pytestmark = pytest.mark.django_db

THEIRS = Path(allauth.__file__).parent / "templates"
# What the settings switch off: codes by mail, telephones, passkeys at sign-up, trusted browsers, other sites' accounts.
OFF = re.compile(
    r"code|phone|passkey|trust|socialaccount|openid|idp|elements|base|layouts|snippets|scripts|signup_form"
)


def names(pattern):
    found = sorted(str(path.relative_to(THEIRS)) for path in THEIRS.glob(pattern))
    return [name for name in found if not OFF.search(name) or "recovery_codes" in name]


@pytest.mark.parametrize(
    "name",
    [
        name
        for name in names("**/*.html") + names("**/*.txt")
        if name not in ("account/email.html",) and "/base.html" not in name
    ],
)
def test_no_page_mail_or_message_is_allauths_own(name):
    assert get_template(name).origin.name.startswith(str(settings.BASE_DIR))


@pytest.mark.parametrize("name", names("*/email/*.txt"))
def test_no_mail_is_left_with_a_gap(name):
    """Every variable that a mail uses is given to it: what is unknown would show as nothing."""
    given = {
        "user": make_user("maud"), "username": "maud", "email": "a@example.org", "site_url": "https://reprise.example",
        "activate_url": "link", "password_reset_url": "link", "signup_url": "link", "ip": "127.0.0.1",
        "user_agent": "Firefox", "from_email": "a@example.org", "to_email": "b@example.org",
        "deleted_email": "a@example.org",
    }  # fmt: skip
    text = render_to_string(name, given)
    assert text.strip()
    assert "!" not in text
    assert re.search(r" [.,]|  ", text) is None


@pytest.fixture
def maud(client):
    maud = make_user("maud")
    client.post(reverse("account_login"), {"login": "maud", "password": "a pass phrase"})
    client.post(reverse("account_reauthenticate"), {"password": "a pass phrase"})
    return maud


@pytest.mark.parametrize(
    "name",
    ["account_login", "account_signup", "account_reset_password", "account_reset_password_done",
     "account_reset_password_from_key_done", "account_email_verification_sent", "account_inactive"],
)  # fmt: skip
def test_the_pages_before_the_door_open(client, name):
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert "data-allauth" not in page.content.decode()


@pytest.mark.parametrize(
    "name",
    ["account", "account_logout", "account_email", "account_change_password", "account_reauthenticate", "mfa_index",
     "mfa_activate_totp", "mfa_list_webauthn", "mfa_add_webauthn", "usersessions_list", "delete_account"],
)  # fmt: skip
def test_the_pages_behind_the_door_open(client, maud, name):
    page = client.get(reverse(name))
    assert page.status_code == 200
    assert "data-allauth" not in page.content.decode()


@pytest.mark.parametrize(
    "name",
    ["mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes", "mfa_reauthenticate",
     "mfa_download_recovery_codes"],
)  # fmt: skip
def test_the_pages_of_second_factors_open(client, maud, name):
    TOTP.activate(maud, generate_totp_secret())
    RecoveryCodes.activate(maud)
    assert client.get(reverse(name)).status_code == 200


def test_an_account_without_a_password_can_get_one(client, maud):
    maud.set_unusable_password()
    maud.save()
    client.force_login(maud)
    assert "Set a password" in client.get(reverse("account_set_password")).content.decode()


def test_the_address_is_changed_once_the_new_one_is_verified(client, maud, mailoutbox):
    client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
    page = client.get(reverse("account_email")).content.decode()
    assert "changes to <strong>new@example.org</strong>" in page
    maud.refresh_from_db()
    assert (maud.email, maud.verified) == ("maud@example.org", True)
    new = EmailAddress.objects.get(email="new@example.org")
    client.post(reverse("account_confirm_email", args=[EmailConfirmationHMAC(new).key]))
    maud.refresh_from_db()
    assert (maud.email, maud.verified) == ("new@example.org", True)
    assert [mail.to for mail in mailoutbox if "changed" in mail.subject] == [["maud@example.org"]]


def test_the_change_of_an_address_can_be_called_off(client, maud):
    client.post(reverse("account_email"), {"action_add": "", "email": "new@example.org"})
    client.post(reverse("account_email"), {"action_remove": "", "email": "new@example.org"})
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("maud@example.org", True)]


def test_ones_only_address_is_not_removed(client, maud):
    client.post(reverse("account_email"), {"action_remove": "", "email": "maud@example.org"})
    maud.refresh_from_db()
    assert maud.verified


def test_changing_to_an_address_answers_the_same_whether_or_not_it_is_somebodys(client, maud, mailoutbox):
    make_user("other")
    client.get("/")  # shows, and so forgets, the message about having signed in

    def answer(email):
        page = client.post(reverse("account_email"), {"action_add": "", "email": email}, follow=True).content.decode()
        client.post(reverse("account_email"), {"action_remove": "", "email": email}, follow=True)
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace(email, "")

    assert answer("other@example.org") == answer("nobody@example.org")


def test_the_link_can_be_sent_again(client, mailoutbox):
    client.force_login(make_user("maud"))
    client.get(reverse("account_email"))
    client.post(reverse("account_reauthenticate"), {"password": "a pass phrase"})
    client.post(reverse("account_email"), {"action_send": "", "email": "maud@example.org"})
    assert [mail.subject for mail in mailoutbox] == ["Reprise: verify your e-mail address"]


def test_a_passkey_is_renamed_and_shown(client, maud):
    data = {"name": "laptop", "credential": {"clientExtensionResults": {"credProps": {"rk": True}}}}
    key = Authenticator.objects.create(user=maud, type="webauthn", data=data)
    assert "laptop" in client.get(reverse("mfa_list_webauthn")).content.decode()
    assert "laptop" in client.get(reverse("mfa_remove_webauthn", args=[key.pk])).content.decode()
    client.post(reverse("mfa_edit_webauthn", args=[key.pk]), {"name": "blue key"})
    key.refresh_from_db()
    assert str(key) == "blue key"
