"""How alike two texts are, and marks by which a text that is alike is found among a million. Pure.

A text is taken as its runs of three long words, whatever short ones stand between them (short words make up the
phrases that all texts share), and two texts are as alike as the share of runs they have in common (Broder, "On the
resemblance and containment of documents", 1997). The mark of a text is the smallest number that a hash gives to any of
its runs: two texts share it as often as they are alike, so two marks, each by another hash, find nearly every copy.
"""

import re
import zlib

ALIKE = 0.5  # from here on a person should look
SHORTEST = 150  # characters; below, different people write the same words
_LONG_WORD = re.compile(r"\w{6,}")
_LEAST_RUNS = 4
# Odd multipliers turn one hash into several (multiplicative hashing, Knuth 6.4).
_MULTIPLIERS = (0x9E3779B1, 0x85EBCA6B)


def runs(text):
    """The hashes of the runs; of runs of characters where words are few or a script does not part them."""
    text = text.casefold()
    words = _LONG_WORD.findall(text)
    found = [f"{one} {two} {three}" for one, two, three in zip(words, words[1:], words[2:], strict=False)]
    if len(found) < _LEAST_RUNS:
        bare = "".join(char for char in text if char.isalnum())
        found = [bare[start : start + 8] for start in range(max(1, len(bare) - 7))]
    return {zlib.crc32(run.encode()) for run in found}


def marks(text):
    """Two numbers below 2³²."""
    hashes = runs(text)
    return tuple(min([(number * by) & 0xFFFFFFFF for number in hashes]) for by in _MULTIPLIERS)


def likeness(one, other):
    """From 0 for texts without a run in common to 1 for texts of the same words."""
    mine, theirs = runs(one), runs(other)
    return len(mine & theirs) / len(mine | theirs)
