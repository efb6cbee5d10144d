from collections import Counter, defaultdict

from django.db import connection, connections, models, transaction
from django.db.models import Count, F, Func, IntegerField, Q, Sum, Value
from django.db.models.functions import Concat

from films.models import Film, ReviewKind
from reviews import ranking
from reviews.language import main_part

LOCKED_SQL = "SELECT {columns} FROM reviews_standing WHERE review_id IN ({places}) ORDER BY review_id"
SOUGHT = 2000  # ratings of a film, at most, whose reviewers are sought among those of the other films of its family
SOUGHT_SQL = "SELECT user_id, author FROM reviews_review WHERE id IN ({ratings})"
RATINGS_SQL = "SELECT review_id FROM reviews_standing WHERE film_id IN ({films}) AND percent IS NOT NULL"
NEWEST_SQL = RATINGS_SQL.format(films="%s") + " ORDER BY recency DESC, review_id DESC LIMIT %s"
# Cross joins are made in their order on SQLite, which would else read all reviews of all films. What is said of names
# and of the state is what the indexes of names and of persons say.
SEVERAL_SQL = """
    WITH sought AS ({sought})
    SELECT recency, review_id, user_id, author, standing.film_id, percent
    FROM (SELECT DISTINCT author AS name FROM sought WHERE user_id IS NULL AND author <> '') AS named
    CROSS JOIN reviews_review AS review CROSS JOIN reviews_standing AS standing
    WHERE author = name AND NOT (author = '') AND user_id IS NULL AND review.film_id IN ({films})
        AND review_id = review.id AND percent IS NOT NULL
    UNION ALL
    SELECT recency, review_id, user_id, author, standing.film_id, percent
    FROM (SELECT DISTINCT user_id AS person FROM sought WHERE user_id IS NOT NULL) AS known
    CROSS JOIN reviews_review AS review CROSS JOIN reviews_standing AS standing
    WHERE user_id = person AND state = 'published' AND review.film_id IN ({films})
        AND review_id = review.id AND percent IS NOT NULL
"""
# What the totals count, of the votes that count: as in Standing.count().
COUNTED = {
    "votes_yes": Count("votes", filter=Q(votes__helpful=True)),
    "votes_total": Count("votes"),
    "votes_before": Count("votes", filter=Q(votes__before_rewriting=True)),
    "weight_yes": Sum("votes__weight", filter=Q(votes__helpful=True), default=0.0),
    "weight_total": Sum("votes__weight"),
}


class StandingQuerySet(models.QuerySet):
    @transaction.atomic
    def stand(self, reviews):
        """Gives stored reviews the standing that follows from their fields and from all votes on them.

        A review that is not published has none. Returns the standings that were missing, off or left over, as
        (stored or None, right or None) pairs.
        """
        # Voters lock the standing too, so no vote falls between the count and the totals written from it.
        stored = self.select_for_update().order_by("pk").in_bulk([review.pk for review in reviews])
        voted = Standing.review.get_queryset().filter(pk__in=[review.pk for review in reviews], votes__weight__gt=0)
        cast = {row.pop("pk"): row for row in voted.values("pk").annotate(**COUNTED)}
        left_over = [stored.pop(review.pk) for review in reviews if not review.published and review.pk in stored]
        self.filter(pk__in=[old.pk for old in left_over]).delete()
        right = [Standing.of(review, **cast.get(review.pk, {})) for review in reviews if review.published]
        off = [(stored.get(new.pk), new) for new in right if not new.equals(stored.get(new.pk))]
        self.bulk_create(
            [new for _, new in off],
            update_conflicts=True,
            unique_fields=["review"],
            update_fields=[field.name for field in Standing._meta.concrete_fields if not field.primary_key],
        )
        changes = Counter((new.film_id, new.kind) for _, new in off)
        changes.subtract((old.film_id, old.kind) for old, _ in off if old)
        changes.subtract((old.film_id, old.kind) for old in left_over)
        if any(changes.values()):
            Film.objects.count_reviews(changes)
        return [*off, *((old, None) for old in left_over)]

    def locked(self, reviews):
        """The standings of the reviews (ids) by id, for as long as the transaction lasts."""
        lock = " FOR UPDATE" if connection.features.has_select_for_update else ""
        statement = LOCKED_SQL.format(columns=", ".join(Standing.COLUMNS), places=_places(reviews)) + lock
        with connection.cursor() as cursor:
            cursor.execute(statement, reviews)
            return {row[0]: Standing.from_db(self.db, Standing.COLUMNS, row) for row in cursor.fetchall()}

    @transaction.atomic
    def recount(self, films):
        """Makes what the films keep of their reviews follow from the standings.

        Returns what was off, as (film, kept number of reviews, kept mean) with the right ones in the film.
        """
        films = Film.objects.select_for_update().order_by("pk").in_bulk([film.pk for film in films])
        counted = defaultdict(dict)
        kinds = self.filter(film__in=films).values_list("film", *ReviewKind._fields).annotate(Count("pk"))
        for film, *kind, count in kinds:
            counted[film][ReviewKind(*kind)] = count
        off = []
        for film in films.values():
            kept = film.review_count, film.mean_percent, film.review_kinds
            film.review_count, film.review_kinds = 0, {}
            film.count(counted[film.pk])
            if (film.review_count, film.mean_percent, film.review_kinds) != kept:
                off.append((film, *kept[:2]))
        Film.objects.keep([film for film, *_ in off])
        return off

    def few_of_kinds(self, kinds, percents):
        """Those of the kinds, which are all there are with a rating in the range, or with any where that is None.

        They are looked up and then sorted: for kinds that few are of.
        """
        found = self._of_kinds(kinds, percents, F("language"), F("percent"))
        # Apart from the order, or the database would read the whole list in its order to spare the sorting.
        return self.model.objects.filter(pk__in=found.order_by().values("pk")).order_by(*self.query.order_by)

    def many_of_kinds(self, kinds, percents):
        """The same for kinds that many are of: the list is read in its order until a page is full.

        Nothing may tempt the database to look them up and sort them, so that what is compared stands in no index but
        in that of the order.
        """
        first = self.query.order_by[0]
        percent = first.expression if isinstance(getattr(first, "expression", None), Rated) else F("percent") + 0
        return self._of_kinds(kinds, percents, Concat("language", Value("")), percent)

    def _of_kinds(self, kinds, percents, language, percent):
        languages = {kind.language for kind in kinds}
        found = self.alias(of_language=language, of_percent=percent).filter(of_language__in=languages)
        if percents:
            found = found.filter(of_percent__range=percents)
        return found if any(kind.spoiler for kind in kinds) else found.filter(spoiler=False)

    def by_reviewers_of_several(self, films):
        """(reviewer, film id, percent) of who rated several of the films, and of some who rated one, oldest first.

        A reviewer is a user's id or the name that a text gives its author; who is unnamed is nobody else's double. Who
        rated several rated one that is not the most rated, so they are sought among these, in each among the newest
        `SOUGHT`, and looked up in the others.
        """
        *others, _ = sorted(films, key=_rated)
        few = [film.pk for film in others if _rated(film) <= SOUGHT]
        many = [film.pk for film in others if _rated(film) > SOUGHT]
        parts = [RATINGS_SQL.format(films=_places(few)), *[NEWEST_SQL] * len(many)]
        sought = " UNION ALL ".join(SOUGHT_SQL.format(ratings=ratings) for ratings in parts)
        ids = [film.pk for film in films]
        values = [*few, *(value for film in many for value in (film, SOUGHT)), *ids, *ids]
        with connections[self.db].cursor() as cursor:
            cursor.execute(SEVERAL_SQL.format(sought=sought, films=_places(ids)), values)
            found = sorted(cursor.fetchall(), key=lambda row: row[:2])
        return [(user or author, film, percent) for _, _, user, author, film, percent in found]

    def sought(self, films):
        """Among how many ratings of a film `by_reviewers_of_several()` seeks; None where it looks through them all."""
        return SOUGHT if sorted(map(_rated, films))[-2] > SOUGHT else None


def _places(values):
    return ", ".join(["%s"] * len(values)) or "NULL"


def _rated(film):
    return sum(film.rating_counts.values())


class MissingLast(Func):
    """A number, or another in its place where it is missing, so that such rows come last.

    The other is no parameter: SQLite would not see that the order is that of an index.
    """

    output_field = IntegerField()

    def __init__(self, number, missing, **extra):
        super().__init__(number, missing=missing, **extra)


class Dated(MissingLast):
    template = "COALESCE(NULLIF(%(expressions)s, 0), %(missing)s)"


class Rated(MissingLast):
    template = "COALESCE(%(expressions)s, %(missing)s)"


class Standing(models.Model):
    """Where a review stands in lists: all that they sort by, in a row so narrow that a vote rewrites little."""

    # What a vote moves.
    MOVED = ("votes_yes", "votes_total", "votes_before", "weight_yes", "weight_total", "score")
    ORDERS = {
        "helpful": ("-score", "-votes_total", "-recency", "-pk"),
        "newest": ("-recency", "-pk"),
        # The reverse of the newest first, but for reviews without a date, which are last in both.
        "oldest": (Dated("recency", missing=4_000_000).asc(), "pk"),
        "highest": (Rated("percent", missing=-1).desc(), "-score", "-pk"),
        "lowest": (Rated("percent", missing=101).asc(), "-score", "-pk"),
    }

    review = models.OneToOneField("Review", models.CASCADE, primary_key=True)
    film = models.ForeignKey(Film, models.CASCADE, related_name="standings", db_index=False)
    votes_yes = models.PositiveIntegerField(default=0)
    votes_total = models.PositiveIntegerField(default=0)
    votes_before = models.PositiveIntegerField(
        default=0, help_text="How many of the votes were cast before the review was rewritten."
    )
    weight_yes = models.FloatField(default=0, help_text="What the votes weigh together; 1 for most votes.")
    weight_total = models.FloatField(default=0)
    score = models.FloatField()
    recency = models.PositiveIntegerField(help_text="The day of the review, counted from the year 1; 0 without a date.")
    percent = models.PositiveSmallIntegerField(null=True, help_text="The rating on a scale of 100.")
    turn = models.PositiveIntegerField(help_text="When it comes to the places of reviews that need votes.")
    rule = models.PositiveSmallIntegerField(default=ranking.RULE, help_text="The version of the rule behind the score.")
    spoiler = models.BooleanField()
    language = models.CharField(max_length=3, help_text="The main part of its code, such as “pt”; empty for none.")

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(votes_yes__lte=F("votes_total"), votes_before__lte=F("votes_total")),
                name="standing_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(weight_yes__gte=0, weight_yes__lte=F("weight_total"), weight_total__lte=F("votes_total")),
                name="standing_weights_add_up",
            ),
            models.CheckConstraint(condition=Q(score__gt=0, score__lt=1), name="standing_score_is_a_share"),
        ]
        indexes = [
            # A film's reviews in each of Standing.ORDERS, with what they are filtered by.
            models.Index(
                F("film"),
                F("score").desc(),
                F("votes_total").desc(),
                F("recency").desc(),
                F("review").desc(),
                *(F(name) for name in ReviewKind._fields),
                name="standing_helpful",
            ),
            models.Index(
                F("film"),
                F("recency").desc(),
                F("review").desc(),
                *(F(name) for name in ReviewKind._fields),
                name="standing_newest",
            ),
            models.Index(
                F("film"),
                Dated("recency", missing=4_000_000),
                F("review"),
                *(F(name) for name in ReviewKind._fields),
                name="standing_oldest",
            ),
            models.Index(
                F("film"),
                Rated("percent", missing=-1).desc(),
                F("score").desc(),
                F("review").desc(),
                *(F(name) for name in ReviewKind._fields),
                name="standing_highest",
            ),
            models.Index(
                F("film"),
                Rated("percent", missing=101),
                F("score").desc(),
                F("review").desc(),
                *(F(name) for name in ReviewKind._fields),
                name="standing_lowest",
            ),
            # Those of a kind that few are of: StandingQuerySet.few_of_kinds().
            models.Index(fields=["film", "language", "percent", "spoiler", "review"], name="standing_kinds"),
            # The newest reviews of the whole site, on the home page.
            models.Index(F("recency").desc(), F("review").desc(), name="standing_newest_of_all"),
            # A film's reviews that need votes.
            models.Index(
                fields=["film", "turn"], condition=Q(votes_total__lt=ranking.HARDLY_SEEN), name="standing_turns"
            ),
        ]

    def __str__(self):
        return f"Review {self.review_id}: {self.votes_yes} of {self.votes_total}, score {self.score:.3f}"

    @classmethod
    def of(cls, review, **counted):
        standing = cls(
            review=review,
            film_id=review.film_id,
            recency=review.date.toordinal() if review.date else 0,
            percent=review.percent,
            spoiler=review.spoiler,
            language=main_part(review.language),
            turn=ranking.turn(review.pk),
            **counted,
        )
        standing.score = standing.score_of(review)
        return standing

    def score_of(self, review):
        return ranking.helpful_score(self.weight_yes, self.weight_total, review.tally_yes, review.tally_total)

    def count(self, old, new):
        """Counts the new vote in place of the old, either of which may be none, and lets the score follow."""
        for vote, times in ((old, -1), (new, 1)):
            if vote and vote.weight:
                self.votes_yes += times * vote.helpful
                self.votes_total += times
                self.votes_before += times * vote.before_rewriting
                self.weight_yes += times * vote.weight * vote.helpful
                self.weight_total += times * vote.weight
        self.score = self.score_of(self.review)

    def keep_count(self, cursor):
        cursor.execute(KEEP_COUNT_SQL, [*(getattr(self, name) for name in self.MOVED), self.review_id])

    @property
    def kind(self):
        return ReviewKind(self.percent, self.spoiler, self.language)

    def equals(self, other):
        return other is not None and all(
            getattr(self, field.attname) == getattr(other, field.attname) for field in self._meta.concrete_fields
        )


Standing.COLUMNS = tuple(field.column for field in Standing._meta.concrete_fields)
KEEP_COUNT_SQL = (
    f"UPDATE reviews_standing SET {', '.join(f'{name} = %s' for name in Standing.MOVED)} WHERE review_id = %s"  # noqa: S608 -- our own names
)


def reviews_of(film_id):
    """The name under which a film's reviews and their votes are known to pages that show them."""
    return f"reviews of film {film_id}"
