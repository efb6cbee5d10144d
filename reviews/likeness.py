"""How alike two texts are, and marks by which a text that is alike is found among a million. Pure.

A text is taken as its runs of three long words, whatever short ones stand between them (short words make up the
phrases that all texts share), and two texts are as alike as the share of runs they have in common (Broder, "On the
resemblance and containment of documents", 1997). A mark of a text is the run that comes first in some order of all
runs: two texts share it as often as they are alike. The two orders are the alphabet forwards and backwards, which
need no hashing of every run, so two marks find nearly every copy and cost little. The run of a mark has a word more:
among a hundred thousand texts every third shares three words at such a place by chance, and hardly any shares four.
"""

import re
import zlib

ALIKE = 0.5  # from here on a person should look
SHORTEST = 150  # characters; below, different people write the same words
_LONG = 6  # bytes of a word
_LEAST_RUNS = 4
_GAPS = bytes(byte if chr(byte).isalnum() or chr(byte) == "_" or byte > 0x7F else 0x20 for byte in range(256))
_STRANGE_GAP = re.compile(r"[^\w\x00-\x7f]")


def runs(text):
    """The runs as tuples; of characters where words are few or a script does not part them."""
    words = _long_words(text)
    if len(words) < _LEAST_RUNS + 2:
        bare = "".join(char for char in text.casefold() if char.isalnum())
        return {tuple(bare[start : start + 8]) for start in range(max(1, len(bare) - 7))}
    return set(zip(words, words[1:], words[2:], strict=False))


def _long_words(text):
    text = text.casefold()
    if not text.isascii():
        text = _STRANGE_GAP.sub(" ", text)
    return [word for word in text.encode(errors="replace").translate(_GAPS).split() if len(word) >= _LONG]


def marks(text):
    """Two numbers below 2³²."""
    words = _long_words(text)
    if len(words) < _LEAST_RUNS + 2:
        found = runs(text)
        return tuple(zlib.crc32("".join(run).encode(errors="replace")) for run in (min(found), max(found)))
    heads = words[:-3]
    ends = heads.index(min(heads)), heads.index(max(heads))
    return tuple(zlib.crc32(b" ".join(words[start : start + 4])) for start in ends)


def likeness(one, other):
    """From 0 for texts without a run in common to 1 for texts of the same words."""
    mine, theirs = runs(one), runs(other)
    return len(mine & theirs) / len(mine | theirs)
