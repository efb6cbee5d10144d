"""The desk for votes: what is odd about them, and taking them out of the totals so that it can be undone."""

from urllib.parse import urlencode

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth import get_user_model
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.template.response import TemplateResponse
from django.urls import path, reverse

from reviews import patterns
from reviews.models import Discount, DiscountedVote, HelpfulVote, Review

NEWEST = 10_000  # votes that the report looks through
SHOWN = 50  # of each kind


class DiscountForm(forms.ModelForm):
    class Meta:
        model = Discount
        fields = ["reason"]
        widgets = {"reason": forms.TextInput(attrs={"size": 60})}
        help_texts = {"reason": "It is kept on record, and other admins see it."}


class WeightFilter(admin.SimpleListFilter):
    title = "weight"
    parameter_name = "counts"

    def lookups(self, request, votes):
        return [("full", "Counts in full"), ("less", "Counts less"), ("no", "Does not count")]

    def queryset(self, request, votes):
        asked = {"full": {"weight": 1}, "less": {"weight__gt": 0, "weight__lt": 1}, "no": {"weight": 0}}
        return votes.filter(**asked.get(self.value(), {}))


class HelpfulVoteAdmin(admin.ModelAdmin):
    """To look at and to discount: a vote that is not cast by its voter would leave the totals behind."""

    list_display = ["review", "film", "user", "helpful", "weight", "before_rewriting", "cast_at"]
    list_select_related = ["review", "film", "user"]
    list_filter = ["helpful", WeightFilter, "before_rewriting"]
    search_fields = ["user__username", "film__title", "review__headline"]
    show_full_result_count = False
    date_hierarchy = "cast_at"
    actions = ["discount"]
    change_list_template = "admin/reviews/vote/change_list.html"

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, vote=None):
        return False

    def has_delete_permission(self, request, vote=None):
        return False

    def has_discount_permission(self, request):
        return request.user.has_perm("reviews.add_discount")

    def lookup_allowed(self, lookup, value, request=None):
        return lookup in ("pk__in", "user__in", "review__in") or super().lookup_allowed(lookup, value, request)

    def get_urls(self):
        report = self.admin_site.admin_view(self.report_view)
        return [path("report/", report, name="reviews_helpfulvote_report"), *super().get_urls()]

    @admin.action(description="Discount: take out of the totals", permissions=["discount"])
    def discount(self, request, votes):
        form = DiscountForm(request.POST if "reason" in request.POST else None)
        if form.is_valid():
            chosen = list(votes)
            Discount.objects.discount(chosen, form.cleaned_data["reason"], request.user)
            many = "vote is" if len(chosen) == 1 else "votes are"
            messages.success(request, f"{len(chosen)} {many} out of the totals. You can lift this under Discounts.")
            return None
        context = self.admin_site.each_context(request) | {
            "title": "Take votes out of the totals",
            "opts": self.opts,
            "votes": votes.select_related("review__film", "user"),
            "form": form,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/reviews/vote/discount.html", context)

    def report_view(self, request):
        """What is odd about the newest votes that count; each finding leads to its votes, to be discounted there."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        votes = _newest()
        found = {
            "bursts": patterns.bursts(votes)[:SHOWN],
            "cliques": patterns.cliques(votes)[:SHOWN],
            "one_sided": patterns.one_sided(votes)[:SHOWN],
        }
        oddities = [oddity for kind in found.values() for oddity in kind]
        names = _names({vote.voter for oddity in oddities for vote in oddity.votes})
        headlines = Review.objects.select_related("film").in_bulk([burst.review for burst in found["bursts"]])
        context = self.admin_site.each_context(request) | {
            "title": "What is odd about the newest votes",
            "opts": self.opts,
            "looked_through": len(votes),
            "bursts": [(headlines[burst.review], burst, _address(burst)) for burst in found["bursts"]],
            "cliques": [
                (", ".join(names[voter] for voter in clique.voters), clique, _address(clique))
                for clique in found["cliques"]
            ],
            "one_sided": [(names[one.voter], one, _address(one)) for one in found["one_sided"]],
        }
        return TemplateResponse(request, "admin/reviews/vote/report.html", context)


def _newest():
    rows = HelpfulVote.objects.filter(weight__gt=0).order_by("-cast_at")[:NEWEST]
    fields = ("pk", "user_id", "review_id", "review__author", "review__user__username", "helpful", "cast_at")
    return [
        patterns.Vote(pk, voter, review, username or author, helpful, cast_at)
        for pk, voter, review, author, username, helpful, cast_at in rows.values_list(*fields)
    ]


def _names(people):
    return dict(get_user_model().objects.filter(pk__in=people).values_list("pk", "username"))


def _address(oddity):
    """The list of the votes that a finding is about, by their voters and reviews, which is shorter than one by one."""
    voters, reviews, said = ({getattr(vote, name) for vote in oddity.votes} for name in ("voter", "review", "helpful"))
    asked = {"user__in": voters, "review__in": reviews}
    query = {name: ",".join(map(str, sorted(pks))) for name, pks in asked.items()}
    if len(said) == 1:
        query["helpful__exact"] = int(said.pop())
    return f"{reverse('admin:reviews_helpfulvote_changelist')}?{urlencode(query)}"


class DiscountedVoteInline(admin.TabularInline):
    model = DiscountedVote
    fields = readonly_fields = ["user", "review", "film"]
    extra = 0
    can_delete = False
    verbose_name_plural = "votes"

    @admin.display(description="film")
    def film(self, vote):
        return vote.review.film

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("user", "review__film")

    def has_add_permission(self, request, discount=None):
        return False


class DiscountAdmin(admin.ModelAdmin):
    """The record of what was taken out of the totals, by whom and why. Discounts are lifted, never deleted."""

    list_display = ["reason", "number", "user", "created_at", "lifted_by", "lifted_at"]
    list_filter = [("lifted_at", admin.EmptyFieldListFilter)]
    list_select_related = ["user", "lifted_by"]
    search_fields = ["reason"]
    fields = readonly_fields = ["reason", "user", "created_at", "lifted_by", "lifted_at"]
    inlines = [DiscountedVoteInline]
    actions = ["lift"]

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(number=Count("votes"))

    @admin.display(description="votes")
    def number(self, discount):
        return discount.number

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, discount=None):
        return False

    @admin.action(description="Lift: let the votes count again", permissions=["change"])
    def lift(self, request, discounts):
        lifted = [discount for discount in discounts if discount.lifted_at is None]
        for discount in lifted:
            discount.lift(request.user)
        messages.success(request, f"{len(lifted)} lifted: the votes count again.")
