from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.views.decorators.http import require_POST

from reviews.forms import ImportForm
from reviews.importing import plan
from reviews.models import HelpfulVote, Import, ImportRow, Review

ROWS_ON_A_PAGE = 100


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin):
    list_display = ["__str__", "film", "author", "rating", "date", "spoiler"]
    list_filter = ["spoiler"]
    list_select_related = ["film"]
    search_fields = ["headline", "author", "film__title", "film__title_key"]
    autocomplete_fields = ["film", "user"]
    date_hierarchy = "date"


@admin.register(HelpfulVote)
class HelpfulVoteAdmin(admin.ModelAdmin):
    """To look at only: a vote that is not cast by its voter would leave the totals behind."""

    list_display = ["review", "user", "helpful", "cast_at"]
    list_select_related = ["review", "user"]

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, vote=None):
        return False

    def has_delete_permission(self, request, vote=None):
        return False


@admin.register(Import)
class ImportAdmin(admin.ModelAdmin):
    """Adding an import plans it; its page is the preview, and once committed the record of what was done."""

    list_display = ["__str__", "status", "user", "created_at", "committed_at"]
    list_filter = ["status"]
    list_select_related = ["user"]

    def get_urls(self):
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/commit/", view(require_POST(self.commit_view)), name="reviews_import_commit"),
            path("<int:pk>/discard/", view(require_POST(self.discard_view)), name="reviews_import_discard"),
            *super().get_urls(),
        ]

    def has_delete_permission(self, request, planned=None):
        """A plan is discarded on its own page; what was committed stays in the history."""
        return False

    def add_view(self, request, form_url="", extra_context=None):
        if not self.has_add_permission(request):
            raise PermissionDenied
        form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
        if form.is_valid():
            planned = plan.store(form.sources(), film=form.cleaned_data["film"], user=request.user)
            return redirect("admin:reviews_import_change", planned.pk)
        context = {**self.admin_site.each_context(request), "title": "Import reviews", "form": form, "opts": self.opts}
        return TemplateResponse(request, "admin/reviews/import/add.html", context)

    def change_view(self, request, object_id, form_url="", extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        planned = get_object_or_404(Import, pk=object_id)
        counts = planned.counts()
        rows = planned.rows.select_related("film", "review")
        state = request.GET.get("state")
        if state in counts:
            rows = rows.filter(state=state)
        context = {
            **self.admin_site.each_context(request),
            "title": str(planned),
            "opts": self.opts,
            "planned": planned,
            "committed": planned.status == Import.Status.COMMITTED,
            "counts": [(value, label, counts[value]) for value, label in ImportRow.State.choices if counts[value]],
            "total": sum(counts.values()),
            "to_create": counts[ImportRow.State.CREATE],
            "state": state,
            "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
            "may_commit": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/reviews/import/preview.html", context)

    def commit_view(self, request, pk):
        if not self.has_add_permission(request):
            raise PermissionDenied
        planned = get_object_or_404(Import, pk=pk)
        plan.commit(planned)
        counts = planned.counts()
        created = counts[ImportRow.State.CREATED]
        messages.success(request, f"{created} review{'' if created == 1 else 's'} imported.")
        return redirect("admin:reviews_import_change", pk)

    def discard_view(self, request, pk):
        if not self.has_add_permission(request):
            raise PermissionDenied
        planned = get_object_or_404(Import, pk=pk)
        if planned.status == Import.Status.COMMITTED:
            messages.error(request, "This import was committed meanwhile, so it cannot be discarded.")
            return redirect("admin:reviews_import_change", pk)
        planned.delete()
        messages.success(request, "The import was discarded. Nothing was written.")
        return redirect("admin:reviews_import_changelist")
