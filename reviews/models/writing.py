"""What readers write here before it is a review, what it was before it was changed, and whose an imported one is."""

from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from films.models import Film
from reviews.language import language_of
from reviews.models.reviews import Review

AS_IT_IS = "as it is"  # the rating of an imported review, on a scale that is not ours
SCALE = 10


class Draft(models.Model):
    """What a reader is writing on a film: no review yet, or the next version of theirs. Nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    film = models.ForeignKey(Film, models.CASCADE, related_name="drafts")
    headline = models.CharField(max_length=150, blank=True)
    rating = models.CharField(max_length=8, blank=True)
    spoiler = models.BooleanField(default=False)
    language = models.CharField(max_length=35, blank=True, help_text="Its code; nothing to go by the text.")
    saved_at = models.DateTimeField(auto_now=True)
    body = models.TextField(blank=True)

    class Meta:
        ordering = ["-saved_at"]
        constraints = [models.UniqueConstraint(fields=["user", "film"], name="one_draft_for_a_reader_and_a_film")]

    def __str__(self):
        return f"{self.user} on {self.film}"

    @classmethod
    def of(cls, review):
        """The review as its author would write it on; not stored."""
        whole = review.rating is not None and review.rating_scale == SCALE and review.rating == int(review.rating)
        rating = "" if review.rating is None else str(int(review.rating)) if whole and review.rating else AS_IT_IS
        return cls(
            headline=review.headline,
            rating=rating,
            spoiler=review.spoiler and not review.collapsed,
            language=review.language,
            body=review.body,
        )

    def write_into(self, review):
        """Gives the review what the draft says; does not save."""
        review.headline, review.body = self.headline, self.body
        review.language = self.language or language_of(self.body)
        # What others have closed stays closed; once its author closes it too, it is their own doing.
        review.collapsed = review.collapsed and not self.spoiler
        review.spoiler = self.spoiler or review.collapsed
        if self.rating != AS_IT_IS:
            review.rating = Decimal(self.rating) if self.rating else None
            review.rating_scale = SCALE if self.rating else None


class VersionQuerySet(models.QuerySet):
    def keep(self, review, by, at=None):
        """Keeps the review as it stands now, unless it stands in the history so already."""
        version = Version(review=review, by=by, at=at or timezone.now(), **Version.said(review))
        latest = self.filter(review=review).order_by("-pk").first()
        if latest is None or Version.said(latest) != Version.said(version):
            version.save()

    def keep_first(self, review):
        """Keeps the review as it came here, where nothing was kept of it yet. Call it before the first change."""
        if not self.filter(review=review).exists():
            self.keep(review, review.user, review.created_at)


class Version(models.Model):
    """How a review read from then on."""

    SAID = ("author", "headline", "rating", "rating_scale", "spoiler", "language", "body")

    review = models.ForeignKey(Review, models.CASCADE, related_name="versions")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    author = models.CharField(max_length=150, blank=True, help_text="As the source names the reviewer, if it does.")
    headline = models.CharField(max_length=1000, blank=True)
    rating = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    rating_scale = models.PositiveSmallIntegerField(null=True)
    spoiler = models.BooleanField(default=False)
    language = models.CharField(max_length=35, blank=True)
    body = models.TextField()

    objects = VersionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]

    def __str__(self):
        return f"Review {self.review_id} as of {self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def said(cls, row):
        return {name: getattr(row, name) for name in cls.SAID}


class Claim(models.Model):
    """A reader says that they wrote an imported review; an admin decides."""

    class State(models.TextChoices):
        OPEN = "open", "open"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"

    review = models.ForeignKey(Review, models.CASCADE, related_name="claims")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="claims")
    proof = models.CharField(max_length=1000)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    answer = models.CharField(max_length=500, blank=True, help_text="The reason that the reader is given.")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "declined"]), name="claim_state_is_known"
            ),
            models.UniqueConstraint(fields=["user", "review"], name="review_claimed_once_by_a_reader"),
        ]
        indexes = [models.Index(fields=["state", "id"], name="claim_by_state")]

    def __str__(self):
        return f"{self.user} claims review {self.review_id}"
