"""Takes an import back: what it created goes, what people have touched since stays and is told."""

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from films.models import Film, FilmTitle, Remake
from reviews.models import HelpfulVote, Import, ImportRow, Review, Standing

BATCH = 500

State = ImportRow.State


def undo(done):
    """Deletes the import's reviews and films, in short transactions; calling it again goes on where it was cut off.

    Returns the counts of what was deleted and kept, and the reviews kept with the reason for each.
    """
    report = {"import": done.pk, "reviews_deleted": 0, "films_deleted": 0, "kept": []}
    last = 0
    while batch := list(_created(done).filter(position__gt=last)[:BATCH]):
        with transaction.atomic():
            _take_back(batch, report)
        last = batch[-1].position
    _delete_films(done, report)
    done.status, done.undone_at = Import.Status.UNDONE, timezone.now()
    done.save(update_fields=["status", "undone_at"])
    return report


def _created(done):
    return done.rows.filter(state=State.CREATED).select_related("review", "film")


def _take_back(rows, report):
    ids = [row.review_id for row in rows]
    # Voters lock the standing before they vote, so none can slip in between the look and the deletion.
    list(Standing.objects.select_for_update().filter(review__in=ids))
    voted = set(HelpfulVote.objects.filter(review__in=ids).values_list("review_id", flat=True))
    gone = []
    for row in rows:
        if row.review is None:
            row.state, row.reason = State.UNDONE, "Somebody else had deleted the review."
        elif touched := _touched(row, voted):
            row.reason = f"Kept when the import was taken back: {touched}."
            report["kept"].append({"review": row.review_id, "source": row.source, "reason": row.reason})
        else:
            gone.append(row.review_id)
            row.state, row.reason, row.review = State.UNDONE, "", None
    ImportRow.objects.bulk_update(rows, ["state", "reason", "review"])
    Review.objects.filter(pk__in=gone).delete()
    report["reviews_deleted"] += len(gone)


def _touched(row, voted):
    """What people have done with the review since, or ""."""
    if row.review_id in voted:
        return "readers have voted on it"
    imported = row.as_review()
    fields = (
        field for field in Review._meta.concrete_fields if field.name not in ("id", "created_at", *Review.DERIVED)
    )
    changed = (f for f in fields if getattr(imported, f.attname) != getattr(row.review, f.attname))
    return next((f"its {field.verbose_name} was changed" for field in changed), "")


def _delete_films(done, report):
    """Deletes the films that came with the import and that nothing else has come to lean on."""
    created = done.rows.filter(film_created=True).values("film")
    leaned_on = [
        Review.objects.filter(film=OuterRef("pk")),
        FilmTitle.objects.filter(film=OuterRef("pk")),
        Remake.objects.filter(remake=OuterRef("pk")),
        Remake.objects.filter(source=OuterRef("pk")),
    ]
    films = Film.objects.filter(pk__in=created, country="", director="", runtime=None)
    for others in leaned_on:
        films = films.exclude(Exists(others))
    report["films_deleted"] += films.count()
    films.delete()
