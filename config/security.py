"""Response headers that Django 5.2 does not set itself."""

from django.conf import settings

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def content_security_policy(get_response):
    """Django 6 brings this as a middleware of its own that reads the same setting."""
    usual = _written(settings.SECURE_CSP)

    def middleware(request):
        response = get_response(request)
        # A view that needs another policy says so under the name that Django 6 reads too.
        own = getattr(response, "_csp_config", None)
        response.headers["Content-Security-Policy"] = _written(own) if own else usual
        response.headers["Permissions-Policy"] = PERMISSIONS
        return response

    return middleware


def private_to_their_reader(get_response):
    """Answers to who has a session are for no cache in between, even where they show nothing of that person."""

    def middleware(request):
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            response.headers.setdefault("Cache-Control", "private, no-cache")
        return response

    return middleware


def _written(policy):
    return "; ".join(f"{directive} {sources}" for directive, sources in policy.items())
