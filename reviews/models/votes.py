from itertools import groupby

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db import connection, models, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext

from films import bulk
from films.models import Film
from reviews import likeness, ranking
from reviews.models.moderation import Mute
from reviews.models.standings import Standing

BATCH = 500  # reviews whose standing is set at once
# By hand, because the ORM takes several times as long to write these as the database to answer them.
# Whether the voter is verified, and muted.
VOTER_SQL = """SELECT verified_at, EXISTS (SELECT 1 FROM reviews_mute
        WHERE user_id = voter.id AND lifted_at IS NULL AND (until IS NULL OR until > %s))
    FROM {table} voter WHERE id = %s"""
STORED_SQL = """SELECT id, helpful, weight, before_rewriting FROM reviews_helpfulvote
    WHERE user_id = %s AND review_id = %s"""
# Whether the vote is discounted, and whether as many as weigh in full beside one another are there already.
STATE_SQL = f"""SELECT EXISTS (SELECT 1 FROM reviews_discountedvote v JOIN reviews_discount d ON d.id = v.discount_id
        WHERE v.user_id = %s AND v.review_id = %s AND d.lifted_at IS NULL),
    EXISTS (SELECT 1 FROM reviews_helpfulvote WHERE film_id = %s AND user_id = %s AND weight > 0
        LIMIT 1 OFFSET {ranking.FULL_WEIGHT - 1})"""  # noqa: S608 -- a number of our own
CAST_SQL = """INSERT INTO reviews_helpfulvote
    (review_id, user_id, film_id, helpful, weight, before_rewriting, cast_at) VALUES (%s, %s, %s, %s, %s, %s, %s)
    ON CONFLICT (user_id, review_id) DO UPDATE SET helpful = excluded.helpful, weight = excluded.weight,
        before_rewriting = excluded.before_rewriting, cast_at = excluded.cast_at"""
WITHDRAW_SQL = "DELETE FROM reviews_helpfulvote WHERE user_id = %s AND review_id = %s"


class HelpfulVoteQuerySet(models.QuerySet):
    def of(self, user, reviews):
        """The user's votes on the reviews, in one query: a mapping of review ids to True or False."""
        if not user.is_authenticated:
            return {}
        return dict(self.filter(user=user, review__in=reviews).values_list("review_id", "helpful"))

    @transaction.atomic
    def change(self, review, user, helpful):
        """Makes the user's vote on the review yes (True), no (False) or none (None); returns the standing after it.

        The same vote again changes nothing. Raises Standing.DoesNotExist where the review is not published any more.
        """
        verified, muted = _lock_voter(user)
        if muted and helpful is not None:
            Mute.objects.check_free(user)
        vote = _stored(review, user)
        if helpful is vote.helpful and not vote.before_rewriting:
            return Standing.objects.get(review=review)
        if vote.helpful is None:
            weights = self._with(vote) if verified else [(vote, 0)]
        else:
            weights = self._without(vote) if helpful is None else [(vote, vote.weight)]
        return self._move(vote, helpful, weights)

    def _with(self, vote):
        """Which votes weigh how much once a new one counts; ranking.weights() says it for all at once."""
        discounted, many = _row(STATE_SQL, vote.user_id, vote.review_id, vote.film_id, vote.user_id)
        if discounted:
            return [(vote, 0)]
        if not many:
            return [(vote, 1)]
        other = self._beside(vote).order_by("-weight", "-pk")[0]
        return [(vote, other.weight / 2), (other, other.weight / 2)]

    def _without(self, vote):
        weights, free = [(vote, 0)], vote.weight
        for other in self._beside(vote).exclude(review=vote.review_id).order_by("weight", "pk")[:2]:
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
        if vote.review_id not in standings:
            raise Standing.DoesNotExist
        stands = standings[vote.review_id]
        if stands.film_id != vote.film_id:
            # Its film was merged, or the review moved, while we waited; what the vote weighs depends on the film.
            vote.review.film_id = stands.film_id
            return self.change(vote.review, vote.user, helpful)
        stands.review = vote.review
        for changed, weight in weights:
            # A review that is not published meanwhile has no standing; its votes keep their weights.
            standing = standings.get(changed.review_id) or Standing(review_id=changed.review_id)
            standing.count(changed, -1)
            changed.weight = weight
            if changed is not vote:
                changed.save(update_fields=["weight"])
            elif helpful is None:
                _execute(WITHDRAW_SQL, vote.user_id, vote.review_id)
            else:
                vote.helpful, vote.before_rewriting = helpful, False
                cast_at = connection.ops.adapt_datetimefield_value(timezone.now())
                _execute(CAST_SQL, vote.review_id, vote.user_id, vote.film_id, helpful, weight, False, cast_at)
            standing.count(changed, 1)
        bulk.update(Standing, list(standings), bulk.columns(standings.values(), Standing.MOVED))
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


def _lock_voter(user):
    """Whether the user's votes count, and whether they may vote at all.

    Whoever changes what votes weigh takes this lock first, then the standings'.
    """
    lock = " FOR NO KEY UPDATE" if connection.features.has_select_for_update else ""
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    found = _row(VOTER_SQL.format(table=get_user_model()._meta.db_table) + lock, now, user.pk)
    if found is None:
        raise PermissionDenied(gettext("This account is gone, so it cannot vote."))
    return found[0] is not None, found[1]


def _stored(review, user):
    """The user's vote on the review, with None for `helpful` where there is none."""
    vote = HelpfulVote(review=review, user=user, film_id=review.film_id, helpful=None, weight=0)
    if found := _row(STORED_SQL, user.pk, review.pk):
        vote.pk, vote.weight = found[0], found[2]
        vote.helpful, vote.before_rewriting = bool(found[1]), bool(found[3])
    return vote


def _row(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchone()


def _execute(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


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
