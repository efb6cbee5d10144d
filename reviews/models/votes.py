from itertools import groupby
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext

import pagecache
from films.models import Film
from reviews import likeness, ranking
from reviews.models.moderation import Mute
from reviews.models.standings import Standing, reviews_of

BATCH = 500  # reviews whose standing is set at once
# By hand, because the ORM takes several times as long to write these as the database to answer them.
# Where each row has a lock of its own: first the voter, then, in their order, the standings that a vote may move.
LOCK_VOTER_SQL = "SELECT 1 FROM {users} WHERE id = %s FOR NO KEY UPDATE"
LOCK_STANDINGS_SQL = f"""SELECT 1 FROM reviews_standing WHERE review_id = ANY (%s::bigint || (
        SELECT array_agg(beside.review_id)
        FROM reviews_standing here JOIN reviews_helpfulvote beside ON beside.film_id = here.film_id
        WHERE here.review_id = %s AND beside.user_id = %s HAVING count(*) >= {ranking.FULL_WEIGHT}))
    ORDER BY review_id FOR UPDATE"""  # noqa: S608 -- a number of our own
# All that a vote depends on: see `Ballot`.
WRITTEN = ("id", "film_id", "user_id", "tally_yes", "tally_total")  # of the review that is voted on
BALLOT_SQL = f"""SELECT voter.verified_at IS NOT NULL,
        EXISTS (SELECT 1 FROM reviews_mute
            WHERE user_id = voter.id AND lifted_at IS NULL AND (until IS NULL OR until > %s)),
        EXISTS (SELECT 1 FROM reviews_discountedvote v JOIN reviews_discount d ON d.id = v.discount_id
            WHERE v.user_id = voter.id AND v.review_id = standing.review_id AND d.lifted_at IS NULL),
        EXISTS (SELECT 1 FROM reviews_helpfulvote
            WHERE film_id = standing.film_id AND user_id = voter.id AND weight > 0
            LIMIT 1 OFFSET {ranking.FULL_WEIGHT - 1}),
        vote.helpful, vote.weight, vote.before_rewriting, review.user_id, review.tally_yes, review.tally_total,
        {", ".join(f"standing.{name}" for name in Standing.COLUMNS)}
    FROM {{users}} voter JOIN reviews_standing standing ON standing.review_id = %s
        JOIN reviews_review review ON review.id = standing.review_id
        LEFT JOIN reviews_helpfulvote vote ON vote.user_id = voter.id AND vote.review_id = standing.review_id
    WHERE voter.id = %s"""  # noqa: S608 -- names and a number of our own
CAST_SQL = """INSERT INTO reviews_helpfulvote
    (review_id, user_id, film_id, helpful, weight, before_rewriting, cast_at) VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (user_id, review_id) DO UPDATE SET helpful = excluded.helpful, weight = excluded.weight,
        before_rewriting = excluded.before_rewriting, cast_at = excluded.cast_at"""
WEIGH_SQL = "UPDATE reviews_helpfulvote SET weight = %s WHERE user_id = %s AND review_id = %s"
WITHDRAW_SQL = "DELETE FROM reviews_helpfulvote WHERE user_id = %s AND review_id = %s"


class Cast(NamedTuple):
    """A vote as it is stored, or is to be."""

    review_id: int
    helpful: bool
    weight: float
    before_rewriting: bool


class Ballot(NamedTuple):
    """What a vote depends on, as it is while the locks are held."""

    user_id: int
    at: object  # the time, as the database takes it
    verified: bool
    muted: bool
    discounted: bool
    many: bool  # whether as many votes as weigh in full beside one another are there already
    vote: Cast | None
    standing: Standing  # with its review, of which it knows who wrote it and the tally


class HelpfulVoteQuerySet(models.QuerySet):
    def of(self, user, reviews):
        """The user's votes on the reviews, in one query: a mapping of review ids to True or False."""
        if not user.is_authenticated:
            return {}
        return dict(self.filter(user=user, review__in=reviews).values_list("review_id", "helpful"))

    @transaction.atomic
    def change(self, review, user, helpful):
        """Makes the user's vote on the review (its id) yes (True), no (False) or none (None).

        Returns the standing after it, with its review. The same vote again changes nothing. Raises PermissionDenied,
        with a sentence, where the user may not vote, and Standing.DoesNotExist where there is no such review.
        """
        with connection.cursor() as cursor:
            ballot = _ballot(cursor, review, user)
            if helpful is not None:
                _check_free(user, ballot)
            if moves := self._moves(ballot, helpful):
                with pagecache.changing(reviews_of(ballot.standing.film_id)):
                    _move(cursor, ballot, moves)
            return ballot.standing

    def _moves(self, ballot, helpful):
        """What becomes of the vote, and of others that weigh more or less by it, as (before, after)."""
        if ballot.vote is None:
            return [] if helpful is None else self._cast(ballot, helpful)
        if helpful is None:
            return self._withdrawn(ballot)
        new = ballot.vote._replace(helpful=helpful, before_rewriting=False)
        return [] if new == ballot.vote else [(ballot.vote, new)]

    def _cast(self, ballot, helpful):
        """A new vote and what it makes of another; ranking.weights() says it for all at once."""
        new = Cast(ballot.standing.review_id, helpful, 1, before_rewriting=False)
        if ballot.discounted or not ballot.verified:
            return [(None, new._replace(weight=0))]
        if not ballot.many:
            return [(None, new)]
        other = self._beside(ballot, "-weight", "-pk")[0]
        half = other.weight / 2
        return [(None, new._replace(weight=half)), (other, other._replace(weight=half))]

    def _withdrawn(self, ballot):
        """The vote that goes and what that makes of others."""
        moves, free = [(ballot.vote, None)], ballot.vote.weight
        for other in self._beside(ballot, "weight", "pk") if ballot.many else ():
            if free <= 0 or other.weight == 1:
                break
            moves.append((other, other._replace(weight=2 * other.weight)))
            free -= other.weight
        return moves

    def _beside(self, ballot, *order):
        """The first two of the votes that count of the same user on other reviews of the film."""
        there = self.filter(film=ballot.standing.film_id, user=ballot.user_id, weight__gt=0)
        others = there.exclude(review=ballot.standing.review_id).order_by(*order)
        return [Cast(*values) for values in others.values_list(*Cast._fields)[:2]]

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
        for _, together in groupby(votes, key=lambda vote: (vote.user_id, vote.film_id)):
            cast = list(together)
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
        """Whose votes on other reviews weigh more once these reviews are gone."""
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


def _ballot(cursor, review, user):
    """Takes the locks, then reads. Whoever changes what votes weigh locks the voter first, then the standings."""
    database, users = cursor.db, user._meta.db_table
    now = database.ops.adapt_datetimefield_value(timezone.now())
    if database.features.has_select_for_update:
        cursor.execute(LOCK_VOTER_SQL.format(users=users), [user.pk])
        cursor.execute(LOCK_STANDINGS_SQL, [review, review, user.pk])
    cursor.execute(BALLOT_SQL.format(users=users), [now, review, user.pk])
    row = cursor.fetchone()
    if row is None:
        _check_there(user)
        raise Standing.DoesNotExist
    verified, muted, discounted, many, helpful, weight, before, *written = row[:10]
    standing = Standing.from_db(database.alias, Standing.COLUMNS, row[10:])
    reviews = Standing.review.field.related_model
    standing.review = reviews.from_db(database.alias, WRITTEN, [review, standing.film_id, *written])
    vote = None if helpful is None else Cast(review, bool(helpful), weight, bool(before))
    return Ballot(user.pk, now, verified, muted, discounted, many, vote, standing)


def _move(cursor, ballot, moves):
    """Puts each vote in the place of the one before it, and moves the totals by the difference."""
    standings = {ballot.standing.review_id: ballot.standing}
    if len(moves) > 1:
        standings = Standing.objects.locked([(old or new).review_id for old, new in moves]) | standings
    for old, new in moves:
        review = (old or new).review_id
        if review != ballot.standing.review_id:
            cursor.execute(WEIGH_SQL, [new.weight, ballot.user_id, review])
        elif new is None:
            cursor.execute(WITHDRAW_SQL, [ballot.user_id, review])
        else:
            film = ballot.standing.film_id
            cursor.execute(CAST_SQL, [review, ballot.user_id, film, *new[1:], ballot.at])
        # A review that is not published has no standing; its votes keep their weights.
        if standing := standings.get(review):
            standing.count(old, new)
            standing.keep_count(cursor)


def _check_there(user):
    if not get_user_model()._base_manager.filter(pk=user.pk).exists():
        raise PermissionDenied(gettext("This account is gone, so it cannot vote."))


def _check_free(user, ballot):
    if ballot.muted:
        Mute.objects.check_free(user)
    if ballot.standing.review.user_id == user.pk:
        raise PermissionDenied(gettext("Nobody votes on a review of their own."))


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
