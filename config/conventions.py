"""What programs expect of every site at addresses that others have fixed."""

import datetime

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from films.addresses import absolute

NOT_FOR_ROBOTS = [
    "/admin/", "/accounts/", "/search/", "/oembed/", "/language/", "/reviews/*/vote/",
    "/reviews/*/report/", "/reviews/*/claim/", "/reviews/*/history/", "/films/*/review/",
]  # fmt: skip
VALID = datetime.timedelta(days=180)


@require_safe
def robots(request):
    closed = "".join(f"Disallow: {path}\n" for path in NOT_FOR_ROBOTS)
    return _text(f"User-agent: *\n{closed}\nSitemap: {absolute(reverse('sitemap_index'))}\n")


@require_safe
def security(request):
    """Whom to tell of a weakness (RFC 9116); without SECURITY_CONTACT nobody is named, and there is no such file."""
    if not settings.SECURITY_CONTACT:
        raise Http404
    # The standard wants a date after which the file is not to be trusted; it is never far from a month's first day.
    expires = (timezone.now().replace(day=1) + VALID).strftime("%Y-%m-%dT00:00:00Z")
    return _text(
        f"Contact: {settings.SECURITY_CONTACT}\n"
        f"Expires: {expires}\n"
        "Preferred-Languages: en\n"
        f"Canonical: {absolute(reverse('security'))}\n"
    )


@require_safe
def opensearch(request):
    search = absolute("/search/?q={searchTerms}")
    icon = absolute("/favicon.ico")
    return render(
        request,
        "opensearch.xml",
        {"search": search, "icon": icon},
        content_type="application/opensearchdescription+xml",
    )


def _text(text):
    response = HttpResponse(text, content_type="text/plain; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400"
    return response
