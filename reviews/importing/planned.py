"""What the rows of one import have in common: what they would create, by which further rows are judged."""

from collections import defaultdict
from dataclasses import dataclass, field

from films.titles import title_key

STORED = "It is stored already."
STORED_MEANWHILE = "It was stored between the preview and the commit."


@dataclass
class Planned:
    """What the rows of an import so far would create. A film is its id, or its place where it is new."""

    reviews: set = field(default_factory=set)  # (film, content key)
    texts: set = field(default_factory=set)  # the content keys alone
    marks: set = field(default_factory=set)  # both marks of each text that is long enough to have copies
    known: dict = field(default_factory=dict)  # by film, what rows say of it
    sources: defaultdict = field(default_factory=lambda: defaultdict(set))  # by remake
    films: dict = field(default_factory=dict)  # by their places, those that were added since the rows were decided
    listed: set = field(default_factory=set)  # the places of all rows of film lists

    def add_review(self, film, fingerprint):
        self.reviews.add((film, fingerprint.content_key))
        self.texts.add(fingerprint.content_key)
        if fingerprint.marks:
            self.marks.add(fingerprint.marks)

    def forget(self):
        """Drops what is stored by now. Which films a list has cannot be read from the database."""
        self.reviews, self.texts, self.marks = set(), set(), set()
        self.known, self.sources, self.films = {}, defaultdict(set), {}


def place(title, year):
    """What a new film is known by until it is stored."""
    return title_key(title), year
