from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.urls import path

from reviews import search
from reviews.export import json_lines
from reviews.importing.admin import ImportAdmin
from reviews.models import HelpfulVote, Import, Review


@admin.register(Review)
class ReviewAdmin(admin.ModelAdmin):
    list_display = ["__str__", "film", "author", "rating", "date", "spoiler"]
    list_filter = ["spoiler"]
    list_select_related = ["film"]
    search_fields = ["headline", "author", "film__title", "film__title_key"]
    autocomplete_fields = ["film", "user"]
    date_hierarchy = "date"
    change_list_template = "admin/reviews/review/change_list.html"

    def changeform_view(self, *args, **kwargs):
        response = super().changeform_view(*args, **kwargs)
        search.catch_up(search.AT_ONCE)
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


admin.site.register(Import, ImportAdmin)
