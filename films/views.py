from django.shortcuts import render
from django.views.decorators.http import require_safe

import pagecache
from films.forms import FilmListForm
from films.lists import keyset_page_of
from films.models import Family, Film

FILMS_ON_A_PAGE = 48


@require_safe
@pagecache.page(*FilmListForm.base_fields, "page", "after", "before")
def film_list(request):
    pagecache.shows(request)
    form = FilmListForm(request.GET)
    whole = Film.objects.select_related("family").prefetch_related("titles")
    page = keyset_page_of(form.filter(Film.objects.all()), FILMS_ON_A_PAGE, request, whole=whole)
    return render(request, "films/film_list.html", {"form": form, "page": page})


@require_safe
@pagecache.page("page", "after", "before")
def family_list(request):
    pagecache.shows(request)
    families = Family.objects.with_counts().order_by("-film_count", "original__sort_title", "pk")
    whole = Family.objects.with_counts().select_related("original").prefetch_related("films")
    page = keyset_page_of(families, FILMS_ON_A_PAGE, request, count=Family.objects.count(), whole=whole)
    return render(request, "films/family_list.html", {"page": page})
