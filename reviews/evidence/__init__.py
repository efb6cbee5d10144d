"""What a review says about the films of a family: remakes it names, versions it compares, the version it is really on.

Pure: texts and facts go in, and statements come out, each with its exact place in the text.
"""

from reviews.evidence.proposals import Alias, Edge, Proposals, proposals
from reviews.evidence.prose import Passage, paragraphs, sentences
from reviews.evidence.reading import Film
from reviews.evidence.versions import Comparison, Mistaken, Version, comparisons, other_version

__all__ = [
    "Alias",
    "Comparison",
    "Edge",
    "Film",
    "Mistaken",
    "Passage",
    "Proposals",
    "Version",
    "comparisons",
    "other_version",
    "paragraphs",
    "proposals",
    "sentences",
]
