from copy import copy
from functools import lru_cache

from allauth.account import auth_backends

from accounts import names
from accounts.models import User
from films.prepared import Prepared

_PERSON = Prepared(lambda pk: User.objects.filter(pk=pk), -1)


class AuthenticationBackend(auth_backends.AuthenticationBackend):
    def _authenticate_by_username(self, username, password):
        """By the key of the name: SQLite knows capitals of ASCII only."""
        return self._check_password(User.objects.filter(name_key=names.key(username)).first(), password)

    def get_user(self, user_id):
        """Whom a session belongs to, asked for with every request: by a query that is written once."""
        for row in _PERSON.rows(user_id):
            user = copy(_made_of(row))
            return user if self.user_can_authenticate(user) else None
        return None


@lru_cache(maxsize=500)
def _made_of(row):
    """Made once for the row; each request has a copy of its own, and may change it."""
    [user] = _PERSON.made_of([row])
    return user
