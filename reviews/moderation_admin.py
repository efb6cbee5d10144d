"""Behind the screen: what readers report and claim, who is muted, and the log. Everything done here needs a reason."""

import datetime
from functools import partial

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import ValidationError
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html

from reviews import comparing, moderating, search
from reviews.models import Claim, Report, Review

LENGTHS = [("1", "a day"), ("7", "a week"), ("30", "a month"), ("365", "a year"), ("", "until it is lifted")]


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}))

    def __init__(self, *args, help_text="", **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = help_text


class MuteForm(ReasonForm):
    length = forms.ChoiceField(label="For", choices=LENGTHS, initial="7", required=False)

    @property
    def until(self):
        days = self.cleaned_data["length"]
        return timezone.now() + datetime.timedelta(days=int(days)) if days else None


class OpenFirstFilter(admin.SimpleListFilter):
    """The queue is what is open; the rest is a click away."""

    title = "state"
    parameter_name = "state"
    model = Report

    def lookups(self, request, rows):
        return [("all", "All"), *((state, label) for state, label in self.model.State.choices if state != "open")]

    def choices(self, changelist):
        for number, choice in enumerate(super().choices(changelist)):
            yield choice | ({"display": "open"} if number == 0 else {})

    def queryset(self, request, rows):
        return rows if self.value() == "all" else rows.filter(state=self.value() or "open")


class OpenClaimsFilter(OpenFirstFilter):
    model = Claim


class WithReasonAdmin(admin.ModelAdmin):
    """Actions that ask for a reason on a page of their own before they do anything."""

    def with_reason(self, request, rows, act, title, *, form_class=ReasonForm, help_text=""):
        """Calls `act` with the form and each of the rows; the page that asks, until it is answered."""
        form = form_class(request.POST if "reason" in request.POST else None, help_text=help_text)
        if form.is_valid():
            return self._act(request, list(rows), partial(act, form), title)
        context = self.admin_site.each_context(request) | {
            "title": title,
            "opts": self.opts,
            "rows": rows,
            "form": form,
            "action": request.POST["action"],
            "checkbox": ACTION_CHECKBOX_NAME,
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "media": self.media,
        }
        return TemplateResponse(request, "admin/reviews/moderation/reason.html", context)

    def _act(self, request, rows, act, title):
        done = 0
        for row in rows:
            try:
                act(row)
            except ValidationError as refused:
                messages.error(request, f"“{row}” was left as it is: {' '.join(refused.messages)}")
            else:
                done += 1
        # What was hidden or is shown again.
        search.catch_up(search.AT_ONCE)
        comparing.catch_up(comparing.AT_ONCE)
        if done:
            messages.success(request, f"{title}: {done} done.")


def _on_reviews(done, title, help_text=""):
    """An action of an admin on the reviews that its rows are about."""

    @admin.action(description=title, permissions=["change"])
    def act(modeladmin, request, rows):
        def do(form, review):
            done(review, request.user, form.cleaned_data["reason"])

        return modeladmin.with_reason(request, modeladmin.reviews_of(rows), do, title, help_text=help_text)

    act.__name__ = done.__name__
    return act


TO_MUTED = "They read it with every attempt to publish, report or vote."
TO_AUTHOR = "The author of the review reads it."
dismiss = _on_reviews(moderating.dismiss, "Dismiss the reports", "For the log. What readers had closed is open again.")
collapse = _on_reviews(moderating.collapse, "Close as a spoiler", f"{TO_AUTHOR} The text is shown on demand.")
open_again = _on_reviews(moderating.open_again, "Open what was closed as a spoiler", TO_AUTHOR)
take_down = _on_reviews(moderating.take_down, "Take down", f"{TO_AUTHOR} Others see that it was taken down.")
restore = _on_reviews(moderating.restore, "Put back what was taken down", TO_AUTHOR)


@admin.action(description="Mute the author", permissions=["change"])
def mute_author(modeladmin, request, rows):
    def do(form, review):
        if review.user is None:
            raise ValidationError("Its author has no account here.")
        moderating.mute(review.user, request.user, form.cleaned_data["reason"], form.until)

    reviews = modeladmin.reviews_of(rows)
    return modeladmin.with_reason(request, reviews, do, "Mute the author", form_class=MuteForm, help_text=TO_MUTED)


@admin.action(description="Mute", permissions=["change"])
def mute_people(modeladmin, request, people):
    def do(form, person):
        moderating.mute(person, request.user, form.cleaned_data["reason"], form.until)

    return modeladmin.with_reason(request, people, do, "Mute", form_class=MuteForm, help_text=TO_MUTED)


ON_REVIEWS = [take_down, restore, collapse, open_again, mute_author]


class ReportAdmin(WithReasonAdmin):
    list_display = ["about", "why", "reporter", "author", "created_at", "state"]
    list_display_links = None
    list_filter = [OpenFirstFilter, "reason", "created_at"]
    list_select_related = ["review__film", "review__user", "user"]
    list_per_page = 50
    search_fields = ["review__headline", "review__film__title", "review__user__username", "user__username", "text"]
    actions = [dismiss, collapse, take_down, mute_author, "reopen"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, report=None):
        return False

    def reviews_of(self, reports):
        return Review.every.filter(pk__in=reports.values("review")).select_related("film", "user").order_by("pk")

    @admin.display(description="review")
    def about(self, report):
        review = report.review
        state = "" if review.published else format_html("<br>{}", review.get_state_display())
        address = f"{review.get_absolute_url()}?spoilers=show"
        return format_html('<a href="{}">{}</a><br>{}{}', address, review, review.film, state)

    @admin.display(description="because", ordering="reason")
    def why(self, report):
        more = format_html("<br>“{}”", report.text) if report.text else ""
        return format_html("{}{}", report.get_reason_display(), more)

    @admin.display(description="reported by", empty_value="a deleted account")
    def reporter(self, report):
        return report.user

    @admin.display(description="written by")
    def author(self, report):
        return report.review.reviewer or "an unnamed reviewer"

    @admin.action(description="Open decided reports again", permissions=["change"])
    def reopen(self, request, reports):
        def do(form, report):
            moderating.reopen(Report.objects.filter(pk=report.pk), request.user, form.cleaned_data["reason"])

        return self.with_reason(request, reports, do, "Open decided reports again")


class ClaimAdmin(WithReasonAdmin):
    list_display = ["about", "named", "user", "proof", "created_at", "state"]
    list_display_links = None
    list_filter = [OpenClaimsFilter]
    list_select_related = ["review__film", "user"]
    search_fields = ["review__headline", "review__author", "user__username"]
    actions = ["accept", "decline"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, claim=None):
        return False

    @admin.display(description="review")
    def about(self, claim):
        return format_html(
            '<a href="{}">{}</a><br>{}', claim.review.get_absolute_url(), claim.review, claim.review.film
        )

    @admin.display(description="by, as imported")
    def named(self, claim):
        return claim.review.author or "an unnamed reviewer"

    @admin.action(description="Accept: the review is theirs", permissions=["change"])
    def accept(self, request, claims):
        def do(form, claim):
            moderating.accept(claim, request.user, form.cleaned_data["reason"])

        return self.with_reason(request, claims, do, "Accept claims", help_text="The reader reads it.")

    @admin.action(description="Decline, also what was accepted", permissions=["change"])
    def decline(self, request, claims):
        def do(form, claim):
            moderating.decline(claim, request.user, form.cleaned_data["reason"])

        return self.with_reason(request, claims, do, "Decline claims", help_text="The reader reads it.")


class ReadOnlyAdmin(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, row=None):
        return False

    def has_delete_permission(self, request, row=None):
        return False


class MuteAdmin(WithReasonAdmin):
    list_display = ["user", "until", "reason", "by", "created_at", "lifted_at"]
    list_display_links = None
    list_filter = ["lifted_at", "until"]
    list_select_related = ["user", "by"]
    search_fields = ["user__username", "reason"]
    actions = ["lift"]

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, mute=None):
        return False

    @admin.action(description="Lift", permissions=["change"])
    def lift(self, request, mutes):
        def do(form, mute):
            moderating.lift(mute, request.user, form.cleaned_data["reason"])

        return self.with_reason(request, mutes.filter(lifted_at=None), do, "Lift mutes", help_text="For the log.")


class ActionAdmin(ReadOnlyAdmin):
    """To look at only: the log is added to by what is done."""

    list_display = ["at", "kind", "about", "person", "by", "reason"]
    list_display_links = None
    list_filter = ["kind", "at"]
    list_select_related = ["person", "by"]
    search_fields = ["reason", "person__username", "by__username"]

    @admin.display(description="review", empty_value="–", ordering="review")
    def about(self, action):
        return action.review and format_html(
            '<a href="{}">{}</a>', reverse("review", args=[action.review]), action.review
        )
