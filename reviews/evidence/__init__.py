"""What a review says about the films of a family: the remakes, sources and other titles that it names.

Pure: texts and facts go in, and statements come out, each with its exact place in the text.
"""

from reviews.evidence.proposals import Alias, Edge, Proposals, proposals
from reviews.evidence.prose import Passage, paragraphs, sentences
from reviews.evidence.reading import Film

__all__ = [
    "Alias",
    "Edge",
    "Film",
    "Passage",
    "Proposals",
    "paragraphs",
    "proposals",
    "sentences",
]
