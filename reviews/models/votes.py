from collections import Counter, defaultdict
from itertools import groupby

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Case, Count, Exists, F, Max, Min, OuterRef, Q, Sum, Value, When, Window
from django.db.models.functions import Cast, Concat, NullIf
from django.utils import timezone
from django.utils.translation import gettext

from films.models import Film
from reviews import likeness, ranking

BATCH = 500  # reviews whose standing is set at once


class HelpfulVoteQuerySet(models.QuerySet):
    def of(self, user, reviews):
        """The user's votes on the reviews, in one query: a mapping of review ids to True or False."""
        if not user.is_authenticated:
            return {}
        return dict(self.filter(user=user, review__in=reviews).values_list("review_id", "helpful"))

    @transaction.atomic
    def change(self, review, user, helpful):
        """Makes the user's vote on the review yes (True), no (False) or none (None); returns the standing after it.

        The same vote again changes nothing.
        """
        verified = _lock_voter(user)
        vote = self.filter(review=review, user=user).first()
        before = vote.helpful if vote else None
        if helpful is before and not (vote and vote.before_rewriting):
            return Standing.objects.get(review=review)
        if vote is None:
            vote = HelpfulVote(review=review, user=user, film_id=review.film_id, weight=0)
            counts = verified and not DiscountedVote.objects.active().filter(review=review, user=user).exists()
            weights = self._with(vote) if counts else [(vote, 0)]
        else:
            weights = self._without(vote) if helpful is None else [(vote, vote.weight)]
        return self._move(vote, helpful, weights)

    def _with(self, vote):
        """Which votes weigh how much once a new one counts: see ranking.weights(), which says it for all votes at once."""
        heaviest = self._beside(vote).order_by("-weight", "-pk")[: ranking.FULL_WEIGHT]
        if len(heaviest) < ranking.FULL_WEIGHT:
            return [(vote, 1)]
        half = heaviest[0].weight / 2
        return [(vote, half), (heaviest[0], half)]

    def _without(self, vote):
        weights, free = [(vote, 0)], vote.weight
        for other in self._beside(vote).exclude(pk=vote.pk).order_by("weight", "pk")[:2]:
            if free <= 0 or other.weight == 1:
                break
            weights.append((other, 2 * other.weight))
            free -= other.weight
        return weights

    def _beside(self, vote):
        """The votes that count of the same user on the same film."""
        return self.filter(film_id=vote.film_id, user_id=vote.user_id, weight__gt=0)

    def _move(self, vote, helpful, weights):
        """Moves the totals by the difference, under the lock that makes voters on one review queue."""
        standings = Standing.objects.locked([changed.review_id for changed, _ in weights])
        for changed, weight in weights:
            standing = standings[changed.review_id]
            standing.count(changed, -1)
            changed.weight = weight
            if changed is not vote:
                changed.save(update_fields=["weight"])
            elif helpful is None:
                changed.delete()
            else:
                changed.helpful, changed.before_rewriting = helpful, False
                changed.save()
            standing.count(changed, 1)
            standing.save(update_fields=Standing.MOVED)
        return standings[vote.review_id]

    @transaction.atomic
    def withdraw_all(self, user):
        """Withdraws every vote of the user, and moves the totals along."""
        voted = list(self.filter(user=user).order_by("review_id").values_list("review_id", flat=True))
        for some in _batches(voted):
            # The lock first, as whoever casts a vote takes it: in another order the two could wait for one another.
            Standing.objects.locked(some)
            self.filter(user=user, review__in=some).delete()
            _stand(some)

    @transaction.atomic
    def weigh(self, users):
        """Gives all votes of the users (ids) the weight that the rule gives them, and moves the totals along.

        Returns how many were off.
        """
        users = sorted(users)
        verified = dict(
            get_user_model()
            ._base_manager.select_for_update(no_key=True)
            .filter(pk__in=users)
            .order_by("pk")
            .values_list("pk", "verified_at")
        )
        discounts = DiscountedVote.objects.active().filter(user=OuterRef("user"), review=OuterRef("review"))
        votes = self.filter(user__in=users).annotate(discounted=Exists(discounts)).order_by("user", "film", "pk")
        off = []
        for _, cast in groupby(votes, key=lambda vote: (vote.user_id, vote.film_id)):
            cast = list(cast)
            counted = [vote for vote in cast if verified.get(vote.user_id) and not vote.discounted]
            right = dict(zip(counted, ranking.weights(len(counted)), strict=True))
            for vote in cast:
                if vote.weight != right.get(vote, 0):
                    vote.weight = right.get(vote, 0)
                    off.append(vote)
        reviews = sorted({vote.review_id for vote in off})
        for some in _batches(reviews):
            Standing.objects.locked(some)
        self.bulk_update(off, ["weight"], BATCH)
        for some in _batches(reviews):
            _stand(some)
        return len(off)

    def weigh_diluted(self, films):
        """The same for those who vote on so many reviews of one of the films that their votes are diluted, or were."""
        here = self.filter(film__in=films)
        many = here.values("user").annotate(Count("pk")).filter(pk__count__gt=ranking.FULL_WEIGHT).values("user")
        light = here.exclude(weight=1).values("user")
        return self.weigh(set(many.union(light).values_list("user", flat=True)))

    def diluted_on(self, reviews):
        """Who has voted on one of the reviews with votes that are lighter because of it: whose others weigh more without."""
        beside = self.filter(user=OuterRef("user"), film=OuterRef("film"), weight__gt=0, weight__lt=1)
        return set(self.filter(Exists(beside), review__in=reviews).values_list("user", flat=True))

    def follow(self, review):
        """Lets votes follow a review that is about to be stored with another text, film or writer."""
        here = self.filter(review=review.pk)
        before = here.values_list("film", "review__body", "review__user").first()
        if before is None:
            return
        film, body, writer = before
        if likeness.likeness(body, review.body) < likeness.ALIKE:
            here.update(before_rewriting=True)
        if writer != review.user_id and here.filter(user=review.user_id).delete()[0]:
            self.weigh([review.user_id])
        if film != review.film_id:
            here.update(film=review.film_id)
            self.weigh(set(here.values_list("user", flat=True)))


def _lock_voter(user):
    """Whether the user's votes count. Whoever changes what they weigh takes this lock first, then the standings'."""
    people = get_user_model()._base_manager.select_for_update(no_key=True)
    found = people.filter(pk=user.pk).values_list("verified_at", flat=True)
    if not found:
        raise PermissionDenied(gettext("This account is gone, so it cannot vote."))
    return found[0] is not None


def _batches(rows):
    return [rows[start : start + BATCH] for start in range(0, len(rows), BATCH)]


def _stand(ids):
    reviews = HelpfulVote.review.get_queryset()
    Standing.objects.stand(list(reviews.filter(pk__in=ids).defer("body")))


class HelpfulVote(models.Model):
    review = models.ForeignKey("Review", models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="helpful_votes")
    film = models.ForeignKey(Film, models.CASCADE, related_name="helpful_votes", db_index=False)
    helpful = models.BooleanField()
    weight = models.FloatField(
        default=1, help_text="1, less for who votes on very many reviews of the film, 0 while the vote does not count."
    )
    before_rewriting = models.BooleanField(
        default=False, help_text="Whether it was cast before the review was rewritten in large part."
    )
    cast_at = models.DateTimeField(auto_now=True)

    objects = HelpfulVoteQuerySet.as_manager()

    class Meta:
        constraints = [
            # Also finds a reader's votes on a page of reviews: filter(user=…, review__in=…).
            models.UniqueConstraint(fields=["user", "review"], name="one_vote_for_a_reader_and_a_review"),
            models.CheckConstraint(condition=Q(weight__gte=0, weight__lte=1), name="vote_weighs_at_most_1"),
        ]
        indexes = [
            # A reader's votes on one film, the heaviest first.
            models.Index(fields=["film", "user", "weight", "id"], name="vote_weights"),
            # The newest votes, which admins look through for patterns.
            models.Index(fields=["cast_at"], name="vote_cast_at"),
        ]

    def __str__(self):
        return f"{self.user}: {'helpful' if self.helpful else 'not helpful'}, on review {self.review_id}"


class DiscountQuerySet(models.QuerySet):
    @transaction.atomic
    def discount(self, votes, reason, user):
        """Takes the votes out of all totals until it is lifted."""
        votes = list(votes)
        discount = self.create(reason=reason, user=user)
        DiscountedVote.objects.bulk_create(
            [DiscountedVote(discount=discount, user_id=vote.user_id, review_id=vote.review_id) for vote in votes]
        )
        HelpfulVote.objects.weigh({vote.user_id for vote in votes})
        return discount


class Discount(models.Model):
    """Votes that an admin has taken out of the totals, with the reason. It is kept when it is lifted."""

    reason = models.CharField(max_length=500)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    lifted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    lifted_at = models.DateTimeField(null=True, editable=False)

    objects = DiscountQuerySet.as_manager()

    def __str__(self):
        return self.reason

    @transaction.atomic
    def lift(self, user):
        """Lets the votes count again, as far as no other discount takes them out."""
        if Discount.objects.filter(pk=self.pk, lifted_at=None).update(lifted_at=timezone.now(), lifted_by=user):
            HelpfulVote.objects.weigh(set(self.votes.values_list("user", flat=True)))


class DiscountedVoteQuerySet(models.QuerySet):
    def active(self):
        return self.filter(discount__lifted_at=None)


class DiscountedVote(models.Model):
    """By its reader and its review, so that who withdraws it and votes anew gains nothing."""

    discount = models.ForeignKey(Discount, models.CASCADE, related_name="votes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    review = models.ForeignKey("Review", models.CASCADE, related_name="+")

    objects = DiscountedVoteQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["user", "review"], name="discounted_vote")]

    def __str__(self):
        return f"{self.user} on review {self.review_id}"


# What the totals count, of the votes that count: as in Standing.count().
COUNTED = {
    "votes_yes": Count("pk", filter=Q(helpful=True)),
    "votes_total": Count("pk"),
    "votes_before": Count("pk", filter=Q(before_rewriting=True)),
    "weight_yes": Sum("weight", filter=Q(helpful=True), default=0.0),
    "weight_total": Sum("weight"),
}


class StandingQuerySet(models.QuerySet):
    @transaction.atomic
    def stand(self, reviews):
        """Gives stored reviews the standing that follows from their fields and from all votes on them.

        Returns the standings that were missing or off, as (stored or None, right) pairs.
        """
        # Voters lock the standing too, so no vote falls between the count and the totals written from it.
        stored = self.select_for_update().order_by("pk").in_bulk([review.pk for review in reviews])
        cast = HelpfulVote.objects.filter(review__in=reviews, weight__gt=0).values("review").annotate(**COUNTED)
        cast = {row.pop("review"): row for row in cast}
        right = [Standing.of(review, **cast.get(review.pk, {})) for review in reviews]
        off = [(stored.get(new.pk), new) for new in right if not new.equals(stored.get(new.pk))]
        self.bulk_create(
            [new for _, new in off],
            update_conflicts=True,
            unique_fields=["review"],
            update_fields=[field.name for field in Standing._meta.concrete_fields if not field.primary_key],
        )
        changes = Counter((new.film_id, new.percent) for _, new in off)
        changes.subtract((old.film_id, old.percent) for old, _ in off if old)
        if any(changes.values()):
            Film.objects.count_reviews(changes)
        return off

    def locked(self, reviews):
        """The standings of the reviews (ids) by id, for as long as the transaction lasts."""
        standings = self.select_for_update(of=("self",)).select_related("review").order_by("pk")
        return standings.only(*Standing.READ).in_bulk(reviews)

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
    # What a vote moves, and what reading it takes beside that.
    MOVED = ("votes_yes", "votes_total", "votes_before", "weight_yes", "weight_total", "score")
    READ = (*MOVED, "film", "recency", "percent", "turn", "rule", "review__tally_yes", "review__tally_total")

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
            turn=ranking.turn(review.pk),
            **counted,
        )
        standing.score = standing.score_of(review)
        return standing

    def score_of(self, review):
        return ranking.helpful_score(self.weight_yes, self.weight_total, review.tally_yes, review.tally_total)

    def count(self, vote, times):
        """Adds the vote, or with -1 takes it away, and lets the score follow."""
        if vote.weight:
            self.votes_yes += times * vote.helpful
            self.votes_total += times
            self.votes_before += times * vote.before_rewriting
            self.weight_yes += times * vote.weight * vote.helpful
            self.weight_total += times * vote.weight
        self.score = self.score_of(self.review)

    def equals(self, other):
        return other is not None and all(
            getattr(self, field.attname) == getattr(other, field.attname) for field in self._meta.concrete_fields
        )
