"""Authenticator app, recovery codes, and what admins need them for. Passkeys need a browser: tests/browser/."""

from base64 import b64decode
from time import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client
from django.urls import reverse

from reviews.models import Standing
from tests.factories import make_admin, make_review, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def patient(settings):
    """A code that was made in one half minute may be read in the next."""
    settings.MFA_TOTP_TOLERANCE = 1


def code_for(secret):
    return format_hotp_value(hotp_value(secret, int(time()) // 30))


def give_app(user):
    """An authenticator app for the user; returns what makes its codes."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def sign_in(client, login="maud", **fields):
    return client.post(reverse("account_login"), {"login": login, "password": "a pass phrase", **fields})


def confirm_password(client, address):
    """Opens a page that asks for the password once more, and gives it."""
    asked = client.get(address)
    assert asked["Location"] == f"{reverse('account_reauthenticate')}?next={address.replace('/', '%2F')}"
    client.post(asked["Location"], {"password": "a pass phrase"})
    return client.get(address)


def test_an_app_is_added_with_the_password_and_brings_recovery_codes(
    client, mailoutbox, django_capture_on_commit_callbacks
):
    user = make_user("maud")
    sign_in(client)
    page = confirm_password(client, reverse("mfa_activate_totp"))
    secret = page.context["form"].secret
    kind, _, picture = page.context["totp_svg_data_uri"].partition(",")
    assert kind == "data:image/svg+xml;base64"
    assert b"<svg" in b64decode(picture)
    with django_capture_on_commit_callbacks(execute=True):
        added = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert added["Location"] == reverse("mfa_view_recovery_codes")
    assert sorted(Authenticator.objects.filter(user=user).values_list("type", flat=True)) == ["recovery_codes", "totp"]
    assert len(client.get(added["Location"]).context["unused_codes"]) == 10
    assert "Reprise: an authenticator app was added" in [mail.subject for mail in mailoutbox]
    assert all(mail.body.startswith("Hello maud,") for mail in mailoutbox)


def test_the_code_that_added_an_app_signs_nobody_in():
    make_user("maud")
    client, other = Client(), Client()
    sign_in(client)
    page = confirm_password(client, reverse("mfa_activate_totp"))
    code = code_for(page.context["form"].secret)
    client.post(reverse("mfa_activate_totp"), {"code": code})
    sign_in(other)
    assert other.post(reverse("mfa_authenticate"), {"code": code}).status_code == 200
    assert not other.get("/").context["user"].is_authenticated


def test_a_wrong_code_adds_no_app(client):
    make_user("maud")
    sign_in(client)
    confirm_password(client, reverse("mfa_activate_totp"))
    page = client.post(reverse("mfa_activate_totp"), {"code": "nonsense"})
    assert "That did not work." in page.content.decode()
    assert Authenticator.objects.count() == 0


def test_whoever_has_not_verified_their_address_adds_no_second_factor(client):
    make_user("maud", verified=False)
    sign_in(client)
    client.get(reverse("account_email"))
    for name in ("mfa_activate_totp", "mfa_add_webauthn"):
        page = client.get(reverse(name), follow=True).content.decode()
        assert "Verify your e-mail address first" in page


def test_with_an_app_the_password_alone_does_not_sign_in_and_the_way_onward_is_kept(client):
    secret = give_app(make_user("maud"))
    assert sign_in(client, next="/films/?page=2")["Location"] == reverse("mfa_authenticate")
    assert not client.get("/").context["user"].is_authenticated
    response = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert (response.status_code, response["Location"]) == (302, "/films/?page=2")
    assert client.get("/").context["user"].username == "maud"


def test_a_code_works_once():
    secret = give_app(make_user("maud"))
    code = code_for(secret)
    answers = []
    for client in (Client(), Client()):
        sign_in(client)
        answers.append(client.post(reverse("mfa_authenticate"), {"code": code}).status_code)
    assert answers == [302, 200]


def test_a_recovery_code_works_once_in_place_of_the_app():
    user = make_user("maud")
    give_app(user)
    code = RecoveryCodes.activate(user).get_unused_codes()[0]
    answers = []
    for client in (Client(), Client()):
        sign_in(client)
        answers.append(client.post(reverse("mfa_authenticate"), {"code": code}).status_code)
    assert answers == [302, 200]


def test_guessing_codes_is_limited(client):
    secret = give_app(make_user("maud"))
    sign_in(client)
    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "nonsense"})
    page = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert "too many wrong tries" in page.content.decode()


def test_a_new_password_from_a_mail_does_not_go_around_the_second_factor(client, mailoutbox):
    give_app(make_user("maud"))
    client.post(reverse("account_reset_password"), {"email": "maud@example.org"})
    key = mailoutbox[0].body.partition("/key/")[2].partition("/")[0]
    form = client.get(f"/accounts/password/reset/key/{key}/")["Location"]
    new = {"password1": "a longer pass phrase", "password2": "a longer pass phrase"}
    assert client.post(form, new)["Location"] == reverse("mfa_authenticate")


def test_nobody_touches_the_passkeys_of_others(client):
    key = Authenticator.objects.create(user=make_user(), type="webauthn", data={"name": "theirs", "credential": {}})
    make_user("maud")
    sign_in(client)
    confirm_password(client, reverse("mfa_add_webauthn"))
    for name in ("mfa_edit_webauthn", "mfa_remove_webauthn"):
        assert client.get(reverse(name, args=[key.pk])).status_code == 404
        assert client.post(reverse(name, args=[key.pk]), {"name": "mine"}).status_code == 404


def test_a_passkey_that_is_refused_keeps_the_way_onward(client):
    response = client.post(reverse("mfa_login_webauthn"), {"credential": "{}", "next": "/films/?page=2"})
    assert response["Location"] == f"{reverse('account_login')}?next=%2Ffilms%2F%3Fpage%3D2"


# Behind the screen


def test_admins_come_in_through_the_sites_own_sign_in(client):
    make_admin("maud")
    asked = client.get(reverse("admin:index"))
    assert asked["Location"] == "/admin/login/?next=/admin/"
    asked = client.get(asked["Location"])
    assert asked["Location"] == "/accounts/login/?next=%2Fadmin%2F"
    assert sign_in(client, next="/admin/")["Location"] == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_the_admins_own_form_takes_no_password(client):
    make_admin("maud")
    client.post("/admin/login/", {"username": "maud", "password": "a pass phrase"})
    assert not client.get("/").context["user"].is_authenticated


def test_whoever_is_no_admin_stays_before_the_screen(client):
    client.force_login(make_user())
    assert client.get("/admin/", follow=True).status_code == 403


def test_where_it_is_asked_for_an_admin_without_a_second_factor_is_sent_to_add_one(client, settings):
    settings.ADMIN_SECOND_FACTOR = True
    client.force_login(make_admin())
    page = client.get("/admin/reviews/review/", follow=True)
    assert page.request["PATH_INFO"] == reverse("mfa_index")
    assert "The admin pages need a second factor." in page.content.decode()


def test_recovery_codes_alone_are_no_second_factor(client, settings):
    settings.ADMIN_SECOND_FACTOR = True
    admin = make_admin()
    RecoveryCodes.activate(admin)
    client.force_login(admin)
    assert client.get("/admin/").status_code == 302


def test_an_admin_with_a_second_factor_works_as_ever(client, settings):
    settings.ADMIN_SECOND_FACTOR = True
    secret = give_app(make_admin("maud"))
    sign_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert client.get("/admin/").status_code == 200


def test_the_seeds_of_second_factors_are_not_shown_to_admins(client):
    client.force_login(make_admin())
    page = client.get("/admin/").content.decode()
    assert "/admin/mfa/" not in page
    assert "/admin/usersessions/" not in page


def test_deleting_people_in_the_admin_leaves_the_totals_right(client):
    leaving = [make_user(), make_user()]
    review = make_review()
    for user in leaving:
        review.cast_vote(user, helpful=True)
    client.force_login(make_admin())
    data = {"action": "delete_selected", "_selected_action": [user.pk for user in leaving], "post": "yes"}
    client.post(reverse("admin:accounts_user_changelist"), data)
    assert Standing.objects.get().votes_total == 0
