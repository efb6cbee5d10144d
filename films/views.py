from django.shortcuts import render
from django.views.decorators.http import require_safe

import pagecache
from films.forms import FilmListForm
from films.lists import page_of
from films.models import Family, Film

FILMS_ON_A_PAGE = 48


@require_safe
@pagecache.page(*FilmListForm.base_fields, "page")
def film_list(request):
    pagecache.shows(request)
    form = FilmListForm(request.GET)
    films = form.filter(Film.objects.select_related("family").prefetch_related("titles"))
    page = page_of(films, FILMS_ON_A_PAGE, request)
    return render(request, "films/film_list.html", {"form": form, "page": page})


@require_safe
@pagecache.page("page")
def family_list(request):
    pagecache.shows(request)
    families = (
        Family.objects.with_counts().select_related("original").order_by("-film_count", "original__sort_title", "pk")
    )
    page = page_of(families.prefetch_related("films"), FILMS_ON_A_PAGE, request)
    return render(request, "films/family_list.html", {"page": page})
