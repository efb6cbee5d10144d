"""What an import would do, row by row: the preview shows the plan, and the commit executes it."""

from itertools import islice

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from films.models import Film
from films.titles import title_key
from reviews import likeness
from reviews.importing import jsonlines, matching
from reviews.importing.decoding import NotTextError, decode
from reviews.importing.parser import Problem, parse
from reviews.models import Import, ImportRow, Review, Standing

BATCH = 500
WRITTEN_AT_ONCE = 100  # so that a vote never waits long for the lock
WHICH_FILM = "Which film? The text names none."
STORED = "It is stored already."
FURTHER_UP = "The same review stands further up in this import."
NO_REVIEW = "It is no review. Look at it and write down what it says, or leave it out."
STORED_MEANWHILE = "It was stored between the preview and the commit."

EDITED = ["state", "reason", "note", "film", "review", "fields"]

State = ImportRow.State


def rows(sources, film=None, remember=True):
    """The rows of the plan, not stored: an iterator, so that no more than a batch of texts is in memory.

    `film`, a (title, year) pair, is the film of the texts that name none. Who stores the reviews of each batch before
    asking for the next needs no memory of what further rows will create, and turns `remember` off.
    """
    planned, position = set(), 0
    for batch in _batches(_read(sources)):
        if film:
            for row in batch:
                if row.fields and not row.fields["film"]:
                    row.fields["film"], row.fields["year"] = film
        decide([row for row in batch if row.state != State.REFUSED], planned if remember else set())
        for row in batch:
            position += 1
            row.position = position
            yield row


def store(sources, film=None, user=None):
    """Stores the plan and returns its Import. Nothing else is written."""
    plan = Import.objects.create(user=user, status=Import.Status.READING, worker_seen_at=timezone.now())
    read(plan, sources, film)
    return plan


def read(plan, sources, film=None):
    """Fills an import that is being read with its rows, from the beginning; stops when an admin has discarded it."""
    plan.rows.all().delete()
    names = {}
    for batch in _batches(rows(sources, film)):
        with transaction.atomic():
            if not plan.attend(Import.Status.READING):
                return
            _store_rows(plan, batch, names)
    plan.move_to(Import.Status.PLANNED, description=_described(list(names)), text_given="")


def commit(plan):
    """Creates what the plan says, in short transactions, until it is done or an admin stops it.

    Calling it again goes on where it was cut off; called by two at once it is done once.
    """
    if plan.status != Import.Status.RUNNING:
        plan.move_to(Import.Status.RUNNING)
    done = False
    while not done:
        with transaction.atomic():
            if not plan.attend(Import.Status.RUNNING):
                return
            batch = list(plan.rows.select_for_update(of=["self"]).filter(state=State.CREATE)[:WRITTEN_AT_ONCE])
            create(batch)
            ImportRow.objects.bulk_update(batch, ["state", "reason", "film", "film_created", "review"])
            done = not batch
    plan.move_to(Import.Status.COMMITTED, committed_at=timezone.now())


def run(sources, film=None, user=None, progress=lambda rows: None):
    """Plans and commits without stopping in between, batch by batch: what `store` and `commit` do after one another."""
    plan = Import.objects.create(user=user, status=Import.Status.RUNNING, worker_seen_at=timezone.now())
    names = {}
    for batch in _batches(rows(sources, film, remember=False)):
        for part in _batches(batch, WRITTEN_AT_ONCE):
            with transaction.atomic():
                plan.attend(Import.Status.RUNNING)
                create([row for row in part if row.state == State.CREATE])
                _store_rows(plan, part, names)
        progress(batch)
    plan.move_to(Import.Status.COMMITTED, description=_described(list(names)), committed_at=timezone.now())
    return plan


REPORTED_AS = {
    State.CREATE: "created",
    State.CREATED: "created",
    State.DUPLICATE: "duplicates",
    State.QUESTION: "questions",
    State.REFUSED: "refused",
}


def report(rows):
    """How many of the rows (planned or committed) end in which way, and what is to be said of those that fail."""
    counts = {"created": 0, "duplicates": 0, "questions": 0, "refused": 0}
    problems = []
    for row in rows:
        counts[REPORTED_AS[row.state]] += 1
        if row.state in (State.QUESTION, State.REFUSED):
            problems.append({"source": row.source, "line": row.line, "reason": row.reason})
    return {**counts, "problems": problems}


def _batches(items, size=None):
    items = iter(items)
    while batch := list(islice(items, size or BATCH)):
        yield batch


def _store_rows(plan, batch, names):
    for row in batch:
        row.in_import = plan
        names[row.source] = None
    ImportRow.objects.bulk_create(batch)


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
        records = jsonlines.read(decoded.text) if jsonlines.is_json_lines(decoded.text) else parse(decoded.text)
        for record in records:
            yield _row(source.name, decoded, record)


def _row(source, decoded, record):
    row = ImportRow(source=source, line=record.line, text=decoded.text[slice(*record.span)], note=decoded.assumed)
    if isinstance(record, Problem):
        row.state, row.reason = State.REFUSED, record.reason
        return row
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
    if "body" not in record.spans:
        row.fields |= {"body": record.body, "language": record.language}
    if record.source is not None:
        row.fields["source"] = record.source
    start = record.span.start
    row.spans = {name: [span.start - start, span.end - start] for name, span in record.spans.items()}
    row.spans["furniture"] = [[span.start - start, span.end - start] for span in record.furniture]
    return row


# From what a row says to what is to become of it


def decide(rows, planned=None):
    """Settles film, state and reason of rows with fields: whether each is created, a duplicate or a question.

    `planned` is the memory of what other rows of the same import will create.
    """
    _match(rows)
    _find_duplicates(rows, set() if planned is None else planned)


def _match(rows):
    matches = matching.match({(row.fields["film"], row.fields["year"]) for row in rows if row.fields["film"]})
    for row in rows:
        row.film, row.review, row.state, row.reason = None, None, State.CREATE, ""
        if not row.fields["film"]:
            row.state, row.reason = State.QUESTION, WHICH_FILM
            continue
        match = matches[row.fields["film"], row.fields["year"]]
        if row.fields.get("answered"):
            match = match.answered(row.fields["film"])
        row.film = match.film
        if match.note not in row.note:
            row.note = " ".join(filter(None, [row.note, match.note]))
        if match.question:
            row.state, row.reason = State.QUESTION, match.question


def _find_duplicates(rows, planned):
    reviews = [row.as_review() for row in rows]
    stored = _stored(review.content_key for review in reviews)
    alike = _alike(reviews)
    for row, review in zip(rows, reviews, strict=True):
        films = stored.get(review.content_key, {})
        known = films.get(row.film_id) if row.film else None
        if row.state == State.QUESTION and films:
            known = next(iter(films.values()))
        if known:
            row.state, row.reason, row.film, row.review = State.DUPLICATE, STORED, known.film, known
            continue
        place = (row.film_id or (title_key(row.fields["film"]), row.fields["year"]), review.content_key)
        if place in planned:
            row.state, row.reason = State.DUPLICATE, FURTHER_UP
        planned.add(place)
        other = next(iter(films.values()), None) or alike(review)
        if other and row.state == State.CREATE and not row.fields.get("another"):
            row.state, row.review = State.QUESTION, other
            row.reason = f"Is this another review? Nearly the same text stands already on {other.film}."


def _alike(reviews):
    """A function that finds, for one of the reviews, a stored one with nearly the same text, or None."""
    long = [review for review in reviews if len(review.body) >= likeness.SHORTEST]
    marks_a, marks_b = {review.mark_a for review in long}, {review.mark_b for review in long}
    marked = {}
    for other in Review.objects.filter(Q(mark_a__in=marks_a) | Q(mark_b__in=marks_b)).select_related("film"):
        marked.setdefault(("a", other.mark_a), []).append(other)
        marked.setdefault(("b", other.mark_b), []).append(other)

    def find(review):
        candidates = marked.get(("a", review.mark_a), []) + marked.get(("b", review.mark_b), [])
        alike = (other for other in candidates if likeness.likeness(review.body, other.body) >= likeness.ALIKE)
        return next(alike, None)

    return find


def _stored(keys):
    """The stored reviews with these content keys: a mapping of key to a mapping of film id to review."""
    found = {}
    for review in Review.objects.filter(content_key__in=set(keys)).select_related("film").defer("body"):
        found.setdefault(review.content_key, {})[review.film_id] = review
    return found


# From rows to reviews


def create(batch):
    """Stores the reviews of rows that are to be created, and their films where the catalogue lacks them.

    The rows themselves are not stored. What somebody else has stored since they were planned is a duplicate.
    """
    _create_films([row for row in batch if row.film is None])
    reviews = {id(row): row.as_review() for row in batch}
    stored = _stored(review.content_key for review in reviews.values())
    fresh = {}
    for row in batch:
        review = reviews[id(row)]
        known = stored.get(review.content_key, {}).get(row.film_id) or fresh.get((row.film_id, review.content_key))
        if known:
            row.state, row.reason, row.review = State.DUPLICATE, STORED_MEANWHILE, known
        else:
            row.state, row.review = State.CREATED, review
            fresh[row.film_id, review.content_key] = review
    Review.objects.bulk_create(fresh.values())
    Standing.objects.bulk_create(Standing.of(review) for review in fresh.values())


def _create_films(rows):
    matches = matching.match({(row.fields["film"], row.fields["year"]) for row in rows})
    created = {}
    for row in rows:
        title, year = row.fields["film"], row.fields["year"]
        film = matches[title, year].film or created.get((title_key(title), year))
        if film is None:
            film = created[title_key(title), year] = Film.objects.create(title=title, year=year)
            row.film_created = True
        row.film = film


# What an admin says of the rows


def edit(row):
    """Decides and stores a row whose fields were changed."""
    decide([row])
    row.save(update_fields=EDITED)


def answer(rows, film):
    """Gives the open rows their film, "Title (Year)". Rows without fields (no review at all) stay as they are."""
    for batch in _by_position(_open(rows).exclude(fields={})):
        for row in batch:
            row.answer(film)
        decide(batch)
        ImportRow.objects.bulk_update(batch, EDITED)


def part(rows):
    """Says of open rows that they are reviews of their own, however alike they are to others."""
    for batch in _by_position(_open(rows).exclude(fields={})):
        for row in batch:
            row.fields["another"] = True
        decide(batch)
        ImportRow.objects.bulk_update(batch, EDITED)


def skip(rows):
    _open(rows).update(state=State.SKIPPED, reason="", review=None)


def restore(rows):
    """Decides the open rows anew, as if they had just been read."""
    for batch in _by_position(_open(rows).exclude(fields={})):
        decide(batch)
        ImportRow.objects.bulk_update(batch, EDITED)
    _open(rows).filter(fields={}, state=State.SKIPPED).update(state=State.REFUSED, reason=NO_REVIEW)


def _by_position(rows):
    last = 0
    while batch := list(rows.filter(position__gt=last).order_by("position")[:BATCH]):
        yield batch
        last = batch[-1].position


def _open(rows):
    return rows.filter(state__in=ImportRow.OPEN_STATES)
