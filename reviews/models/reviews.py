import hashlib
from collections import Counter

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import connection, models, transaction
from django.db.models import Case, F, OuterRef, Q, Subquery, When
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from films import indexing
from films.figures import printed
from films.models import Film
from reviews import likeness, ranking, ratings, rendering, spoilers
from reviews.language import language_of
from reviews.models.moderation import Action
from reviews.models.standings import Standing
from reviews.models.votes import HelpfulVote

UNREAD_SQL = """INSERT INTO reviews_unread (changed_id) SELECT review.id FROM reviews_review review
JOIN films_film film ON film.id = review.film_id WHERE film.family_id IS NOT NULL AND review.id IN ({places})
ORDER BY review.id"""


class ReviewQuerySet(models.QuerySet):
    def written_by(self, user, film):
        """The user's review of the film: the published one, or the newest that is not; None where there is none."""
        written = self.filter(user=user, film=film)
        return written.order_by(Case(When(state=Review.State.PUBLISHED, then=0), default=1), "-pk").first()

    def newest(self, number):
        """The newest, found by the index before anything is joined: else all may be joined and sorted."""
        found = Standing.objects.order_by("-recency", "-pk").values("pk")[:number]
        return self.filter(pk__in=found).order_by("-standing__recency", "-pk")

    @transaction.atomic
    def delete(self):
        diluted = HelpfulVote.objects.diluted_on(self.order_by())
        standings = Standing.objects.select_for_update().filter(review__in=self.order_by()).order_by("pk")
        gone = Counter((standing.film_id, standing.kind) for standing in standings)
        deleted = super().delete()
        Film.objects.count_reviews({counted: -count for counted, count in gone.items()})
        HelpfulVote.objects.weigh(diluted)
        return deleted

    delete.alters_data = True
    delete.queryset_only = True

    def announce(self, ids):
        """Queues new reviews to be indexed, and to be read for what they say of other versions of their film.

        Whoever stores reviews without `save` calls it in the same transaction.
        """
        indexing.queue("reviews_unindexed", ids)
        if ids:
            with connection.cursor() as cursor:
                cursor.execute(UNREAD_SQL.format(places=", ".join(["%s"] * len(ids))), list(ids))

    def by_author(self, name):
        """What came in texts under the name; an account of the same name is somebody else."""
        return self.filter(author=name, user=None).exclude(author="")

    def for_page(self):
        """With everything that a page prints of a review, in one query."""
        return self.select_related("film__family", "user", "standing")

    def best_of(self, films):
        """The most helpful review of each film that has one, by the film's id, in one query."""
        # For each film apart, so that it is the first entry of an index and no other is read.
        first = Standing.objects.filter(film=OuterRef("pk")).order_by(*Standing.ORDERS["helpful"]).values("pk")[:1]
        best = Film.objects.filter(pk__in=[film.pk for film in films]).order_by().values(best=Subquery(first))
        return {review.film_id: review for review in self.filter(pk__in=best)}


class Published(models.Manager.from_queryset(ReviewQuerySet)):
    """What everybody may read, which is all that `Review.objects`, `film.reviews` and `user.reviews` know."""

    def get_queryset(self):
        return super().get_queryset().filter(state=Review.State.PUBLISHED)


class Review(models.Model):
    class State(models.TextChoices):
        PUBLISHED = "published", _("published")
        WITHDRAWN = "withdrawn", _("withdrawn by its author")
        TAKEN_DOWN = "taken down", _("taken down by the moderators")

    DERIVED = ("content_key", "mark_a", "mark_b")  # set by derive()

    film = models.ForeignKey(Film, models.PROTECT, related_name="reviews")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="reviews",
        help_text="Who wrote it here; nobody for an imported review.",
    )
    author = models.CharField(max_length=150, blank=True, help_text="As the source names the reviewer, if it does.")
    headline = models.CharField(max_length=1000, blank=True)
    rating = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    rating_scale = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The best rating possible at the source, such as 10."
    )
    date = models.DateField(null=True, blank=True, help_text="When it was written.")
    spoiler = models.BooleanField("tells the plot", default=False)
    language = models.CharField(
        max_length=35, blank=True, help_text="Its code, such as “en”; left empty, it is told from the text."
    )
    source = models.CharField(max_length=1000, blank=True, help_text="The file or address that the text came from.")
    tally_yes = models.PositiveIntegerField(null=True, blank=True)
    tally_total = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many readers of the source had voted; not votes cast here."
    )
    state = models.CharField(max_length=10, choices=State, default=State.PUBLISHED, editable=False)
    collapsed = models.BooleanField(
        default=False, editable=False, help_text="Closed as a spoiler by readers or moderators, not by its author."
    )
    content_key = models.CharField(max_length=32, editable=False)
    # By which texts that are nearly the same are found: see likeness.marks().
    mark_a = models.BigIntegerField(editable=False)
    mark_b = models.BigIntegerField(editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # Last, so that reading the other columns of a row never walks over the text.
    body = models.TextField()

    objects = Published()
    every = ReviewQuerySet.as_manager()  # also those that are withdrawn or taken down

    needs_votes = False  # whether it has its place in the list because hardly anybody has voted on it
    opened = False  # whether whoever reads this asked for what tells the plot; see reading.open_for()

    class Meta:
        constraints = [
            # Also finds stored copies of a review: filter(content_key__in=…).
            models.UniqueConstraint(
                fields=["content_key", "film"],
                name="review_stored_once",
                violation_error_message="This film has the same review already.",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True, rating_scale__isnull=True)
                | Q(
                    rating__isnull=False,
                    rating_scale__isnull=False,
                    rating__gte=0,
                    rating__lte=F("rating_scale"),
                    rating_scale__gt=0,
                ),
                name="review_rating_is_on_its_scale",
                violation_error_message="The rating must lie between 0 and its scale; leave both empty for none.",
            ),
            models.CheckConstraint(
                condition=Q(tally_yes__isnull=True, tally_total__isnull=True)
                | Q(tally_yes__isnull=False, tally_total__isnull=False, tally_yes__lte=F("tally_total")),
                name="review_tally_adds_up",
                violation_error_message="Of the readers counted, no more than all can have found it helpful.",
            ),
            models.CheckConstraint(condition=~Q(body=""), name="review_has_a_text"),
            models.CheckConstraint(
                condition=Q(state__in=["published", "withdrawn", "taken down"]), name="review_state_is_known"
            ),
            models.UniqueConstraint(
                fields=["user", "film"],
                condition=Q(state="published"),
                name="one_review_for_a_reader_and_a_film",
                violation_error_message="This reader has a review of the film already.",
            ),
        ]
        indexes = [
            # Stored reviews that are nearly the same as one to be imported: filter(Q(mark_a__in=…) | Q(mark_b__in=…)).
            models.Index(fields=["mark_a"], name="review_mark_a"),
            models.Index(fields=["mark_b"], name="review_mark_b"),
            # What came under a name: by_author(), and of several films StandingQuerySet.by_reviewers_of_several().
            models.Index(fields=["author", "film"], name="review_author", condition=~Q(author="")),
        ]

    def __str__(self):
        return self.headline or rendering.excerpt(spoilers.closed(self.body), 80)

    def save(self, **kwargs):
        self.derive()
        with transaction.atomic():
            # As voters and merges do, the lock on the standing first, so that nobody waits in a circle.
            list(Standing.objects.select_for_update().filter(pk=self.pk))
            HelpfulVote.objects.follow(self)
            is_new = self._state.adding
            super().save(**kwargs)
            Standing.objects.stand([self])
            if is_new:
                Review.every.announce([self.pk])

    def get_absolute_url(self):
        return reverse("review", args=[self.pk])

    def delete(self, **kwargs):
        deleted = Review.every.filter(pk=self.pk).delete()
        self.pk = None
        return deleted

    def clean(self):
        # The constraint is on a field that no form shows, so that forms leave it out.
        key = content_key(self.author, self.date, self.headline, self.body)
        others = Review.every.exclude(pk=self.pk).filter(film=self.film_id)
        if others.filter(content_key=key).exists():
            raise ValidationError(gettext("This film has the same review already."))
        if self.user_id and self.published and others.filter(user=self.user_id, state=self.state).exists():
            raise ValidationError(
                gettext("This reader has another review of the film: one of them has to be withdrawn first.")
            )

    def derive(self):
        """Sets the fields that follow from others; what stores reviews in bulk calls it for each."""
        self.content_key = content_key(self.author, self.date, self.headline, self.body)
        self.mark_a, self.mark_b = likeness.marks(self.body)
        self.language = self.language or language_of(self.body)

    @property
    def reviewer(self):
        """The name to show, or "" for an unnamed reviewer."""
        return self.user.username if self.user else self.author

    @property
    def author_address(self):
        """Of the page of the name that a text gives its author; "" for who wrote it here and for the unnamed."""
        return reverse("author", args=[self.author]) if self.author and not self.user_id else ""

    @property
    def published(self):
        return self.state == self.State.PUBLISHED

    @property
    def percent(self):
        return ratings.percent(self.rating, self.rating_scale)

    @property
    def closed(self):
        """Whether nothing of the text may be shown."""
        return self.spoiler and not self.opened

    @property
    def anchor(self):
        return f"review-{self.pk or 'preview'}"

    @property
    def plot_address(self):
        """Where the plot is told; a preview has no address yet."""
        return f"{self.get_absolute_url()}?spoilers=show" if self.pk else ""

    @property
    def body_html(self):
        return rendering.body_html(self.body, self.anchor, self.opened, self.plot_address)

    @property
    def plain_text(self):
        return spoilers.opened(self.body) if self.opened else spoilers.closed(self.body)

    @property
    def why_here(self):
        standing = self.standing
        return ranking.explanation(
            (standing.votes_yes, standing.votes_total),
            (self.tally_yes, self.tally_total),
            (standing.weight_yes, standing.weight_total),
            self.needs_votes,
            _=gettext,
            printed=printed,
        )

    def move_to(self, film):
        """Puts the review under another film; its address and its votes stay.

        Raises ValidationError where that film has the same review already.
        """
        self.film = film
        self.clean()
        self.save()

    def change(self, action, by, reason="", **fields):
        """Sets fields of a stored review and logs the action. Everything that follows from them follows.

        Raises ValidationError where the change would leave the reader with two reviews of the film.
        """
        with transaction.atomic():
            review = Review.every.select_for_update().get(pk=self.pk)
            for name, value in fields.items():
                setattr(review, name, value)
                setattr(self, name, value)
            review.clean()
            review.save()
            Action.objects.create(kind=action, review=review.pk, person=review.user, by=by, reason=reason)

    def cast_vote(self, user, helpful):
        """Records that the user finds the review helpful (True) or not (False), in place of an earlier vote.

        Returns the standing after it. The same vote again changes nothing.
        """
        return HelpfulVote.objects.change(self.pk, user, helpful)

    def withdraw_vote(self, user):
        return HelpfulVote.objects.change(self.pk, user, None)


def content_key(author, date, headline, body):
    """32 hexadecimal digits that two copies of a review share, however their white space came through.

    The date is a date, its ISO text, or None.
    """
    parts = (author, str(date or ""), headline, body)
    text = "\0".join(" ".join(part.split()) for part in parts)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
