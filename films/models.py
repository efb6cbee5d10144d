from itertools import count

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Avg, Count, F, Q
from django.urls import reverse
from django.utils.text import slugify

from films import family
from films.titles import FIRST_YEAR, LAST_YEAR, sort_title, title_key


class FilmQuerySet(models.QuerySet):
    def with_ratings(self):
        """Adds `review_count` and `mean_percent` (0 to 100, or None while nobody has rated the film)."""
        return self.annotate(review_count=Count("standings"), mean_percent=Avg("standings__percent"))

    def add(self, films):
        """Stores new films in a number of queries that does not depend on how many they are."""
        likely = [film._slug() for film in films]
        taken = set(self.filter(slug__in=likely).values_list("slug", flat=True))
        for film, slug in zip(films, likely, strict=True):
            film.derive()
            film.slug = film._free_slug(taken) if slug in taken else slug
            taken.add(film.slug)
        self.bulk_create(films)

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
        ]

    def __str__(self):
        return f"{self.title} ({self.year})"

    def save(self, **kwargs):
        self.derive()
        self.slug = self.slug or self._free_slug()
        super().save(**kwargs)

    def get_absolute_url(self):
        return reverse("film", args=[self.slug])

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
        while slug in taken or Film.objects.filter(slug=slug).exists():
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


class FamilyQuerySet(models.QuerySet):
    @transaction.atomic
    def redraw(self, films=None):
        """Brings the families of the given films, or of all, into line with the remakes as they stand.

        A family keeps its row and address for as long as any of its films is in it.
        """
        touched = Film.objects.all()
        if films is not None:
            ids = [film.pk for film in films]
            touched = touched.filter(Q(pk__in=ids) | Q(family__films__in=ids)).distinct()
        touched = {film.pk: film for film in touched}
        edges = list(Remake.objects.filter(remake__in=touched).values_list("remake_id", "source_id"))
        groups = [[touched[pk] for pk in sorted(ids)] for ids in family.components(edges)]
        families = self._kept(groups)
        fresh, changed = [], []
        for members, kept in zip(groups, families, strict=True):
            original = family.original(members, edges)
            if kept.original_id != original.pk:
                kept.original = original
                (changed if kept.pk else fresh).append(kept)
        self._add(fresh)
        self.bulk_update(changed, ["original"])
        self._gather(touched.values(), groups, families)
        self.filter(films=None).delete()

    def _kept(self, groups):
        """A family for each group of films: the one that stands under the address of one of them, or another of theirs.

        So two families that a remake had joined find back to their addresses when it is gone.
        """
        ids = {film.family_id for films in groups for film in films if film.family_id}
        known = self.in_bulk(ids)
        homes = {kept.slug: kept for kept in known.values()}
        kept = []
        for films in groups:
            own = [homes[film.slug] for film in films if film.slug in homes]
            kept.append(min(own, key=lambda home: home.pk, default=None))
        free = known.keys() - {home.pk for home in kept if home}
        for number, films in enumerate(groups):
            if kept[number] is None:
                pk = min({film.family_id for film in films} & free, default=None)
                kept[number] = known[pk] if pk else self.model()
                free -= {pk}
        return kept

    def _add(self, families):
        """Stores new families under the addresses of their originals, or near them where another family has one."""
        likely = [fresh.original.slug for fresh in families]
        taken = set(self.filter(slug__in=likely).values_list("slug", flat=True))
        for fresh, slug in zip(families, likely, strict=True):
            fresh.slug = self._free_slug(slug) if slug in taken else slug
        self.bulk_create(families)

    def _free_slug(self, slug):
        taken = set(self.filter(slug__startswith=slug).values_list("slug", flat=True))
        return next(free for number in count(2) if (free := f"{slug}-{number}") not in taken)

    def _gather(self, films, groups, families):
        """Puts the films of each group into its family, and the others into none."""
        homes = {film.pk: kept for members, kept in zip(groups, families, strict=True) for film in members}
        moved = []
        for film in films:
            home = homes.get(film.pk)
            if film.family_id != (home and home.pk):
                film.family = home
                moved.append(film)
        Film.objects.bulk_update(moved, ["family"])

    def with_counts(self):
        return self.annotate(
            film_count=Count("films"), first_year=models.Min("films__year"), last_year=models.Max("films__year")
        )


class Family(models.Model):
    """Films joined by remakes, as `Family.objects.redraw()` derives them; stored so that no page need search."""

    original = models.ForeignKey(Film, models.SET_NULL, null=True, related_name="+")
    slug = models.SlugField(max_length=320, unique=True)

    objects = FamilyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "families"
        ordering = ["original__sort_title", "pk"]

    def __str__(self):
        return self.original.title

    def get_absolute_url(self):
        return reverse("family", args=[self.slug])

    def members(self):
        """The films in release order, each with its `sources` and its `remakes` among them."""
        films = family.release_order(self.films.with_ratings().prefetch_related("titles"))
        by_id = {film.pk: film for film in films}
        for film in films:
            film.sources, film.remakes = [], []
        for remake, source in Remake.objects.filter(remake__in=by_id).values_list("remake_id", "source_id"):
            by_id[remake].sources.append(by_id[source])
            by_id[source].remakes.append(by_id[remake])
        return films


class RemakeQuerySet(models.QuerySet):
    def link(self, remake, source):
        """Records that one film is a remake of the other; recording it again changes nothing."""
        edge = self.filter(remake=remake, source=source).first()
        if edge is None:
            edge = Remake(remake=remake, source=source)
            edge.full_clean()
            with transaction.atomic():
                edge.save()
                Family.objects.redraw([remake, source])
        return edge


class Remake(models.Model):
    """An edge from a remake to its source. That it closes no circle is also held by a trigger (migration 0002)."""

    remake = models.ForeignKey(Film, models.CASCADE, related_name="source_edges")
    source = models.ForeignKey(Film, models.CASCADE, related_name="remake_edges")

    objects = RemakeQuerySet.as_manager()

    class Meta:
        ordering = ["remake__year", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["remake", "source"],
                name="remake_recorded_once",
                violation_error_message="This remake is recorded already.",
            ),
            models.CheckConstraint(
                condition=~Q(remake=F("source")),
                name="remake_is_not_its_own_source",
                violation_error_message="A film cannot be a remake of itself.",
            ),
        ]

    def __str__(self):
        return f"{self.remake}, a remake of {self.source}"

    def clean(self):
        if self.remake_id is None or self.source_id is None or self.remake_id == self.source_id:
            return
        edges = Remake.objects.exclude(pk=self.pk).values_list("remake_id", "source_id")
        if family.closes_circle(edges, self.remake_id, self.source_id):
            raise ValidationError(
                f"{self.source} already descends from {self.remake}, so {self.remake} cannot be its remake."
            )
        if self.remake.year < self.source.year:
            raise ValidationError(f"{self.remake} is older than {self.source}, so it cannot be its remake.")
