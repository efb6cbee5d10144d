"""What rows of reviews would do, and doing it; `plan` calls this for rows of this kind."""

from django.db import IntegrityError, transaction
from django.db.models import Q

from films.titles import title_key
from reviews import likeness
from reviews.importing import matching
from reviews.importing.bulk import insert
from reviews.importing.planned import STORED, STORED_MEANWHILE, place
from reviews.models import ImportRow, Review, Standing

WHICH_FILM = "Which film? The text names none."
FURTHER_UP = "The same review stands further up in this import."

State = ImportRow.State


def take(record, row):
    """Writes into the row what a parsed review says, and where."""
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


# In characters; `film` and `author` are as long as their columns.
LONGEST = {"film": 300, "headline": 1000, "author": 150, "language": 35, "source": 1000, "body": 200_000}


def decide(rows, planned):
    _match(rows)
    _find_duplicates([row for row in rows if row.state != State.REFUSED], planned)


def remember(rows, planned):
    """Takes note of what rows that were decided before will create."""
    for row in rows:
        planned.add_review(_film(row), row.content_key)


def _film(row):
    return row.film_id or place(row.fields["film"], row.fields["year"])


def _too_long(row):
    for name, longest in LONGEST.items():
        said = row.body if name == "body" else row.fields.get(name, "")
        length = max(len(said), len(title_key(said)) if name == "film" else 0)
        if length > longest:
            named = {"film": "title", "author": "reviewer's name", "body": "text"}.get(name, name)
            return f"The {named} has {length:,} characters; {longest:,} are the most. Correct the row, or leave it out."
    return ""


def _match(rows):
    matches = matching.match({(row.fields["film"], row.fields["year"]) for row in rows if row.fields["film"]})
    for row in rows:
        row.film, row.review, row.state, row.reason, row.note = None, None, State.CREATE, "", ""
        if too_long := _too_long(row):
            row.state, row.reason = State.REFUSED, too_long
            continue
        if not row.fields["film"]:
            row.state, row.reason = State.QUESTION, WHICH_FILM
            continue
        match = matches[row.fields["film"], row.fields["year"]]
        if row.fields.get("answered"):
            match = match.answered(row.fields["film"])
        row.film = match.film
        row.note = matching.noted(match)
        if match.question:
            row.state, row.reason = State.QUESTION, match.question


def _find_duplicates(rows, planned):
    reviews = [row.as_review() for row in rows]
    stored = _stored(review.content_key for review in reviews)
    for row, review in zip(rows, reviews, strict=True):
        row.said = review
    alike = _alike(reviews)
    for row, review in zip(rows, reviews, strict=True):
        films = stored.get(review.content_key, {})
        known = films.get(row.film_id) if row.film else None
        if row.state == State.QUESTION and films:
            known = next(iter(films.values()))
        if known:
            row.state, row.reason, row.film, row.review = State.DUPLICATE, STORED, known.film, known
            continue
        film = _film(row)
        twin = (film, review.content_key) in planned.reviews
        if twin or (not row.fields["film"] and review.content_key in planned.texts):
            row.state, row.reason = State.DUPLICATE, FURTHER_UP
        planned.add_review(film, review.content_key)
        if row.film is None and row.state == State.CREATE:
            planned.known.setdefault(film, set())
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


def create(rows):
    _create_films([row for row in rows if row.film is None])
    rows = [row for row in rows if row.state == State.CREATE]
    try:
        with transaction.atomic():
            _create(rows)
    except IntegrityError:
        # Another import has stored one of them between the look and the insertion; by now it can be seen.
        _create(rows)
    for row in rows:
        row.review = row.said


def _create(rows):
    reviews = [_said(row) for row in rows]
    stored = _stored(review.content_key for review in reviews)
    fresh = {}
    for row, review in zip(rows, reviews, strict=True):
        place = row.film_id, review.content_key
        if known := stored.get(review.content_key, {}).get(row.film_id) or fresh.get(place):
            row.state, row.reason = State.DUPLICATE, STORED_MEANWHILE
        else:
            row.state, known = State.CREATED, review
            fresh[place] = review
        row.said = known
    insert(list(fresh.values()))
    insert([Standing.of(review) for review in fresh.values()])


def _said(row):
    review = row.said or row.as_review()
    review.film = row.film
    return review


def _create_films(rows):
    """Gives the rows their films; a title that has become ambiguous since it was planned is a question."""
    matches, created = matching.find_or_add([(row.fields["film"], row.fields["year"]) for row in rows])
    for row in rows:
        match = matches[row.fields["film"], row.fields["year"]]
        row.film = match.film
        if match.question:
            row.state, row.reason = State.QUESTION, match.question
        else:
            row.film_created = match.film.pk in created
            created.discard(match.film.pk)
