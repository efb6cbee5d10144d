"""Django's sessions in the database, found by a query that is written once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models.functions import Now

from films.prepared import Prepared

_DATA = Prepared(
    lambda key: Session.objects.filter(session_key=key, expire_date__gt=Now()).values_list("session_data"), "?"
)


class SessionStore(db.SessionStore):
    def load(self):
        for (data,) in _DATA.rows(self.session_key):
            return self.decode(data)
        self._session_key = None
        return {}
