"""What a view says of the page that it makes: which parameters it reads, and what it shows."""

from functools import wraps
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict

from pagecache.stamps import ANYTHING, UNNAMED, slot_of

DECLARED = "pagecache.declared"  # in the WSGI environ, where it never leaves the process


class Declared(NamedTuple):
    parameters: frozenset
    slots: tuple = (ANYTHING,)


def page(*parameters):
    """Marks a view whose page strangers may be given from the cache, and names all parameters that it reads.

    What else the query string says is taken away before the view is called, for everybody, so that a parameter which
    was forgotten here is noticed at once. Until the view says what it shows, every change makes the page stale.
    """
    known = frozenset(parameters)

    def decorate(view):
        @wraps(view)
        def declared(request, *args, **kwargs):
            query = canonical(request.META["QUERY_STRING"], known)
            if query != request.META["QUERY_STRING"]:
                request.META["QUERY_STRING"] = query
                request.GET = QueryDict(query, encoding=request.encoding)
            request.META[DECLARED] = Declared(known)
            return view(request, *args, **kwargs)

        return declared

    return decorate


def shows(request, *names):
    """Says that the page shows nothing else that changes by a name; writes without a name always make it stale."""
    declared = request.META[DECLARED]
    request.META[DECLARED] = declared._replace(slots=(UNNAMED, *map(slot_of, names)))


def canonical(query, known):
    """The query string with only the known parameters that say something, in one order, the same bytes in one way."""
    if not query:
        return ""
    pairs = parse_qsl(query, encoding="latin-1")
    return urlencode(sorted((pair for pair in pairs if pair[0] in known), key=lambda pair: pair[0]), encoding="latin-1")
