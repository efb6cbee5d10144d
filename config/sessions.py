"""Django's sessions in the database, found by a query that is written once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from films.prepared import Prepared

_FOUND = Prepared(lambda key: Session.objects.filter(session_key=key), "?")


class SessionStore(db.SessionStore):
    def _get_session_from_db(self):
        for session in _FOUND(self.session_key):
            if session.expire_date > timezone.now():
                return session
        self._session_key = None
        return None
