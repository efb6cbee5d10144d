"""What readers report, what is done about it, and the log of all that."""

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

MANY_DISMISSED = 3  # From so many dismissed reports on, a reader must have been right more often to count.


class ReportQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=Report.State.OPEN)

    def counting(self):
        """Those of readers whose address is verified and whose earlier reports were not mostly dismissed."""
        mine = Report.objects.filter(user=models.OuterRef("user")).order_by().values("user")
        dismissed = mine.annotate(number=Count("pk", filter=Q(state=Report.State.DISMISSED))).values("number")
        upheld = mine.annotate(number=Count("pk", filter=Q(state__in=Report.UPHELD))).values("number")
        counted = self.filter(user__verified_at__isnull=False)
        counted = counted.annotate(dismissed=models.Subquery(dismissed), upheld=models.Subquery(upheld))
        return counted.exclude(dismissed__gte=MANY_DISMISSED, dismissed__gt=models.F("upheld"))


class Report(models.Model):
    """A reader says what is wrong with a review. Who deletes their account leaves it behind without a name."""

    class Reason(models.TextChoices):
        SPOILER = "spoiler", _("It tells the plot without hiding it")
        OFF_TOPIC = "off-topic", _("It is about something else than this film")
        ABUSE = "abuse", _("It insults or threatens somebody")
        SPAM = "spam", _("It advertises something")
        NO_REVIEW = "no review", _("It is not a review")
        COPIED = "copied", _("It is copied from somebody else")
        OTHER = "other", _("Something else")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        DISMISSED = "dismissed", _("dismissed")
        COLLAPSED = "collapsed", _("closed as a spoiler")
        TAKEN_DOWN = "taken down", _("taken down")

    UPHELD = (State.COLLAPSED, State.TAKEN_DOWN)

    review = models.ForeignKey("Review", models.CASCADE, related_name="reports")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="reports")
    reason = models.CharField(max_length=9, choices=Reason)
    text = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True, help_text="When the reader was told what came of it, once.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__in=["spoiler", "off-topic", "abuse", "spam", "no review", "copied", "other"]),
                name="report_reason_is_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["open", "dismissed", "collapsed", "taken down"]), name="report_state_is_known"
            ),
            models.UniqueConstraint(fields=["user", "review"], name="review_reported_once_by_a_reader"),
        ]
        indexes = [models.Index(fields=["state", "id"], name="report_by_state")]

    def __str__(self):
        return f"Review {self.review_id}: {self.get_reason_display()}"


class MuteQuerySet(models.QuerySet):
    def current(self, at=None):
        at = at or timezone.now()
        return self.filter(Q(until=None) | Q(until__gt=at), lifted_at=None)

    def check_free(self, user):
        """Raises PermissionDenied, with a sentence for them, where the user is muted."""
        if mute := self.current_of(user):
            raise PermissionDenied(mute.sentence)

    def current_of(self, user):
        return self.current().filter(user=user).order_by("-pk").first()


class Mute(models.Model):
    """For a time somebody may read but not publish, report or vote."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="mutes")
    reason = models.CharField(max_length=500)
    until = models.DateTimeField(null=True, blank=True, help_text="Nothing: until it is lifted.")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    lifted_at = models.DateTimeField(null=True, editable=False)

    objects = MuteQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.user}, {f'until {self.until:%Y-%m-%d}' if self.until else 'until it is lifted'}"

    @property
    def sentence(self):
        said = {"reason": self.reason, "day": self.until and date_format(self.until.date())}
        if self.until:
            return gettext("You cannot publish, report or vote until %(day)s. The reason: %(reason)s") % said
        return gettext("You cannot publish, report or vote for now. The reason: %(reason)s") % said


class AppendOnlyError(TypeError):
    """The log is added to; nothing in it is changed or deleted."""


class ActionQuerySet(models.QuerySet):
    def delete(self):
        raise AppendOnlyError(AppendOnlyError.__doc__)

    delete.alters_data = True
    delete.queryset_only = True

    def of(self, review):
        return self.filter(review=review.pk).select_related("by").order_by("pk")


class Action(models.Model):
    """What was done with a review or to a person, by whom and why. A trigger keeps all of it (migration 0005).

    The number of the review stays when the review is gone.
    """

    class Kind(models.TextChoices):
        WITHDRAWN = "withdrawn", _("withdrawn")
        PUT_BACK = "put back", _("published again")
        TAKEN_DOWN = "taken down", _("taken down")
        RESTORED = "restored", _("put back")
        COLLAPSED = "collapsed", _("closed as a spoiler")
        OPENED = "opened", _("opened again")
        DISMISSED = "dismissed", _("reports dismissed")
        REOPENED = "reopened", _("reports opened again")
        MUTED = "muted", _("muted")
        UNMUTED = "unmuted", _("unmuted")
        CLAIMED = "claimed", _("given to its author")
        UNCLAIMED = "unclaimed", _("taken from who had claimed it")
        CLAIM_DECLINED = "declined", _("claim declined")

    kind = models.CharField(max_length=10, choices=Kind)
    review = models.PositiveBigIntegerField("number of the review", null=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", help_text="To whom it was done."
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", help_text="Nobody: readers’ reports."
    )
    reason = models.CharField(max_length=500, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        verbose_name = "action"
        verbose_name_plural = "log of moderation"
        indexes = [models.Index(fields=["review", "id"], name="action_by_review")]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"

    def save(self, **kwargs):
        if not self._state.adding:
            raise AppendOnlyError(AppendOnlyError.__doc__)
        super().save(**kwargs)

    def delete(self, **kwargs):
        raise AppendOnlyError(AppendOnlyError.__doc__)
