from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import AbstractUser, UserManager
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import names
from reviews.models import HelpfulVote

TAKEN = _("Somebody has this name already.")


class People(UserManager):
    @transaction.atomic
    def create_superuser(self, *args, **fields):
        """Whoever can run this vouches for the address: there may be no mail yet to verify it by."""
        admin = super().create_superuser(*args, **fields)
        if admin.email:
            EmailAddress.objects.create(user=admin, email=admin.email.lower(), primary=True, verified=True)
            admin.refresh_from_db()
        return admin

    def get_by_natural_key(self, username):
        return self.get(name_key=names.key(username))


class NameKey(models.CharField):
    """Follows the username however a person is stored, one by one or many at once."""

    def pre_save(self, person, add):
        person.name_key = names.key(person.username)
        return person.name_key


class User(AbstractUser):
    """A person who signs in; the username is the pen name that others see."""

    username = models.CharField(
        max_length=40,
        unique=True,
        # Without “@”, so that what someone signs in with is a name or an address, and never looks like another's.
        validators=[
            RegexValidator(r"^[\w.+-]+\Z", _("Use letters, digits and . + - _ only, and no spaces.")),
            # Browsers take such a part of an address for the way up.
            RegexValidator(r"[^.]", _("A name needs something else than dots.")),
        ],
        help_text="The name that others see. At most 40 letters, digits and . + - _",
        error_messages={"unique": TAKEN},
    )
    # Databases differ in what they hold for a capital, and none knows what looks alike. A small letter may be three.
    name_key = NameKey(max_length=120, unique=True, editable=False)
    verified_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="Since when the e-mail address is known to be theirs."
    )

    objects = People()

    class Meta(AbstractUser.Meta):
        constraints = [
            # Addresses that nobody has verified may repeat: refusing them would tell who has an account.
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email="") & Q(verified_at__isnull=False),
                name="user_verified_email_once",
                violation_error_message="Somebody has this address already.",
            )
        ]

    @property
    def verified(self):
        return self.verified_at is not None

    def validate_unique(self, exclude=None):
        super().validate_unique(exclude)
        if "username" in (exclude or ()):
            return
        if User.objects.filter(name_key=names.key(self.username)).exclude(pk=self.pk).exists():
            raise ValidationError({"username": TAKEN})

    def save(self, *, update_fields=None, **kwargs):
        if update_fields is not None and "username" in update_fields:
            update_fields = {*update_fields, "name_key"}
        super().save(update_fields=update_fields, **kwargs)
        if not self.is_active:
            self._sign_out()

    def _sign_out(self):
        """Or whoever still has a browser signed in is let in by it again, once the account is."""
        for session in UserSession.objects.filter(user=self):
            session.end()

    @transaction.atomic
    def delete(self, **kwargs):
        """Takes the votes back first: the database would delete them too, but leave the totals behind."""
        # Whoever votes in this moment waits for the row, and then finds nobody to vote for.
        User.objects.select_for_update().get(pk=self.pk)
        HelpfulVote.objects.withdraw_all(self)
        return super().delete(**kwargs)


class AccountEvent(models.Model):
    """What happened at the door of an account, or what a stranger tried; `events.py` records and forgets it."""

    class Kind(models.TextChoices):
        SIGNED_IN = "signed in", _("signed in")
        FAILED = "failed", _("wrong password or passkey")
        WRONG_CODE = "wrong code", _("wrong code")
        SIGNED_OUT = "signed out", _("signed out")
        ENDED = "ended", _("signed out from elsewhere")
        PASSWORD = "password", _("new password")
        FACTOR_ADDED = "factor added", _("second factor added")
        FACTOR_REMOVED = "factor removed", _("second factor removed")
        NEW_CODES = "new codes", _("new recovery codes")

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="events", help_text="Nobody: no such account."
    )
    kind = models.CharField(max_length=14, choices=Kind)
    network = models.GenericIPAddressField(help_text="The address that it came from, without its last part.")
    at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["-pk"]
        verbose_name = "event of an account"
        verbose_name_plural = "events of accounts"
        indexes = [models.Index(fields=["user", "-id"], name="event_by_user")]

    def __str__(self):
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d %H:%M}"


class CacheEntry(models.Model):
    """The table of Django's database cache, as a model so that migrations make it and tests empty it."""

    cache_key = models.CharField(max_length=255, primary_key=True)
    value = models.TextField()
    expires = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "cache"

    def __str__(self):
        return self.cache_key


@receiver([post_save, post_delete], sender=EmailAddress)
@transaction.atomic
def keep_verified(instance, **kwargs):
    """Sets `verified_at` however an address came to be verified or removed: by its owner, an admin or a command.

    From then on the person's votes count, or no longer do.
    """
    person = User.objects.filter(pk=instance.user_id)
    if EmailAddress.objects.filter(user=instance.user_id, verified=True).exists():
        changed = person.filter(verified_at=None).update(verified_at=timezone.now())
    else:
        changed = person.exclude(verified_at=None).update(verified_at=None)
    if changed:
        HelpfulVote.objects.weigh([instance.user_id])
