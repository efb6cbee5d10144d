"""Pages for what went wrong. Addresses of the API answer in its own way."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.shortcuts import render
from django.template import loader
from django.urls import reverse

from config.observing import request_id
from reviews import limits
from reviews.problems import is_for_programs, problem

RETRY_AFTER = 30  # seconds
WAIT = 60


def bad_request(request, exception):
    if is_for_programs(request):
        return problem(400, "The request could not be read.")
    return render(request, "400.html", status=400)


def permission_denied(request, exception):
    if is_for_programs(request):
        return problem(403, "This is not allowed.")
    # Django gives a sentence where the code that refused had one for people.
    return render(request, "403.html", {"reason": str(exception)}, status=403)


def page_not_found(request, exception):
    if is_for_programs(request):
        return problem(404, "There is nothing at this address. /api/ lists what there is.")
    return render(request, "404.html", {"sought": _sought(request)}, status=404)


def _sought(request):
    """The words of an address of a film or family, for a search: "hard hit" for /films/hard-hit-2021/."""
    match = request.resolver_match
    if match is None or match.url_name not in ("film", "family"):
        return ""
    words = match.kwargs["slug"].replace("_", "-").split("-")
    return " ".join(words[:-1] if len(words) > 1 and words[-1].isdecimal() else words)


def too_many_requests(request):
    """What allauth answers with, whose limits are for minutes and do not say how many."""
    return limits.answer(request, WAIT)


def server_error(request):
    """Needs neither the database, which may be what broke, nor the request, which may be what broke it."""
    problem_found = sys.exc_info()[1]
    away = isinstance(problem_found, OperationalError | InterfaceError) or _is_of_redis(problem_found)
    status, headers = (503, {"Retry-After": str(RETRY_AFTER)}) if away else (500, {})
    if is_for_programs(request):
        sentence = "The database does not answer. Try again soon." if away else "The fault is ours."
        return problem(status, sentence, headers=headers)
    page = loader.get_template(f"{status}.html").render({"request_id": request_id.get()})
    return HttpResponse(page, status=status, headers={"Cache-Control": "no-store", **headers})


def _is_of_redis(problem_found):
    """Whether the shared cache is what failed; its client is installed only where it is used."""
    return type(problem_found).__module__.startswith("redis.")


def method_not_allowed(get_response):
    """Gives a face to the answer that Django leaves empty: a reader came to an address that is only for a button."""

    def middleware(request):
        response = get_response(request)
        if response.status_code != 405 or response.content:
            return response
        page = render(request, "405.html", {"back": _back(request.resolver_match)}, status=405)
        page["Allow"] = response["Allow"]
        return page

    return middleware


def _back(match):
    """The page whose button leads to the address."""
    if match.url_name in ("vote", "withdraw_vote", "withdraw", "put_back"):
        return reverse("review", args=[match.kwargs["pk"]])
    return None
