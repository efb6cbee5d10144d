from collections import Counter, defaultdict
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import slugify

from films import bulk
from films.titles import FIRST_YEAR, LAST_YEAR, sort_title, title_key


class ReviewKind(NamedTuple):
    """By what reviews are counted and lists of them filtered."""

    percent: int | None  # the rating on a scale of 100
    spoiler: bool
    language: str

    @property
    def key(self):
        return f"{'' if self.percent is None else self.percent}/{self.spoiler:d}/{self.language}"

    @classmethod
    def of_key(cls, key):
        percent, spoiler, language = key.split("/")
        return cls(int(percent) if percent else None, spoiler == "1", language)


class FilmQuerySet(models.QuerySet):
    @transaction.atomic(savepoint=False)
    def count_reviews(self, changes):
        """Keeps what films say of their reviews right: {(film id, ReviewKind): by how many reviews more or fewer}.

        Call it in the transaction that stores, changes or deletes them.
        """
        by_film = defaultdict(dict)
        for (film, kind), difference in changes.items():
            if difference:
                by_film[film][kind] = difference
        # Under the lock, so that nobody counts at the same time.
        kept = bulk.values_of(Film, ["id", "review_kinds"], lock=True, id=by_film)
        counted = [_counted(bulk.of_json(kinds), by_film[pk]) for pk, kinds in kept]
        columns = zip(*counted, strict=True) if counted else [[], [], []]
        bulk.update(Film, [pk for pk, _ in kept], dict(zip(Film.COUNTED, columns, strict=True)))

    def keep(self, films):
        """Writes what the films keep of their reviews."""
        bulk.update(Film, [film.pk for film in films], bulk.columns(films, Film.COUNTED))

    def add(self, films):
        """Stores a list of new films, with what was counted of their reviews, in a fixed number of queries."""
        likely = [film._slug() for film in films]
        taken = {slug for model in (Film, FilmAddress) for (slug,) in bulk.values_of(model, ["slug"], slug=likely)}
        for film, slug in zip(films, likely, strict=True):
            film.derive()
            film.slug = film._free_slug(taken) if slug in taken else slug
            taken.add(film.slug)
        names = ["title", "year", "country", "director", "runtime", "slug", "title_key", "sort_title"]
        ids = bulk.insert(self.model, bulk.columns(films, [*names, *Film.COUNTED]))
        for film, film.pk in zip(films, ids, strict=True):
            film._state.adding = False

    def get_by_natural_key(self, title, year):
        return self.get(title_key=title_key(title), year=year)


class Film(models.Model):
    title = models.CharField(max_length=300)
    year = models.PositiveSmallIntegerField(help_text="Of the first release.")
    country = models.CharField(max_length=200, blank=True, help_text="Several are separated by commas.")
    director = models.CharField(max_length=200, blank=True, help_text="Several are separated by commas.")
    runtime = models.PositiveSmallIntegerField(null=True, blank=True, help_text="In minutes.")
    slug = models.SlugField(max_length=320, unique=True, editable=False)
    title_key = models.CharField(max_length=300, editable=False)
    sort_title = models.CharField(max_length=300, editable=False)
    family = models.ForeignKey("Family", models.SET_NULL, null=True, blank=True, editable=False, related_name="films")
    # What follows from its reviews, so that no list and no page need count them.
    review_count = models.PositiveIntegerField(default=0, editable=False)
    mean_percent = models.FloatField(null=True, editable=False)  # 0 to 100; None while nobody has rated the film
    review_kinds = models.JSONField(default=dict, editable=False)  # ReviewKind.key, with how many are of it

    COUNTED = ("review_count", "mean_percent", "review_kinds")  # written by count_reviews() alone

    objects = FilmQuerySet.as_manager()

    class Meta:
        ordering = ["sort_title", "year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["title_key", "year"],
                name="film_title_and_year_once",
                violation_error_message="There is a film of this title and year already.",
            ),
            models.CheckConstraint(
                condition=Q(year__range=(FIRST_YEAR, LAST_YEAR)),
                name="film_year_is_of_cinema",
                violation_error_message=f"The year must lie between {FIRST_YEAR} and {LAST_YEAR}.",
            ),
            models.CheckConstraint(
                condition=Q(runtime__isnull=True) | Q(runtime__gt=0),
                name="film_runtime_is_positive",
                violation_error_message="The runtime must be at least a minute.",
            ),
        ]
        indexes = [
            # The films in the order of the list: order_by("sort_title", "year", "pk").
            models.Index(fields=["sort_title", "year", "id"], name="film_by_title"),
            # The newest films first, on the home page and in the list.
            models.Index(fields=["-year", "sort_title", "id"], name="film_by_year"),
            # The list of films by their ratings and by how often they were reviewed.
            models.Index(F("mean_percent").desc(), F("sort_title"), F("id"), name="film_by_rating"),
            models.Index(fields=["-review_count", "sort_title", "id"], name="film_by_reviews"),
        ]

    def __str__(self):
        return f"{self.title} ({self.year})"

    def save(self, **kwargs):
        self.derive()
        self.slug = self.slug or self._free_slug()
        if not self._state.adding:
            # What was counted meanwhile is newer than what this instance has read.
            kwargs.setdefault("update_fields", [f.name for f in self._meta.concrete_fields if f.name not in NOT_SAVED])
        super().save(**kwargs)

    def get_absolute_url(self):
        return reverse("film", args=[self.slug])

    @property
    def rating_counts(self):
        """How many reviews gave each rating on a scale of 100."""
        counts = Counter()
        for kind, count in self.kind_counts.items():
            counts[kind.percent] += count
        return {percent: counts[percent] for percent in sorted(counts.keys() - {None})}

    @property
    def kind_counts(self):
        return {ReviewKind.of_key(key): count for key, count in self.review_kinds.items()}

    def count(self, changes):
        """Adds numbers of reviews, by their ReviewKind; does not save."""
        self.review_count, self.mean_percent, self.review_kinds = _counted(self.review_kinds, changes)

    def clean(self):
        # The constraint is on a field that no form shows, so that forms leave it out.
        if (
            self.title
            and Film.objects.exclude(pk=self.pk).filter(title_key=title_key(self.title), year=self.year).exists()
        ):
            raise ValidationError("There is a film of this title and year already.")

    def derive(self):
        """Sets the fields that follow from the title, but for the slug; what stores films in bulk calls it for each."""
        self.title_key = title_key(self.title)
        self.sort_title = sort_title(self.title)

    def _slug(self, number=""):
        return f"{slugify(self.title)[:300] or 'film'}-{number}{self.year}"

    def _free_slug(self, taken=()):
        # Titles without a Latin letter have no slug of their own, and two titles can share one ("A.I.", "AI").
        slug, tries = self._slug(), 1
        while slug in taken or any(model.objects.filter(slug=slug).exists() for model in (Film, FilmAddress)):
            tries += 1
            slug = self._slug(f"{tries}-")
        return slug

    def natural_key(self):
        return self.title, self.year

    @property
    def original_title(self):
        """The FilmTitle in the film's own language, or None. Reads `titles`: prefetch it for lists."""
        return next((title for title in self.titles.all() if title.kind == FilmTitle.Kind.ORIGINAL), None)

    @property
    def other_titles(self):
        return [title for title in self.titles.all() if title.kind != FilmTitle.Kind.ORIGINAL]


def _counted(kinds, changes):
    """What stands in Film.COUNTED after the changes, from the review_kinds before them."""
    kinds = dict(kinds)
    for kind, difference in changes.items():
        kinds[kind.key] = kinds.get(kind.key, 0) + difference
    kinds = {key: kinds[key] for key in sorted(kinds) if kinds[key]}
    percents = [(key.partition("/")[0], count) for key, count in kinds.items()]
    rated = sum(count for percent, count in percents if percent)
    total = sum(int(percent) * count for percent, count in percents if percent)
    return sum(kinds.values()), total / rated if rated else None, kinds


NOT_SAVED = ("id", *Film.COUNTED)


class FilmTitle(models.Model):
    """A title of a film besides the one it is listed under."""

    class Kind(models.TextChoices):
        ORIGINAL = "original", "original title"
        ALIAS = "alias", "alias"
        TRANSLATION = "translation", "title in another language"

    film = models.ForeignKey(Film, models.CASCADE, related_name="titles")
    text = models.CharField("title", max_length=300)
    language = models.CharField(max_length=35, blank=True, help_text="Its code, such as “ko” or “pt-BR”.")
    kind = models.CharField(max_length=12, choices=Kind)
    key = models.CharField(max_length=300, editable=False)

    class Meta:
        ordering = ["kind", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["film", "text"],
                name="film_bears_a_title_once",
                violation_error_message="The film has this title already.",
            ),
            models.UniqueConstraint(
                fields=["film"],
                condition=Q(kind="original"),
                name="film_has_one_original_title",
                violation_error_message="A film has one original title; the others are aliases or translations.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["original", "alias", "translation"]), name="film_title_kind_is_known"
            ),
        ]
        # Finding a film by any of its titles: filter(titles__key=…).
        indexes = [models.Index(fields=["key"], name="film_title_by_key")]

    def __str__(self):
        return self.text

    def save(self, **kwargs):
        self.derive()
        super().save(**kwargs)

    def derive(self):
        self.key = title_key(self.text)


class FilmAddress(models.Model):
    """An address under which a film stood before it was merged into this one; it leads here for good."""

    slug = models.SlugField(max_length=320, primary_key=True)
    film = models.ForeignKey(Film, models.CASCADE, related_name="former_addresses")

    class Meta:
        verbose_name_plural = "film addresses"

    def __str__(self):
        return self.slug

    def get_absolute_url(self):
        return self.film.get_absolute_url()


class FilmWord(models.Model):
    """A word that a film can be found by, as `films.search` derives it: of a title, a title closed up, of a director.

    Written after the film, so it may be about one that is gone.
    """

    film = models.ForeignKey(Film, models.DO_NOTHING, db_constraint=False, related_name="words")
    word = models.CharField(max_length=300)

    class Meta:
        # Films by the beginning of a word, and all words there are: both from the index alone.
        indexes = [models.Index(fields=["word", "film"], name="film_word")]

    def __str__(self):
        return self.word
