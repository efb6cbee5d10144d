"""What an admin says of the rows of a plan: it changes, decides and stores them anew."""

from django.db import transaction
from django.db.models import Q

from reviews.importing import plan, review_plan
from reviews.importing.planned import Planned
from reviews.models import ImportRow

NO_REVIEW = "It is no review. Look at it and write down what it says, or leave it out."
NO_RECORD = "It is no row of a list. Correct it in the file and import that again, or leave it out."
EDITED = ["state", "reason", "note", "film_id", "fields"]  # what becomes of a row that was decided anew

State, Kind = ImportRow.State, ImportRow.Kind
WHICH_FILM = Q(state=State.QUESTION) & ~Q(reason__startswith=review_plan.IS_IT_ANOTHER)


def edit(row):
    """Decides and stores a row whose fields were changed."""
    _decide_anew(ImportRow.objects.filter(pk=row.pk), lambda stored: setattr(stored, "fields", row.fields))
    row.refresh_from_db()


def answer(rows, film):
    """Gives the film, "Title (Year)", to the open rows that ask for one: a text that names its film keeps it.

    As `part`, `skip` and `restore` it returns how many rows it has changed.
    """
    unnamed = Q(fields__film="") | Q(fields__given=True) | Q(fields__read__0="")
    return _decide_anew(_reviews(rows).filter(unnamed | WHICH_FILM), lambda row: row.answer(film))


def still_asking(rows):
    """Those that ask for their film, so that an answer for all leaves what was answered by hand; all, if none does."""
    asking = rows.filter(WHICH_FILM)
    return asking if asking.exists() else rows


def part(rows):
    """Says of rows that are asked about it that they are reviews of their own, however alike they are to others."""
    asked = _reviews(rows).filter(state=State.QUESTION, reason__startswith=review_plan.IS_IT_ANOTHER)
    return _decide_anew(asked, lambda row: row.fields.update(another=True))


def skip(rows):
    imports = list(rows.values_list("in_import", flat=True).distinct())
    skipped = _open(rows).exclude(state=State.SKIPPED).update(state=State.SKIPPED, reason="", review=None, edge=None)
    _free(imports)
    return skipped


def restore(rows):
    """Decides the open rows anew, as if they had just been read."""
    unread = _open(rows).filter(fields={}, state=State.SKIPPED)
    restored = unread.filter(kind=Kind.REVIEW).update(state=State.REFUSED, reason=NO_REVIEW)
    restored += unread.exclude(kind=Kind.REVIEW).update(state=State.REFUSED, reason=NO_RECORD)
    return restored + _decide_anew(rows.exclude(fields={}), lambda row: row.forget_answers())


def _decide_anew(chosen, change):
    """Changes, decides and stores the open ones of the rows, knowing what other rows of their import will create.

    Returns how many they were.
    """
    changed = 0
    imports = list(chosen.values_list("in_import", flat=True).distinct())
    planned = Planned()
    others = ImportRow.objects.filter(in_import__in=imports, state=State.CREATE, kind=Kind.REVIEW)
    for batch in _by_position(others.exclude(pk__in=chosen.values("pk"))):
        review_plan.remember(batch, planned)
    for ids in [[row.pk for row in batch] for batch in _by_position(_open(chosen).only("position"))]:
        with transaction.atomic():
            # Read again under the lock: a commit may have done some of them meanwhile.
            batch = list(_open(ImportRow.objects.filter(pk__in=ids)).select_for_update().order_by("position"))
            for row in batch:
                change(row)
            plan.decide(batch, planned)
            review_plan.doubt([row for row in batch if row.kind == Kind.REVIEW])
            plan.write(batch, EDITED)
        changed += len(batch)
    _free(imports)
    return changed


def _free(imports):
    """Decides rows anew that were duplicates of a row further up which is no longer to be created."""
    waiting = ImportRow.objects.filter(in_import__in=imports, state=State.DUPLICATE, reason=review_plan.FURTHER_UP)
    if waiting.exists():
        planned = Planned()
        for batch in _by_position(
            ImportRow.objects.filter(in_import__in=imports, state=State.CREATE, kind=Kind.REVIEW)
        ):
            review_plan.remember(batch, planned)
        for batch in _by_position(waiting):
            plan.decide(batch, planned)
            plan.write(batch, EDITED)


def _reviews(rows):
    return rows.filter(kind=Kind.REVIEW).exclude(fields={})


def _by_position(rows):
    last = 0
    while batch := list(rows.filter(position__gt=last).order_by("position")[: plan.BATCH]):
        yield batch
        last = batch[-1].position


def _open(rows):
    return rows.filter(state__in=ImportRow.OPEN_STATES)
