from itertools import count
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models, transaction
from django.db.models import Count, Exists, F, OuterRef, Q
from django.db.models.functions import JSONObject
from django.urls import reverse

from films import bulk, family
from films.kinds import KINDS
from films.models.films import Film
from films.prepared import Prepared


class FamilyQuerySet(models.QuerySet):
    @transaction.atomic
    def redraw(self, films=None):
        """Brings the families of the given films, or of all, into line with the remakes as they stand.

        A family keeps its row and address for as long as any of its films is in it; the address of one that is gone
        leads on from then. No query has a variable for every film, and their number does not grow with the films.
        """
        touched = _touched(films)
        edges = Remake.objects.filter(Q(remake__in=touched.values("pk")) | Q(source__in=touched.values("pk")))
        edges = list(edges.values_list("remake_id", "source_id"))
        known = self._known(films, touched)
        touched = {film.pk: film for film in touched.only("slug", "year", "sort_title", "family")}
        if beyond := {pk for edge in edges for pk in edge} - touched.keys():
            # Another writer has tied them to more films, and not drawn the family yet or not seen ours.
            return self.redraw([*films, *Film.objects.filter(pk__in=beyond)])
        groups = [[touched[pk] for pk in sorted(ids)] for ids in family.components(edges)]
        families = self._kept(groups, known)
        self._name(groups, families, remakes={remake for remake, _ in edges})
        self._gather(touched.values(), groups, families)
        return self._dissolve(touched.values(), known, families)

    def _known(self, films, touched):
        known = self if films is None else self.filter(films__in=touched.values("pk")).distinct()
        return {home.pk: home for home in known}

    def _kept(self, groups, known):
        """A family for each group of films: the one that stands under the address of one of them, or another of theirs.

        So two families that a remake had joined find back to their addresses when it is gone.
        """
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

    def _name(self, groups, families, remakes):
        """Gives each family its original, and a new one its row."""
        fresh, changed = [], []
        for films, kept in zip(groups, families, strict=True):
            original = family.original(films, remakes)
            if kept.original_id != original.pk:
                kept.original = original
                (changed if kept.pk else fresh).append(kept)
        self._add(fresh)
        bulk.update(Family, [kept.pk for kept in changed], {"original_id": [kept.original_id for kept in changed]})

    def _add(self, families):
        """Stores new families under the addresses that they had before, or that follow from their originals."""
        for start in range(0, len(families), 500):
            batch = families[start : start + 500]
            former = FamilyAddress.objects.filter(film__in=[fresh.original for fresh in batch])
            former = {address.film_id: address.slug for address in former}
            likely = [former.get(fresh.original_id, fresh.original.slug) for fresh in batch]
            taken = set(self.filter(slug__in=likely).values_list("slug", flat=True))
            for fresh, slug in zip(batch, likely, strict=True):
                fresh.slug = self._free_slug(slug) if slug in taken else slug
            self.bulk_create(batch)
            FamilyAddress.objects.filter(slug__in=[fresh.slug for fresh in batch]).delete()

    def _free_slug(self, slug):
        taken = set(self.filter(slug__startswith=slug).values_list("slug", flat=True))
        return next(free for number in count(2) if (free := f"{slug}-{number}") not in taken)

    def _gather(self, films, groups, families):
        """Puts the films of each group into its family, and the others into none."""
        homes = {film.pk: kept.pk for members, kept in zip(groups, families, strict=True) for film in members}
        moved = [film.pk for film in films if film.family_id != homes.get(film.pk)]
        bulk.update(Film, moved, {"family_id": [homes.get(pk) for pk in moved]})

    def _dissolve(self, films, known, families):
        """Deletes the families that have no film any more, and lets their addresses lead to a film that they had."""
        members = {film.family_id: film.pk for film in films}
        gone = known.keys() - {home.pk for home in families}
        FamilyAddress.objects.bulk_create(
            FamilyAddress(slug=known[pk].slug, film_id=known[pk].original_id or members[pk]) for pk in sorted(gone)
        )
        self.filter(films=None).delete()

    def with_counts(self):
        return self.annotate(
            film_count=Count("films"), first_year=models.Min("films__year"), last_year=models.Max("films__year")
        )


def _touched(films):
    """The films whose families may change: those of the families of the given films, or all that have any tie."""
    if films is None:
        tied = Exists(Remake.objects.filter(remake=OuterRef("pk"))) | Exists(
            Remake.objects.filter(source=OuterRef("pk"))
        )
        return Film.objects.filter(tied | Q(family__isnull=False)).order_by()
    ids = [film.pk for film in films]
    homes = Film.objects.filter(pk__in=ids, family__isnull=False).values("family")
    return Film.objects.filter(Q(pk__in=ids) | Q(family__in=homes)).order_by()


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
        """The films in release order with their titles, and with their remakes as `in_order()` gives them."""
        return in_order(self.films.prefetch_related("titles"), _EDGES(self.pk))


# The number stands for the id of a family.
_EDGES = Prepared(lambda family: Remake.objects.with_quotes().filter(remake__family=family).order_by("pk"), -1)


def in_order(films, edges):
    """The films of a family in release order, each with the edges that it is `made_from` and was `made_into`."""
    films = family.release_order(films, [(edge.remake_id, edge.source_id) for edge in edges])
    place = {film.pk: number for number, film in enumerate(films)}
    for edge in edges:
        edge.remake, edge.source = films[place[edge.remake_id]], films[place[edge.source_id]]
    for film in films:
        film.made_from = sorted((e for e in edges if e.remake == film), key=lambda edge: place[edge.source_id])
        film.made_into = sorted((e for e in edges if e.source == film), key=lambda edge: place[edge.remake_id])
        film.ties = _ties(film)
    return films


def _ties(film):
    """What the film is to others of its family, in words, each with the films: ("remake of", [source, …])."""
    ties = {}
    for edge in film.made_from:
        ties.setdefault(edge.of, []).append(edge.source)
    for edge in film.made_into:
        ties.setdefault(edge.made_as, []).append(edge.remake)
    return list(ties.items())


class FamilyAddress(models.Model):
    """The address of a family that has been joined with another or has fallen apart: it leads to where its film is."""

    slug = models.SlugField(max_length=320, primary_key=True)
    film = models.ForeignKey(Film, models.CASCADE, related_name="former_family_addresses")

    class Meta:
        verbose_name_plural = "family addresses"

    def __str__(self):
        return self.slug

    def get_absolute_url(self):
        return (self.film.family or self.film).get_absolute_url()


class RemakeQuerySet(models.QuerySet):
    def with_quotes(self):
        """Adds `quoted`: a review that says where the edge is known from.

        Of several reviews it is the first, one that does not tell the plot before one that does.
        """
        quotes = _quotes().order_by("proposals__quotes__review__spoiler", "proposals__quotes")
        quoted = JSONObject(
            **{name: f"proposals__quotes__{name}" for name in ("text", "part", "paragraph")},
            review="proposals__quotes__review_id",
            spoiler="proposals__quotes__review__spoiler",
        )
        return self.annotate(quoted=models.Subquery(quotes.values(said=quoted)[:1]))

    def with_evidence(self):
        """Adds besides `sourced`: whether anything says where the edge is known from."""
        sourced = models.ExpressionWrapper(~Q(address="") | Exists(_quotes()), models.BooleanField())
        return self.with_quotes().annotate(sourced=sourced)

    def link(self, remake, source, **said):
        """Records that one film is a remake of the other; recording it again changes nothing."""
        edge = self.filter(remake=remake, source=source).first()
        if edge is None:
            edge = Remake(remake=remake, source=source, **said)
            edge.full_clean()
            with transaction.atomic():
                edge.save()
                Family.objects.redraw([remake, source])
        return edge


def _quotes():
    return Remake.objects.filter(pk=OuterRef("pk"), proposals__quotes__review__state="published")


class Remake(models.Model):
    """An edge from a remake to its source. That it closes no circle is also held by a trigger (migration 0002)."""

    remake = models.ForeignKey(Film, models.CASCADE, related_name="source_edges")
    source = models.ForeignKey(Film, models.CASCADE, related_name="remake_edges")
    kind = models.CharField(
        max_length=10, choices=[(kind, said.label) for kind, said in KINDS.items()], default="remake"
    )
    address = models.URLField(
        "where it is said",
        max_length=1000,
        blank=True,
        validators=[URLValidator(schemes=["http", "https"])],
        help_text="The address of a page that says so. Without one the remake is shown as unsourced.",
    )

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
            models.CheckConstraint(condition=Q(kind__in=list(KINDS)), name="remake_kind_is_known"),
            models.CheckConstraint(
                condition=Q(address="") | Q(address__startswith="http://") | Q(address__startswith="https://"),
                name="remake_address_is_of_the_web",
                violation_error_message="The address must begin with http:// or https://.",
            ),
        ]

    def __str__(self):
        return f"{self.remake}, {self.of} {self.source}"

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

    @property
    def host(self):
        """The site that says so, as a reader knows it."""
        return urlsplit(self.address).hostname.removeprefix("www.")

    @property
    def of(self):
        """What the film is to its source, to stand before the source's title."""
        return str(KINDS[self.kind].of)

    @property
    def made_as(self):
        """The same seen from the source, to stand before the remake's title."""
        return str(KINDS[self.kind].made_as)
