"""Seeds of authenticator apps and recovery codes, encrypted at rest: the database alone gives no code away."""

import base64

from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac

FIELDS = ("secret", "seed")  # of an app, and of recovery codes


class UnreadableError(Exception):
    """It was encrypted with a SECRET_KEY that is none of those that the site knows."""


def encrypted(text):
    return _keys().encrypt(text.encode()).decode()


def decrypted(text):
    try:
        return _keys().decrypt(text.encode()).decode()
    except InvalidToken as unknown:
        raise UnreadableError from unknown


def _keys():
    return MultiFernet([_key(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret):
    digest = salted_hmac("accounts.seeds", "", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))


def encrypt_anew():
    """Encrypts all of them with the newest key; returns how many, and whose cannot be read with any (user ids)."""
    done, unreadable = 0, []
    kinds = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
    for pk in Authenticator.objects.filter(type__in=kinds).order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            # Whoever uses a recovery code in this moment must not lose that it was used.
            factor = Authenticator.objects.select_for_update().get(pk=pk)
            try:
                anew = {name: encrypted(decrypted(factor.data[name])) for name in FIELDS if name in factor.data}
            except UnreadableError:
                unreadable.append(factor.user_id)
                continue
            factor.data |= anew
            factor.save(update_fields=["data"])
            done += 1
    return done, unreadable
