import os
import sys
import tempfile
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection

from pagecache import stamps
from reviews.kept import kept

# Tests are never timed: a busy machine is no fault of the code. They try the same examples at every run, so that
# a change fails for what it does and not for what an earlier one did; new examples are sought by `make fuzz`.
hypothesis.settings.register_profile("same", deadline=None, derandomize=True, max_examples=50)
hypothesis.settings.register_profile("long", deadline=None, max_examples=1000, print_blob=True)
hypothesis.settings.load_profile("same")

DATABASE = {"db", "transactional_db", "live_server"}  # fixtures of pytest-django
SHARED = Path(__file__).parent.parent.parent / "shared"
REDIS = settings.CACHE_URL.startswith("redis")


def pytest_configure(config):
    """What tests need otherwise than the site: static files as they lie, and password hashes that cost nothing."""
    plain = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.STORAGES = settings.STORAGES | plain
    settings.STATIC_ROOT = None
    # Each process of the tests has its own, so that none makes the pages of another stale.
    folder = tempfile.TemporaryDirectory(prefix="reprise-stamps-")
    config.add_cleanup(folder.cleanup)
    settings.PAGECACHE_STAMPS = Path(folder.name) / "pagecache.stamps"
    if REDIS:
        number = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        settings.CACHE_URL = f"{settings.CACHE_URL.rpartition('/')[0]}/{number}"
        settings.CACHES["default"]["LOCATION"] = settings.CACHE_URL
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=REDIS)
def _emptied_cache():
    """What is counted in the database goes with the transaction around a test; from Redis somebody must take it."""
    cache.clear()
    # The stamps of pages went with it: they are asked for anew before a page is kept under what they were.
    stamps.shared().change([])


def pytest_collection_modifyitems(config, items):
    """On PostgreSQL only what touches the database: the rest says the same as on SQLite."""
    if connection.vendor == "sqlite":
        return
    touching = [
        item for item in items if item.get_closest_marker("django_db") or DATABASE.intersection(item.fixturenames)
    ]
    config.hook.pytest_deselected(items=[item for item in items if item not in touching])
    items[:] = touching


@pytest.fixture(autouse=True)
def _nobody_is_counted():
    """A process counts what people do, and rows of another test have the same numbers."""
    limits = sys.modules.get("reviews.limits")
    if limits:
        limits.forget()


@pytest.fixture(autouse=True)
def _nothing_kept():
    """What is kept of pages is kept under all that it shows but the settings, which only tests change."""
    kept.clear()
    page = sys.modules.get("reviews.filmpage")
    if page:
        page.lists.clear()


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Ends, before PostgreSQL is to drop the database, what a thread of the live server still holds: nobody asks it."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture(scope="session")
def shared():
    """The folder of real texts that is handed around beside the project, not in it."""
    if not SHARED.is_dir():
        pytest.skip("no folder `shared` beside the checkout")
    return SHARED
