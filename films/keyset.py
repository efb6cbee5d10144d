"""Pages of a list that begin after a row instead of at a number.

The database finds such a page by its index however far down it lies, and rows that come or go before it do not shift
it. The cursor is what the last row is ordered by, signed, so that it cannot say anything that we did not.
"""

from typing import NamedTuple

from django.core import signing
from django.db.models import F, Q
from django.db.models.expressions import OrderBy


class WrongCursorError(ValueError):
    """The cursor is none of ours, or belongs to a list in another order."""


class Slice(NamedTuple):
    rows: list
    next_cursor: str | None


def rows_after(queryset, cursor, size, whole=None):
    """The rows of an ordered queryset that follow the cursor, at most `size` of them; without a cursor the first.

    The order must end in something unique. The rows come from `whole`, a queryset that joins all they are to bring; it
    is asked for these few rows only, because a database that sees both at once may join a million first and sort after.
    """
    order = [_order_by(key) for key in queryset.query.order_by]
    keys = [f"key_{number}" for number in range(len(order))]
    salt = f"keyset {queryset.model.__name__} {order}"
    queryset = queryset.annotate(**{key: item.expression for key, item in zip(keys, order, strict=True)})
    if cursor:
        queryset = queryset.filter(_after(list(zip(keys, order, _read(cursor, salt), strict=True))))
    found = list(queryset.values_list("pk", *keys)[: size + 1])
    rows = (queryset.model.objects if whole is None else whole).in_bulk([pk for pk, *_ in found[:size]])
    cursor = signing.dumps(found[size - 1][1:], salt=salt, compress=True) if len(found) > size else None
    return Slice([rows[pk] for pk, *_ in found[:size]], cursor)


def _order_by(key):
    if isinstance(key, str):
        return OrderBy(F(key.removeprefix("-")), descending=key.startswith("-"))
    return key


def _read(cursor, salt):
    try:
        return signing.loads(cursor, salt=salt)
    except signing.BadSignature as wrong:
        raise WrongCursorError from wrong


def _after(keys):
    """What lies behind a row: (key, how it is ordered, its value in that row) for each key, the first one deciding."""
    (key, order, value), *rest = keys
    # Without a value means last: only what is equal by this key can follow.
    beyond = Q(pk__in=[]) if value is None else _beyond(key, order, value)
    if not rest:
        return beyond
    same = Q(**{f"{key}__isnull": True}) if value is None else Q(**{key: value})
    return beyond | (same & _after(rest))


def _beyond(key, order, value):
    beyond = Q(**{f"{key}__{'lt' if order.descending else 'gt'}": value})
    return beyond | Q(**{f"{key}__isnull": True}) if order.nulls_last else beyond
