"""Rows for tests: plain functions, and nothing random in them."""

import datetime
from decimal import Decimal
from itertools import count

from allauth.account.models import EmailAddress

from accounts.models import User
from films.models import Film, FilmTitle
from reviews.models import Review

_numbers = count(1)


def make_film(title="Hard Hit", year=2021, **fields):
    return Film.objects.create(title=title, year=year, **fields)


def make_title(film, text, kind=FilmTitle.Kind.ALIAS, language=""):
    return FilmTitle.objects.create(film=film, text=text, kind=kind, language=language)


def make_review(film=None, **fields):
    """A review of 7/10 from 19 August 2023 whose text differs from that of every other one. `date` may be ISO text."""
    number = next(_numbers)
    defaults = {
        "film": film or Film.objects.filter(title="Hard Hit").first() or make_film(),
        "headline": f"Headline {number}",
        "body": f"Text {number}, first paragraph.\n\nSecond paragraph.",
        "rating": Decimal(7),
        "rating_scale": 10,
        "date": datetime.date(2023, 8, 19),
    }
    fields = defaults | fields
    if isinstance(fields["date"], str):
        fields["date"] = datetime.date.fromisoformat(fields["date"])
    return Review.objects.create(**fields)


def make_user(username="", verified=True, **fields):
    """Somebody at example.org with the password “a pass phrase”, whose votes count."""
    username = username or f"reader{next(_numbers)}"
    user = User.objects.create_user(username, f"{username}@example.org", "a pass phrase", **fields)
    if verified:
        EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)
        user.refresh_from_db()
    return user


def make_admin(username="admin"):
    return User.objects.create_superuser(username, f"{username}@example.org", "a pass phrase")
