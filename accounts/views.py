from allauth.account.adapter import get_adapter
from allauth.account.decorators import reauthentication_required
from allauth.account.utils import passthrough_next_redirect_url
from allauth.account.views import ConfirmEmailView, PasswordResetView
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.views import LoginWebAuthnView
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import events
from accounts.adapter import SessionsAdapter
from accounts.export import json_document
from accounts.forms import DeleteAccountForm
from reviews.models import Review
from reviews.views import votable

ROWS_ON_A_PAGE = 25
EVENTS_SHOWN = 10


@require_safe
@login_required
def account(request):
    factors = [factor.type for factor in Authenticator.objects.filter(user=request.user)]
    return render(
        request,
        "accounts/account.html",
        {
            "votes": request.user.helpful_votes.count(),
            "reviews": Review.every.filter(user=request.user).count(),
            "drafts": request.user.drafts.count(),
            "sessions": UserSession.objects.filter(user=request.user).count(),
            "passkeys": factors.count(Authenticator.Type.WEBAUTHN),
            "has_app": Authenticator.Type.TOTP in factors,
            "events": request.user.events.all()[:EVENTS_SHOWN],
            "days_kept": events.KEPT.days,
        },
    )


@require_safe
@login_required
def your_votes(request):
    votes = request.user.helpful_votes.filter(review__state=Review.State.PUBLISHED)
    votes = votes.select_related("review__film", "review__user", "review__standing")
    votes, older = _newest(request, votes.defer("review__body"))
    reviews = votable(request, [vote.review for vote in votes])
    return render(request, "accounts/votes.html", {"reviews": reviews, "older": older})


@require_safe
@login_required
def your_reviews(request):
    reviews, older = _newest(request, Review.every.filter(user=request.user).for_page().defer("body"))
    drafts = [] if "before" in request.GET else request.user.drafts.select_related("film").defer("body")
    return render(request, "accounts/reviews.html", {"reviews": reviews, "drafts": drafts, "older": older})


@require_safe
@login_required
def your_reports(request):
    reports = request.user.reports.select_related("review__film").defer("review__body")
    reports, older = _newest(request, reports)
    claims = request.user.claims.select_related("review__film").defer("review__body").order_by("-pk")
    claims = [] if "before" in request.GET else claims[:ROWS_ON_A_PAGE]
    return render(request, "accounts/reports.html", {"reports": reports, "claims": claims, "older": older})


def _newest(request, rows):
    """The newest rows before the one that the query string names, and the name for the next page, if there is one."""
    before = request.GET.get("before", "")
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(pk__lt=before)
    rows = list(rows.order_by("-pk")[: ROWS_ON_A_PAGE + 1])
    older = rows[ROWS_ON_A_PAGE - 1].pk if len(rows) > ROWS_ON_A_PAGE else None
    return rows[:ROWS_ON_A_PAGE], older


@require_safe
@login_required
def export(request):
    response = StreamingHttpResponse(json_document(request.user), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="reprise-{request.user.pk}.json"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@reauthentication_required
def delete(request):
    votes, reviews = request.user.helpful_votes.count(), Review.every.filter(user=request.user).count()
    # An admin's name stands in logs that would go with it, and the last admin would lock everybody out.
    form = None if request.user.is_staff else DeleteAccountForm(request.POST or None, has_reviews=reviews > 0)
    if form and form.is_valid():
        _delete(request, with_reviews=form.cleaned_data.get("reviews") == "remove")
        return redirect("home")
    return render(request, "accounts/delete.html", {"form": form, "votes": votes, "reviews": reviews})


def _delete(request, with_reviews):
    user = request.user
    get_adapter().send_notification_mail("accounts/email/deleted", user)
    with transaction.atomic():
        written = Review.every.filter(user=user)
        # Nobody could ever publish again what is withdrawn.
        (written if with_reviews else written.filter(state=Review.State.WITHDRAWN)).delete()
        user.delete()
    logout(request)
    messages.success(
        request, _("Your account is deleted, and your votes are withdrawn. Thank you for having been here.")
    )


@require_POST
@login_required
def end_all_sessions(request):
    SessionsAdapter().end_sessions(UserSession.objects.filter(user=request.user))
    logout(request)
    messages.success(request, _("You are signed out everywhere."))
    return redirect("account_login")


class ConfirmEmail(ConfirmEmailView):
    """Signs nobody out who only looks at the link of another account."""

    def logout_other_user(self, confirmation):
        if self.request.method == "POST":
            super().logout_other_user(confirmation)


class ResetPassword(PasswordResetView):
    """Says that the mail is on its way before it goes onward; allauth's own goes onward at once."""

    def get_success_url(self):
        return self.passthrough_next_url(reverse("account_reset_password_done"))


class SignInByPasskey(LoginWebAuthnView):
    """Keeps where to go onward also when a passkey is refused."""

    def form_invalid(self, form):
        events.record(self.request, events.Kind.FAILED)
        response = super().form_invalid(form)
        return redirect(passthrough_next_redirect_url(self.request, response.url, REDIRECT_FIELD_NAME))
