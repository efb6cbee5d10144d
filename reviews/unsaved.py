"""What somebody had written whose session had ended: it waits in their new session until they have signed in again."""

from functools import wraps

from reviews import limits

_KEY = "unsaved"
MOST = 100_000  # characters, which is more than any text here may have


def kept(*names):
    """For a view of a form, called with the request and a slug, that sends strangers to sign in.

    What they send under the names is kept; `writer` says for whom the form was made, and nobody else is given it.
    """

    def around(view):
        @wraps(view)
        def keeping(request, slug):
            if request.method == "POST" and not request.user.is_authenticated and request.POST.get("writer"):
                if refused := limits.refused(request, "write"):
                    return refused
                said = {name: request.POST.get(name, "")[:MOST] for name in names}
                request.session[_KEY] = {"slug": slug, "writer": request.POST["writer"], "said": said}
            return view(request, slug)

        return keeping

    return around


def of(request, slug):
    """What the person who is signed in had written there, or None."""
    waiting = request.session.get(_KEY)
    own = waiting and (waiting["slug"], waiting["writer"]) == (slug, str(request.user.pk))
    return waiting["said"] if own else None


def forget(request):
    request.session.pop(_KEY, None)
