"""Run in the environment of the peer: a shop of django-oscar as it comes, with one product and its reviews.

`python reviews_by_oscar.py REVIEWS.json` fills a fresh database in DATA_DIR and prints, as JSON, where the reviews
stand and the sessions of the people who may vote. A web server finds `application` here.
"""

import json
import os
import sys
from pathlib import Path

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import include, path
from oscar import INSTALLED_APPS, defaults

FOLDER = Path(os.environ["DATA_DIR"])
CONTEXT = [
    "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
    "django.template.context_processors.i18n", "django.contrib.messages.context_processors.messages",
    "oscar.apps.search.context_processors.search_form", "oscar.apps.checkout.context_processors.checkout",
    "oscar.apps.communication.notifications.context_processors.notifications", "oscar.core.context_processors.metadata",
]  # fmt: skip
settings.configure(
    **{name: getattr(defaults, name) for name in dir(defaults) if name.startswith("OSCAR_")}
    | {"OSCAR_REVIEWS_PER_PAGE": 25},
    SECRET_KEY="of a benchmark",  # noqa: S106 -- nothing is secret here
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=[*INSTALLED_APPS, "sorl.thumbnail"],
    SITE_ID=1,
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[
        "django.middleware.security.SecurityMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
        "django.middleware.clickjacking.XFrameOptionsMiddleware",
        "oscar.apps.basket.middleware.BasketMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {"context_processors": CONTEXT},
        }
    ],
    AUTHENTICATION_BACKENDS=["oscar.apps.customer.auth_backends.EmailBackend"],
    # As ours is set up, so that neither writes more carefully than the other.
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": FOLDER / "oscar.sqlite3",
            "CONN_MAX_AGE": None,
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA cache_size=-20000",
            },
        }
    },
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
    STATIC_URL="/static/",
    MEDIA_ROOT=FOLDER / "media",
    USE_TZ=True,
)
application = get_wsgi_application()

from django.apps import apps  # noqa: E402 -- after the set-up, as Django wants it

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(apps.get_app_config("oscar").urls[0])),
]
VOTERS = 100


def fill(reviews):
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from oscar.apps.catalogue.reviews.models import ProductReview
    from oscar.test.factories import ProductFactory

    call_command("migrate", verbosity=0)
    product = ProductFactory(title="Film number 1")
    voters = [User.objects.create_user(f"voter{number}") for number in range(VOTERS)]
    stored = [
        ProductReview.objects.create(
            product=product, title=review["title"], body=review["body"], score=review["score"], name=review["name"]
        )
        for review in reviews
    ]
    for review, given in zip(stored, reviews, strict=True):
        for number, up in enumerate(given["votes"]):
            (review.vote_up if up else review.vote_down)(User.objects.create_user(f"{review.pk}-{number}"))
    address = f"/catalogue/{product.slug}_{product.pk}/reviews/"
    votes = [f"{address}{review.pk}/vote/" for review in stored]
    return {"address": address, "votes": votes, "sessions": [session(voter) for voter in voters]}


def session(user):
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY], store[HASH_SESSION_KEY] = str(user.pk), user.get_session_auth_hash()
    store[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    store.create()
    return store.session_key


if __name__ == "__main__":
    print(json.dumps(fill(json.loads(Path(sys.argv[1]).read_text()))))
