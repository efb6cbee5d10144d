from django.contrib import admin

from films.models import Family, Film, FilmTitle, Remake


class FilmTitleInline(admin.TabularInline):
    model = FilmTitle
    extra = 0


@admin.register(Film)
class FilmAdmin(admin.ModelAdmin):
    list_display = ["title", "year", "country", "director", "family"]
    list_filter = ["year"]
    list_select_related = ["family__original"]
    search_fields = ["title", "title_key", "titles__text", "titles__key", "director"]
    inlines = [FilmTitleInline]

    def delete_model(self, request, film):
        family = list(Film.objects.filter(family__films=film).exclude(pk=film.pk))
        super().delete_model(request, film)
        Family.objects.redraw(family)

    def delete_queryset(self, request, films):
        super().delete_queryset(request, films)
        Family.objects.redraw()


@admin.register(Remake)
class RemakeAdmin(admin.ModelAdmin):
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
