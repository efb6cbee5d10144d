"""What happens at the door: recorded for the person, for admins and in the log, and forgotten after a time."""

import datetime
import ipaddress
import logging

from allauth.account import signals as account
from allauth.account.adapter import get_adapter
from allauth.mfa import signals as factors
from django.contrib.auth.signals import user_logged_out
from django.db.models import F
from django.dispatch import receiver
from django.utils import timezone

from accounts import names
from accounts.models import AccountEvent, User

KEPT = datetime.timedelta(days=90)
MOST = 200  # of one kind and one person, so that tries push nothing else out; and of strangers, who are nobody
FORGOTTEN_AT_ONCE = 100

Kind = AccountEvent.Kind
logger = logging.getLogger("reprise.accounts")


def record(request, kind, user=None):
    """Adds what happened to what is kept of the user, or of strangers, and to the log."""
    network = _network(request)
    said = {"event": str(kind), "user": user and user.pk, "network": network}
    logger.info("%s: %s from %s", kind, f"user {user.pk}" if user else "a stranger", network, extra={"fields": said})
    AccountEvent.objects.create(user_id=user and user.pk, kind=kind, network=network)
    _forget(kind, user)


def has_signed_in_here(request, user):
    """Whether the user has come in from this network within the time for which that is kept."""
    return AccountEvent.objects.filter(
        user_id=user and user.pk, kind=Kind.SIGNED_IN, network=_network(request)
    ).exists()


def _network(request):
    """Enough of the address to know one's own again, and too little to find a household."""
    address = ipaddress.ip_address(get_adapter().get_client_ip(request))
    length = 24 if address.version == 4 else 48
    return str(ipaddress.ip_network(f"{address}/{length}", strict=False).network_address)


def _forget(kind, user):
    """What is old, of anybody, and what is more than enough of this kind of this one."""
    old = AccountEvent.objects.filter(at__lt=timezone.now() - KEPT).order_by("at").values("pk")[:FORGOTTEN_AT_ONCE]
    alike = AccountEvent.objects.filter(user_id=user and user.pk, kind=kind).order_by("-pk")
    beyond = alike.values_list("pk", flat=True)[MOST:]
    AccountEvent.objects.filter(pk__in=[*old.values_list("pk", flat=True), *beyond]).delete()


def somebody_called(username="", email=""):
    """Whose account somebody has named, if there is one. It takes as long either way, and so does what follows."""
    named = {"name_key": names.key(username)} if username else {"email__iexact": email}
    return User.objects.filter(**named).order_by(F("verified_at").asc(nulls_last=True), "pk").first()


# What allauth and Django say


def _recording(signal, kind):
    def told(request, user, **kwargs):
        # Nobody is signed in any more once their account is deleted.
        if user and user.pk:
            record(request, kind, user)

    signal.connect(told, weak=False)


for _signal, _kind in (
    (account.user_logged_in, Kind.SIGNED_IN),
    (user_logged_out, Kind.SIGNED_OUT),
    (account.password_changed, Kind.PASSWORD),
    (account.password_set, Kind.PASSWORD),
    (account.password_reset, Kind.PASSWORD),
    (factors.authentication_failed, Kind.WRONG_CODE),
    (factors.authenticator_reset, Kind.NEW_CODES),
):
    _recording(_signal, _kind)


@receiver([factors.authenticator_added, factors.authenticator_removed])
def factor_changed(signal, request, user, authenticator, **kwargs):
    """Recovery codes come and go with the first and the last factor, of their own accord."""
    if authenticator.type != authenticator.Type.RECOVERY_CODES:
        record(request, Kind.FACTOR_ADDED if signal is factors.authenticator_added else Kind.FACTOR_REMOVED, user)
