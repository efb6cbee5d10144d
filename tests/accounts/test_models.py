import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import User
from reviews.models import HelpfulVote, Standing
from tests.factories import make_admin, make_review, make_user

pytestmark = pytest.mark.django_db


def test_a_verified_address_belongs_to_one_person_in_whatever_case():
    make_user("maud")
    other = User.objects.create_user("other", "MAUD@example.org")
    with pytest.raises(IntegrityError):
        EmailAddress.objects.create(user=other, email="maud@example.org", verified=True)


def test_an_address_that_nobody_has_verified_may_repeat():
    User.objects.create_user("one", "maud@example.org")
    assert User.objects.create_user("two", "maud@example.org").pk


def test_people_without_an_address_do_not_collide():
    User.objects.create_user("one")
    assert User.objects.create_user("two").pk


def test_a_name_does_not_look_like_an_address():
    with pytest.raises(ValidationError, match="Use letters, digits"):
        User(username="maud@example.org", password="x").full_clean()


def test_a_name_is_one_persons_in_whatever_case_however_a_second_is_stored():
    make_user("поет")
    other = make_user("other")
    for store in (
        lambda: User.objects.create(username="Поет"),
        lambda: User.objects.bulk_create([User(username="ПОЕТ")]),
        lambda: User(pk=other.pk, username="Поет").save(update_fields=["username"]),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            store()


def test_a_name_is_free_again_once_its_owner_has_another():
    person = make_user("поет")
    person.username = "прозаик"
    person.save(update_fields=["username"])
    assert User.objects.create(username="Поет").pk


def test_an_admin_made_on_the_machine_with_somebodys_name_is_refused_with_a_sentence():
    make_user("поет")
    with pytest.raises(CommandError, match="That username is already taken"):
        call_command("createsuperuser", interactive=False, username="Поет", email="a@example.org")


@pytest.mark.parametrize(("taken", "name"), [("maud", "maud"), ("maud", "Maud"), ("поет", "Поет")], ids=ascii)
@pytest.mark.parametrize("address", ["add", "change"])
def test_somebodys_name_given_in_the_admin_is_refused_with_a_sentence(client, address, taken, name):
    make_user(taken)
    other = make_user("other")
    client.force_login(make_admin())
    page = reverse(f"admin:accounts_user_{address}", args=[other.pk] if address == "change" else [])
    form = {"username": name, "usable_password": "false", "date_joined_0": "2026-01-01", "date_joined_1": "12:00"}
    answer = client.post(page, form)
    assert answer.context["adminform"].form.errors["username"] == ["Somebody has this name already."]


def test_whoever_keeps_their_name_in_the_admin_is_not_told_that_it_is_theirs(client):
    maud = make_user("maud")
    client.force_login(make_admin())
    form = {"username": "Maud", "date_joined_0": "2026-01-01", "date_joined_1": "12:00", "is_active": "on"}
    answer = client.post(reverse("admin:accounts_user_change", args=[maud.pk]), form)
    maud.refresh_from_db()
    assert (answer.status_code, maud.username, maud.name_key) == (302, "Maud", "maud")


def test_a_person_is_verified_from_the_moment_on_that_an_address_is():
    user = make_user(verified=False)
    address = EmailAddress.objects.create(user=user, email=user.email, primary=True)
    user.refresh_from_db()
    assert not user.verified
    address.set_verified()
    user.refresh_from_db()
    since = user.verified_at
    assert user.verified
    address.save()
    user.refresh_from_db()
    assert user.verified_at == since


def test_a_person_whose_verified_address_is_gone_is_verified_no_longer():
    user = make_user()
    EmailAddress.objects.get(user=user).delete()
    user.refresh_from_db()
    assert not user.verified


def test_an_admin_made_on_the_machine_is_verified():
    assert make_admin().verified


def test_whoever_is_deleted_takes_their_votes_and_leaves_the_totals_right(capsys):
    reviews = [make_review() for _ in range(3)]
    leaving, staying = make_user(), make_user()
    for review in reviews:
        review.cast_vote(leaving, helpful=True)
    reviews[0].cast_vote(staying, helpful=True)
    reviews[1].cast_vote(staying, helpful=False)
    leaving.delete()
    totals = Standing.objects.order_by("pk").values_list("votes_yes", "votes_total")
    assert list(totals) == [(1, 1), (0, 1), (0, 0)]
    assert set(HelpfulVote.objects.values_list("user", flat=True)) == {staying.pk}
    call_command("recount_votes")
    assert capsys.readouterr().out == "3 reviews checked, 0 mended.\n"


def test_votes_are_withdrawn_in_batches(monkeypatch):
    monkeypatch.setattr("reviews.models.votes.BATCH", 2)
    user = make_user()
    for _ in range(5):
        make_review().cast_vote(user, helpful=True)
    HelpfulVote.objects.withdraw_all(user)
    assert list(Standing.objects.values_list("votes_yes", "votes_total")) == [(0, 0)] * 5


def test_somebody_in_the_middle_of_a_deletion_that_fails_keeps_everything(monkeypatch):
    user, review = make_user(), make_review()
    review.cast_vote(user, helpful=True)
    monkeypatch.setattr("django.db.models.Model.delete", lambda *args, **kwargs: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        user.delete()
    assert Standing.objects.get().votes_total == 1
