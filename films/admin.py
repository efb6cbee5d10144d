import re

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Max, Min
from django.http import StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import mark_safe

from films.choosing import Choosing
from films.export import film_lines, remake_lines
from films.models import Family, Film, FilmTitle, Remake


class ExportAdmin(admin.ModelAdmin):
    """A list that can be downloaded as CSV."""

    change_list_template = "admin/films/list_with_export.html"

    def get_urls(self):
        name = f"films_{self.opts.model_name}_export"
        return [path("export.csv", self.admin_site.admin_view(self.export_view), name=name), *super().get_urls()]

    def export_view(self, request):
        if not self.has_view_permission(request):
            raise PermissionDenied
        lines = self.lines(self.model.objects.all())
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{self.opts.model_name}s.csv"'
        return response


class FilmTitleInline(admin.TabularInline):
    model = FilmTitle
    extra = 0


class EdgeInline(Choosing, admin.TabularInline):
    model = Remake
    extra = 0
    formfield_overrides = {models.URLField: {"assume_scheme": "https", "widget": forms.URLInput(attrs={"size": 26})}}


class SourceInline(EdgeInline):
    verbose_name, verbose_name_plural = "film it was made from", "made from"
    fk_name = "remake"
    autocomplete_fields = ["source"]


class RemakeInline(EdgeInline):
    verbose_name, verbose_name_plural = "film made from it", "made into"
    fk_name = "source"
    autocomplete_fields = ["remake"]


class DecadeFilter(admin.SimpleListFilter):
    title = "decade"
    parameter_name = "decade"

    def lookups(self, request, film_admin):
        first, last = Film.objects.aggregate(first=Min("year"), last=Max("year")).values()
        return [(start, f"{start}s") for start in range(last // 10 * 10, first - 10, -10)] if first else []

    def queryset(self, request, films):
        start = self.value() or ""
        return films.filter(year__range=(int(start), int(start) + 9)) if start.isdecimal() else films


_TITLE_AND_YEAR = re.compile(r"(?P<title>.+?)\s+\(?(?P<year>\d{4})\)?")


@admin.register(Film)
class FilmAdmin(ExportAdmin):
    lines = staticmethod(film_lines)
    list_display = ["title", "year", "country", "director", "family"]
    list_filter = [("family", admin.EmptyFieldListFilter), DecadeFilter]
    list_select_related = ["family__original"]
    search_fields = ["title", "title_key", "titles__text", "titles__key", "director"]
    inlines = [FilmTitleInline, SourceInline, RemakeInline]
    actions = ["merge"]

    def get_search_results(self, request, films, text):
        """Also by “Title (Year)”, as films are named everywhere else."""
        if named := _TITLE_AND_YEAR.fullmatch(text.strip()):
            found, may_repeat = super().get_search_results(request, films.filter(year=named["year"]), named["title"])
            if found.exists():
                return found, may_repeat
        return super().get_search_results(request, films, text)

    def get_inlines(self, request, film):
        # What a film is made from can be checked once the film is there to be looked up.
        return self.inlines if film else [FilmTitleInline]

    def save_related(self, request, form, formsets, change):
        super().save_related(request, form, formsets, change)
        edges = [edge for formset in formsets if formset.model is Remake for edge in formset.queryset.all()]
        edges += [edge for formset in formsets if formset.model is Remake for edge in formset.new_objects]
        # Its year and title may also decide which film of the family is the original.
        Family.objects.redraw([form.instance, *_ends(edges)])

    @admin.action(description="Merge two films into one", permissions=["change"])
    def merge(self, request, films):
        chosen = list(films.order_by("pk")[:3])
        if len(chosen) == 2:
            return redirect(f"{reverse('admin:reviews_merge_add')}?kept={chosen[0].pk}&dropped={chosen[1].pk}")
        messages.error(request, "Choose two films: the one that stays and its double.")
        return None

    def delete_model(self, request, film):
        family = list(Film.objects.filter(family__films=film).exclude(pk=film.pk))
        super().delete_model(request, film)
        Family.objects.redraw(family)

    def delete_queryset(self, request, films):
        left = list(Film.objects.filter(family__films__in=films).exclude(pk__in=films))
        super().delete_queryset(request, films)
        Family.objects.redraw(left)


def _ends(edges):
    return [film for edge in edges for film in (edge.remake, edge.source)]


class SourcedFilter(admin.SimpleListFilter):
    title = "evidence"
    parameter_name = "sourced"

    def lookups(self, request, edges):
        return [("no", "Unsourced"), ("yes", "Sourced")]

    def queryset(self, request, edges):
        return edges.filter(sourced=self.value() == "yes") if self.value() else edges


@admin.register(Remake)
class RemakeAdmin(Choosing, ExportAdmin):
    lines = staticmethod(remake_lines)
    list_display = ["remake", "kind", "source", "where"]
    list_filter = [SourcedFilter, "kind"]
    list_select_related = ["remake", "source"]
    autocomplete_fields = ["remake", "source"]
    search_fields = ["remake__title", "remake__title_key", "source__title", "source__title_key"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}

    def get_queryset(self, request):
        return super().get_queryset(request).with_evidence()

    @admin.display(description="where it is said", ordering="address")
    def where(self, edge):
        if edge.address:
            return format_html('<a href="{}" rel="noreferrer">{}</a>', edge.address, edge.host)
        if edge.quoted:
            page = reverse("review", args=[edge.quoted["review"]])
            return format_html('<a href="{}">a review</a>: “{}”', page, edge.quoted["text"])
        return "unsourced"

    def save_model(self, request, edge, form, change):
        before = Remake.objects.filter(pk=edge.pk).select_related("remake", "source")
        films = _ends([*before, edge])
        super().save_model(request, edge, form, change)
        Family.objects.redraw(films)

    def delete_model(self, request, edge):
        super().delete_model(request, edge)
        Family.objects.redraw(_ends([edge]))

    def delete_queryset(self, request, edges):
        films = _ends(edges.select_related("remake", "source"))
        super().delete_queryset(request, edges)
        Family.objects.redraw(films)


@admin.register(Family)
class FamilyAdmin(admin.ModelAdmin):
    """To look at only: families follow from remakes, so that is where they are changed."""

    list_display = ["__str__", "film_count", "years"]
    list_select_related = ["original"]
    search_fields = ["films__title", "films__title_key"]
    fields = readonly_fields = ["original", "slug", "films", "edges"]

    def get_queryset(self, request):
        return super().get_queryset(request).with_counts()

    @admin.display(description="films", ordering="film_count")
    def film_count(self, family):
        return family.film_count

    @admin.display(ordering="first_year")
    def years(self, family):
        return f"{family.first_year} to {family.last_year}"

    def films(self, family):
        return _links("film", family.films.order_by("year", "sort_title"))

    @admin.display(description="remakes")
    def edges(self, family):
        return _links("remake", Remake.objects.filter(remake__family=family).select_related("remake", "source"))

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, family=None):
        return False

    def has_delete_permission(self, request, family=None):
        return False


def _links(model, rows):
    pages = ((reverse(f"admin:films_{model}_change", args=[row.pk]), row) for row in rows)
    return format_html_join(mark_safe("<br>"), '<a href="{}">{}</a>', pages)
