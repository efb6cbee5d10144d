"""Pen names that look like others to the eye. Pure.

After UTS 39 of Unicode, as far as three alphabets go; within one of them, as with l and I, nobody is kept apart.
"""

import unicodedata

# Letters of these look like one another; those of others, such as Hebrew or Japanese, like none of another alphabet.
_ALIKE = {"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "GEORGIAN", "CHEROKEE", "LISU", "DESERET", "OSAGE"}
_LATIN = str.maketrans(
    # Cyrillic, Greek, Turkish: without capitals, so that a letter counts as what it looks like in either size.
    "асеіјорѕхуһԁԛԝвнкмтαιορυνβεηκμτχζı",
    "aceijopsxyhdqwbhkmtaiopuvbehkmtxzi",
)
_CAPITALS = str.maketrans("ΝΥ", "NY")


def plain(name):
    """In the one way of writing: wide or bold letters, and accents that were written by themselves, are made usual."""
    return unicodedata.normalize("NFKC", name)


def mixes_alphabets(name):
    return len({_alphabet(letter) for letter in name} & _ALIKE) > 1


def _alphabet(letter):
    return unicodedata.name(letter, "").partition(" ")[0]


def key(name):
    """The same for all names that a reader takes for one another: without capitals, and Latin where it looks so."""
    return plain(plain(name).casefold()).translate(_LATIN)


def keys(name):
    """Those under which somebody may have the name: small ν and υ look like v and u, but Ν and Υ like N and Y."""
    return {key(name), key(plain(name).translate(_CAPITALS))}
