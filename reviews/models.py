import datetime
import hashlib
from decimal import Decimal

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models, transaction
from django.db.models import Count, F, Q, Value
from django.db.models.functions import NullIf
from django.urls import reverse

from films.models import Film
from reviews import ranking, rendering


class ReviewQuerySet(models.QuerySet):
    def for_page(self):
        """With everything that a page prints of a review, in one query."""
        return self.select_related("film", "user", "standing")


class Review(models.Model):
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
    language = models.CharField(max_length=35, blank=True, help_text="Its code, such as “en”.")
    source = models.CharField(max_length=1000, blank=True, help_text="The file or address that the text came from.")
    tally_yes = models.PositiveIntegerField(null=True, blank=True)
    tally_total = models.PositiveIntegerField(
        null=True, blank=True, help_text="How many readers of the source had voted; not votes cast here."
    )
    content_key = models.CharField(max_length=32, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    # Last, so that reading the other columns of a row never walks over the text.
    body = models.TextField()

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["film", "content_key"],
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
        ]
        # The newest reviews of the whole site, on the home page.
        indexes = [models.Index(F("date").desc(), F("id").desc(), name="review_newest")]

    def __str__(self):
        return self.headline or rendering.excerpt(self.body, 80)

    def save(self, **kwargs):
        self.content_key = content_key(self.author, self.date, self.headline, self.body)
        with transaction.atomic():
            super().save(**kwargs)
            Standing.objects.stand([self])

    def get_absolute_url(self):
        return reverse("review", args=[self.pk])

    @property
    def reviewer(self):
        """The name to show, or "" for an unnamed reviewer."""
        return self.user.username if self.user else self.author

    @property
    def percent(self):
        """The rating on the one scale on which all ratings are compared, 0 to 100; None without a rating."""
        return None if self.rating is None else round(100 * self.rating / self.rating_scale)

    @property
    def body_html(self):
        return rendering.body_html(self.body, anchor=f"review-{self.pk}")

    @property
    def why_here(self):
        standing = self.standing
        return ranking.explanation(standing.votes_yes, standing.votes_total, self.tally_yes, self.tally_total)

    def cast_vote(self, user, helpful):
        """Records that the user finds the review helpful (True) or not (False), in place of an earlier vote.

        Returns the standing after it. The same vote again changes nothing.
        """
        if self.user_id == user.pk:
            raise PermissionDenied("Nobody votes on a review of their own.")
        return self._change_vote(user, helpful)

    def withdraw_vote(self, user):
        return self._change_vote(user, None)

    @transaction.atomic
    def _change_vote(self, user, helpful):
        # The lock makes voters on one review queue, so that the old vote read below is still the old vote
        # when the totals move by the difference. SQLite locks the whole file as the transaction begins.
        standing = Standing.objects.select_for_update().get(review=self)
        vote = HelpfulVote.objects.filter(review=self, user=user).first()
        before = vote.helpful if vote else None
        if helpful == before:
            return standing
        if helpful is None:
            vote.delete()
        else:
            HelpfulVote.objects.update_or_create(review=self, user=user, defaults={"helpful": helpful})
        standing.votes_yes += (helpful is True) - (before is True)
        standing.votes_total += (helpful is not None) - (before is not None)
        standing.score = ranking.helpful_score(
            standing.votes_yes, standing.votes_total, self.tally_yes, self.tally_total
        )
        standing.save(update_fields=["votes_yes", "votes_total", "score"])
        return standing


def content_key(author, date, headline, body):
    """32 hexadecimal digits that two copies of a review share, however their white space came through."""
    parts = (author, date.isoformat() if date else "", headline, body)
    text = "\0".join(" ".join(part.split()) for part in parts)
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


class HelpfulVoteQuerySet(models.QuerySet):
    def of(self, user, reviews):
        """The user's votes on the reviews, in one query: a mapping of review ids to True or False."""
        if not user.is_authenticated:
            return {}
        return dict(self.filter(user=user, review__in=reviews).values_list("review_id", "helpful"))


class HelpfulVote(models.Model):
    review = models.ForeignKey(Review, models.CASCADE, related_name="votes")
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
    def stand(self, reviews):
        """Gives stored reviews the standing that follows from their fields and from all votes on them.

        Returns the standings that were missing or off, as (stored or None, right) pairs.
        """
        stored = self.in_bulk([review.pk for review in reviews])
        cast = {
            row["review"]: (row["yes"], row["total"])
            for row in HelpfulVote.objects.filter(review__in=reviews)
            .values("review")
            .annotate(yes=Count("pk", filter=Q(helpful=True)), total=Count("pk"))
        }
        right = [Standing.of(review, *cast.get(review.pk, (0, 0))) for review in reviews]
        off = [(stored.get(new.pk), new) for new in right if not new.equals(stored.get(new.pk))]
        self.bulk_create(
            [new for _, new in off],
            update_conflicts=True,
            unique_fields=["review"],
            update_fields=[field.name for field in Standing._meta.concrete_fields if not field.primary_key],
        )
        return off


class Standing(models.Model):
    """Where a review stands in lists: all that they sort by, in a row so narrow that a vote rewrites little."""

    ORDERS = {
        "helpful": ("-standing__score", "-standing__votes_total", "-standing__recency", "-standing__pk"),
        "newest": ("-standing__recency", "-standing__pk"),
        # The reverse of the newest first, but for reviews without a date, which are last in both.
        "oldest": (NullIf("standing__recency", Value(0)).asc(nulls_last=True), "standing__pk"),
        "highest": (F("standing__percent").desc(nulls_last=True), "-standing__score", "-standing__pk"),
        "lowest": (F("standing__percent").asc(nulls_last=True), "-standing__score", "-standing__pk"),
    }

    review = models.OneToOneField(Review, models.CASCADE, primary_key=True)
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
            # A film's mean rating and histogram, read from the index alone.
            models.Index(fields=["film", "percent"], name="standing_ratings"),
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


class Import(models.Model):
    """Texts that an admin brought in: its rows are the plan first and the record of what was done afterwards."""

    class Status(models.TextChoices):
        PLANNED = "planned", "planned, nothing written yet"
        COMMITTED = "committed", "committed"

    description = models.CharField(max_length=300, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="imports")
    created_at = models.DateTimeField(auto_now_add=True)
    committed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=["planned", "committed"]), name="import_status_is_known")
        ]

    def __str__(self):
        return f"Import {self.pk}: {self.description}"

    def counts(self):
        """How many rows there are in each state, with 0 for the others."""
        found = dict(self.rows.order_by().values_list("state").annotate(Count("pk")))
        return {state: found.get(state, 0) for state in ImportRow.State.values}


class ImportRow(models.Model):
    """One review, or one piece of text that is none, in an import."""

    class State(models.TextChoices):
        CREATE = "create", "to be created"
        CREATED = "created", "created"
        DUPLICATE = "duplicate", "duplicate"
        QUESTION = "question", "question"
        REFUSED = "refused", "refused"

    in_import = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_index=False)
    position = models.PositiveIntegerField()
    source = models.CharField(max_length=1000, help_text="The file, archive member or “pasted text” that it stood in.")
    line = models.PositiveIntegerField(null=True, help_text="Its first line there.")
    state = models.CharField(max_length=9, choices=State)
    reason = models.TextField(blank=True, help_text="Why it is in this state.")
    note = models.TextField(blank=True, help_text="What was assumed in reading it.")
    film = models.ForeignKey(Film, models.SET_NULL, null=True, help_text="The film it is matched with.")
    review = models.ForeignKey(Review, models.SET_NULL, null=True, related_name="import_rows")
    fields = models.JSONField(default=dict, help_text="What the text says, but for the body.")
    spans = models.JSONField(default=dict, help_text="Where in the text it says so: [start, end] by field.")
    text = models.TextField(blank=True, help_text="The piece of the source, word for word.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["in_import", "position"], name="import_row_has_its_place"),
            models.CheckConstraint(
                condition=Q(state__in=["create", "created", "duplicate", "question", "refused"]),
                name="import_row_state_is_known",
            ),
        ]
        # The rows still to do, and a state's rows in the preview: filter(in_import=…, state=…).order_by("position").
        indexes = [models.Index(fields=["in_import", "state", "position"], name="import_row_by_state")]

    def __str__(self):
        return f"{self.source}, line {self.line}: {self.get_state_display()}"

    @property
    def body(self):
        return self.text[slice(*self.spans["body"])] if "body" in self.spans else ""

    @property
    def film_named(self):
        """ "Title (Year)" as the text or the admin names the film, or "" where nobody does."""
        return "{film} ({year})".format(**self.fields) if self.fields.get("film") else ""

    def as_review(self):
        """The review that the row says, not stored yet."""
        fields = {
            name: self.fields[name]
            for name in ("author", "headline", "rating_scale", "spoiler", "tally_yes", "tally_total")
        }
        rating, date = self.fields["rating"], self.fields["date"]
        review = Review(
            film=self.film,
            body=self.body,
            rating=None if rating is None else Decimal(rating),
            date=date and datetime.date.fromisoformat(date),
            source=self.source,
            **fields,
        )
        review.content_key = content_key(review.author, review.date, review.headline, review.body)
        return review
