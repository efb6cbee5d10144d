"""What reviews say of the other versions of their film: read behind the writers' backs, shown on the family's page.

Triggers queue the reviews that are written and the films whose families or titles change (migration 0004). Reading a
text takes a millisecond or two, so it is done outside of the transaction that keeps what was found.
"""

from typing import NamedTuple

from django.db import connection, transaction
from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from films import indexing
from films.models import Film
from reviews import evidence
from reviews.models import Comparison, Doubt, Review

BATCH = 50  # reviews, some 100 ms of reading
AT_ONCE = 100  # reviews that are read while somebody waits
SHOWN = 6  # sentences of reviews of one film about another

_UNREAD = "SELECT id, changed_id FROM reviews_unread ORDER BY id LIMIT %s"


def catch_up(at_most=None):
    """Reads what was queued, and returns how many reviews that were. Call it after the transaction that writes."""
    indexing.catch_up("reviews_regrouped", _queue_families)
    done = 0
    while at_most is None or done < at_most:
        with connection.cursor() as cursor:
            cursor.execute(_UNREAD, [BATCH])
            queued = cursor.fetchall()
        if not queued:
            break
        ids = {pk for _, pk in queued}
        recompare(ids, queued)
        done += len(ids)
    return done


def read_anew():
    """Queues the reviews of all families, for `catch_up` to read them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO reviews_regrouped (changed_id) SELECT id FROM films_film WHERE family_id IS NOT NULL"
        )


def _queue_families(films):
    """Queues the reviews of the films and of all that are in a family with one of them."""
    families = Film.objects.filter(pk__in=films, family__isnull=False).values("family")
    regrouped = Film.objects.filter(Q(pk__in=films) | Q(family__in=families))
    reviews = Review.objects.filter(film__in=regrouped).order_by("pk").values_list("pk", flat=True)
    indexing.queue("reviews_unread", reviews)


def recompare(ids, queued=()):
    """Reads the reviews with these ids anew, and takes what was `queued`, (place, id), off the queue."""
    reviews = list(Review.objects.filter(pk__in=ids).select_related("film"))
    versions = Versions(review.film for review in reviews)
    comparisons = [row for review in reviews for row in _comparisons(review, versions)]
    doubts = [row for review in reviews for row in _doubts(review, versions)]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.executemany("DELETE FROM reviews_unread WHERE id = %s", [(place,) for place, _ in queued])
        # What went meanwhile is not written; what changed meanwhile is in the queue again.
        there = set(Review.objects.filter(pk__in=ids).values_list("pk", flat=True))
        Comparison.objects.filter(review__in=ids).delete()
        Comparison.objects.bulk_create((row for row in comparisons if row.review_id in there), ignore_conflicts=True)
        _keep_doubts(ids, [row for row in doubts if row.review_id in there])


def _keep_doubts(ids, doubts):
    """A doubt that a person has dismissed stays so, as long as it is of the same film."""
    dismissed = set(Doubt.objects.filter(review__in=ids, dismissed=True).values_list("review", "other"))
    for row in doubts:
        row.dismissed = (row.review_id, row.other_id) in dismissed
    Doubt.objects.filter(review__in=ids).delete()
    Doubt.objects.bulk_create(doubts, ignore_conflicts=True)


class Versions:
    """The families of some films, as the evidence is read by."""

    def __init__(self, films):
        self.families = {}
        homes = {film.family_id for film in films} - {None}
        members = Film.objects.filter(family__in=homes).select_related("family").prefetch_related("titles")
        for film in members if homes else ():
            self.families.setdefault(film.family_id, {})[film.pk] = film

    def of(self, film):
        """The film's Version, and those of the others by their ids; (None, {}) for a film without a family."""
        members = self.families.get(film.family_id, {})
        versions = {pk: _version(member) for pk, member in members.items()}
        return versions.pop(film.pk, None), versions

    def doubt(self, film, text):
        """(the other film that a text under this one seems to be on, the sentence), or None."""
        mine, others = self.of(film)
        if not others or (found := evidence.other_version(text, mine, others)) is None:
            return None
        return self.families[film.family_id][found.film], found.quotes[0]


def _version(film):
    return evidence.Version(
        titles=(film.title, *(title.text for title in film.titles.all())),
        year=film.year,
        country=film.country,
        director=film.director,
        is_original=film.family.original_id == film.pk,
    )


def _comparisons(review, versions):
    mine, others = versions.of(review.film)
    for part in ("body", "headline") if others else ():
        for found in evidence.comparisons(getattr(review, part), mine, others):
            for other in found.others:
                yield Comparison(review=review, other_id=other, part=part, **found.quote._asdict())


def _doubts(review, versions):
    if found := versions.doubt(review.film, review.body):
        other, quote = found
        yield Doubt(review=review, other=other, **quote._asdict())


# For the page of a family


class Compared(NamedTuple):
    earlier: Film
    later: Film
    said: list[Comparison]


def compared(members):
    """What reviews of one film say of another, film against film; sentences of the most helpful reviews first."""
    place = Window(
        RowNumber(),
        partition_by=["review__film", "other"],
        order_by=[F("review__spoiler").asc(), F("review__standing__score").desc(), F("pk").asc()],
    )
    films = {film.pk: film for film in members}
    order = {pk: number for number, pk in enumerate(films)}
    said = _among(members).annotate(place=place).filter(place__lte=SHOWN).order_by("place")
    pairs = {}
    for one in said.select_related("review__user").defer("review__body"):
        one.film = films[one.review.film_id]
        pairs.setdefault(tuple(sorted((order[one.review.film_id], order[one.other_id]))), []).append(one)
    return [Compared(members[earlier], members[later], pairs[earlier, later]) for earlier, later in sorted(pairs)]


def best(members):
    """The review that compares in most sentences, of several the most helpful one; None where none compares."""
    counted = _among(members).order_by().values("review", "review__standing__score")
    counted = counted.annotate(sentences=Count("start", distinct=True))
    first = counted.order_by("-sentences", "-review__standing__score", "-review").values_list("review")[:1]
    return Review.objects.for_page().filter(pk__in=[pk for (pk,) in first]).first()


def _among(members):
    ids = [film.pk for film in members]
    return Comparison.objects.filter(other__in=ids, review__film__in=ids, review__state=Review.State.PUBLISHED)
