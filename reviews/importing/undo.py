"""Takes an import back: what it created goes, what people have touched since stays and is told."""

from collections import Counter
from itertools import chain

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone

from films.models import Family, Film, FilmTitle, Remake
from reviews import proposing
from reviews.importing.catalogue_plan import FACTS
from reviews.models import Claim, HelpfulVote, Import, ImportRow, Quote, Report, Review, Standing
from reviews.models.imports import LEASE

BATCH = 500
NOTHING = {"reviews_deleted": 0, "remakes_deleted": 0, "films_deleted": 0, "films_restored": 0}
TAKEN_BACK_BEFORE = "The import was taken back before this came in."

State, Kind = ImportRow.State, ImportRow.Kind


def undo(done):
    """Deletes what the import created and empties what it filled in; calling it again goes on where it was cut off.

    Works in short transactions. Returns the counts of what was deleted and emptied, and what was kept with the reason.
    """
    report = {"import": done.pk, **NOTHING, "kept": []}
    # Films last, when the reviews and remakes that came with them lean on them no more.
    for kind, take_back in ((Kind.REVIEW, _take_back), (Kind.REMAKE, _take_back_remakes), (Kind.FILM, _empty_films)):
        # The last rows first: what one has filled in, an earlier one did not.
        for batch in _backwards(done.rows.filter(state=State.CREATED, kind=kind)):
            with transaction.atomic():
                # Read again under the lock: somebody else may be taking the same import back.
                same = _related(done.rows.filter(pk__in=[row.pk for row in batch], state=State.CREATED))
                take_back(list(same.select_for_update(of=["self"]).order_by("-pk")), report)
    for batch in _backwards(_rows_with_films_of(done)):
        with transaction.atomic():
            _delete_films(batch, done, report)
    for batch in _backwards(done.rows.filter(state=State.CREATE)):
        same = ImportRow.objects.filter(pk__in=[row.pk for row in batch], state=State.CREATE)
        same.update(state=State.SKIPPED, reason=TAKEN_BACK_BEFORE)
    proposing.drop_unsaid()
    done.status, done.undone_at = Import.Status.UNDONE, timezone.now()
    done.save(update_fields=["status", "undone_at"])
    return report


def why_not(done):
    """Why the import cannot be taken back now, or ""."""
    if done.undoable:
        return ""
    if done.status in (Import.Status.READING, Import.Status.RUNNING):
        return (
            f"Import {done.pk} is at work still, or was cut off a moment ago. Stop it in the admin, "
            f"or wait {LEASE.seconds} seconds and try again."
        )
    if done.status == Import.Status.UNDONE:
        return f"Import {done.pk} was taken back already and has nothing to take back."
    return f"Import {done.pk} has created nothing, so it has nothing to take back."


def did_nothing(report):
    """A sentence for an undo that came too late, or ""."""
    if report["kept"] or any(count for name, count in report.items() if name not in ("import", "kept")):
        return ""
    return (
        f"Import {report['import']} had nothing left to take back: "
        "somebody else has just done so, or had deleted what it created."
    )


def _backwards(rows):
    rows = _related(rows).order_by("-pk")
    batch = list(rows[:BATCH])
    while batch:
        yield batch
        batch = list(rows.filter(pk__lt=batch[-1].pk)[:BATCH])


def _related(rows):
    return rows.select_related("review", "film", "source_film", "edge")


def _rows_with_films_of(done):
    """The rows that films came with: of the import, and of those taken back before whose films it still leaned on."""
    earlier = Q(in_import__status=Import.Status.UNDONE, film__in=done.rows.exclude(film=None).values("film"))
    return ImportRow.objects.filter(Q(in_import=done) | earlier, Q(film_created=True) | Q(source_film_created=True))


def _take_back(rows, report):
    ids = [row.review_id for row in rows]
    # Voters lock the standing before they vote, so none can slip in between the look and the deletion.
    list(Standing.objects.select_for_update().filter(review__in=ids).order_by("pk"))
    reviews = Review.every.in_bulk(ids)
    acts = _acts_on(ids)
    gone = []
    for row in rows:
        row.review = reviews.get(row.review_id)
        if row.review is None:
            row.state, row.reason = State.UNDONE, "Somebody else had deleted the review."
        elif touched := _touched(row, acts):
            _keep(row, row.review_id, touched, report)
        else:
            gone.append(row.review_id)
            row.state, row.reason, row.review = State.UNDONE, "", None
    ImportRow.objects.bulk_update(rows, ["state", "reason", "review"])
    Review.every.filter(pk__in=gone).delete()
    report["reviews_deleted"] += len(gone)


def _keep(row, pk, touched, report):
    row.reason = f"Kept when the import was taken back: {touched}."
    report["kept"].append({row.kind: pk, "source": row.source, "reason": row.reason})
    if row.kind == Kind.FILM:
        report["kept"][-1]["title"] = str(row.film)


def _acts_on(reviews):
    """What people have done with the reviews since, in words, each with the ids of its reviews."""
    accepted = Quote.objects.filter(proposal__decided_at__gte=F("review__created_at"))
    accepted = accepted.exclude(proposal__edge=None, proposal__title=None)
    return {
        said: {pk for rows in acts for pk in rows.filter(review__in=reviews).values_list("review", flat=True)}
        for said, acts in (
            ("readers have voted on it", [HelpfulVote.objects]),
            ("readers have reported or claimed it", [Report.objects, Claim.objects]),
            ("it is the evidence of what was accepted into the catalogue", [accepted]),
        )
    }


def _touched(row, acts):
    """What people have done with the review since, or ""."""
    if act := next((said for said, reviews in acts.items() if row.review_id in reviews), ""):
        return act
    imported = row.as_review()
    fields = (
        field for field in Review._meta.concrete_fields if field.name not in ("id", "created_at", *Review.DERIVED)
    )
    changed = (f for f in fields if getattr(imported, f.attname) != getattr(row.review, f.attname))
    return next((f"its {field.verbose_name} was changed" for field in changed), "")


def _take_back_remakes(rows, report):
    gone, films = [], []
    for row in rows:
        if row.edge is None:
            row.state, row.reason = State.UNDONE, "Somebody else had deleted the remake."
        elif (row.edge.remake_id, row.edge.source_id) != (row.film_id, row.source_film_id):
            _keep(row, row.edge_id, "it joins other films now", report)
        elif (row.edge.kind, row.edge.address) != (row.fields["kind"], row.fields["address"]):
            _keep(row, row.edge_id, "its kind or its address was changed", report)
        else:
            gone.append(row.edge_id)
            films += [row.film, row.source_film]
            row.state, row.reason, row.edge = State.UNDONE, "", None
    ImportRow.objects.bulk_update(rows, ["state", "reason", "edge"])
    Remake.objects.filter(pk__in=gone).delete()
    Family.objects.redraw(films)
    report["remakes_deleted"] += len(gone)


# Films


def _empty_films(rows, report):
    """Takes back what rows filled in: all of it or, for a film that came with its row and was touched, nothing."""
    films = _with_titles(
        Film.objects.select_for_update().order_by("pk").filter(pk__in={row.film_id for row in rows if row.film_id})
    )
    emptied = []
    for row in rows:
        film = films.get(row.film_id)
        if film is None:
            row.state, row.reason = State.UNDONE, "Somebody else had deleted the film."
            continue
        touched = _touched_film(row, film)
        if not (touched and row.film_created):
            emptied += _empty(row, film)
        if touched:
            _keep(row, film.pk, touched, report)
        else:
            row.state, row.reason = State.UNDONE, ""
            report["films_restored"] += not row.film_created
    ImportRow.objects.bulk_update(rows, ["state", "reason"])
    Film.objects.bulk_update(films.values(), FACTS)
    FilmTitle.objects.filter(pk__in=emptied).delete()


def _with_titles(films):
    """The films by their ids, each with `other` titles by what they say and `leaning`: what stands on it, in words."""
    films = {film.pk: film for film in films.prefetch_related("titles")}
    reviews = dict(Review.every.filter(film__in=films).order_by().values_list("film").annotate(Count("pk")))
    ends = Remake.objects.filter(Q(remake__in=films) | Q(source__in=films)).values_list("remake", "source")
    remakes = Counter(chain.from_iterable(ends))
    for film in films.values():
        leaning = [(reviews.get(film.pk, 0), "review"), (remakes[film.pk], "remake")]
        film.leaning = " and ".join(f"{count} {kind}{'' if count == 1 else 's'}" for count, kind in leaning if count)
        film.other = {(title.text, title.kind, title.language): title for title in film.titles.all()}
    return films


def _touched_film(row, film):
    """What people have done since with what the row said of the film, or ""."""
    said = row.filled | {"titles": {tuple(title) for title in row.filled.get("titles", ())}}
    if row.film_created:
        return _differs(film, row.fields["film"], row.fields["year"], said)
    changed = next((name for name in FACTS.keys() & said.keys() if getattr(film, name) != said[name]), None)
    if changed is None and not said["titles"] <= film.other.keys():
        changed = "titles"
    return _changed(changed)


def _differs(film, title, year, said):
    """What a film that came with the import has now and did not have then, or ""."""
    if film.leaning:
        return f"it is needed by {film.leaning} of other origin"
    if (film.title, film.year) != (title, year):
        return "its title or year was changed"
    changed = (name for name, nothing in FACTS.items() if getattr(film, name) != said.get(name, nothing))
    return _changed(next(changed, None if said.get("titles", set()) == film.other.keys() else "titles"))


def _changed(name):
    return f"its {name} {'were' if name == 'titles' else 'was'} changed" if name else ""


def _empty(row, film):
    """Empties the facts that are still as the row filled them in; returns the ids of such titles, to be deleted."""
    for name in FACTS.keys() & row.filled.keys():
        if getattr(film, name) == row.filled[name]:
            setattr(film, name, FACTS[name])
    titles = (film.other.pop(tuple(title), None) for title in row.filled.get("titles", ()))
    return [title.pk for title in titles if title]


def _delete_films(rows, done, report):
    """Deletes the films that came with the rows and that nothing else has come to lean on."""
    came = {}
    for row in rows:
        if row.film_created and row.film:
            came[row.film_id] = row, row.fields["film"], row.fields["year"]
        if row.source_film_created and row.source_film:
            came[row.source_film_id] = row, row.fields["source_film"], row.fields["source_year"]
    told, gone = _films_of_what_was_kept(report), []
    for film in _with_titles(Film.objects.select_for_update().order_by("pk").filter(pk__in=came)).values():
        row, title, year = came[film.pk]
        touched = _differs(film, title, year, {})
        if not touched:
            gone.append(film.pk)
        elif row.in_import_id == done.pk and row.kind != Kind.FILM and film.pk not in told:
            reason = f"Kept when the import was taken back: {touched}."
            report["kept"].append({"film": film.pk, "source": row.source, "reason": reason, "title": str(film)})
    Film.objects.filter(pk__in=gone).delete()
    report["films_deleted"] += len(gone)


def _films_of_what_was_kept(report):
    """The ids of the films that kept reviews and remakes are about: that they stay goes without saying."""
    kept = {kind: [one[kind] for one in report["kept"] if kind in one] for kind in ("review", "remake")}
    reviews = Review.every.filter(pk__in=kept["review"]).values_list("film", flat=True)
    remakes = Remake.objects.filter(pk__in=kept["remake"]).values_list("remake", "source")
    return {*reviews, *(film for pair in remakes for film in pair)}
