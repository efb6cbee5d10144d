"""What allauth does our way."""

import logging

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.utils import passthrough_next_redirect_url
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts import events, names, seeds
from accounts.models import TAKEN, User

MISMATCH = _(
    "That is not the right password, there is no such account, or there were too many tries. "
    "Check both, wait a few minutes, or set a new password."
)
TRIES_FROM_ALL_PLACES = "login_failed_from_all_places"
TRIES_AT_A_PERSON = "login_failed_at_a_person"
MAIL_SENT = "account/messages/email_confirmation_sent.txt"
logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": MISMATCH,
        "username_password_mismatch": MISMATCH,
        "too_many_login_attempts": _("There have been too many wrong tries. Wait a few minutes, then try again."),
        "incorrect_password": _("That is not your password. Try again."),
        "incorrect_code": _("That code is not right, or no longer. Enter the newest one."),
        "rate_limited": _("That was too often in a short time. Wait a minute, then try again."),
        "username_blacklisted": _("This name could be taken for the site's own. Choose another."),
        "username_taken": TAKEN,
        "same_as_current": _("This is your address already."),
        "mixed_alphabets": _(
            "This name mixes letters of several alphabets, some of which look the same. Use those of one alphabet."
        ),
    }

    def clean_username(self, username, shallow=False):
        """A name is not taken where only its bytes differ from another's, and a reader would see none."""
        username = super().clean_username(names.plain(username), shallow=True)
        if names.mixes_alphabets(username):
            raise self.validation_error("mixed_alphabets")
        if not shallow and User.objects.filter(name_key__in=names.keys(username)).exists():
            raise self.validation_error("username_taken")
        return username

    def send_mail(self, template_prefix, email, context):
        """A mail server that is down must not undo what the mail is about: it is logged, and can be asked for again."""
        message = self.render_mail(template_prefix, email, {"email": email, "site_url": settings.SITE_URL} | context)
        try:
            message.send()
        except OSError:
            logger.exception("The mail “%s” could not be sent.", message.subject)

    def send_notification_mail(self, template_prefix, user, context=None, email=None):
        """Names whose account it is, also where nobody is signed in yet."""
        super().send_notification_mail(template_prefix, user, (context or {}) | {"user": user}, email)

    def send_confirmation_mail(self, request, emailconfirmation, signup):
        address = emailconfirmation.email_address
        if address.can_set_verified():
            super().send_confirmation_mail(request, emailconfirmation, signup)
        else:  # It is somebody's already. Who signed up sees no difference; whose address it is, is told.
            self.send_account_already_exists_mail(address.email)

    def add_message(self, request, level, message_template=None, message_context=None, **kwargs):
        """After signing up it is said in any case (`post_login`), or it would tell that the address was used before."""
        told_later = message_template == MAIL_SENT and (message_context or {}).get("signup")
        if not told_later:
            super().add_message(request, level, message_template, message_context, **kwargs)

    def post_login(self, request, user, *, signup=False, **kwargs):
        if signup:
            self.add_message(request, messages.INFO, MAIL_SENT, {"email": user.email})
        return super().post_login(request, user, signup=signup, **kwargs)

    def get_email_confirmation_url(self, request, emailconfirmation):
        return self._link(reverse("account_confirm_email", args=[emailconfirmation.key]))

    def get_reset_password_from_key_url(self, key):
        uid, _, token = key.partition("-")
        return self._link(reverse("account_reset_password_from_key", args=[uid, token]))

    def _link(self, path):
        """To the address that the settings say, not the one that the request claims, and on to where it was going."""
        onward = passthrough_next_redirect_url(self.request, path, REDIRECT_FIELD_NAME)
        return settings.SITE_URL.rstrip("/") + onward

    def _get_login_attempts_cache_key(self, request, username="", email="", **credentials):
        """With the place, so that nobody is locked out of their account by wrong tries from somewhere else."""
        return _at_place(request, _typed(username, email))

    def _delete_login_attempts_cached_email(self, request, email):
        super()._delete_login_attempts_cached_email(request, email=email)
        whom = _whom(events.somebody_called(email=email), "", email)
        ratelimit.clear(request, app="allauth.account", action=TRIES_AT_A_PERSON, key=_at_place(request, whom))

    def pre_authenticate(self, request, username="", email="", **credentials):
        """Counts tries with what was typed, and says so; and at the person, of which nothing may be seen.

        Else five tries with a name and one with an address would tell whether both are the same person's.
        """
        super().pre_authenticate(request, username=username, email=email, **credentials)
        person = events.somebody_called(username, email)
        if not self._takes_from_all_places(request, _typed(username, email), person):
            raise self.validation_error("too_many_login_attempts")
        whom = _whom(person, username, email)
        takes_here = self._takes(request, TRIES_AT_A_PERSON, _at_place(request, whom))
        self._refuses = not (self._takes_from_all_places(request, whom, person) and takes_here)

    def _takes_from_all_places(self, request, key, person):
        return self._takes(request, TRIES_FROM_ALL_PLACES, key) or events.has_signed_in_here(request, person)

    def _takes(self, request, action, key):
        taken = ratelimit.consume(request, app="allauth.account", action=action, key=key)
        if taken:
            self._login_failed_rl_usage.usage += taken.usage
        return taken is not None

    def _rollback_login_failed_rl_usage(self):
        if not self._refuses:
            super()._rollback_login_failed_rl_usage()

    def authenticate(self, request, **credentials):
        """Whoever is refused is so after the same work and with the same words, also with the right password."""
        user = super().authenticate(request, **credentials)
        if user and self._refuses:
            self.authentication_failed(request, **credentials)
            return None
        return user

    def authentication_failed(self, request, username="", email="", **credentials):
        events.record(request, events.Kind.FAILED, events.somebody_called(username, email))

    def can_delete_email(self, email_address):
        """One's only address is changed, not removed."""
        return not email_address.primary


def _typed(username, email):
    return f"typed {names.key(username) or email.lower()}"


def _whom(person, username, email):
    return f"person {person.pk}" if person else f"nobody, {_typed(username, email)}"


def _at_place(request, whom):
    return f"{whom} at {ratelimit.get_ip(request)}"


class SessionsAdapter(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions):
        super().end_sessions(sessions)
        for session in sessions:
            events.record(context.request, events.Kind.ENDED, session.user)


class SecondFactorAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "unverified_email": _("Verify your e-mail address first: the mail that we sent you says how."),
        "add_email_blocked": _(
            "Your account has a second factor, and that holds on to a verified address. "
            "Remove passkeys and authenticator app first, change the address, verify it, and add them again."
        ),
        "incorrect_code": _("That did not work. Enter the newest code, or try the passkey again."),
        "unreadable": _("This site cannot read your second factor any more. Please write to whoever runs it."),
    }

    def encrypt(self, text):
        return seeds.encrypted(text)

    def decrypt(self, encrypted_text):
        try:
            return seeds.decrypted(encrypted_text)
        except seeds.UnreadableError as unreadable:
            logger.error("A second factor cannot be read: its SECRET_KEY is not among SECRET_KEY_FALLBACKS.")
            raise self.validation_error("unreadable") from unreadable

    def get_public_key_credential_rp_entity(self):
        return super().get_public_key_credential_rp_entity() | {"name": "Reprise"}

    def generate_authenticator_name(self, user, kind):
        return f"Passkey {user.authenticator_set.filter(type=kind).count() + 1}"
