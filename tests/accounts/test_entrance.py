"""Signing up, in and out, verifying, and setting a new password."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client
from django.urls import reverse

from accounts.models import AccountEvent, User
from reviews.models import HelpfulVote, Standing
from tests.factories import make_admin, make_review, make_user

pytestmark = pytest.mark.django_db

PASSWORD = "a pass phrase of some length"
ELSEWHERE = ["https://elsewhere.example/", "//elsewhere.example/", r"/\elsewhere.example/", "javascript:alert(1)"]


def sign_up(client, name="maud", email="maud@example.org", password=PASSWORD, **fields):
    return client.post(reverse("account_signup"), {"email": email, "username": name, "password1": password, **fields})


def sign_in(client, login="maud", password="a pass phrase", place="127.0.0.1", **fields):
    form = {"login": login, "password": password, **fields}
    return client.post(reverse("account_login"), form, REMOTE_ADDR=place)


def link(mail):
    """The path and query of the first link in a mail, which leads to the site that the settings name."""
    address = re.search(r"https?://\S+", mail.body)[0]
    assert address.startswith(settings.SITE_URL)
    return address.removeprefix(settings.SITE_URL)


def signed_in_as(client):
    user = client.get("/").context["user"]
    return user.username if user.is_authenticated else None


# Signing up


def test_signing_up_signs_in_leads_on_and_sends_a_link(client, mailoutbox):
    review = make_review()
    response = sign_up(client, next=review.get_absolute_url())
    assert (response.status_code, response["Location"]) == (302, review.get_absolute_url())
    assert signed_in_as(client) == "maud"
    assert [(mail.to, mail.subject) for mail in mailoutbox] == [
        (["maud@example.org"], "Reprise: verify your e-mail address")
    ]


def test_looking_at_the_link_verifies_nothing_and_pressing_its_button_does(client, mailoutbox):
    sign_up(client)
    address = link(mailoutbox[0])
    assert "Is this you?" in client.get(address).content.decode()
    assert not User.objects.get().verified
    response = client.post(address)
    assert (response.status_code, response["Location"]) == (302, reverse("account"))
    assert User.objects.get().verified


def test_the_link_leads_back_to_where_signing_up_began(client, mailoutbox):
    sign_up(client, next="/films/?page=2")
    address = link(mailoutbox[0])
    page = client.get(address).content.decode()
    assert 'name="next" value="/films/?page=2"' in page
    assert client.post(address)["Location"] == "/films/?page=2"


def test_looking_at_the_link_of_another_account_signs_nobody_out_and_pressing_its_button_does(client, mailoutbox):
    sign_up(Client())
    client.force_login(make_user("other"))
    address = link(mailoutbox[0])
    client.get(address)
    assert signed_in_as(client) == "other"
    client.post(address)
    assert signed_in_as(client) is None


def test_a_used_link_says_so(client, mailoutbox):
    sign_up(client)
    address = link(mailoutbox[0])
    client.post(address)
    assert "This link is used up" in client.get(address).content.decode()
    assert client.post(address).status_code == 404


def test_signing_up_answers_the_same_for_a_known_address_and_tells_only_its_owner(client, mailoutbox):
    make_user("owner")
    known = sign_up(Client(), "first", "owner@example.org", next="/films/")
    unknown = sign_up(Client(), "second", "nobody@example.org", next="/films/")
    assert (known.status_code, known["Location"], known.content) == (
        unknown.status_code,
        unknown["Location"],
        unknown.content,
    )
    assert [(mail.to[0], mail.subject) for mail in mailoutbox] == [
        ("owner@example.org", "Reprise: you have an account already"),
        ("nobody@example.org", "Reprise: verify your e-mail address"),
    ]


def test_nobody_verifies_an_address_that_is_somebodys(client):
    make_user("owner")
    sign_up(client, "thief", "owner@example.org")
    assert EmailAddress.objects.get(user__username="thief").set_verified() is False
    assert not User.objects.get(username="thief").verified


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("short", "at least 10 characters"),
        ("1029384756565", "entirely numeric"),
        ("password123", "too common"),
        ("matinee_maud", "too similar to the username"),
    ],
)
def test_a_weak_password_is_refused_with_a_sentence(client, password, said):
    page = sign_up(client, "matinee_maud", password=password).content.decode()
    assert said in page
    assert User.objects.count() == 0


@pytest.mark.parametrize("name", ["Maud", "maud", "ma ud", "maud@home", "admin", "x" * 41, ".", ".."])
def test_a_name_that_is_taken_or_no_name_is_refused(client, name):
    make_user("maud")
    assert sign_up(client, name, "other@example.org").status_code == 200
    assert User.objects.count() == 1


@pytest.mark.parametrize("name", ["mаud", "Μaud", "mаud_from_hackney"], ids=ascii)
def test_a_name_of_letters_from_alphabets_that_look_alike_is_refused_with_a_sentence(client, name):
    page = sign_up(client, name)
    assert (page.status_code, User.objects.count()) == (200, 0)
    assert "This name mixes letters of several alphabets" in page.content.decode()
    german = client.post(
        reverse("account_signup"),
        {"email": "maud@example.org", "username": name, "password1": PASSWORD},
        headers={"accept-language": "de"},
    )
    assert "Dieser Name mischt Buchstaben mehrerer Alphabete" in german.content.decode()


@pytest.mark.parametrize("name", ["Мод", "מוד", "東京maud", "Ærøskøbing", "Ελένη"], ids=ascii)
def test_a_name_in_any_one_alphabet_is_welcome(client, name):
    assert sign_up(client, name).status_code == 302
    assert User.objects.get().username == name


@pytest.mark.parametrize(
    ("taken", "name"),
    [
        *[("ace", "асе"), ("асе", "ace"), ("TOM", "ΤΟΜ"), ("ΤΟΜ", "tom"), ("maud", "ｍａｕｄ"), ("zoé", "zoe\u0301")],
        *[
            ("поет", "Поет"),
            ("Ánna2", "ánna2"),
            ("ışık", "IŞIK"),
            ("straße", "STRASSE"),
            ("Ελένης", "ΕΛΈΝΗΣ"),
            ("νίκος", "Νίκος"),
        ],
        *[("аріс", "APIC"), ("Nova", "Νονα"), ("ova", "ονα"), ("ANNA", "ΑΝΝΑ"), ("Toy", "ΤΟΥ")],
    ],
    ids=ascii,
)
def test_a_name_that_a_reader_takes_for_somebodys_is_taken(client, taken, name):
    make_user(taken)
    page = sign_up(client, name, "other@example.org")
    assert "Somebody has this name already." in page.content.decode()
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("taken", "name"), [("Nina", "Vina"), ("поет", "поэт"), ("anna", "ánna"), ("νίκη", "υίκη")], ids=ascii
)
def test_a_name_that_a_reader_tells_from_somebodys_is_free(client, taken, name):
    make_user(taken)
    assert sign_up(client, name, "other@example.org").status_code == 302


def test_whoever_writes_their_name_in_wide_letters_signs_in_by_it_again(client):
    sign_up(client, "ｍａｕｄ")
    assert User.objects.get().username == "maud"
    assert sign_in(Client(), "ｍａｕｄ", PASSWORD).status_code == 302


# Signing in and out


@pytest.mark.parametrize(
    ("name", "login"),
    [("maud", "maud"), ("maud", "Maud"), ("maud", "maud@example.org"), ("maud", "MAUD@EXAMPLE.org"), ("поет", "Поет")],
    ids=ascii,
)
def test_signing_in_by_name_or_address(client, name, login):
    make_user(name)
    response = sign_in(client, login)
    assert (response.status_code, response["Location"]) == (302, "/")


def test_signing_out(client):
    client.force_login(make_user())
    client.post(reverse("account_logout"))
    assert signed_in_as(client) is None


def test_looking_at_the_way_out_signs_nobody_out(client):
    client.force_login(make_user("maud"))
    client.get(reverse("account_logout"))
    assert signed_in_as(client) == "maud"


def test_a_closed_account_stays_out(client):
    make_user("maud", is_active=False)
    assert sign_in(client)["Location"] == reverse("account_inactive")
    assert signed_in_as(client) is None


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client):
    make_user("maud")

    def answer(login):
        page = sign_in(Client(), login, "wrong").content.decode()
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace(login, "")

    assert answer("maud@example.org") == answer("nobody@example.org")
    assert "not the right password" in answer("maud@example.org")


class CountingHasher(MD5PasswordHasher):
    algorithm = "md5"
    hashed = 0

    def encode(self, password, salt):
        type(self).hashed += 1
        return super().encode(password, salt)


@pytest.mark.parametrize(("known", "unknown"), [("maud", "nobody"), ("maud@example.org", "nobody@example.org")])
def test_a_wrong_password_costs_as_many_hashes_for_a_stranger_as_for_somebody(client, settings, known, unknown):
    make_user("maud")
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    counts = []
    for login in (known, unknown):
        CountingHasher.hashed = 0
        sign_in(client, login, "wrong")
        counts.append(CountingHasher.hashed)
    assert counts == [1, 1]


def test_signing_in_changes_the_key_of_the_session():
    make_user("maud")
    client = Client()
    client.cookies["sessionid"] = "chosen-by-somebody-else"
    sign_in(client)
    assert client.cookies["sessionid"].value != "chosen-by-somebody-else"
    first = client.cookies["sessionid"].value
    client.post(reverse("account_logout"))
    sign_in(client)
    assert client.cookies["sessionid"].value != first


@pytest.mark.parametrize("name", ["account_login", "account_signup", "account_reset_password", "mfa_login_webauthn"])
def test_the_doors_are_shut_to_forms_of_other_sites(name):
    make_user("maud")
    client = Client(enforce_csrf_checks=True)
    form = {"login": "maud", "password": "a pass phrase", "email": "a@example.org"}
    assert client.post(reverse(name), form).status_code == 403


def test_the_sixth_wrong_password_for_an_account_is_refused_even_if_it_were_right(client):
    make_user("maud")
    for _ in range(5):
        assert "not the right password" in sign_in(client, password="wrong").content.decode()
    page = sign_in(client).content.decode()
    assert "too many wrong tries" in page
    assert signed_in_as(client) is None


HACKNEY, ELSEWHERE_IN_TOWN = "203.0.113.5", "198.51.100.9"


def test_wrong_passwords_from_one_place_lock_nobody_out_who_signs_in_from_another(client):
    make_user("maud")
    for _ in range(6):
        sign_in(client, password="wrong", place=HACKNEY)
    assert sign_in(client, place=HACKNEY).status_code == 200
    assert sign_in(Client(), place=ELSEWHERE_IN_TOWN).status_code == 302


@pytest.mark.parametrize(
    ("first", "then"), [("maud", "maud@example.org"), ("MAUD@example.org", "Maud"), ("maud", "ＭＡＵＤ")], ids=ascii
)
def test_a_name_and_an_address_have_five_wrong_passwords_together(client, first, then):
    make_user("maud")
    for login in (first, first, first, then, then):
        sign_in(client, login, "wrong", place=HACKNEY)
    assert [sign_in(client, login, place=HACKNEY).status_code for login in (first, then)] == [200, 200]
    assert sign_in(Client(), then, place=ELSEWHERE_IN_TOWN).status_code == 302


def test_four_wrong_passwords_and_the_right_one_by_name_and_address_sign_in_again_and_again(client):
    make_user("maud")
    for login in ("maud", "maud@example.org", "maud", "maud@example.org"):
        sign_in(client, login, "wrong")
    assert [sign_in(Client(), login).status_code for login in ("maud", "maud@example.org") * 3] == [302] * 6


@pytest.mark.parametrize("address", ["maud@example.org", "other@example.org", "nobody@example.org"])
def test_no_answer_tells_whether_a_name_and_an_address_are_the_same_persons(address):
    make_user("maud")
    make_user("other")
    tries = [sign_in(Client(), login, "wrong", place=HACKNEY) for login in ["maud"] * 5 + [address] * 5]
    assert ["not the right password" in answer.content.decode() for answer in tries] == [True] * 10


def test_a_right_password_that_is_refused_is_answered_and_counted_as_a_wrong_one(client):
    make_user("maud")
    for login in ("maud", "maud", "maud", "maud@example.org", "maud@example.org"):
        sign_in(client, login, "wrong")
    tries = [sign_in(Client(), "maud@example.org") for _ in range(4)]
    said = ["not the right password" in answer.content.decode() for answer in tries]
    assert (said, AccountEvent.objects.filter(kind="failed").count()) == ([True, True, True, False], 8)


def test_a_new_password_ends_the_wait_of_the_person_for_their_address(client, mailoutbox):
    make_user("maud")
    for _ in range(5):
        sign_in(client, password="wrong")
    client.post(reverse("account_reset_password"), {"email": "maud@example.org"})
    form = client.get(link(mailoutbox[0]), follow=True).request["PATH_INFO"]
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert sign_in(Client(), "maud@example.org", PASSWORD).status_code == 302


def test_many_places_count_the_person_by_name_and_address_together(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed_from_all_places": "4/h/key"}
    make_user("maud")
    sign_in(client, place=HACKNEY)
    guess_from_many_places("maud", 2)
    guess_from_many_places("maud@example.org", 2)
    assert sign_in(Client(), place=ELSEWHERE_IN_TOWN).status_code == 200
    assert sign_in(Client(), place=HACKNEY).status_code == 302


def guess_from_many_places(login, tries):
    """Wrong passwords from so many places that none of them is refused for its own number of tries."""
    for number in range(tries):
        sign_in(Client(), login, "wrong", place=f"192.0.2.{number}")


def test_very_many_wrong_passwords_from_many_places_shut_the_name_for_new_places(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed_from_all_places": "7/h/key"}
    make_user("maud")
    guess_from_many_places("Maud", 6)
    assert sign_in(Client(), place=HACKNEY).status_code == 302
    guess_from_many_places("maud", 7)
    assert "too many wrong tries" in sign_in(client, place=ELSEWHERE_IN_TOWN).content.decode()
    # Who has come in from there before still does; no wrong passwords push that out of what is kept.
    assert sign_in(Client(), place=HACKNEY).status_code == 302
    assert sign_in(client, "nobody", place=HACKNEY).status_code == 200


def test_a_hundred_wrong_passwords_in_an_hour_are_let_through_from_many_places(client):
    make_user("maud")
    guess_from_many_places("maud", 100)
    assert "too many wrong tries" in sign_in(client, place=HACKNEY).content.decode()


def test_who_is_locked_out_comes_in_by_a_new_password_and_then_again(client, settings, mailoutbox):
    settings.ACCOUNT_RATE_LIMITS = {"login_failed_from_all_places": "1/h/key"}
    make_user("maud")
    guess_from_many_places("maud", 1)
    client.post(reverse("account_reset_password"), {"email": "maud@example.org"})
    form = client.get(link(mailoutbox[0]), follow=True).request["PATH_INFO"]
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert signed_in_as(client) == "maud"
    assert sign_in(Client(), password=PASSWORD).status_code == 302


def test_very_many_tries_from_one_place_are_answered_429(client):
    pages = [client.post(reverse("account_login"), {}) for _ in range(31)]
    assert [page.status_code for page in pages] == [200] * 30 + [429]
    assert "Too many tries" in pages[-1].content.decode()


def test_limits_go_by_the_address_that_the_proxy_saw(client, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    forged = {"x-forwarded-for": "6.6.6.6, 203.0.113.5"}
    for _ in range(30):
        client.post(reverse("account_login"), {}, headers=forged)
    other = {"x-forwarded-for": "6.6.6.6, 203.0.113.9"}
    assert (
        client.post(
            reverse("account_login"), {}, headers=forged | {"x-forwarded-for": "7.7.7.7, 203.0.113.5"}
        ).status_code
        == 429
    )
    assert client.post(reverse("account_login"), {}, headers=other).status_code == 200


# A new password


def test_a_forgotten_password_is_set_anew_and_the_way_onward_is_kept(client, mailoutbox):
    make_user("maud")
    asked = client.post(reverse("account_reset_password"), {"email": "maud@example.org", "next": "/films/?page=2"})
    done = urlsplit(asked["Location"])
    assert (done.path, parse_qs(done.query)) == (reverse("account_reset_password_done"), {"next": ["/films/?page=2"]})
    page = client.get(link(mailoutbox[0]), follow=True)
    form = page.request["PATH_INFO"]
    new = {"password1": PASSWORD, "password2": PASSWORD, "next": page.context["redirect_field_value"]}
    assert client.post(form, new)["Location"] == "/films/?page=2"
    assert signed_in_as(client) == "maud"
    assert mailoutbox[1].subject == "Reprise: you have a new password"
    assert mailoutbox[1].body.startswith("Hello maud,")
    assert sign_in(Client(), password=PASSWORD).status_code == 302


def test_a_link_for_a_new_password_works_once(client, mailoutbox):
    make_user("maud")
    client.post(reverse("account_reset_password"), {"email": "maud@example.org"})
    address = link(mailoutbox[0])
    form = client.get(address, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": PASSWORD, "password2": PASSWORD})
    assert "This link is used up" in Client().get(address).content.decode()


def test_asking_for_a_new_password_answers_the_same_for_known_and_unknown_addresses(client, mailoutbox):
    make_user("maud")
    known = client.post(reverse("account_reset_password"), {"email": "maud@example.org"})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    assert [mail.subject for mail in mailoutbox] == [
        "Reprise: choose a new password",
        "Reprise: there is no account with this address",
    ]


def test_the_links_in_mails_do_not_follow_the_host_that_a_request_claims(client, mailoutbox):
    make_user("maud")
    client.post(reverse("account_reset_password"), {"email": "maud@example.org"}, headers={"host": "localhost"})
    assert link(mailoutbox[0]).startswith("/accounts/password/reset/key/")


def test_a_changed_password_signs_out_every_other_browser(client):
    user = make_user("maud")
    other = Client()
    for browser in (client, other):
        sign_in(browser)
    client.post(
        reverse("account_change_password"),
        {"oldpassword": "a pass phrase", "password1": PASSWORD, "password2": PASSWORD},
    )
    user.refresh_from_db()
    assert user.check_password(PASSWORD)
    assert (signed_in_as(client), signed_in_as(other)) == ("maud", None)


def test_a_mail_server_that_is_down_does_not_undo_signing_up(client, settings, caplog):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert sign_up(client).status_code == 302
    assert signed_in_as(client) == "maud"
    assert "could not be sent" in caplog.text


# In German


@pytest.mark.parametrize(
    ("page", "form", "said"),
    [
        ("account_login", {"login": "maud", "password": "wrong"}, "Das Passwort stimmt nicht"),
        ("account_signup", {"username": "Maud"}, "Jemand hat diesen Namen schon."),
        ("account_signup", {"username": "admin"}, "Diesen Namen könnte man für den der Website selbst halten."),
        ("account_signup", {"username": "ma ud"}, "Nehmen Sie nur Buchstaben, Ziffern und . + - _, keine Leerzeichen."),
    ],
)
def test_what_is_wrong_is_said_in_german_to_whoever_reads_german(client, page, form, said):
    make_user("maud")
    answer = client.post(reverse(page), form, headers={"accept-language": "de"})
    assert said in answer.content.decode()


def test_too_many_tries_and_a_wrong_password_given_again_are_said_in_german(client):
    client.force_login(make_user("maud"))
    pages = [
        client.post(reverse("account_reauthenticate"), {"password": "wrong"}, headers={"accept-language": "de"})
        for _ in range(6)
    ]
    assert "Das ist nicht Ihr Passwort." in pages[0].content.decode()
    assert "Das waren zu viele falsche Versuche." in pages[5].content.decode()


# The way onward


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_no_door_leads_to_another_site(client, mailoutbox, elsewhere):
    make_user("maud")
    assert sign_up(Client(), "other", "other@example.org", next=elsewhere)["Location"] == "/"
    assert "elsewhere" not in mailoutbox[-1].body
    assert sign_in(client, next=elsewhere)["Location"] == "/"
    assert client.post(reverse("account_logout"), {"next": elsewhere})["Location"] == "/"
    asked = client.post(reverse("account_reset_password"), {"email": "maud@example.org", "next": elsewhere})
    assert asked["Location"] == reverse("account_reset_password_done")
    assert "elsewhere" not in mailoutbox[-1].body


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
def test_neither_does_a_confirmed_address_nor_a_confirmed_password(client, mailoutbox, elsewhere):
    sign_up(client)
    assert client.post(link(mailoutbox[0]), {"next": elsewhere})["Location"] == reverse("account")
    response = client.post(reverse("account_reauthenticate"), {"password": PASSWORD, "next": elsewhere})
    assert (response.status_code, urlsplit(response["Location"]).netloc) == (302, "")


# A vote survives all of it


def vote_as_stranger(client, review, place):
    """Presses “helpful” without being signed in; returns the address of the sign-in page."""
    return client.post(reverse("vote", args=[review.pk]), {"helpful": "yes", "next": place})["Location"]


def confirm(client, address):
    """Opens the page that asks whether to cast the vote, and says yes; returns where that leads."""
    page = client.get(address)
    assert page.context["answer"] == "yes"
    fields = {"helpful": "yes", "next": page.context["review"].back}
    return client.post(reverse("vote", args=[page.context["review"].pk]), fields)["Location"]


def test_a_vote_survives_signing_up_and_is_confirmed_once(client):
    review = make_review()
    place = f"{review.film.get_absolute_url()}?sort=newest&rating=7&page=1"
    onward = parse_qs(urlsplit(vote_as_stranger(client, review, place)).query)["next"][0]
    landed = sign_up(client, next=onward)["Location"]
    assert HelpfulVote.objects.count() == 0
    assert confirm(client, landed) == f"{place}#review-{review.pk}"
    again = client.get(landed).content.decode()
    assert ("Your vote is kept." in again, "Your vote is cast." in again) == (True, False)
    assert Standing.objects.get().votes_total == 0
    EmailAddress.objects.get().set_verified()
    assert Standing.objects.get().votes_total == 1


def test_the_same_answer_used_twice_adds_nothing_and_asks_no_more(client):
    review = make_review()
    make_user("maud")
    landed = sign_in(client, next=parse_qs(urlsplit(vote_as_stranger(client, review, "/films/")).query)["next"][0])[
        "Location"
    ]
    confirm(client, landed)
    again = client.get(landed)
    assert again.context["answer"] == ""
    assert "Your vote is cast." in again.content.decode()
    client.post(reverse("vote", args=[review.pk]), {"helpful": "yes"})
    assert Standing.objects.get().votes_total == 1


def test_an_answer_that_differs_from_an_earlier_vote_is_asked_about(client):
    review, user = make_review(), make_user("maud")
    review.cast_vote(user, helpful=True)
    client.force_login(user)
    page = client.get(review.get_absolute_url(), {"helpful": "no"})
    assert page.context["answer"] == "no"
    assert "so far your vote says the opposite" in page.content.decode()


@pytest.mark.parametrize("query", [{"helpful": "maybe"}, {"helpful": ""}, {}])
def test_nothing_is_asked_without_an_answer(client, query):
    client.force_login(make_user())
    assert client.get(make_review().get_absolute_url(), query).context["answer"] == ""


def test_nothing_is_asked_of_a_stranger_or_of_the_author(client):
    author = make_user()
    review = make_review(user=author)
    assert client.get(review.get_absolute_url(), {"helpful": "yes"}).context["answer"] == ""
    client.force_login(author)
    assert client.get(review.get_absolute_url(), {"helpful": "yes"}).context["answer"] == ""


def test_a_vote_survives_a_forgotten_password(client, mailoutbox):
    review = make_review()
    make_user("maud")
    onward = parse_qs(urlsplit(vote_as_stranger(client, review, "/films/?page=3")).query)["next"][0]
    page = client.get(reverse("account_login"), {"next": onward}).content.decode()
    forgotten = re.search(r'href="(/accounts/password/reset/\?next=[^"]+)"', page)[1]
    client.post(forgotten, {"email": "maud@example.org"})
    # Even in another browser: the mail knows the way.
    other = Client()
    page = other.get(link(mailoutbox[0]), follow=True)
    new = {"password1": PASSWORD, "password2": PASSWORD, "next": page.context["redirect_field_value"]}
    assert (
        confirm(other, other.post(page.request["PATH_INFO"], new)["Location"]) == f"/films/?page=3#review-{review.pk}"
    )


@pytest.mark.parametrize("known", [True, False])
def test_signing_up_again_with_the_same_address_is_answered_like_the_first_time(mailoutbox, known):
    if known:
        make_user("owner")

    def told(name):
        client = Client()
        answer = sign_up(client, name, "owner@example.org")
        page = client.get(answer["Location"])
        said = [message.message.replace(name, "NAME") for message in page.context["messages"]]
        return answer.status_code, answer["Location"], said

    # The fourth gets no mail any more, so that nobody's mailbox is filled, and sees no difference either.
    first, *others = [told(name) for name in ("first", "second", "third", "fourth")]
    assert others == [first] * 3
    assert first[2] == [
        "We have sent a mail to owner@example.org. Your votes count once you have used the link in it. If none comes "
        "within some minutes, look among the unwanted mail, then ask for another one on the page of your account.",
        "You are signed in as NAME.",
    ]
    assert [mail.to for mail in mailoutbox] == [["owner@example.org"]] * 3


# The admin


@pytest.mark.parametrize(
    ("referer", "onward"),
    [
        (
            "http://testserver/admin/reviews/import/5/change/?state=refused",
            "/admin/reviews/import/5/change/?state=refused",
        ),
        ("http://elsewhere.example/admin/", "/admin/"),
        ("http://testserver/films/", "/admin/"),
        ("", "/admin/"),
    ],
)
def test_a_button_of_the_admin_pressed_after_the_session_ended_leads_to_its_page(client, referer, onward):
    make_admin("boss")
    answer = client.post("/admin/reviews/import/5/commit/", headers={"referer": referer})
    assert (answer.status_code, urlsplit(answer["Location"]).path) == (302, "/admin/login/")
    assert parse_qs(urlsplit(answer["Location"]).query)["next"] == [onward]
    to_sign_in = client.get(answer["Location"])
    assert (
        sign_in(client, "boss", next=parse_qs(urlsplit(to_sign_in["Location"]).query)["next"][0])["Location"] == onward
    )


@pytest.mark.parametrize("ticked", ["", "x", "-1", "²", "1" * 19])
def test_what_is_ticked_in_a_list_of_the_admin_and_is_no_row_is_refused(client, ticked):
    client.force_login(make_admin())
    answer = client.post(
        reverse("admin:reviews_review_changelist"), {"action": "delete_selected", "_selected_action": ticked}
    )
    assert answer.status_code == 400
