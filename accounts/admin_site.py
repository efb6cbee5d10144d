"""Who may come behind the screen."""

from functools import wraps
from urllib.parse import urlsplit

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import BadRequest
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
NO_SECOND_FACTOR = _("The admin pages need a second factor. Add a passkey or an authenticator app here, then go back.")


class GuardedAdminSite(AdminSite):
    """The admin, entered through the site's own sign-in, which limits guesses and asks for second factors."""

    def has_permission(self, request):
        # Whoever has a second factor cannot have signed in without it.
        return super().has_permission(request) and (
            not settings.ADMIN_SECOND_FACTOR or is_mfa_enabled(request.user, SECOND_FACTORS)
        )

    def admin_view(self, view, cacheable=False):
        """A button pressed after the session had ended leads, through signing in, to the page that it is on."""
        guarded = super().admin_view(view, cacheable)

        @wraps(guarded)
        def answer(request, *args, **kwargs):
            if request.method == "POST" and not self.has_permission(request):
                return redirect_to_login(_page_before(request), reverse("admin:login", current_app=self.name))
            # Django would ask the database for what no key can be.
            if not all(map(_is_key, request.POST.getlist(ACTION_CHECKBOX_NAME))):
                raise BadRequest("What was ticked is no row of this list.")
            return guarded(request, *args, **kwargs)

        return answer

    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        if self.has_permission(request):
            return redirect("admin:index")
        messages.warning(request, NO_SECOND_FACTOR)
        return redirect("mfa_index")


def _is_key(text):
    return text.isascii() and text.isdigit() and len(text) < 19


def _page_before(request):
    """The page of the admin from which a form was sent, as far as the browser says so."""
    before = urlsplit(request.headers.get("Referer", ""))
    index = reverse("admin:index")
    ours = before.netloc == request.get_host() and before.path.startswith(index)
    return before._replace(scheme="", netloc="", fragment="").geturl() if ours else index
