from django.contrib import admin

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
