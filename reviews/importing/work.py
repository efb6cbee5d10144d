"""Big imports in the background: a worker takes up what waits, one import at a time.

The rows of an import are the queue: each batch commits the reviews and the state of their rows together, so a worker
that is killed loses nothing and the next one goes on where it was.
"""

import shutil
from pathlib import Path

from django.conf import settings
from django.core.files import File

from films import bulk
from films.titles import split_title
from reviews import comparing, search
from reviews.importing import plan, sources
from reviews.importing.ahead import ahead
from reviews.models import Import, ImportRow

LARGEST_AT_ONCE = 2 * 1024 * 1024  # bytes that are read while the admin waits
BROKEN_OFF = "The reading broke off after this, by a fault of the program that its log tells. Import the texts again."
MOST_AT_ONCE = 500  # reviews that are committed while the admin waits


def read(uploads, text, film, user):
    """Plans the uploads and the pasted text, at once or, where they are big, by a worker. Returns the import."""
    if sum(upload.size for upload in uploads) + len(text) > LARGEST_AT_ONCE:
        return _keep(uploads, text, film, user)
    return plan.store(_sources(uploads, text), split_title(film), user)


def commit(planned):
    """Commits the plan, at once or, where it is big, by a worker."""
    if planned.rows.filter(state=plan.State.CREATE).count() > MOST_AT_ONCE:
        planned.move_to(Import.Status.RUNNING)
    else:
        plan.commit(planned)
        search.catch_up(search.AT_ONCE)
        comparing.catch_up(comparing.AT_ONCE)


@bulk.storing_much()
def work_off(claimed):
    """Does what the import waits for."""
    if claimed.status == Import.Status.RUNNING:
        plan.commit(claimed)
    else:
        plan.read(claimed, _sources(_kept(claimed), claimed.text_given), split_title(claimed.film_given), ahead)
        forget(claimed)


def give_up(claimed):
    """Leaves to an admin what could not be worked off. Half a plan must not look like a whole one, so it says so."""
    if claimed.status == Import.Status.READING:
        last = claimed.rows.last()
        ImportRow.objects.create(
            in_import=claimed,
            position=last.position + 1 if last else 1,
            source=last.source if last else "the uploads",
            state=ImportRow.State.REFUSED,
            reason=BROKEN_OFF,
        )
        forget(claimed)
    claimed.move_to(Import.Status.PLANNED)


def forget(planned):
    """Deletes the uploads that were kept for the worker."""
    shutil.rmtree(_folder(planned), ignore_errors=True)


def _sources(uploads, text):
    yield from sources.from_uploads(uploads)
    if text.strip():
        yield sources.from_paste(text)


def _keep(uploads, text, film, user):
    kept = Import.objects.create(user=user, film_given=film, text_given=text)
    try:
        for number, upload in enumerate(uploads):
            # Two uploads may have one name, so each has a folder to itself.
            path = _folder(kept) / f"{number:06}" / _file_name(upload)
            path.parent.mkdir(parents=True)
            with path.open("wb") as file:
                shutil.copyfileobj(upload, file)
    except OSError:  # the disk is full; nobody could tell this import from one that was read
        forget(kept)
        kept.delete()
        raise
    kept.move_to(Import.Status.READING, description=", ".join(upload.name for upload in uploads)[:300])
    return kept


def _file_name(upload):
    """The name in the 200 bytes that every file system allows, which are not the 200 characters of every script."""
    return upload.name.encode(errors="replace")[-200:].decode(errors="ignore").lstrip(".") or "upload"


def _kept(planned):
    for path in sorted(_folder(planned).glob("*/*")):
        with path.open("rb") as file:
            yield File(file, path.name)


def _folder(planned):
    """Where the uploads of an import lie until they are read; every web node and worker needs to see it."""
    return Path(settings.DATA_DIR) / "imports" / str(planned.pk)
