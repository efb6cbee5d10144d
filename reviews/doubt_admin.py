"""Reviews that seem to be on another film of the family than theirs: a standing report. Nothing moves by itself."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from reviews import comparing
from reviews.models import Doubt


class SettledFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "state"

    def lookups(self, request, doubts):
        return [("dismissed", "Dismissed")]

    def choices(self, changelist):
        for number, choice in enumerate(super().choices(changelist)):
            yield choice | ({"display": "Open"} if number == 0 else {})

    def queryset(self, request, doubts):
        return doubts.filter(dismissed=self.value() == "dismissed")


class DoubtAdmin(admin.ModelAdmin):
    list_display = ["film", "other", "sentence", "buttons"]
    list_display_links = None
    list_filter = [SettledFilter]
    list_select_related = ["review__film", "other"]
    list_per_page = 50
    search_fields = ["review__film__title", "review__film__title_key", "other__title_key"]
    actions = ["move", "dismiss"]
    change_list_template = "admin/reviews/proposal/change_list.html"

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, doubt=None):
        return False

    @admin.display(description="stands under", ordering="review__film")
    def film(self, doubt):
        return doubt.review.film

    @admin.display(description="because it says")
    def sentence(self, doubt):
        return format_html('“{}” <a href="{}">{}</a>', doubt.text, doubt.get_absolute_url(), doubt.review)

    @admin.display(description="what to do")
    def buttons(self, doubt):
        return mark_safe(render_to_string("admin/reviews/proposal/_doubt.html", {"doubt": doubt}))  # noqa: S308

    def changelist_view(self, request, extra_context=None):
        """The buttons of a row belong to the form of the list, so that its filters stay as they are."""
        for name, settle in (("move", self.move), ("dismiss", self.dismiss)):
            if request.method == "POST" and name in request.POST:
                if not self.has_change_permission(request):
                    raise PermissionDenied
                chosen = request.POST[name]
                doubt = get_object_or_404(Doubt, pk=chosen if chosen.isdecimal() else 0)
                settle(request, Doubt.objects.filter(pk=doubt.pk))
                return redirect(request.get_full_path())
        return super().changelist_view(request, extra_context)

    @admin.action(description="Move to the other film", permissions=["change"])
    def move(self, request, doubts):
        for doubt in doubts.select_related("review", "other"):
            try:
                doubt.review.move_to(doubt.other)
            except ValidationError:
                messages.error(request, f"“{doubt.review}” was left where it is: {doubt.other} has the same review.")
            else:
                messages.success(request, f"“{doubt.review}” stands under {doubt.other} now.")
                doubt.delete()
        comparing.catch_up(comparing.AT_ONCE)

    @admin.action(description="Dismiss: the review is right where it is", permissions=["change"])
    def dismiss(self, request, doubts):
        count = Doubt.objects.filter(pk__in=list(doubts.values_list("pk", flat=True))).update(dismissed=True)
        messages.success(request, f"{count} doubt{'' if count == 1 else 's'} dismissed.")
