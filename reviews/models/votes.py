from collections import Counter, defaultdict

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Count, F, Max, Min, Q, Value, When, Window
from django.db.models.functions import Cast, Concat, NullIf

from films.models import Film
from reviews import ranking

BATCH = 500  # reviews whose standing is set at once


class HelpfulVoteQuerySet(models.QuerySet):
    def of(self, user, reviews):
        """The user's votes on the reviews, in one query: a mapping of review ids to True or False."""
        if not user.is_authenticated:
            return {}
        return dict(self.filter(user=user, review__in=reviews).values_list("review_id", "helpful"))

    @transaction.atomic
    def withdraw_all(self, user):
        """Withdraws every vote of the user, and moves the totals along."""
        voted = list(self.filter(user=user).order_by("review_id").values_list("review_id", flat=True))
        for start in range(0, len(voted), BATCH):
            some = voted[start : start + BATCH]
            # The lock first, as whoever casts a vote takes it: in another order the two could wait for one another.
            list(Standing.objects.select_for_update().filter(pk__in=some).order_by("pk"))
            self.filter(user=user, review__in=some).delete()
            Standing.objects.stand(list(self.model.review.get_queryset().filter(pk__in=some).defer("body")))


class HelpfulVote(models.Model):
    review = models.ForeignKey("Review", models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="helpful_votes")
    helpful = models.BooleanField()
    cast_at = models.DateTimeField(auto_now=True)

    objects = HelpfulVoteQuerySet.as_manager()

    class Meta:
        constraints = [
            # Also finds a reader's votes on a page of reviews: filter(user=…, review__in=…).
            models.UniqueConstraint(fields=["user", "review"], name="one_vote_for_a_reader_and_a_review")
        ]

    def __str__(self):
        return f"{self.user}: {'helpful' if self.helpful else 'not helpful'}, on review {self.review_id}"


class StandingQuerySet(models.QuerySet):
    @transaction.atomic
    def stand(self, reviews):
        """Gives stored reviews the standing that follows from their fields and from all votes on them.

        A review that is not published has none. Returns the standings that were missing, off or left over, as
        (stored or None, right or None) pairs.
        """
        # Voters lock the standing too, so no vote falls between the count and the totals written from it.
        stored = self.select_for_update().order_by("pk").in_bulk([review.pk for review in reviews])
        cast = {
            row["review"]: (row["yes"], row["total"])
            for row in HelpfulVote.objects.filter(review__in=reviews)
            .values("review")
            .annotate(yes=Count("pk", filter=Q(helpful=True)), total=Count("pk"))
        }
        left_over = [stored.pop(review.pk) for review in reviews if not review.published and review.pk in stored]
        self.filter(pk__in=[old.pk for old in left_over]).delete()
        right = [Standing.of(review, *cast.get(review.pk, (0, 0))) for review in reviews if review.published]
        off = [(stored.get(new.pk), new) for new in right if not new.equals(stored.get(new.pk))]
        self.bulk_create(
            [new for _, new in off],
            update_conflicts=True,
            unique_fields=["review"],
            update_fields=[field.name for field in Standing._meta.concrete_fields if not field.primary_key],
        )
        changes = Counter((new.film_id, new.percent) for _, new in off)
        changes.subtract((old.film_id, old.percent) for old, _ in off if old)
        changes.subtract((old.film_id, old.percent) for old in left_over)
        if any(changes.values()):
            Film.objects.count_reviews(changes)
        return [*off, *((old, None) for old in left_over)]

    @transaction.atomic
    def recount(self, films):
        """Makes what the films keep of their reviews follow from the standings.

        Returns what was off, as (film, kept number of reviews, kept mean) with the right ones in the film.
        """
        films = Film.objects.select_for_update().order_by("pk").in_bulk([film.pk for film in films])
        counted = defaultdict(dict)
        for film, percent, count in self.filter(film__in=films).values_list("film", "percent").annotate(Count("pk")):
            counted[film][percent] = count
        off = []
        for film in films.values():
            kept = film.review_count, film.mean_percent, film.ratings
            film.review_count, film.ratings = 0, {}
            film.count(counted[film.pk])
            if (film.review_count, film.mean_percent, film.ratings) != kept:
                off.append((film, *kept[:2]))
        Film.objects.keep([film for film, *_ in off])
        return off

    def by_reviewers_of_several(self, films):
        """(reviewer, film id, percent) of all who rated more than one of the films, the oldest first, in one query.

        A reviewer is a user or the author that a text names; who is unnamed is nobody else's double.
        """
        # No author's name begins with a line break.
        user = Concat(Value("\n"), Cast("review__user", models.CharField()))
        person = Case(When(review__user__isnull=False, then=user), default=F("review__author"))
        rated = self.filter(film__in=films).exclude(percent=None).annotate(person=person).exclude(person="")
        # In one walk over the rows: looking each person up again would take seconds where there are many.
        of_person = {"partition_by": [F("person")]}
        several = rated.annotate(least=Window(Min("film"), **of_person), most=Window(Max("film"), **of_person))
        found = several.filter(least__lt=F("most")).order_by("recency", "pk")
        return found.values_list("person", "film", "percent")


def _orders(to):
    return {
        "helpful": (f"-{to}score", f"-{to}votes_total", f"-{to}recency", f"-{to}pk"),
        "newest": (f"-{to}recency", f"-{to}pk"),
        # The reverse of the newest first, but for reviews without a date, which are last in both.
        "oldest": (NullIf(f"{to}recency", Value(0)).asc(nulls_last=True), f"{to}pk"),
        "highest": (F(f"{to}percent").desc(nulls_last=True), f"-{to}score", f"-{to}pk"),
        "lowest": (F(f"{to}percent").asc(nulls_last=True), f"-{to}score", f"-{to}pk"),
    }


class Standing(models.Model):
    """Where a review stands in lists: all that they sort by, in a row so narrow that a vote rewrites little."""

    # The orders of lists of standings, and of reviews by their standings.
    OWN_ORDERS, ORDERS = _orders(""), _orders("standing__")

    review = models.OneToOneField("Review", models.CASCADE, primary_key=True)
    film = models.ForeignKey(Film, models.CASCADE, related_name="standings", db_index=False)
    votes_yes = models.PositiveIntegerField(default=0)
    votes_total = models.PositiveIntegerField(default=0)
    score = models.FloatField()
    recency = models.PositiveIntegerField(help_text="The day of the review, counted from the year 1; 0 without a date.")
    percent = models.PositiveSmallIntegerField(null=True, help_text="The rating on a scale of 100.")

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(votes_yes__lte=F("votes_total")), name="standing_adds_up"),
            models.CheckConstraint(condition=Q(score__gt=0, score__lt=1), name="standing_score_is_a_share"),
        ]
        indexes = [
            # A film's reviews by helpfulness: Standing.ORDERS["helpful"].
            models.Index(
                F("film"),
                F("score").desc(),
                F("votes_total").desc(),
                F("recency").desc(),
                F("review").desc(),
                name="standing_helpful",
            ),
            # A film's reviews by date: Standing.ORDERS["newest"].
            models.Index(F("film"), F("recency").desc(), F("review").desc(), name="standing_newest"),
            # The newest reviews of the whole site, on the home page.
            models.Index(F("recency").desc(), F("review").desc(), name="standing_newest_of_all"),
            # A film's reviews by rating, Standing.ORDERS["highest"], and those with one rating.
            models.Index(
                F("film"), F("percent").desc(), F("score").desc(), F("review").desc(), name="standing_ratings"
            ),
        ]

    def __str__(self):
        return f"Review {self.review_id}: {self.votes_yes} of {self.votes_total}, score {self.score:.3f}"

    @classmethod
    def of(cls, review, votes_yes=0, votes_total=0):
        return cls(
            review=review,
            film_id=review.film_id,
            votes_yes=votes_yes,
            votes_total=votes_total,
            score=ranking.helpful_score(votes_yes, votes_total, review.tally_yes, review.tally_total),
            recency=review.date.toordinal() if review.date else 0,
            percent=review.percent,
        )

    def equals(self, other):
        return other is not None and all(
            getattr(self, field.attname) == getattr(other, field.attname) for field in self._meta.concrete_fields
        )
