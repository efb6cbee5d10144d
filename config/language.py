"""In which language a page speaks: what the reader chose at its foot, else what the browser asks for."""

from functools import lru_cache
from types import SimpleNamespace

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

ONE_LANGUAGE = ("/admin/", "/api/v1/", "/feeds/", "/cards/", "/oembed/", "/sitemap", "/static/")
A_YEAR = 365 * 24 * 60 * 60


def in_the_readers_language(get_response):
    """Django's LocaleMiddleware would also send every feed and picture away as if it came in languages."""

    def middleware(request):
        if request.path.startswith(ONE_LANGUAGE):
            return get_response(request)
        code = translation.get_language_from_request(request)
        with translation.override(code):
            response = get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
            response.headers.setdefault("Content-Language", code)
        return response

    return middleware


@lru_cache(maxsize=500)  # asked for with every kept page
def spoken(header):
    """The language of the pages for who sends this Accept-Language header and no cookie."""
    asking = SimpleNamespace(COOKIES={}, META={"HTTP_ACCEPT_LANGUAGE": header}, path_info="/")
    return translation.get_language_from_request(asking)


@csrf_exempt  # Pages for strangers carry no token, and the worst that a forged choice does is another language.
@require_POST
def choose(request):
    code, back = request.POST.get("language"), request.POST.get("next", "/")
    if code not in dict(settings.LANGUAGES):
        raise BadRequest("There is no such language here.")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, require_https=request.is_secure()):
        back = "/"
    response = HttpResponseRedirect(back)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        code,
        max_age=A_YEAR,
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response
