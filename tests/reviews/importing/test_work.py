import datetime
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from reviews.importing import plan, work
from reviews.importing.bounds import Source
from reviews.models import Import, Review
from tests.factories import make_admin
from tests.reviews.importing.pages import REFERENCE

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).parent.parent.parent.parent
Status = Import.Status


def pages(count):
    return [REFERENCE.replace("Tense", f"Tense {number}") for number in range(count)]


def uploads(count):
    return [SimpleUploadedFile("page.txt", text.encode()) for text in pages(count)]


def planned(count):
    return plan.store(Source(f"{number}.txt", text.encode()) for number, text in enumerate(pages(count)))


@pytest.fixture
def big(settings, tmp_path, monkeypatch):
    """Everything is big, and kept in a folder of its own."""
    settings.DATA_DIR = tmp_path
    monkeypatch.setattr(work, "LARGEST_AT_ONCE", 10)
    monkeypatch.setattr(work, "MOST_AT_ONCE", 1)


def test_small_uploads_are_read_while_the_admin_waits():
    assert work.read(uploads(2), "", "", None).status == Status.PLANNED


def test_big_uploads_are_kept_until_a_worker_reads_them(big, tmp_path, capsys):
    kept = work.read(uploads(3), REFERENCE.partition("\n")[2], "Up (2009)", None)
    assert (kept.status, kept.rows.count()) == (Status.READING, 0)
    call_command("import_worker", "--once")
    kept.refresh_from_db()
    assert (kept.status, kept.description, kept.text_given) == (Status.PLANNED, "page.txt and 1 more", "")
    assert [str(row.fields["film"]) for row in kept.rows.all()] == ["Hard Hit"] * 3 + ["Up"]
    assert list((tmp_path / "imports").iterdir()) == []


def test_a_big_plan_is_committed_by_a_worker(big, capsys):
    waiting = planned(3)
    work.commit(waiting)
    assert (waiting.status, Review.objects.count()) == (Status.RUNNING, 0)
    call_command("import_worker", "--once")
    waiting.refresh_from_db()
    assert (waiting.status, Review.objects.count()) == (Status.COMMITTED, 3)


def test_an_import_is_claimed_by_one_worker_until_it_is_not_seen_any_more():
    waiting = planned(1)
    waiting.move_to(Status.RUNNING)
    assert Import.objects.claim() == waiting
    assert Import.objects.claim() is None
    later = timezone.now() + datetime.timedelta(seconds=31)
    assert Import.objects.claim(at=later) == waiting
    assert Import.objects.claim(at=later) is None


def test_the_oldest_import_is_claimed_first():
    first, second = planned(1), planned(2)
    for waiting in (second, first):
        waiting.move_to(Status.RUNNING)
    assert [Import.objects.claim(), Import.objects.claim(), Import.objects.claim()] == [first, second, None]


def test_uploads_that_cannot_be_kept_leave_no_import_behind(big, tmp_path):
    (tmp_path / "imports").write_text("in the way")
    with pytest.raises(NotADirectoryError):
        work.read(uploads(1), "", "", None)
    assert Import.objects.count() == 0


def test_a_reading_that_was_cut_off_begins_anew(big):
    kept = work.read(uploads(3), "", "", None)
    plan._store_rows(kept, list(plan.rows([Source("half.txt", REFERENCE.encode())])))
    work.work_off(Import.objects.claim())
    assert [row.source for row in kept.rows.all()] == ["page.txt"] * 3


def test_a_stopped_import_keeps_what_came_in_and_goes_on_later(monkeypatch):
    monkeypatch.setattr(plan, "MOST_WRITTEN", 2)
    waiting = planned(5)
    create = plan.create

    def stop_after_the_first_batch(batch):
        create(batch)
        Import.objects.update(status=Status.PLANNED)

    monkeypatch.setattr(plan, "create", stop_after_the_first_batch)
    plan.commit(waiting)
    waiting.refresh_from_db()
    assert (waiting.status, Review.objects.count()) == (Status.PLANNED, 2)
    monkeypatch.setattr(plan, "create", create)
    plan.commit(waiting)
    assert (waiting.status, Review.objects.count()) == (Status.COMMITTED, 5)


def test_a_discarded_import_is_read_no_further(big, monkeypatch):
    kept = work.read(uploads(1), "", "", None)
    claimed = Import.objects.claim()
    Import.objects.all().delete()
    work.work_off(claimed)
    assert Import.objects.count() == 0
    assert kept.rows.count() == 0


def test_the_page_of_an_import_shows_progress_and_misses_a_worker(client, big):
    client.force_login(make_admin())
    waiting = planned(3)
    work.commit(waiting)
    address = reverse("admin:reviews_import_change", args=[waiting.pk])
    page = client.get(address).text
    assert '<progress max="3" value="0"' in page
    assert "No worker" not in page
    Import.objects.update(waiting_since=timezone.now() - datetime.timedelta(minutes=1))
    assert "No worker has taken this up." in client.get(address).text
    client.post(reverse("admin:reviews_import_stop", args=[waiting.pk]))
    waiting.refresh_from_db()
    assert waiting.status == Status.PLANNED


def test_the_worker_is_part_of_the_way_through_the_admin(client, big, capsys):
    client.force_login(make_admin())
    client.post(reverse("admin:reviews_import_add"), {"files": uploads(3)})
    address = reverse("admin:reviews_import_change", args=[Import.objects.get().pk])
    assert "being read: 0 rows so far" in client.get(address).text
    call_command("import_worker", "--once")
    assert "Import 3 reviews" in client.get(address).text
    client.post(reverse("admin:reviews_import_commit", args=[Import.objects.get().pk]))
    call_command("import_worker", "--once")
    assert "committed on" in client.get(address).text
    assert Review.objects.count() == 3


class Site:
    """A site of its own in another process, so that it can be killed."""

    def __init__(self, folder):
        self.environment = {"PATH": os.environ["PATH"], "DATA_DIR": str(folder)}
        self.run("migrate", "-v0")

    def start(self, *arguments):
        command = [sys.executable, "manage.py", *map(str, arguments)]
        quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
        return subprocess.Popen(command, cwd=ROOT, env=self.environment, **quiet)

    def run(self, *arguments):
        return self.start(*arguments).communicate()[0]

    def exported(self):
        return sorted(self.run("export_reviews").split("\n"))


def test_an_import_that_is_killed_at_random_moments_and_run_again_ends_as_if_run_once(tmp_path):
    texts = tmp_path / "texts"
    texts.mkdir()
    for number, text in enumerate(pages(1500)):
        (texts / f"{number:04}.txt").write_text(text.replace("2021", str(1990 + number % 30)))
    untouched, killed = Site(tmp_path / "untouched"), Site(tmp_path / "killed")
    untouched.run("import_reviews", texts)
    dice = random.Random(time.time())  # noqa: S311 -- any moment will do
    for _ in range(3):
        process = killed.start("import_reviews", texts)
        time.sleep(dice.uniform(0.5, 2))
        process.send_signal(signal.SIGKILL)
        process.communicate()
    killed.run("import_reviews", texts)
    assert len(killed.exported()) == 1501
    assert killed.exported() == untouched.exported()
    assert "1500 reviews checked, 0 mended." in killed.run("recount_votes")


def test_an_import_that_cannot_be_worked_off_waits_for_an_admin_and_stops_no_other(big, monkeypatch, capsys):
    broken, sound = planned(1), planned(2)
    for waiting in (broken, sound):
        waiting.move_to(Status.RUNNING)
    commit = plan.commit
    monkeypatch.setattr(plan, "commit", lambda found: 1 / 0 if found == broken else commit(found))
    call_command("import_worker", "--once")
    statuses = {found.pk: found.status for found in Import.objects.all()}
    assert statuses == {broken.pk: Status.PLANNED, sound.pk: Status.COMMITTED}


def test_a_reading_that_breaks_off_says_so_among_its_rows(big, tmp_path, monkeypatch, capsys):
    kept = work.read(uploads(3), "", "", None)
    monkeypatch.setattr(plan, "BATCH", 2)
    stored, calls = plan._store_rows, []

    def break_off(*arguments):
        stored(*arguments) if not calls else 1 / 0
        calls.append(arguments)

    monkeypatch.setattr(plan, "_store_rows", break_off)
    call_command("import_worker", "--once")
    kept.refresh_from_db()
    assert kept.status == Status.PLANNED
    assert [(row.state, row.reason) for row in kept.rows.all()] == [
        ("create", ""),
        ("create", ""),
        ("refused", work.BROKEN_OFF),
    ]
    assert list((tmp_path / "imports").iterdir()) == []
