from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class User(AbstractUser):
    """A person who signs in; the username is the pen name that others see."""

    username = models.CharField(
        max_length=40,
        unique=True,
        validators=[AbstractUser.username_validator],
        help_text="The name that others see. At most 40 letters, digits and @ . + - _",
        error_messages={"unique": "Somebody has this name already."},
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                condition=~Q(email=""),
                name="user_email_once",
                violation_error_message="Somebody has signed up with this address already.",
            )
        ]
