"""What machines ask: whether this process lives, whether it can serve, and how much it has done."""

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.http import Http404, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from reviews.models import Import

NEVER_KEPT = {"Cache-Control": "no-store"}
# Tables that triggers fill and workers empty: what waits to be indexed or read.
QUEUES = ("reviews_unindexed", "films_unindexed", "reviews_unread", "reviews_regrouped")


@require_safe
def live(request):
    """Answers as long as the process does: whoever restarts processes asks this; a database away is no reason to."""
    return HttpResponse("alive\n", content_type="text/plain; charset=utf-8", headers=NEVER_KEPT)


@require_safe
def ready(request):
    """Whether readers should be sent here. Says which part does not answer, and no more: anybody may ask."""
    parts = {"database": _answers(_ask_database), "cache": _answers(_ask_cache)}
    # Without the shared cache pages are made anew and guesses not limited, so a balancer should prefer another node.
    return JsonResponse(
        {"ready": all(parts.values()), "parts": parts}, status=200 if all(parts.values()) else 503, headers=NEVER_KEPT
    )


@require_safe
def told(request):
    if not settings.METRICS:
        raise Http404
    from config import metrics  # noqa: PLC0415 -- it begins to count as it is loaded

    if not metrics.may_be_told(request):
        raise PermissionDenied("Metrics are for the machine itself, or for who has the token.")
    return HttpResponse(metrics.text(_state()), content_type=metrics.CONTENT_TYPE, headers=NEVER_KEPT)


def _answers(ask):
    try:
        ask()
    except Exception:  # whatever it is, it is not ready
        return False
    return True


def _ask_database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM django_migrations")


def _ask_cache():
    cache.get("healthz")


def _state():
    try:
        waiting = sum(_length(queue) for queue in QUEUES)
        imports = Import.objects.unattended().count()
    except Exception:
        return {"database_up": ("Whether the database answers", 0)}
    return {
        "database_up": ("Whether the database answers", 1),
        "queued_rows": ("Rows that wait to be indexed or read, counted to 10,000 a queue", waiting),
        "unattended_imports": ("Imports that wait for a worker", imports),
    }


def _length(queue):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {queue} LIMIT 10000) AS counted")  # noqa: S608 -- our own
        return cursor.fetchone()[0]
