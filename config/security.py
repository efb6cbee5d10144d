"""Response headers that Django 5.2 does not set itself."""

from django.conf import settings

PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"


def content_security_policy(get_response):
    """Django 6 brings this as a middleware of its own that reads the same setting."""
    policy = "; ".join(f"{directive} {sources}" for directive, sources in settings.SECURE_CSP.items())

    def middleware(request):
        response = get_response(request)
        response.headers["Content-Security-Policy"] = policy
        response.headers["Permissions-Policy"] = PERMISSIONS
        return response

    return middleware
