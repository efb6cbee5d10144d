from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import StreamingHttpResponse
from django.urls import path

from films.export import film_lines, remake_lines
from films.models import Family, Film, FilmTitle, Remake


class ExportAdmin(admin.ModelAdmin):
    """A list that can be downloaded as CSV."""

    change_list_template = "admin/films/change_list.html"

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


@admin.register(Film)
class FilmAdmin(ExportAdmin):
    lines = staticmethod(film_lines)
    list_display = ["title", "year", "country", "director", "family"]
    list_filter = ["year"]
    list_select_related = ["family__original"]
    search_fields = ["title", "title_key", "titles__text", "titles__key", "director"]
    inlines = [FilmTitleInline]

    def save_model(self, request, film, form, change):
        super().save_model(request, film, form, change)
        # Its year and title may decide which film of the family is the original.
        if film.family:
            Family.objects.redraw([film])

    def delete_model(self, request, film):
        family = list(Film.objects.filter(family__films=film).exclude(pk=film.pk))
        super().delete_model(request, film)
        Family.objects.redraw(family)

    def delete_queryset(self, request, films):
        left = list(Film.objects.filter(family__films__in=films).exclude(pk__in=films))
        super().delete_queryset(request, films)
        Family.objects.redraw(left)


@admin.register(Remake)
class RemakeAdmin(ExportAdmin):
    lines = staticmethod(remake_lines)
    list_display = ["remake", "source"]
    list_select_related = ["remake", "source"]
    autocomplete_fields = ["remake", "source"]
    search_fields = ["remake__title", "remake__title_key", "source__title", "source__title_key"]

    def save_model(self, request, edge, form, change):
        before = Remake.objects.filter(pk=edge.pk).select_related("remake", "source").first()
        super().save_model(request, edge, form, change)
        Family.objects.redraw([edge.remake, edge.source, *([before.remake, before.source] if before else [])])

    def delete_model(self, request, edge):
        super().delete_model(request, edge)
        Family.objects.redraw([edge.remake, edge.source])

    def delete_queryset(self, request, edges):
        films = [film for edge in edges.select_related("remake", "source") for film in (edge.remake, edge.source)]
        super().delete_queryset(request, edges)
        Family.objects.redraw(films)
