"""What an import would do, row by row: the preview shows the plan, and the commit executes it."""

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice

from django.db import transaction
from django.utils import timezone

from films import bulk
from reviews import proposing
from reviews.importing import catalogue, catalogue_plan, html, jsonlines, review_plan
from reviews.importing.ahead import ahead
from reviews.importing.decoding import NotTextError, decode
from reviews.importing.parser import parse
from reviews.importing.planned import Planned
from reviews.importing.records import Problem
from reviews.importing.row import Row
from reviews.models import Import, ImportRow

BATCH = 1000  # rows that are judged together,
BATCH_TEXT = 4 * 1024 * 1024  # or fewer where their texts have so many characters together
WRITTEN_FOR = 0.015  # seconds between two looks whether somebody waits for the lock,
WRITTEN_MEANWHILE = 0.008  # and while there are others who write,
REMEMBERED = 1  # for so many seconds after one of them has waited,
COMMITTED_IN = 0.01  # and that a commit may take, because nobody can cut it short
FEWEST_WRITTEN = 20  # rows between two looks,
MOST_WRITTEN = 1000  # and in a transaction
LISTED = 100  # rows of lists in a transaction: the address of a family depends on what comes in together

# What a commit writes of every row, and what anybody writes of rows of each kind.
DONE = ["state", "reason", "film_id", "film_created"]
OF_KIND = {
    "review": ["review_id", "text", "body_at"],
    "film": ["filled"],
    "remake": ["source_film_id", "source_film_created", "edge_id"],
}
# What a stored row has of a row that is planned.
STORED = [
    "position", "source", "kind", "line", "state", "reason", "assumed", "note", "film_id", "film_created", "review_id",
    "source_film_id", "source_film_created", "edge_id", "filled", "fields", "spans", "text", "body_at",
]  # fmt: skip

State, Kind = ImportRow.State, ImportRow.Kind


def rows(sources, film=None, progress=lambda rows: None):
    """The rows of the plan, not stored: an iterator, so that no more than a batch of texts is in memory.

    `film`, a (title, year) pair, is the film of the texts that name none.
    """
    for batch in _decided(_batches(_read(sources)), film, Planned()):
        progress(batch)
        yield from batch


def _decided(batches, film, planned):
    position = 0
    for batch in batches:
        if film:
            for row in batch:
                if row.fields and not row.fields["film"]:
                    row.fields["film"], row.fields["year"] = film
                    row.fields["given"] = True
        decide([row for row in batch if row.state != State.REFUSED], planned)
        for row in batch:
            position += 1
            row.position = position
        yield batch


def store(sources, film=None, user=None):
    """Stores the plan and returns its Import. Nothing else is written."""
    plan = Import.objects.create(user=user, status=Import.Status.READING, worker_seen_at=timezone.now())
    try:
        read(plan, sources, film)
    except BaseException:
        # Half a plan would look like a whole one.
        plan.delete()
        raise
    return plan


def read(plan, sources, film=None, batches=lambda batches: batches):
    """Fills an import that is being read with its rows, from the beginning; stops when an admin has discarded it.

    A worker, where no other thread is at work, passes `ahead` for `batches`.
    """
    plan.rows.all().delete()
    summary = Summary()
    for batch in _decided(batches(_batches(_read(sources))), film, Planned()):
        review_plan.doubt([row for row in batch if row.kind == Kind.REVIEW])
        with transaction.atomic():
            if not plan.attend(Import.Status.READING):
                return
            _store_rows(plan, batch)
        summary.add(batch)
    plan.move_to(Import.Status.PLANNED, **summary.fields(), text_given="")


def commit(plan):
    """Creates what the plan says, in short transactions, until it is done or an admin stops it.

    Calling it again goes on where it was cut off; called by two at once it is done once.
    """
    if plan.status != Import.Status.RUNNING:
        plan.move_to(Import.Status.RUNNING)
    pace, part = Pace({plan.kind}), True
    rows = plan.rows.select_related("film").select_for_update(of=["self"])
    while part:
        with pace.transaction():
            if not plan.attend(Import.Status.RUNNING):
                return
            for size in pace.parts():
                part = list(rows.filter(state=State.CREATE)[:size])
                create(part)
                write(part, DONE)
                if not part:
                    break
    plan.move_to(Import.Status.COMMITTED, committed_at=timezone.now())


NOT_READ_WHOLE = "sources that were not read to their end"  # until they are, or for good where that was cut off


@bulk.storing_much()
def run(sources, film=None, user=None, progress=lambda rows: None):
    """Plans and commits without stopping in between, batch by batch; stops when an admin has stopped it.

    What `store` and `commit` do after one another. But a near copy of a review in an earlier batch is found by either
    of its marks, because that is stored by then, and of one that is not stored yet by both of them.
    """
    summary, planned = Summary(), Planned()
    batches = _decided(ahead(_batches(_read_closely(sources))), film, planned)
    first = list(islice(batches, 1))  # before there is an import: who gives up waiting for it leaves none
    plan = Import.objects.create(
        user=user, status=Import.Status.RUNNING, worker_seen_at=timezone.now(), description=NOT_READ_WHOLE
    )
    pace = Pace()
    for batch in chain(first, batches):
        pace.kinds, done = {row.kind for row in batch}, 0
        while done < len(batch):
            with pace.transaction():
                if not plan.attend(Import.Status.RUNNING):
                    return plan
                for size in pace.parts():
                    part = batch[done : done + size]
                    create([row for row in part if row.state == State.CREATE], planned.films)
                    _store_rows(plan, part)
                    done += len(part)
                    if done == len(batch):
                        break
        # What is stored by now need not be remembered.
        planned.forget()
        summary.add(batch)
        progress(batch)
    plan.move_to(Import.Status.COMMITTED, **summary.fields(), committed_at=timezone.now())
    return plan


class Pace:
    """Transactions as long as may be: until somebody waits for the lock, or their commit would take too long.

    They write in parts, and look after each of them whether somebody waits.
    """

    def __init__(self, kinds=frozenset()):
        self.kinds = kinds
        self.part, self.most = min(100, MOST_WRITTEN), MOST_WRITTEN

    @contextmanager
    def transaction(self):
        self.written = 0
        with transaction.atomic():
            yield
            written_at = time.perf_counter()
        took = time.perf_counter() - written_at
        if self.written:
            self.most = min(MOST_WRITTEN, round(self.written * COMMITTED_IN / took))
        bulk.give_way()

    def parts(self):
        """How many rows to write, again and again until the transaction has to end."""
        if self.kinds != {Kind.REVIEW}:
            yield LISTED
            return
        start = time.perf_counter()
        while not self.written or (self.written < self.most and not bulk.somebody_waits(time.perf_counter() - start)):
            looked = time.perf_counter()
            yield self.part
            self.written += self.part
            may_take = WRITTEN_MEANWHILE if bulk.somebody_waits(within=REMEMBERED) else WRITTEN_FOR
            faster = may_take / (time.perf_counter() - looked)
            self.part = min(MOST_WRITTEN, max(FEWEST_WRITTEN, round(self.part * min(2, faster))))


REPORTED_AS = {
    State.CREATE: "created",
    State.CREATED: "created",
    State.DUPLICATE: "duplicates",
    State.QUESTION: "questions",
    State.REFUSED: "refused",
}


def report(rows):
    """How many of the rows (planned or committed) end in which way, and what is to be said of those that fail."""
    counts = {"created": 0, "duplicates": 0, "questions": 0, "refused": 0}
    problems = []
    for row in rows:
        counts[REPORTED_AS[row.state]] += 1
        if row.state in (State.QUESTION, State.REFUSED):
            problems.append({"source": row.source, "line": row.line, "reason": row.reason})
    return {**counts, "problems": problems}


class Proposed:
    """What the rows (planned or committed) propose: each claim once of a source, unless it has been decided."""

    def __init__(self):
        self.listed = []
        self.said = {}

    def add(self, rows):
        titles = proposing.Titles()
        rows = [row for row in rows if row.kind == Kind.REVIEW and row.state in (State.CREATE, State.CREATED)]
        made = [(row.source, claim) for row in rows for claim in review_plan.claims(row, titles)]
        settled = proposing.settle([claim for _, claim in made])
        for (source, claim), proposal in zip(made, settled, strict=True):
            said = self.said.setdefault((source, proposal.pair), [])
            if proposal.open and not any(proposal.agrees_with(other) for other in said):
                said.append(proposal)
                self.listed.append(_listed(source, claim, proposal))


def _listed(source, claim, proposal):
    other = proposal.other_named if proposal.kind == "remake" else proposal.other_title
    film = proposal.film_named
    return {"kind": proposal.kind, "source": source, "film": film, "other": other, "quote": claim.quote.text}


def _batches(rows):
    batch, size = [], 0
    for row in rows:
        batch.append(row)
        size += len(row.text)
        if len(batch) == BATCH or size > BATCH_TEXT:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _store_rows(plan, batch):
    bulk.insert(ImportRow, {"in_import_id": [plan.pk] * len(batch)} | bulk.columns(batch, STORED))


def write(rows, fields):
    for kind, of_kind in _by_kind(rows).items():
        bulk.update(ImportRow, [row.pk for row in of_kind], bulk.columns(of_kind, [*fields, *OF_KIND[kind]]))


def _by_kind(rows):
    """The rows of each kind that there is: films first, because remakes and reviews are about them."""
    found = {kind: [row for row in rows if row.kind == kind] for kind in (Kind.FILM, Kind.REMAKE, Kind.REVIEW)}
    return {kind: rows for kind, rows in found.items() if rows}


@dataclass
class Summary:
    """What an import is listed as: its first source, how many there are, and what its rows are."""

    first: str = ""
    last: str = ""
    sources: int = 0
    kinds: set = field(default_factory=set)

    def add(self, rows):
        for row in rows:
            if row.source != self.last or not self.sources:
                self.first, self.last, self.sources = self.first or row.source, row.source, self.sources + 1
            if row.fields:
                self.kinds.add(row.kind)

    def fields(self):
        more = f" and {self.sources - 1} more" if self.sources > 1 else ""
        kind = next(iter(self.kinds)) if len(self.kinds) == 1 else ""
        return {"description": f"{self.first[: 300 - len(more)]}{more}", "kind": kind}


# From sources to rows


def _read(sources):
    for source in sources:
        if source.problem:
            yield Row(source.name, state=State.REFUSED, reason=source.problem)
            continue
        try:
            decoded = decode(source.data)
        except NotTextError as problem:
            yield Row(source.name, state=State.REFUSED, reason=str(problem))
            continue
        if html.is_html(decoded.text):
            decoded = decoded._replace(text=html.text_of(decoded.text))
        kind, records = _records(decoded.text)
        for record in records:
            yield _row(source.name, decoded, kind, record)


def _read_closely(sources):
    """The same with what the reviews propose, so that nobody waits for that who holds the lock for writing."""
    titles = proposing.Titles()
    titles.keys  # noqa: B018 -- before another process takes over, which must not use this one's connection
    for row in _read(sources):
        if row.kind == Kind.REVIEW and row.fields and row.fields["film"]:
            review_plan.claims(row, titles)
        yield row


def _records(text):
    """The kind of the text's records, and the records."""
    if jsonlines.is_json_lines(text):
        return Kind.REVIEW, jsonlines.read(text)
    if kind := catalogue.kind(text):
        return kind, catalogue.read(text)
    return Kind.REVIEW, parse(text)


def _row(source, decoded, kind, record):
    text = decoded.text[slice(*record.span)]
    row = Row(source, kind, record.line, text=text, assumed=decoded.assumed)
    if isinstance(record, Problem):
        row.state, row.reason = State.REFUSED, record.reason
    elif kind == Kind.REVIEW:
        row.assumed = " ".join(filter(None, [row.assumed, *record.notes]))
        review_plan.take(record, row)
    else:
        row.fields = catalogue_plan.fields(record, kind)
    return row


# From what rows say to what becomes of them


def decide(rows, planned=None):
    """Settles film, state and reason of rows with fields: whether each is created, a duplicate, a question or refused.

    `planned` is the memory of what other rows of the same import will create.
    """
    planned = Planned() if planned is None else planned
    for kind, of_kind in _by_kind(rows).items():
        match kind:
            case Kind.FILM:
                catalogue_plan.decide_films(of_kind, planned)
            case Kind.REMAKE:
                catalogue_plan.decide_remakes(of_kind, planned)
            case Kind.REVIEW:
                review_plan.decide(of_kind, planned)


def create(batch, films=None):
    """Stores what rows that are to be created say, and their films where the catalogue lacks them.

    The rows themselves are not stored. What somebody else has stored since they were planned is a duplicate. Films are
    looked for once more, unless `films` has those that were added since the rows were decided, just before.
    """
    for kind, of_kind in _by_kind(batch).items():
        match kind:
            case Kind.FILM:
                catalogue_plan.create_films(of_kind)
            case Kind.REMAKE:
                catalogue_plan.create_remakes(of_kind)
            case Kind.REVIEW:
                review_plan.create(of_kind, films)
