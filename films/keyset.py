"""Pages of a list that begin after a row instead of at a number.

The database finds such a page by its index however far down it lies, and rows that come or go before it do not shift
it. The cursor is what the last row is ordered by, signed, so that it cannot say anything that we did not.
"""

from functools import lru_cache
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
    found = keys_after(queryset, cursor, size + 1)
    rows = (queryset.model.objects if whole is None else whole).in_bulk([pk for pk, *_ in found[:size]])
    cursor = cursor_of(queryset, found[size - 1]) if len(found) > size else None
    return Slice([rows[pk] for pk, *_ in found[:size]], cursor)


def keys_after(queryset, cursor, size, back=False):
    """(id, what it is ordered by, …) of the rows that follow the cursor, or with `back` of those that precede it.

    They are asked for in parts, each of which an index holds together: those that differ from the cursor's row in the
    last key alone, then in the last but one, and so on. Mostly the first parts fill the page.
    """
    order, keyed = _keyed(queryset)
    if back:
        keyed = keyed.reverse()
    parts = [Q()]
    if cursor:
        values = _read(cursor, _salt(queryset))
        parts = _parts(order, values[: len(order)], back)
        keyed = keyed.exclude(pk__in=values[len(order) :])
    found = []
    for part in parts:
        found += keyed.filter(part).values_list("pk", *_keys(order))[: size - len(found)]
        if len(found) == size:
            break
    return found[::-1] if back else found


def keys_from(queryset, start, size, count):
    """The same for the rows from a number on, counted from the nearer end of the `count` rows."""
    order = queryset.query.order_by
    keys = [key.removeprefix("-") if isinstance(key, str) else key.expression for key in order]
    stop = min(start + size, count)
    if start <= count - stop:
        return list(queryset.values_list("pk", *keys)[start:stop])
    return list(queryset.reverse().values_list("pk", *keys)[count - stop : count - start])[::-1]


def cursor_of(queryset, found, apart=()):
    """The cursor of a row, which also says what is to be left out: ids of rows that are shown in another place."""
    return _signed(_salt(queryset), (*found[1:], *apart))


@lru_cache(maxsize=1000)
def _signed(salt, values):
    return signing.Signer(salt=salt).sign_object(values, compress=True)


def apart_of(queryset, cursor):
    return _read(cursor, _salt(queryset))[len(queryset.query.order_by) :]


def _keyed(queryset):
    order = [_order_by(key) for key in queryset.query.order_by]
    keys = zip(_keys(order), order, strict=True)
    return order, queryset.annotate(**{key: item.expression for key, item in keys})


def _keys(order):
    return [f"key_{number}" for number in range(len(order))]


def _salt(queryset):
    return _salt_of(queryset.model.__name__, queryset.query.order_by)


@lru_cache(maxsize=100)
def _salt_of(model, order):
    return f"keyset {model} {[_order_by(key) for key in order]}"


def _order_by(key):
    if isinstance(key, str):
        return OrderBy(F(key.removeprefix("-")), descending=key.startswith("-"))
    return key


def _read(cursor, salt):
    try:
        return signing.Signer(salt=salt).unsign_object(cursor)
    except (signing.BadSignature, ValueError) as wrong:
        raise WrongCursorError from wrong


def _parts(order, values, back):
    """What lies beyond a row, nearest first, as conditions that have nothing in common."""
    keys = list(zip(_keys(order), order, values, strict=True))
    for place in range(len(keys) - 1, -1, -1):
        same = Q(
            **{f"{key}__isnull" if value is None else key: value is None or value for key, _, value in keys[:place]}
        )
        key, item, value = keys[place]
        if value is not None:
            yield same & Q(**{f"{key}__{'lt' if item.descending != back else 'gt'}": value})
        # Without a value means last.
        if item.nulls_last and (value is None) == back:
            yield same & Q(**{f"{key}__isnull": not back})
