"""What commands say where they can do nothing, and the status with which they end."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
DATABASE = (
    "DATABASE_URL is neither sqlite:///path nor postgres://user:password@host:5432/name. A character of the password "
    "that has a meaning in addresses is written as its code, such as %40 for @."
)


def manage(*arguments, **environment):
    given = {"PATH": os.environ["PATH"], "SECRET_KEY": "a secret of this test"} | environment
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("command", ["serve", "migrate", "export_reviews"])
@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("PAGECACHE_MIB", "abc", "PAGECACHE_MIB='abc' is not a whole number, such as 32."),
        ("DATABASE_URL", "nonsense", DATABASE),
    ],
)
def test_a_wrong_variable_is_one_sentence(command, name, value, reason, tmp_path):
    assert manage(command, DATA_DIR=str(tmp_path), **{name: value}) == (2, "", f"{reason}\n")


def test_who_wants_to_see_where_it_failed_does():
    status, _, said = manage("export_reviews", "--traceback", PORT="abc")
    assert status == 1
    assert said.startswith("Traceback")


def test_a_database_that_cannot_be_opened_is_one_sentence(tmp_path):
    (tmp_path / "reprise.sqlite3").mkdir()
    said = "The database cannot be used: unable to open database file\n"
    assert manage("recount_votes", DATA_DIR=str(tmp_path)) == (2, "", said)
