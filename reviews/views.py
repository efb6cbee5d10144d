from urllib.parse import urlencode

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import BigAutoField, Count, Sum
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_POST, require_safe

import pagecache
from films.forms import LONGEST_SEARCH
from films.lists import keyset_page_of, page_of
from films.models import Family, FamilyAddress, Film, FilmAddress
from films.search import FoundFilms, find
from reviews import comparing, limits
from reviews.filmpage import REVIEWS_ON_A_PAGE, film_page, listed
from reviews.forms import ReviewListForm, SearchForm, safe_return
from reviews.models import Action, HelpfulVote, MergedReview, Review, Standing, reviews_of
from reviews.ratings import of_both, on_one_scale
from reviews.reading import open_for, reading_of
from reviews.writing import may_moderate

HITS_ON_A_PAGE = 20
FILMS_FOUND = 9
ANSWERS = {"yes": True, "no": False}
NO_ANSWER = _("The vote says neither yes nor no: send helpful=yes or helpful=no.")


@require_safe
@pagecache.page()
def home(request):
    pagecache.shows(request)
    newest = Review.objects.for_page().newest(7)
    families = Family.objects.with_counts().select_related("original").prefetch_related("films")
    families = families.order_by("-film_count", "pk")[:6]
    return render(
        request,
        "home.html",
        {
            "reviews": open_for(request, votable(request, newest)),
            "families": list(families),
            "counts": Film.objects.aggregate(films=Count("pk"), reviews=Sum("review_count", default=0))
            | {"families": Family.objects.count()},
        },
    )


@require_safe
@pagecache.page(*ReviewListForm.base_fields, "page", "after", "before")
def film(request, slug):
    found = listed(request, slug)
    if found is None:
        return redirect(get_object_or_404(FilmAddress.objects.select_related("film"), slug=slug), permanent=True)
    pagecache.shows(request, *found.names)
    return HttpResponse(film_page(request, found, reading_of(request, [found.shown.film.pk])))


@require_safe
@pagecache.page()
def family(request, slug):
    family = Family.objects.select_related("original").filter(slug=slug).first()
    if family is None:
        return redirect(get_object_or_404(FamilyAddress.objects.select_related("film__family"), slug=slug))
    members = family.members()
    pagecache.shows(request, *(reviews_of(film.pk) for film in members))
    by_id = {film.pk: film for film in members}
    best = Review.objects.for_page().best_of(members)
    for pk, bars in on_one_scale({film.pk: film.rating_counts for film in members}).items():
        by_id[pk].histogram = bars
    both = of_both(Standing.objects.by_reviewers_of_several(members), by_id)
    return render(
        request,
        "reviews/family.html",
        {
            "family": family,
            "members": members,
            "best": open_for(request, [best[film.pk] for film in members if film.pk in best]),
            "compared": comparing.compared(members),
            "comparer": comparing.best(members),
            "both": [(by_id[said.first], by_id[said.second], said) for said in both],
            "sought": Standing.objects.sought(members),
        },
    )


@require_safe
@pagecache.page("spoilers", "helpful", "next")
def review(request, pk):
    review = Review.objects.for_page().filter(pk=pk).first()
    if review is None:
        return _elsewhere(request, pk)
    pagecache.shows(request, reviews_of(review.film_id))
    open_for(request, votable(request, [review]))
    asked = request.GET.get("spoilers") == "show" and not review.opened
    review.opened = review.opened or asked
    return render(
        request,
        "reviews/review.html",
        {
            "review": review,
            "asked_for_plot": asked,
            "other_reviews": review.film.review_count - 1,
            "answer": _pending_answer(request, review),
        },
    )


def _elsewhere(request, pk):
    """For a review that is not published a sentence; for one that was joined with another, the other."""
    review = Review.every.select_related("film", "user").filter(pk=pk).first()
    if review is None:
        return redirect(get_object_or_404(MergedReview.objects.select_related("review"), pk=pk))
    done = Action.objects.of(review).filter(kind=Action.Kind.TAKEN_DOWN).last()
    context = {"review": review, "reason": done.reason if done else "", "moderator": may_moderate(request.user)}
    return render(request, "reviews/gone.html", context, status=410)


def _pending_answer(request, review):
    """The “yes” or “no” given before signing in, which still takes one press of a button; "" for none."""
    answer = ANSWERS.get(request.GET.get("helpful"))
    if answer is None or not request.user.is_authenticated or request.user.pk == review.user_id:
        return ""
    return "" if review.my_vote is answer else request.GET["helpful"]


@require_safe
@pagecache.page("page", "after", "before")
def author(request, name):
    """What came in texts under one name, which may be several people's."""
    pagecache.shows(request)
    standings = Standing.objects.filter(review__in=Review.objects.by_author(name)).order_by(*Standing.ORDERS["newest"])
    page = keyset_page_of(standings, REVIEWS_ON_A_PAGE, request, whole=Review.objects.for_page())
    if not page.object_list:
        raise Http404
    open_for(request, page.object_list)
    return render(request, "reviews/author.html", {"author": name, "page": page})


@require_safe
def search(request):
    form = SearchForm(request.GET)
    form.is_valid()
    text = form.cleaned_data.get("q", "")
    if not text:
        return render(request, "search/search.html", {"form": form})
    if refused := limits.refused(request, "search"):
        return refused
    found = form.reviews()
    page = page_of(found, HITS_ON_A_PAGE, request)
    for review in open_for(request, page.object_list):
        if review.opened or request.GET.get("spoilers") == str(review.pk):
            found.open(review)
    context = {
        "form": form,
        "text": text,
        "found": found,
        "page": page,
        "films": find(form.films(), text, FILMS_FOUND) if page.number == 1 else FoundFilms([], 0),
        "longest": LONGEST_SEARCH if len(request.GET["q"].strip()) > LONGEST_SEARCH else None,
    }
    return render(request, "search/search.html", context)


def votable(request, reviews):
    """Gives each of the reviews the reader's own vote, `my_vote`, and the page that a new one leads back to, `back`."""
    reviews = list(reviews)
    votes = HelpfulVote.objects.of(request.user, reviews)
    back = safe_return(request, request.get_full_path())
    for review in reviews:
        review.my_vote, review.back = votes.get(review.pk), back
    return reviews


@csrf_exempt  # Without a session there is nothing to forge: the visitor is sent to sign in, and nothing is written.
@require_POST
def vote(request, pk):
    answer = request.POST.get("helpful")
    if request.user.is_authenticated:
        return _vote(request, pk, answer)
    review = get_object_or_404(Review, pk=pk)
    if answer not in ANSWERS:
        return _no_answer(request)
    said = {"helpful": answer, "next": safe_return(request, review.get_absolute_url())}
    return redirect_to_login(f"{review.get_absolute_url()}?{urlencode(said)}")


@csrf_protect
def _vote(request, pk, answer):
    if refused := limits.refused(request, "vote"):
        return refused
    return _changed(request, pk, ANSWERS[answer]) if answer in ANSWERS else _no_answer(request)


def _no_answer(request):
    return render(request, "400.html", {"reason": NO_ANSWER}, status=400)


@require_POST
def withdraw_vote(request, pk):
    if not request.user.is_authenticated:
        return redirect_to_login(get_object_or_404(Review, pk=pk).get_absolute_url())
    return limits.refused(request, "vote") or _changed(request, pk, None)


def _changed(request, pk, helpful):
    """Changes the vote. Answers a script with the part of the page that changed, a form with the way back to it."""
    if pk > BigAutoField.MAX_BIGINT:
        raise Http404
    try:
        standing = HelpfulVote.objects.change(pk, request.user, helpful)
    except Standing.DoesNotExist as gone:
        raise Http404 from gone
    except PermissionDenied as forbidden:
        if not limits.by_script(request):
            raise
        return limits.told_to_script(str(forbidden), 403)
    review = standing.review
    review.my_vote, review.back = helpful, safe_return(request, review.get_absolute_url())
    if limits.by_script(request):
        return render(request, "reviews/_votes.html", {"review": review})
    return HttpResponseRedirect(f"{review.back.partition('#')[0]}#review-{review.pk}")
