import pytest
from django.db import IntegrityError
from django.urls import reverse

from accounts.models import User
from tests.factories import make_review, make_user

pytestmark = pytest.mark.django_db


def test_an_address_signs_up_once_in_whatever_case():
    User.objects.create_user("one", "maud@example.org")
    with pytest.raises(IntegrityError, match="user_email_once"):
        User.objects.create_user("two", "Maud@Example.org".replace("Example", "EXAMPLE"))


def test_people_without_an_address_do_not_collide():
    User.objects.create_user("one")
    assert User.objects.create_user("two").pk


def test_signing_up_signs_in_and_leads_on(client):
    review = make_review()
    response = client.post(
        f"{reverse('account_signup')}?next={review.get_absolute_url()}",
        {"email": "maud@example.org", "username": "maud", "password1": "a pass phrase of some length"},
    )
    assert (response.status_code, response["Location"]) == (302, review.get_absolute_url())
    assert client.get("/").context["user"].username == "maud"


@pytest.mark.parametrize("login", ["maud", "maud@example.org"])
def test_signing_in_by_name_or_address(client, login):
    make_user("maud")
    response = client.post(reverse("account_login"), {"login": login, "password": "a pass phrase"})
    assert (response.status_code, response["Location"]) == (302, "/")


def test_signing_out(client):
    client.force_login(make_user())
    client.post(reverse("account_logout"))
    assert not client.get("/").context["user"].is_authenticated


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password"])
def test_the_pages_of_accounts_open(client, name):
    assert client.get(reverse(name)).status_code == 200


def test_a_wrong_password_gets_a_sentence(client):
    make_user("maud")
    response = client.post(reverse("account_login"), {"login": "maud", "password": "wrong"})
    assert "not correct" in response.content.decode()
