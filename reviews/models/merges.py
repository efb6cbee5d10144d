from django.conf import settings
from django.db import models

from films.models import Film
from reviews.models.reviews import Review


class Merge(models.Model):
    """Two films that were one and the same: what `merging.merge()` has moved, to take it back."""

    kept = models.ForeignKey(Film, models.SET_NULL, null=True, related_name="merges")
    dropped = models.CharField(max_length=310, help_text="The film that is gone, as “Title (Year)”.")
    record = models.JSONField(default=dict, help_text="Whatever was moved, deleted or filled in, as it was before.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="merges")
    created_at = models.DateTimeField(auto_now_add=True)
    undone_at = models.DateTimeField("taken back at", null=True)
    stayed = models.JSONField(
        default=list, help_text="What people had touched since, and so stayed when it was taken back: a sentence each."
    )

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.dropped} merged into {self.kept or 'a film that is gone'}"


class MergedReview(models.Model):
    """The number of a review that stood twice, and the review that stands for both: a permalink is for good."""

    number = models.PositiveBigIntegerField(primary_key=True)
    review = models.ForeignKey(Review, models.CASCADE, related_name="merged")

    def __str__(self):
        return f"Review {self.number}, now {self.review_id}"

    def get_absolute_url(self):
        return self.review.get_absolute_url()
