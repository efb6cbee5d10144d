from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from films.forms import FilmListForm
from films.models import Family, Film

FILMS_ON_A_PAGE = 48


@require_safe
def film_list(request):
    form = FilmListForm(request.GET)
    films = form.filter(Film.objects.with_ratings().select_related("family").prefetch_related("titles"))
    page = Paginator(films, FILMS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "films/film_list.html", {"form": form, "page": page})


@require_safe
def family_list(request):
    families = Family.objects.with_counts().select_related("original").order_by("-film_count", "original__sort_title")
    page = Paginator(families.prefetch_related("films"), FILMS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "films/family_list.html", {"page": page})


@require_safe
def family(request, slug):
    family = get_object_or_404(Family.objects.select_related("original"), slug=slug)
    return render(request, "films/family.html", {"family": family, "members": family.members()})
