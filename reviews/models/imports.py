import datetime
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

from films.models import Film, Remake
from films.titles import split_title
from reviews.models.reviews import Review

LEASE = datetime.timedelta(seconds=30)


class ImportQuerySet(models.QuerySet):
    def unattended(self, at=None):
        """Those that wait for a worker, or whose worker has not been seen for `LEASE`: it was killed."""
        gone = (at or timezone.now()) - LEASE
        waiting = self.filter(status__in=[Import.Status.READING, Import.Status.RUNNING])
        return waiting.filter(Q(worker_seen_at=None) | Q(worker_seen_at__lt=gone))

    def claim(self, at=None):
        """The next unattended import, which nobody else can claim as long as `attend` keeps being called; or None."""
        at = at or timezone.now()
        for found in self.unattended(at).order_by("pk"):
            same = self.filter(pk=found.pk, status=found.status, worker_seen_at=found.worker_seen_at)
            if same.update(worker_seen_at=at):
                return found
        return None


class Import(models.Model):
    """Texts that an admin brought in: its rows are the plan first and the record of what was done afterwards."""

    class Status(models.TextChoices):
        READING = "reading", "being read"
        PLANNED = "planned", "planned"
        RUNNING = "running", "being committed"
        COMMITTED = "committed", "committed"
        UNDONE = "undone", "taken back"

    description = models.CharField(max_length=300, blank=True)
    kind = models.CharField(
        max_length=6, blank=True, editable=False, help_text="What all its rows are; nothing while that is not known."
    )
    film_given = models.CharField(max_length=300, blank=True, help_text="For the texts that name none.")
    text_given = models.TextField(blank=True, help_text="Pasted text that waits to be read.")
    status = models.CharField(max_length=10, choices=Status, default=Status.PLANNED)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="imports")
    created_at = models.DateTimeField(auto_now_add=True)
    committed_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    waiting_since = models.DateTimeField(default=timezone.now, editable=False)
    worker_seen_at = models.DateTimeField(
        null=True, blank=True, editable=False, help_text="When whoever reads or commits it last said so."
    )

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["reading", "planned", "running", "committed", "undone"]),
                name="import_status_is_known",
            )
        ]

    def __str__(self):
        return f"Import {self.pk}: {self.description}"

    def counted(self, number):
        """ "3 reviews" for 3, or "3 rows" where the import has rows of several kinds."""
        return f"{number} {self.kind or 'row'}{'' if number == 1 else 's'}"

    def attend(self, status):
        """Says that somebody works on it. False when it is not in that status any more: an admin has stopped it."""
        return bool(Import.objects.filter(pk=self.pk, status=status).update(worker_seen_at=timezone.now()))

    def move_to(self, status, **fields):
        """Enters a status; nobody works on it until it is claimed. Does nothing where it was discarded meanwhile."""
        fields |= {"status": status, "worker_seen_at": None, "waiting_since": timezone.now()}
        for name, value in fields.items():
            setattr(self, name, value)
        Import.objects.filter(pk=self.pk).update(**fields)

    @property
    def neglected(self):
        """Whether it has waited for a worker for so long that there seems to be none."""
        since = self.worker_seen_at or self.waiting_since
        return self.status in (self.Status.READING, self.Status.RUNNING) and since < timezone.now() - LEASE

    @property
    def undoable(self):
        """Whether it has created something, and nobody is at work on it."""
        at_work = self.status in (self.Status.READING, self.Status.RUNNING) and not self.neglected
        return not at_work and self.rows.filter(state=ImportRow.State.CREATED).exists()

    def counts(self):
        """How many rows there are in each state, with 0 for the others."""
        found = dict(self.rows.order_by().values_list("state").annotate(Count("pk")))
        return {state: found.get(state, 0) for state in ImportRow.State.values}


class Said:
    """What a row says of its review or film, whether the row is stored or not."""

    __slots__ = ()

    @property
    def body(self):
        """The text of the review: as an admin has corrected it, or as it stands in the source."""
        if "body" in self.fields:
            return self.fields["body"]
        return self.source_text[slice(*self.spans["body"])] if "body" in self.spans else ""

    @property
    def film_named(self):
        """ "Title (Year)" as the text or the admin names the film, or "" where nobody does."""
        return "{film} ({year})".format(**self.fields) if self.fields.get("film") else ""

    @property
    def source_film_named(self):
        return "{source_film} ({source_year})".format(**self.fields)


class ImportRow(Said, models.Model):
    """One review, film or remake, or one piece of text that is none, in an import.

    In a remake, `film` is the remake and `source_film` what it is a remake of.
    """

    class Kind(models.TextChoices):
        REVIEW = "review", "review"
        FILM = "film", "film"
        REMAKE = "remake", "remake"

    class State(models.TextChoices):
        CREATE = "create", "to be created"
        CREATED = "created", "created"
        DUPLICATE = "duplicate", "duplicate"
        QUESTION = "question", "question"
        REFUSED = "refused", "refused"
        SKIPPED = "skipped", "skipped"
        UNDONE = "undone", "taken back"

    # What a person may still change: everything that is not done.
    OPEN_STATES = (State.CREATE, State.QUESTION, State.REFUSED, State.DUPLICATE, State.SKIPPED)

    # By what its review is recognised and what it proposes, kept where one process does what needs them.
    fingerprint = proposed = None

    in_import = models.ForeignKey(Import, models.CASCADE, related_name="rows", db_index=False)
    position = models.PositiveIntegerField()
    source = models.CharField(max_length=1000, help_text="The file, archive member or “pasted text” that it stood in.")
    line = models.PositiveIntegerField(null=True, help_text="Its first line there.")
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.REVIEW)
    state = models.CharField(max_length=9, choices=State)
    reason = models.TextField(blank=True, help_text="Why it is in this state.")
    assumed = models.TextField(blank=True, help_text="What was assumed in reading it.")
    note = models.TextField(blank=True, help_text="What is to be known about its film.")
    film = models.ForeignKey(Film, models.SET_NULL, null=True, help_text="The film it is matched with.")
    film_created = models.BooleanField(default=False, help_text="Whether the film came with it.")
    review = models.ForeignKey(Review, models.SET_NULL, null=True, related_name="import_rows")
    source_film = models.ForeignKey(Film, models.SET_NULL, null=True, related_name="+", db_index=False)
    source_film_created = models.BooleanField(default=False, help_text="Whether that film came with it.")
    edge = models.ForeignKey(Remake, models.SET_NULL, null=True, related_name="+", db_index=False)
    filled = models.JSONField(default=dict, help_text="The facts and titles that it gave to its film.")
    fields = models.JSONField(default=dict, help_text="What the text, or an admin after it, says.")
    spans = models.JSONField(default=dict, help_text="Where in the text it says so: [start, end] by field.")
    text = models.TextField(
        blank=True, help_text="The piece of the source, word for word, but for what its review keeps."
    )
    # Stored once: the text of a created review is left out of `text` and read from the review. When that changes or
    # goes, a trigger puts it back first (migration 0002).
    body_at = models.PositiveIntegerField(null=True, help_text="Where in `text` the review's own text belongs.")

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["in_import", "position"], name="import_row_has_its_place"),
            models.CheckConstraint(
                condition=Q(state__in=["create", "created", "duplicate", "question", "refused", "skipped", "undone"]),
                name="import_row_state_is_known",
            ),
            models.CheckConstraint(condition=Q(kind__in=["review", "film", "remake"]), name="import_row_kind_is_known"),
        ]
        # The rows still to do, and a state's rows in the preview: filter(in_import=…, state=…).order_by("position").
        indexes = [
            models.Index(fields=["in_import", "state", "position"], name="import_row_by_state"),
            # The rows of remakes that lose a film or their edge; few rows have one, so the others pay nothing.
            models.Index(
                fields=["source_film"], condition=Q(source_film__isnull=False), name="import_row_by_source_film"
            ),
            models.Index(fields=["edge"], condition=Q(edge__isnull=False), name="import_row_by_edge"),
        ]

    def __str__(self):
        return f"{self.source}, line {self.line}: {self.get_state_display()}"

    @property
    def open(self):
        return self.state in self.OPEN_STATES

    @property
    def source_text(self):
        """The piece of the source, word for word."""
        if self.body_at is None:
            return self.text
        return f"{self.text[: self.body_at]}{self.review.body}{self.text[self.body_at :]}"

    def answer(self, film):
        """Takes the film from an admin's "Title (Year)", or "" for none; the row is to be decided after it."""
        self.fields.setdefault("read", [self.fields.get("film", ""), self.fields.get("year")])
        self.fields["film"], self.fields["year"] = split_title(film) if film else ("", None)
        self.fields["answered"] = bool(film)

    def forget_answers(self):
        """Takes the film as it was read, and the row for what it was before an admin said that it is another review."""
        if "read" in self.fields:
            self.fields["film"], self.fields["year"] = self.fields.pop("read")
        for answered in ("answered", "another"):
            self.fields.pop(answered, None)

    def as_review(self):
        """The review that the row says, not stored yet."""
        fields = {
            name: self.fields[name]
            for name in ("author", "headline", "rating_scale", "spoiler", "tally_yes", "tally_total")
        }
        rating, date = self.fields["rating"], self.fields["date"]
        review = Review(
            film=self.film,
            body=self.body,
            rating=None if rating is None else Decimal(rating),
            date=date and datetime.date.fromisoformat(date),
            language=self.fields.get("language", ""),
            source=self.fields.get("source", self.source),
            **fields,
        )
        review.derive()
        return review
