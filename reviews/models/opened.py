from django.conf import settings
from django.db import models

from films.models import Film


class Opened(models.Model):
    """Whose plot reviews may tell a reader: that of a film they have seen or, without a film, of every one."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="opened")
    film = models.ForeignKey(Film, models.CASCADE, null=True, related_name="opened")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "film"], name="opened_film_once"),
            models.UniqueConstraint(fields=["user"], condition=models.Q(film=None), name="opened_everything_once"),
        ]

    def __str__(self):
        return f"{self.film or 'Every film'}, for {self.user}"
