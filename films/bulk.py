"""Storing very many rows at once: what bulk_create and bulk_update do, for a fifth of their time.

Those prepare every value of every instance anew and join them into statements as long as a batch. Here a column of
values as the database takes them goes to the driver, which repeats one short statement.
"""

import json
import time
from contextlib import contextmanager

from django.db import connection

MUCH = {"cache_size": -64_000, "wal_autocheckpoint": 4_000}  # KiB; pages
PAUSE = 0.0012  # seconds; who waits looks once in it at least (config/sqlite)
# What the drivers take as Django has it in memory; values of other fields are prepared one by one.
_PLAIN = {
    "BigAutoField", "BigIntegerField", "BooleanField", "CharField", "FloatField", "ForeignKey", "OneToOneField",
    "PositiveIntegerField", "PositiveSmallIntegerField", "TextField",
}  # fmt: skip
# An ISO date and a decimal number are written the same way in text and in the database.
_PLAIN_AS_TEXT = {"DateField", "DecimalField"}
_to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False).encode


def give_way():
    """Call it between many transactions of one's own: who waits for the lock takes it in this moment."""
    time.sleep(PAUSE)


def somebody_waits(within):
    """Whether anybody had to wait for the file within so many seconds. PostgreSQL has no lock for all."""
    return connection.vendor == "sqlite" and connection.waits.is_younger_than(within)


@contextmanager
def storing_much():
    """A larger cache for the connection meanwhile, and fewer checkpoints: most pages are written more than once."""
    if connection.vendor != "sqlite":
        yield
        return
    usual = {name: _pragma(name) for name in MUCH}
    for name, value in MUCH.items():
        _pragma(f"{name} = {value}")
    try:
        yield
    finally:
        for name, value in usual.items():
            _pragma(f"{name} = {value}")


def _pragma(said):
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {said}")
        return (cursor.fetchone() or [None])[0]


def insert(model, columns):
    """Stores new rows and returns their ids. Call it in a transaction.

    `columns` has the values of all rows by the name of the field, a foreign key's with "_id"; every row gets the
    defaults of the fields that it leaves out.
    """
    count = len(next(iter(columns.values())))
    if not count:
        return []
    if model._meta.auto_field:
        columns = {model._meta.pk.attname: list(_new_ids(model, count))} | columns
    fields = model._meta.concrete_fields
    values = [_prepared(field, columns[field.attname]) if field.attname in columns else None for field in fields]
    for place, field in enumerate(fields):
        if values[place] is None:
            values[place] = _prepared(field, [field.pre_save(model(), add=True)]) * count
    quote = connection.ops.quote_name
    names, places = ", ".join(quote(field.column) for field in fields), ", ".join(["%s"] * len(fields))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({places})"  # noqa: S608 -- our own names
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(zip(*values, strict=True)))
    return columns[model._meta.pk.attname]


def update(model, ids, columns):
    """Writes into the stored rows with these ids; `columns` as for `insert`. Call it in a transaction."""
    if not ids:
        return
    fields = [field for field in model._meta.concrete_fields if field.attname in columns]
    values = [*(_prepared(field, columns[field.attname]) for field in fields), ids]
    quote = connection.ops.quote_name
    changes = ", ".join(f"{quote(field.column)} = %s" for field in fields)
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE {table} SET {changes} WHERE {key} = %s", list(zip(*values, strict=True)))  # noqa: S608


def columns(rows, names):
    """What `insert` and `update` take, of anything that has values under these names."""
    return {name: [getattr(row, name) for row in rows] for name in names}


def ids_of(model, **wanted):
    """The ids of the rows in which one of the fields has one of the values wanted of it."""
    return [pk for (pk,) in values_of(model, [model._meta.pk.name], **wanted)]


def values_of(model, names, *, lock=False, **wanted):
    """Tuples of the fields named, of the rows that `ids_of` finds, as the database gives them.

    `lock` keeps the rows as they are until the transaction ends; always in the same order, so that nobody waits in a
    circle.
    """
    fields = [(model._meta.get_field(name), list(values)) for name, values in wanted.items() if values]
    if not fields:
        return []
    quote = connection.ops.quote_name
    conditions = [f"{quote(field.column)} IN ({', '.join(['%s'] * len(values))})" for field, values in fields]
    columns = ", ".join(quote(model._meta.get_field(name).column) for name in names)
    statement = f"SELECT {columns} FROM {quote(model._meta.db_table)} WHERE {' OR '.join(conditions)}"  # noqa: S608 -- ours
    if lock and connection.features.has_select_for_update:
        statement += f" ORDER BY {quote(model._meta.pk.column)} FOR UPDATE"
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _, values in fields for value in values])
        return cursor.fetchall()


def instances_of(model, names, **wanted):
    """The rows that `ids_of` finds as instances with the fields named, the others left to be read when asked for."""
    columns = [model._meta.get_field(name).attname for name in names]
    return [model.from_db(connection.alias, columns, values) for values in values_of(model, names, **wanted)]


def of_json(value):
    """The value of a JSONField as `values_of` gives it: SQLite stores text."""
    return json.loads(value) if isinstance(value, str) else value


def _prepared(field, values):
    kind = field.get_internal_type()
    if kind in _PLAIN:
        return values
    if kind in _PLAIN_AS_TEXT and all(value is None or isinstance(value, str) for value in values):
        return values
    if kind == "JSONField":
        return ["{}" if value == {} else _to_json(value) for value in values]
    return [field.get_db_prep_save(value, connection) for value in values]


def _new_ids(model, count):
    """Ids that nobody else will be given, as the table itself would count on."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # A write transaction has the file to itself, and the sequence follows the ids that are stored.
            cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
            last = (cursor.fetchone() or [0])[0]
            return range(last + 1, last + 1 + count)
        column = model._meta.pk.column
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)", [table, column, count]
        )
        return [number for (number,) in cursor.fetchall()]
