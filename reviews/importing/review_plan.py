"""What rows of reviews would do, and doing it; `plan` calls this for rows of this kind."""

import datetime
from collections import Counter, defaultdict
from typing import NamedTuple

from django.db import IntegrityError, transaction

from films import bulk
from films.models import Film, ReviewKind
from films.titles import title_key
from reviews import comparing, likeness, proposing, ranking, ratings
from reviews.importing import matching
from reviews.importing.planned import STORED, STORED_MEANWHILE, place
from reviews.language import language_of, main_part
from reviews.models import ImportRow, Review, Standing
from reviews.models.reviews import content_key

WHICH_FILM = "Which film? The text names none."
IS_IT_ANOTHER = "Is this another review?"
FURTHER_UP = "The same review stands further up in this import."
ANOTHER_FURTHER_UP = f"{IS_IT_ANOTHER} Nearly the same text stands further up in this import."

MOST_TRIES = 10  # to store a batch while others store the same

State = ImportRow.State


class Fingerprint(NamedTuple):
    """By what the review of a row is recognised, and what else is told from its text."""

    content_key: str
    mark_a: int
    mark_b: int
    is_long: bool  # enough for other texts to be near copies of it
    language: str

    @property
    def marks(self):
        return (self.mark_a, self.mark_b) if self.is_long else None


def fingerprint(row):
    body, said = row.body, row.fields
    key = content_key(said["author"], said["date"], said["headline"], body)
    return Fingerprint(
        key, *likeness.marks(body), len(body) >= likeness.SHORTEST, said.get("language") or language_of(body)
    )


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
    row.fingerprint = fingerprint(row)


# In characters; `film` and `author` are as long as their columns.
LONGEST = {"film": 300, "headline": 1000, "author": 150, "language": 35, "source": 1000, "body": 200_000}


def decide(rows, planned):
    _match(rows)
    _find_duplicates([row for row in rows if row.state != State.REFUSED], planned)


def remember(rows, planned):
    """Takes note of what rows that were decided before will create."""
    for row in rows:
        planned.add_review(_film(row), fingerprint(row))


def _film(row):
    return row.film_id or _place(row)


def _place(row):
    return place(row.fields["film"], row.fields["year"])


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
        row.film, row.review_id, row.state, row.reason, row.note = None, None, State.CREATE, "", ""
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


def doubt(rows):
    """Notes of which other film of the family a text seems to be on. The review goes to its film all the same."""
    rows = [row for row in rows if row.film and row.state == State.CREATE and row.film.family_id]
    versions = comparing.Versions(row.film for row in rows)
    for row in rows:
        if found := versions.doubt(row.film, row.body):
            film, quote = found
            row.note = f"{row.note} It may be on {film}: “{quote.text}”".strip()


def _find_duplicates(rows, planned):
    for row in rows:
        row.fingerprint = row.fingerprint or fingerprint(row)
    # In this order: what another import stores in between has the same text rather than nearly the same.
    alike = _alike(rows)
    stored = _stored(row.fingerprint.content_key for row in rows)
    for row in rows:
        key = row.fingerprint.content_key
        films = stored.get(key, {})
        known = films.get(row.film_id) if row.film else _on_film_named(row, films.values())
        if row.state == State.QUESTION and films:
            known = next(iter(films.values()))
        if known:
            row.state, row.reason, row.film, row.review_id = State.DUPLICATE, STORED, known.film, known.pk
            continue
        film = _film(row)
        twin = (film, key) in planned.reviews
        if twin or (not row.fields["film"] and key in planned.texts):
            row.state, row.reason = State.DUPLICATE, FURTHER_UP
        copies = row.fingerprint.marks in planned.marks
        planned.add_review(film, row.fingerprint)
        if row.film is None and row.state == State.CREATE:
            planned.known.setdefault(film, set())
        if row.state != State.CREATE or row.fields.get("another"):
            continue
        if other := next(iter(films.values()), None) or alike(row):
            row.state, row.review_id = State.QUESTION, other.pk
            row.reason = f"{IS_IT_ANOTHER} Nearly the same text stands already on {other.film}."
        elif copies:
            row.state, row.reason = State.QUESTION, ANOTHER_FURTHER_UP


def _on_film_named(row, reviews):
    """The one of the reviews that is on the film the row names: another import may have added it a moment ago."""
    named = row.fields["film"] and _film(row)
    return next((review for review in reviews if (review.film.title_key, review.film.year) == named), None)


def _alike(rows):
    """A function that finds, for one of the rows, a stored review with nearly the same text, or None."""
    long = [row.fingerprint for row in rows if row.fingerprint.is_long]
    ids = bulk.ids_of(Review, mark_a={one.mark_a for one in long}, mark_b={one.mark_b for one in long})
    marked = {}
    for other in Review.every.filter(pk__in=ids).select_related("film"):
        marked.setdefault(("a", other.mark_a), []).append(other)
        marked.setdefault(("b", other.mark_b), []).append(other)

    def find(row):
        mine = row.fingerprint
        candidates = marked.get(("a", mine.mark_a), []) + marked.get(("b", mine.mark_b), [])
        alike = (other for other in candidates if likeness.likeness(row.body, other.body) >= likeness.ALIKE)
        return next(alike, None)

    return find


def _stored(keys):
    """The stored reviews with these content keys: a mapping of key to a mapping of film id to review."""
    found, ids = {}, bulk.ids_of(Review, content_key=set(keys))
    for review in Review.every.filter(pk__in=ids).select_related("film").defer("body"):
        found.setdefault(review.content_key, {})[review.film_id] = review
    return found


def create(rows, films=None):
    for row in rows:
        row.fingerprint = row.fingerprint or fingerprint(row)
    homeless, stored = [row for row in rows if row.film is None], {}
    for tries_left in reversed(range(MOST_TRIES)):
        try:
            with transaction.atomic():
                _create(rows, _new_films(homeless, films), stored)
            break
        except IntegrityError:
            if not tries_left:
                raise
            # Somebody else has stored one of them, or of their films, since they were decided.
            films, stored = None, _stored(row.fingerprint.content_key for row in rows)
    if films is not None:
        films |= {_place(row): row.film for row in homeless}
    fresh, titles = [row for row in rows if row.state == State.CREATED], proposing.Titles()
    proposing.store([(row.review_id, claims(row, titles)) for row in fresh])
    for row in fresh:
        _leave_out_body(row)


def claims(row, titles):
    """What the review of a row claims, read now where it was not read ahead."""
    if row.proposed is None:
        said = row.fields
        row.proposed = proposing.proposed(row.body, said["film"], said["year"], said["headline"], titles)
    return proposing.claims(row.proposed)


def _create(rows, new, stored):
    fresh, twins = {}, []
    for row in rows:
        if row.state == State.QUESTION:
            continue
        here = _film(row), row.fingerprint.content_key
        known = stored.get(row.fingerprint.content_key, {}).get(row.film_id)
        if known or here in fresh:
            row.state, row.reason, row.review_id = State.DUPLICATE, STORED_MEANWHILE, known and known.pk
            twins += [] if known else [(row, fresh[here])]
        else:
            row.state, row.review_id, fresh[here] = State.CREATED, None, row
    _insert(list(fresh.values()), new)
    for row, twin in twins:
        row.film, row.review_id = twin.film, twin.review_id


def _insert(rows, new):
    """Stores the reviews that the rows say, each with its standing, and those of their films that are new."""
    standings = _standings(rows)
    counted = defaultdict(Counter)
    for row, *kind in zip(rows, *(standings[name] for name in ReviewKind._fields), strict=True):
        counted[_film(row)][ReviewKind(*kind)] += 1
    for place_of_film, film in new.items():
        film.count(counted.pop(place_of_film))
    Film.objects.add(list(new.values()))
    for row in rows:
        row.film = row.film or new[_place(row)]
    films = [row.film_id for row in rows]
    ids = bulk.insert(
        Review,
        {
            name: [row.fields[name] for row in rows]
            for name in ("author", "headline", "rating", "rating_scale", "date", "spoiler", "tally_yes", "tally_total")
        }
        | {
            "film_id": films,
            "language": [row.fingerprint.language for row in rows],
            "source": [row.fields.get("source", row.source) for row in rows],
            "content_key": [row.fingerprint.content_key for row in rows],
            "mark_a": [row.fingerprint.mark_a for row in rows],
            "mark_b": [row.fingerprint.mark_b for row in rows],
            "body": [row.body for row in rows],
        },
    )
    turns = [ranking.turn(pk) for pk in ids]
    bulk.insert(Standing, {"review_id": ids, "film_id": films, "turn": turns} | standings)
    Film.objects.count_reviews({(film, kind): count for film in counted for kind, count in counted[film].items()})
    Review.every.announce(ids)
    for row, pk in zip(rows, ids, strict=True):
        row.review_id = pk


def _standings(rows):
    """The columns of what `Standing.of` makes of each review, as nobody has voted on it yet."""
    reviews = [row.fields for row in rows]
    return {
        "score": [ranking.helpful_score(0, 0, said["tally_yes"], said["tally_total"]) for said in reviews],
        "recency": [datetime.date.fromisoformat(said["date"]).toordinal() if said["date"] else 0 for said in reviews],
        "percent": [ratings.percent(said["rating"], said["rating_scale"]) for said in reviews],
        "spoiler": [said["spoiler"] for said in reviews],
        "language": [main_part(row.fingerprint.language) for row in rows],
    }


def _leave_out_body(row):
    """The text of a review is stored once, with the review, as long as it is what stands in the source."""
    if "body" not in row.fields:
        start, end = row.spans["body"]
        row.text, row.body_at = row.text[:start] + row.text[end:], start


def _new_films(rows, added):
    """Gives the rows their films, and returns by their places those that are still to be stored.

    `added`, for rows that have just been found to be about new films, are those that were stored since. A title that
    has become ambiguous since it was planned is a question.
    """
    names = [(row.fields["film"], row.fields["year"]) for row in rows]
    if added is None:
        matches = matching.match(set(names))
    else:
        matches = {name: matching.Match(added.get(place(*name))) for name in names}
    new = matching.new_films(names, matches)
    unclaimed = set(new)
    for row in rows:
        match, here = matches[row.fields["film"], row.fields["year"]], _place(row)
        row.film, row.film_created = match.film, match.is_new and here in unclaimed
        row.state, row.reason = (State.QUESTION, match.question) if match.question else (State.CREATE, "")
        unclaimed.discard(here)
    return new
