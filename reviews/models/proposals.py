"""What reviews say of films: claims for a person to decide, comparisons, and doubts; each with its sentences."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.urls import reverse

from films.kinds import KINDS
from films.models import Film, FilmTitle, Remake
from films.titles import title_key
from reviews.models.reviews import Review

LONGEST_CLAIM = 660  # two titles, two years and a kind


class ProposalQuerySet(models.QuerySet):
    def open(self):
        return self.filter(state=Proposal.State.OPEN)

    def of_import(self, pk):
        """Those that reviews make which the import created."""
        return self.filter(quotes__review__import_rows__in_import=pk).distinct()

    def with_counts(self):
        return self.annotate(quote_count=Count("quotes"))


class Proposal(models.Model):
    """ "Film is a remake of other", or "film is also called other": a claim stands once, whoever makes it.

    Of two reviews that say the same, one may leave out a year: that is one claim still, and `pair` finds it.
    """

    class Kind(models.TextChoices):
        REMAKE = "remake", "remake"
        ALIAS = "alias", "other title"

    class State(models.TextChoices):
        OPEN = "open", "open"
        ACCEPTED = "accepted", "accepted"
        DECLINED = "declined", "declined"

    kind = models.CharField(max_length=6, choices=Kind)
    edge_kind = models.CharField(
        "what it is to its source",
        max_length=10,
        blank=True,
        choices=[(kind, said.label) for kind, said in KINDS.items()],
    )
    film_title = models.CharField("film", max_length=300)
    film_year = models.PositiveSmallIntegerField("its year", null=True, blank=True)
    other_title = models.CharField("source, or other title", max_length=300)
    other_year = models.PositiveSmallIntegerField("year of the source", null=True, blank=True)
    pair = models.CharField(max_length=LONGEST_CLAIM, editable=False)
    claim = models.CharField(max_length=LONGEST_CLAIM, unique=True, editable=False)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="proposals_decided"
    )
    decided_at = models.DateTimeField(null=True, editable=False)
    # What it has become.
    edge = models.ForeignKey(Remake, models.SET_NULL, null=True, editable=False, related_name="proposals")
    title = models.ForeignKey(FilmTitle, models.SET_NULL, null=True, editable=False, related_name="proposals")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProposalQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["remake", "alias"]), name="proposal_kind_is_known"),
            models.CheckConstraint(
                condition=Q(state__in=["open", "accepted", "declined"]), name="proposal_state_is_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="alias", edge_kind="") | Q(kind="remake", edge_kind__in=list(KINDS)),
                name="proposal_of_a_remake_says_what_it_is",
            ),
        ]
        indexes = [
            # The claims that a review may be making once more: filter(pair__in=…).
            models.Index(fields=["pair"], name="proposal_by_pair"),
            # What waits for a person: filter(state=…).order_by("-pk").
            models.Index(fields=["state", "-id"], name="proposal_by_state"),
        ]

    def __str__(self):
        if self.kind == self.Kind.ALIAS:
            return f"{self.film_named}, also called {self.other_title}"
        return f"{self.film_named}, {KINDS[self.edge_kind].of} {self.other_named}"

    def save(self, **kwargs):
        self.derive()
        super().save(**kwargs)

    def clean(self):
        self.derive()
        if twin := Proposal.objects.exclude(pk=self.pk).filter(claim=self.claim).first():
            raise ValidationError(f"Another proposal says the same, and is {twin.get_state_display()}.")

    def derive(self):
        """Sets the fields that follow from others; what stores proposals in bulk calls it for each."""
        titles = title_key(self.film_title), title_key(self.other_title)
        self.pair = "|".join((self.kind, *titles))
        self.claim = f"{self.pair}|{self.film_year or ''}|{self.other_year or ''}"

    @property
    def film_named(self):
        return named(self.film_title, self.film_year)

    @property
    def other_named(self):
        return named(self.other_title, self.other_year)

    @property
    def open(self):
        return self.state == self.State.OPEN

    @property
    def decision(self):
        """What became of it, in words; nobody decides on what the catalogue says already."""
        if self.state == self.State.ACCEPTED and self.decided_at is None:
            return "In the catalogue already"
        return self.get_state_display().capitalize()

    def agrees_with(self, other):
        """Whether the two make one claim: the same titles, and no year against another."""
        years = (self.film_year, other.film_year), (self.other_year, other.other_year)
        return self.pair == other.pair and all(one == two or None in (one, two) for one, two in years)


def named(title, year):
    """ "Title (Year)", or the bare title where nobody says a year."""
    return f"{title} ({year})" if year else title


class Said(models.Model):
    """A sentence of a review, word for word, and its place there."""

    review = models.ForeignKey(Review, models.CASCADE)
    part = models.CharField(max_length=8, choices=[("body", "text"), ("headline", "headline")], default="body")
    start = models.PositiveIntegerField()
    end = models.PositiveIntegerField()
    paragraph = models.PositiveIntegerField(help_text="Counted from 1, like its anchor on the page.")
    text = models.TextField()

    class Meta:
        abstract = True

    def __str__(self):
        return self.text

    def get_absolute_url(self):
        page = reverse("review", args=[self.review_id])
        return f"{page}#review-{self.review_id}-p{self.paragraph}" if self.part == "body" else page


class Quote(Said):
    """Where a review makes a claim."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="quotes", db_index=False)
    review = models.ForeignKey(Review, models.CASCADE, related_name="quotes")

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["proposal", "review"], name="proposal_quoted_once_of_a_review")]


class Comparison(Said):
    """A sentence that sets the film of its review against another film of the family."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="comparisons", db_index=False)
    other = models.ForeignKey(Film, models.CASCADE, related_name="comparisons")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "other", "part", "start"], name="comparison_kept_once")
        ]


class Doubt(Said):
    """A sentence by which a review seems to be on another film of the family than the one that it stands under."""

    review = models.OneToOneField(Review, models.CASCADE, related_name="doubt")
    other = models.ForeignKey(Film, models.CASCADE, related_name="doubts")
    dismissed = models.BooleanField(default=False, editable=False)

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["dismissed", "-id"], name="doubt_to_settle")]
