"""Queries that Django writes once and then only asks, with other values.

To write a query takes Django many times as long as SQLite takes to answer it, and the page of a film asks the same six
again and again.
"""

from copy import copy

from django.db import connections


class Prepared:
    """A query that is written at its first use.

    `build` makes the queryset from its values, and `marks` stand for them while it does: plain values that the
    fields could hold and that occur nowhere else in the query.
    """

    def __init__(self, build, *marks):
        self._build, self._marks, self._written = build, marks, None

    def __call__(self, *values):
        """A list of what the queryset would give."""
        return self.made_of(self.rows(*values))

    def rows(self, *values):
        """The rows as the database has them. Of equal rows equal things are made, so these may be kept under them."""
        queryset, _, sql, places = self._written or self._write()
        params = tuple([value if place is None else values[place] for place, value in places])
        # A connection belongs to a thread, and which database is read from is decided anew for each request.
        with connections[queryset.db].cursor() as cursor:
            cursor.execute(sql, params)
            return tuple(cursor.fetchall())

    def made_of(self, rows):
        """A list of what the queryset would make of the rows."""
        queryset, written, *_ = self._written or self._write()
        queryset, compiler = queryset.all(), copy(written)
        compiler.using = queryset.db
        compiler.connection = connections[compiler.using]
        compiler.execute_sql = lambda *_, **__: [rows]
        queryset.query.get_compiler = lambda *_, **__: compiler
        return list(queryset)

    def _write(self):
        queryset = self._build(*self._marks)
        compiler = queryset.query.get_compiler(queryset.db)
        sql, params = compiler.as_sql()
        places = [(self._marks.index(value) if value in self._marks else None, value) for value in params]
        self._written = queryset, compiler, sql, places
        return self._written
