from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from films.choosing import Choosing
from reviews import comparing, merging, parting, search
from reviews.doubt_admin import DoubtAdmin
from reviews.export import json_lines
from reviews.forms import MergeForm, MoveForm
from reviews.importing.admin import ImportAdmin
from reviews.models import (
    Action,
    Claim,
    Discount,
    Doubt,
    HelpfulVote,
    Import,
    Merge,
    Mute,
    Proposal,
    Report,
    Review,
    Version,
)
from reviews.moderation_admin import ON_REVIEWS, ActionAdmin, ClaimAdmin, MuteAdmin, ReportAdmin, WithReasonAdmin
from reviews.proposal_admin import ProposalAdmin
from reviews.vote_admin import DiscountAdmin, HelpfulVoteAdmin


@admin.register(Review)
class ReviewAdmin(Choosing, WithReasonAdmin):
    list_display = ["__str__", "film", "reviewer", "rating", "date", "spoiler", "state"]
    list_filter = ["state", "spoiler", "collapsed"]
    list_select_related = ["film", "user"]
    search_fields = ["headline", "author", "user__username", "film__title", "film__title_key"]
    readonly_fields = ["state", "collapsed"]
    autocomplete_fields = ["film", "user"]
    date_hierarchy = "date"
    actions = ["move", *ON_REVIEWS]
    change_list_template = "admin/reviews/review/change_list.html"

    def get_queryset(self, request):
        return Review.every.all()

    def reviews_of(self, reviews):
        return reviews.select_related("film", "user")

    @admin.display(description="author", ordering="author")
    def reviewer(self, review):
        return review.reviewer

    def save_model(self, request, review, form, change):
        """Keeps what it was before, and what it became by whom."""
        if change:
            Version.objects.keep_first(Review.every.get(pk=review.pk))
        # Whoever takes the mark away by hand has opened what others had closed.
        review.collapsed = review.collapsed and review.spoiler
        super().save_model(request, review, form, change)
        if change:
            Version.objects.keep(review, request.user)

    def changeform_view(self, *args, **kwargs):
        response = super().changeform_view(*args, **kwargs)
        search.catch_up(search.AT_ONCE)
        comparing.catch_up(comparing.AT_ONCE)
        return response

    def get_urls(self):
        export = path("export.jsonl", self.admin_site.admin_view(self.export_view), name="reviews_review_export")
        return [export, *super().get_urls()]

    def export_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        response = StreamingHttpResponse(json_lines(Review.objects.all()), content_type="application/jsonl")
        response["Content-Disposition"] = 'attachment; filename="reviews.jsonl"'
        return response

    @admin.action(description="Move to another film", permissions=["change"])
    def move(self, request, reviews):
        form = MoveForm(request.POST if "film" in request.POST else None)
        if form.is_valid():
            film = form.cleaned_data["film"]
            moved = sum(self._moved(request, review, film) for review in reviews)
            if moved:
                said = f"{moved} review{'' if moved == 1 else 's'} moved to {film}, with votes and addresses."
                messages.success(request, said)
            return None
        context = self.admin_site.each_context(request) | {
            "title": "Move reviews to another film",
            "opts": self.opts,
            "reviews": reviews.select_related("film"),
            "form": form,
            "media": self.media + form.media,
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/reviews/review/move.html", context)

    def _moved(self, request, review, film):
        """Whether the review stands under the film now; where its like does so already, an admin is asked."""
        try:
            review.move_to(film)
        except ValidationError as refused:
            same = Review.every.filter(film=film, content_key=review.content_key).first()
            if same is None:
                messages.warning(request, f"“{review}” was left where it is. {' '.join(refused.messages)}")
                return False
            question = (
                "<a href='{}'>“{}”</a> was left where it is: <a href='{}'>the same review</a> stands under {} already. "
                "Delete one of the two, or merge the films."
            )
            addresses = [reverse("admin:reviews_review_change", args=[pk]) for pk in (review.pk, same.pk)]
            messages.warning(request, format_html(question, addresses[0], review, addresses[1], film))
            return False
        return True


@admin.register(Merge)
class MergeAdmin(admin.ModelAdmin):
    """Adding one chooses two films and shows what would move; its page is the record, and takes it back."""

    list_display = ["__str__", "user", "created_at", "undone_at"]
    list_select_related = ["kept", "user"]
    list_filter = [("undone_at", admin.EmptyFieldListFilter)]
    search_fields = ["dropped", "kept__title"]

    def get_urls(self):
        undo = self.admin_site.admin_view(require_POST(self.undo_view))
        return [path("<int:pk>/undo/", undo, name="reviews_merge_undo"), *super().get_urls()]

    def has_delete_permission(self, request, done=None):
        return False

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        said = request.POST or request.GET
        form = MergeForm(said if {"kept", "dropped"} & said.keys() else None)
        preview = None
        if form.is_valid():
            kept, dropped = form.cleaned_data["kept"], form.cleaned_data["dropped"]
            preview = merging.preview(kept, dropped)
            if request.method == "POST" and not preview.obstacles:
                return self._merged(request, kept, dropped)
        return self._page(request, "add", title="Merge two films", form=form, preview=preview, media=form.media)

    def _merged(self, request, kept, dropped):
        done = merging.merge(kept, dropped, request.user)
        messages.success(request, f"{done}. You can take it back below.")
        return redirect("admin:reviews_merge_change", done.pk)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        done = self._merge(request, object_id)
        record = done.record
        return self._page(
            request,
            "record",
            title=str(done),
            done=done,
            film=record["film"],
            reviews=len(record["moved"].get("reviews.Review.film", [])),
            doubles=record["doubles"],
            titles=record["titles"]["given"],
            edges=record["edges"],
            facts=record["facts"],
            in_the_way=parting.in_the_way(done),
            may_undo=self.has_add_permission(request),
        )

    def undo_view(self, request, pk):
        if not self.has_add_permission(request):
            raise PermissionDenied
        try:
            done = parting.take_back(self._merge(request, pk))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
        else:
            messages.success(request, f"{done.dropped} is back.")
            if done.stayed:
                messages.warning(request, "Some of it stays, because people have touched it since: see below.")
        return redirect("admin:reviews_merge_change", pk)

    def _merge(self, request, pk):
        done = self.get_object(request, str(pk))
        if done is None:
            raise Http404
        return done

    def _page(self, request, name, **context):
        context = self.admin_site.each_context(request) | {"opts": self.opts} | context
        return TemplateResponse(request, f"admin/reviews/merge/{name}.html", context)


admin.site.register(Discount, DiscountAdmin)
admin.site.register(HelpfulVote, HelpfulVoteAdmin)
admin.site.register(Import, ImportAdmin)
admin.site.register(Doubt, DoubtAdmin)
admin.site.register(Proposal, ProposalAdmin)
admin.site.register(Report, ReportAdmin)
admin.site.register(Claim, ClaimAdmin)
admin.site.register(Mute, MuteAdmin)
admin.site.register(Action, ActionAdmin)
