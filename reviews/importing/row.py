"""A row of a plan before it is stored."""

from dataclasses import dataclass, field

from films.models import Film, Remake
from reviews.models.imports import ImportRow, Said


@dataclass(slots=True)
class Row(Said):
    """What an ImportRow has, without what an instance of a model costs: that was a third of an import's time."""

    source: str
    kind: str = ImportRow.Kind.REVIEW
    line: int | None = None
    state: str = ""
    reason: str = ""
    assumed: str = ""
    note: str = ""
    film: Film | None = None
    film_created: bool = False
    review_id: int | None = None
    source_film: Film | None = None
    source_film_created: bool = False
    edge: Remake | None = None
    filled: dict = field(default_factory=dict)
    fields: dict = field(default_factory=dict)
    spans: dict = field(default_factory=dict)
    text: str = ""
    body_at: int | None = None
    position: int = 0
    fingerprint: tuple | None = None  # see review_plan.Fingerprint
    proposed: tuple | None = None  # evidence.Proposals, once they were read

    @property
    def source_text(self):
        return self.text

    @property
    def film_id(self):
        return self.film and self.film.pk

    @property
    def source_film_id(self):
        return self.source_film and self.source_film.pk

    @property
    def edge_id(self):
        return self.edge and self.edge.pk
