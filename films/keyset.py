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


def rows_after(queryset, cursor, size):
    """The rows of an ordered queryset that follow the cursor, at most `size` of them; without a cursor the first.

    The order must end in something unique.
    """
    order = [_order_by(key) for key in queryset.query.order_by]
    keys = [f"key_{number}" for number in range(len(order))]
    salt = f"keyset {queryset.model.__name__} {order}"
    queryset = queryset.annotate(**{key: item.expression for key, item in zip(keys, order, strict=True)})
    if cursor:
        queryset = queryset.filter(_after(list(zip(keys, order, _read(cursor, salt), strict=True))))
    rows = list(queryset[: size + 1])
    if len(rows) <= size:
        return Slice(rows, None)
    last = rows[size - 1]
    return Slice(rows[:size], signing.dumps([getattr(last, key) for key in keys], salt=salt, compress=True))


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
