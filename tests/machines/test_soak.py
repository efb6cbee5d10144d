"""Everybody at once on a whole site, for some seconds. `make soak` does it for ten minutes and looks at the memory."""

import os
import subprocess
import sys

import pytest

from benchmarks.whole import ODD, faults
from films.models import Film
from reviews.models import Standing
from tests.factories import make_review
from tests.sites import ROOT


@pytest.mark.parametrize("engine", ["SQLite", "PostgreSQL and Redis"])
def test_mixed_traffic_is_answered_without_an_error_and_adds_up(request, engine):
    # Not the servers that the other tests may be running on.
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "CACHE_URL")}
    if engine != "SQLite":
        servers = {name: request.getfixturevalue(name).url for name in ("postgres", "redis")}
        environment |= {"DATABASE_URL": servers["postgres"], "CACHE_URL": servers["redis"]}
    command = [sys.executable, "-m", "benchmarks.soak", "--short"]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.splitlines()[-1:]) == (0, ["No error; nothing lost, wrong or growing."]), (
        done.stdout + done.stderr
    )


@pytest.mark.django_db
def test_a_database_that_is_whole_has_no_fault_and_each_total_that_is_off_is_one():
    review = make_review()
    assert faults() == []
    Standing.objects.filter(review=review).update(votes_total=1)
    Film.objects.update(review_count=2)
    totals, unlisted, films = ODD
    assert faults() == [
        f"1 {totals}, such as [({review.pk},)]",
        f"1 {films}, such as [({review.film_id},)]",
    ]
    Standing.objects.all().delete()
    assert f"1 {unlisted}, such as [({review.pk},)]" in faults()
