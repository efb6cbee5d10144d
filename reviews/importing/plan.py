"""What an import would do, row by row: the preview shows the plan, and the commit executes it."""

from itertools import islice

from django.db import transaction
from django.utils import timezone

from films.models import Film
from films.titles import title_key
from reviews.importing import matching
from reviews.importing.decoding import NotTextError, decode
from reviews.importing.parser import Problem, parse
from reviews.models import Import, ImportRow, Review, Standing

BATCH = 500
WHICH_FILM = "Which film? The text names none. Give it below the files or with --film, and import again."

State = ImportRow.State
REPORTED_AS = {
    State.CREATE: "created",
    State.CREATED: "created",
    State.DUPLICATE: "duplicates",
    State.QUESTION: "questions",
    State.REFUSED: "refused",
}


def rows(sources, film=None):
    """The rows of the plan, not stored: an iterator, so that no more than a batch of texts is in memory.

    `film`, a (title, year) pair, is the film of the texts that name none.
    """
    planned = set()
    position = 0
    for batch in _batches(_read(sources), BATCH):
        _match(batch, film)
        _find_duplicates(batch, planned)
        for row in batch:
            position += 1
            row.position = position
            yield row


def store(sources, film=None, user=None):
    """Stores the plan and returns its Import. Nothing else is written."""
    with transaction.atomic():
        plan = Import.objects.create(user=user)
        names = {}
        for batch in _batches(rows(sources, film), BATCH):
            for row in batch:
                row.in_import = plan
                names[row.source] = None
            ImportRow.objects.bulk_create(batch)
        plan.description = _described(list(names))
        plan.save(update_fields=["description"])
    return plan


def commit(plan):
    """Creates what the plan says, in short transactions. Calling it again goes on where it was cut off."""
    while batch := list(plan.rows.filter(state=State.CREATE)[:BATCH]):
        with transaction.atomic():
            _create(batch)
    plan.status, plan.committed_at = Import.Status.COMMITTED, timezone.now()
    plan.save(update_fields=["status", "committed_at"])


def report(rows):
    """How many of the rows (planned or committed) end in which way, and what is to be said of those that fail."""
    counts = {"created": 0, "duplicates": 0, "questions": 0, "refused": 0}
    problems = []
    for row in rows:
        counts[REPORTED_AS[row.state]] += 1
        if row.state in (State.QUESTION, State.REFUSED):
            problems.append({"source": row.source, "line": row.line, "reason": row.reason})
    return {**counts, "problems": problems}


def _batches(items, size):
    items = iter(items)
    while batch := list(islice(items, size)):
        yield batch


def _described(names):
    more = len(names) - 1
    return f"{names[0][:250]} and {more} more" if more > 0 else "".join(names)[:300]


# From sources to rows


def _read(sources):
    for source in sources:
        if source.problem:
            yield ImportRow(source=source.name, state=State.REFUSED, reason=source.problem)
            continue
        try:
            decoded = decode(source.data)
        except NotTextError as problem:
            yield ImportRow(source=source.name, state=State.REFUSED, reason=str(problem))
            continue
        for record in parse(decoded.text):
            yield _row(source.name, decoded, record)


def _row(source, decoded, record):
    row = ImportRow(source=source, line=record.line, text=decoded.text[slice(*record.span)], note=decoded.assumed)
    if isinstance(record, Problem):
        row.state, row.reason = State.REFUSED, record.reason
        return row
    row.state = State.CREATE
    row.fields = {
        "film": record.film,
        "year": record.year,
        "rating": None if record.rating is None else str(record.rating),
        "rating_scale": record.rating_scale,
        "headline": record.headline,
        "author": record.author,
        "date": record.date and record.date.isoformat(),
        "spoiler": record.spoiler,
        "tally_yes": record.tally_yes,
        "tally_total": record.tally_total,
    }
    start = record.span.start
    row.spans = {name: [span.start - start, span.end - start] for name, span in record.spans.items()}
    row.spans["furniture"] = [[span.start - start, span.end - start] for span in record.furniture]
    return row


def _match(batch, film):
    unrefused = [row for row in batch if row.state == State.CREATE]
    for row in unrefused:
        if film and not row.fields["film"]:
            row.fields["film"], row.fields["year"] = film
    matches = matching.match({(row.fields["film"], row.fields["year"]) for row in unrefused if row.fields["film"]})
    for row in unrefused:
        if not row.fields["film"]:
            row.state, row.reason = State.QUESTION, WHICH_FILM
            continue
        match = matches[row.fields["film"], row.fields["year"]]
        row.film = match.film
        row.note = " ".join(filter(None, [row.note, match.note]))
        if match.question:
            row.state, row.reason = State.QUESTION, match.question


def _find_duplicates(batch, planned):
    """Marks the rows whose review is stored or planned already. `planned` is the memory between batches."""
    unrefused = [row for row in batch if row.state != State.REFUSED]
    keys = [row.as_review().content_key for row in unrefused]
    stored = _stored(keys)
    for row, key in zip(unrefused, keys, strict=True):
        films = stored.get(key, {})
        known = films.get(row.film_id) if row.film else None
        if row.state == State.QUESTION and films:
            known = next(iter(films.values()))
        if known:
            row.state, row.reason, row.film, row.review = State.DUPLICATE, "It is stored already.", known.film, known
            continue
        place = (row.film_id or (title_key(row.fields["film"]), row.fields["year"]), key)
        if place in planned:
            row.state, row.reason = State.DUPLICATE, "The same review stands further up in this import."
        planned.add(place)


def _stored(keys):
    """The stored reviews with these content keys: a mapping of key to a mapping of film id to review."""
    found = {}
    for review in Review.objects.filter(content_key__in=set(keys)).select_related("film").defer("body"):
        found.setdefault(review.content_key, {})[review.film_id] = review
    return found


# From rows to reviews


def _create(batch):
    _create_films([row for row in batch if row.film is None])
    reviews = {row: row.as_review() for row in batch}
    stored = _stored(review.content_key for review in reviews.values())
    fresh = {}
    for row, review in reviews.items():
        known = stored.get(review.content_key, {}).get(row.film_id) or fresh.get((row.film_id, review.content_key))
        if known:
            row.state, row.reason, row.review = (
                State.DUPLICATE,
                "It was stored between the preview and the commit.",
                known,
            )
        else:
            row.state, row.review = State.CREATED, review
            fresh[row.film_id, review.content_key] = review
    Review.objects.bulk_create(fresh.values())
    Standing.objects.bulk_create(Standing.of(review) for review in fresh.values())
    ImportRow.objects.bulk_update(batch, ["state", "reason", "film", "review"])


def _create_films(rows):
    matches = matching.match({(row.fields["film"], row.fields["year"]) for row in rows})
    created = {}
    for row in rows:
        title, year = row.fields["film"], row.fields["year"]
        film = matches[title, year].film or created.get((title_key(title), year))
        if film is None:
            film = created[title_key(title), year] = Film.objects.create(title=title, year=year)
        row.film = film
