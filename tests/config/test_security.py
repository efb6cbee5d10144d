import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import make_user

ROOT = Path(__file__).parent.parent.parent


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/accounts/login/", "/admin/login/", "/nowhere/"])
def test_every_page_forbids_what_is_not_its_own(client, address):
    response = client.get(address)
    assert response["Content-Security-Policy"] == (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["X-Frame-Options"] == "DENY"


def manage(tmp_path, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_deployment_check_is_clean_in_production(tmp_path):
    done = manage(tmp_path, "check", "--deploy", "--fail-level", "WARNING", SITE_URL="https://reprise.example")
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "flase"),
        ("PORT", "http"),
        ("SITE_URL", "reprise.example"),
        ("CACHE_URL", "nonsense"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_wrong_environment_stops_the_start_with_a_sentence(tmp_path, name, value):
    done = manage(tmp_path, "check", **{name: value})
    assert done.returncode != 0
    assert f"{name}={value!r}" in done.stderr


@pytest.mark.parametrize(
    "others",
    [
        {},
        {"DATABASE_URL": "postgres://a@127.0.0.1/b"},
        {"CACHE_URL": "redis://127.0.0.1"},
        {"DATABASE_URL": "postgres://a@127.0.0.1/b", "CACHE_URL": "redis://127.0.0.1", "REPLICA_URLS": "sqlite:///x"},
    ],
)
def test_replicas_are_of_postgresql_and_want_redis(tmp_path, others):
    done = manage(tmp_path, "check", **{"REPLICA_URLS": "postgres://a@127.0.0.1:5433/b", **others})
    assert done.returncode != 0
    assert "REPLICA_URLS needs a DATABASE_URL and replicas of the form postgres://" in done.stderr


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "False 0"),
        ({"SITE_URL": "https://reprise.example"}, "True 1"),
        ({"SITE_URL": "https://reprise.example", "DEBUG": "1"}, "False 1"),
        ({"SITE_URL": "https://reprise.example", "ADMIN_SECOND_FACTOR": "0", "TRUSTED_PROXIES": "2"}, "False 2"),
        ({"ADMIN_SECOND_FACTOR": "1"}, "True 0"),
    ],
)
def test_admins_need_a_second_factor_where_others_reach_the_site(tmp_path, environment, expected):
    code = "from django.conf import settings as s; print(s.ADMIN_SECOND_FACTOR, s.ALLAUTH_TRUSTED_PROXY_COUNT)"
    assert manage(tmp_path, "shell", "-v0", "-c", code, **environment).stdout.strip() == expected


def test_limits_are_counted_where_every_process_sees_them(tmp_path):
    manage(tmp_path, "migrate", "-v0")
    counting = "from django.core.cache import cache; cache.add('tries', 0); print(cache.incr('tries'))"
    assert [manage(tmp_path, "shell", "-v0", "-c", counting).stdout.strip() for _ in range(2)] == ["1", "2"]


def test_what_goes_wrong_is_written_to_standard_error_without_debug(tmp_path):
    code = "import logging; logging.getLogger('django.request').error('Internal Server Error: /films/')"
    done = manage(tmp_path, "shell", "-v0", "-c", code)
    assert "ERROR django.request: Internal Server Error: /films/" in done.stderr


def test_what_is_answered_to_who_has_a_session_is_for_no_cache_in_between(client, db):
    assert "private" not in client.get("/reading/").headers.get("Cache-Control", "")
    client.force_login(make_user())
    assert client.get("/accounts/").headers["Cache-Control"] == "private, no-cache"
    assert client.get("/feeds/").headers["Cache-Control"] == "public, max-age=300"
