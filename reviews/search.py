"""Reviews with the words that somebody typed, by the full text search of the database.

A very frequent word stands in too many reviews to weigh them all, so only the newest `WEIGHED` of those that match are
candidates; they are put in order by how much the words count in them. Counting and filtering have limits of their own,
and the page says so where one is met: no search costs more than it may.
"""

from functools import cached_property

from django.db import connection, connections, router

from films import search as film_search
from films.indexing import catch_up as catch_up_with
from reviews import rendering, spoilers, wording
from reviews.models import Review

# Of the reviews that match, the newest; ts_rank() takes twenty times as long over one as bm25() does.
WEIGHED = {"sqlite": 5_000, "postgresql": 1_000}
COUNTED = 10_000
FILTERED = 50_000  # of the reviews that match, the newest are held against the filters
EXCERPT = 260  # characters
AT_ONCE = 500  # reviews that are indexed while somebody waits
QUEUE = "reviews_unindexed"

_ID = {"sqlite": "rowid", "postgresql": "review_id"}
_MATCHES = {"sqlite": "reviews_words MATCH %(query)s", "postgresql": "words @@ %(query)s::tsquery"}
# A word in the headline weighs four times as much as one in the text. bm25() is the smaller the better.
_BEST = {
    "sqlite": """
        SELECT id FROM (
            SELECT rowid AS id, bm25(reviews_words, 4.0, 1.0) AS worth FROM reviews_words
            WHERE {where} ORDER BY rowid DESC LIMIT {weighed}
        ) ORDER BY worth, id DESC LIMIT %(limit)s OFFSET %(offset)s""",
    "postgresql": """
        SELECT review_id FROM (
            SELECT review_id, words FROM reviews_words WHERE {where} ORDER BY review_id DESC LIMIT {weighed}
        ) AS candidate
        ORDER BY ts_rank('{{0.25, 0.25, 0.25, 1.0}}', words, %(query)s::tsquery) DESC, review_id DESC
        LIMIT %(limit)s OFFSET %(offset)s""",
}
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM reviews_words WHERE {where} LIMIT %(most)s) AS counted"
_FILTER = """
    {id} >= COALESCE((SELECT min(id) FROM (
        SELECT {id} AS id FROM reviews_words WHERE {matches} ORDER BY {id} DESC LIMIT {filtered}
    ) AS newest), 0)
    AND EXISTS (
        SELECT 1 FROM reviews_standing standing JOIN films_film film ON film.id = standing.film_id
        WHERE standing.review_id = reviews_words.{id} AND {conditions}
    )"""
_CONDITIONS = {
    "year_from": "film.year >= %(year_from)s",
    "year_to": "film.year <= %(year_to)s",
    "country": "UPPER(film.country) LIKE UPPER(%(country)s) ESCAPE '!'",
    "percents": "standing.percent BETWEEN %(lowest)s AND %(highest)s",
}


class Found:
    """The reviews in which every one of the terms stands, best first, to be cut into pages.

    The filters are `year_from`, `year_to` and `country` of the film, and `percents`, the (lowest, highest) rating on a
    scale of 100; None and "" are none.
    """

    def __init__(self, terms, **filters):
        self.terms = terms
        self.filters = {name: value for name, value in filters.items() if value}

    @cached_property
    def total(self):
        """How many there are; one more than `COUNTED` for any larger number."""
        return self._count(COUNTED + 1)

    @property
    def countless(self):
        return self.total > COUNTED

    @property
    def weighed(self):
        """How many of them are weighed at most, the newest."""
        return WEIGHED[connection.vendor]

    @property
    def filtered_in_part(self):
        """Whether only the newest were held against the filters."""
        return bool(self.filters) and Found(self.terms)._count(FILTERED + 1) > FILTERED

    def alone(self):
        """Each of several terms, as somebody would type it, with what is found by it alone."""
        return [(wording.said(term), Found([term], **self.filters)) for term in self.terms if len(self.terms) > 1]

    def __len__(self):
        return min(self.total, self.weighed)

    def __getitem__(self, part):
        """The reviews of a page, each with `headline_parts` and, unless they tell the plot, `excerpt_parts`.

        The index lags behind: what was deleted or no longer says the words is left out.
        """
        if not self.terms:
            return []
        ids = [pk for (pk,) in self._rows(_BEST[connection.vendor], offset=part.start, limit=part.stop - part.start)]
        reviews = Review.objects.for_page().in_bulk(ids)
        return [reviews[pk] for pk in ids if pk in reviews and self._mark(reviews[pk])]

    def open(self, review):
        """Gives the review its `excerpt_parts`, whatever they tell."""
        body = spoilers.opened_in_place(review.body)
        review.excerpt_parts = _excerpt(body, wording.places(body, self.terms))

    def _mark(self, review):
        """Gives the review its parts. False when it does not say what was looked for."""
        in_headline = wording.places(review.headline, self.terms)
        body = spoilers.closed_in_place(review.body)
        in_body = wording.places(body, self.terms)
        review.headline_parts = wording.marked(review.headline, [span for spans in in_headline for span in spans])
        if not review.spoiler:
            review.excerpt_parts = _excerpt(body, in_body)
        return all(map(any, zip(in_headline, in_body, strict=True)))

    def _count(self, most):
        return self._rows(_COUNT, most=most)[0][0] if self.terms else 0

    def _sql(self, sql):
        vendor = connection.vendor
        where = matches = _MATCHES[vendor]
        if self.filters:
            conditions = " AND ".join(_CONDITIONS[name] for name in self.filters)
            where += " AND " + _FILTER.format(id=_ID[vendor], matches=matches, filtered=FILTERED, conditions=conditions)
        return sql.format(where=where, weighed=self.weighed)

    def _rows(self, sql, **values):
        with connections[router.db_for_read(Review)].cursor() as cursor:
            cursor.execute(self._sql(sql), self._values() | values)
            return cursor.fetchall()

    def _values(self):
        values = {"query": engine_query(self.terms)} | self.filters
        if "country" in values:
            escaped = values["country"].replace("!", "!!").replace("%", "!%").replace("_", "!_")
            values["country"] = f"%{escaped}%"
        if "percents" in values:
            values["lowest"], values["highest"] = values.pop("percents")
        return values


def _excerpt(body, found):
    if any(found):
        return wording.excerpt(body, found, EXCERPT)
    return [wording.Part(rendering.excerpt(body, EXCERPT), False)]


def engine_query(terms):
    """The terms in the language of the engine; words are letters and digits only, so that nothing can break out."""
    if connection.vendor == "sqlite":
        return " ".join(f'"{" ".join(term)}"' for term in terms)
    return " & ".join(" <-> ".join(f"'{word}'" for word in term) for term in terms)


# The index


def catch_up(at_most=None):
    """Makes findable what was written since the last time, films and reviews; returns how many of both there were.

    In short transactions of its own: call it after the one that writes. `at_most` of each, so that nobody waits long.
    """
    return film_search.catch_up(at_most) + catch_up_with(QUEUE, _index, at_most)


def index_anew():
    """Queues all films and reviews, for `catch_up` to index them again."""
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO films_unindexed (changed_id) SELECT id FROM films_film")
        cursor.execute("INSERT INTO reviews_unindexed (changed_id) SELECT id FROM reviews_review ORDER BY id")


_WRITE = {
    "sqlite": "INSERT OR REPLACE INTO reviews_words (rowid, headline, body) VALUES (%s, %s, %s)",
    # Its parser takes "and.so" for the name of a host, so it is given nothing but words.
    "postgresql": """
        INSERT INTO reviews_words (review_id, words)
        VALUES (%s, setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'D'))
        ON CONFLICT (review_id) DO UPDATE SET words = EXCLUDED.words""",
}
_FOLDED = {"sqlite": wording.folded, "postgresql": lambda text: " ".join(wording.words(text))}


def _findable(body):
    """What tells the plot is not found by its words: that it is found would tell it."""
    return spoilers.closed(body[: wording.LONGEST_TEXT])


def _index(ids):
    folded = _FOLDED[connection.vendor]
    stored = Review.objects.filter(pk__in=ids).order_by("pk").values_list("pk", "headline", "body")
    rows = [(pk, folded(headline), folded(_findable(body))) for pk, headline, body in stored]
    gone = set(ids) - {pk for pk, _, _ in rows}
    with connection.cursor() as cursor:
        delete = f"DELETE FROM reviews_words WHERE {_ID[connection.vendor]} = %s"  # noqa: S608 -- our own name
        cursor.executemany(delete, [(pk,) for pk in gone])
        cursor.executemany(_WRITE[connection.vendor], rows)
