"""Who may come behind the screen."""

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.shortcuts import redirect
from django.utils.decorators import method_decorator

SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
NO_SECOND_FACTOR = "The admin pages need a second factor. Add a passkey or an authenticator app here, then go back."


class GuardedAdminSite(AdminSite):
    """The admin, entered through the site's own sign-in, which limits guesses and asks for second factors."""

    def has_permission(self, request):
        # Whoever has a second factor cannot have signed in without it.
        return super().has_permission(request) and (
            not settings.ADMIN_SECOND_FACTOR or is_mfa_enabled(request.user, SECOND_FACTORS)
        )

    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        if self.has_permission(request):
            return redirect("admin:index")
        messages.warning(request, NO_SECOND_FACTOR)
        return redirect("mfa_index")
