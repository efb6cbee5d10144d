"""Pen names that look like others to the eye. Pure.

After UTS 39 of Unicode, as far as three alphabets go; within one of them, as with l and I, nobody is kept apart.
"""

import unicodedata

# Letters of these look like one another; those of others, such as Hebrew or Japanese, like none of another alphabet.
_ALIKE = {"LATIN", "CYRILLIC", "GREEK", "COPTIC", "ARMENIAN", "GEORGIAN", "CHEROKEE", "LISU", "DESERET", "OSAGE"}
_TWINS = [
    str.maketrans("aceijopsxyhdqwABCEHIJKMOPQSTWXY", "асеіјорѕхуһԁԛԝАВСЕНІЈКМОРԚЅТԜХУ"),
    str.maketrans("aiopuvABEHIKMNOPTXYZ", "αιορυνΑΒΕΗΙΚΜΝΟΡΤΧΥΖ"),
]
_LATIN = {theirs: latin for twins in _TWINS for latin, theirs in twins.items()}


def plain(name):
    """In the one way of writing: wide or bold letters, and accents that were written by themselves, are made usual."""
    return unicodedata.normalize("NFKC", name)


def mixes_alphabets(name):
    return len({_alphabet(letter) for letter in name} & _ALIKE) > 1


def _alphabet(letter):
    return unicodedata.name(letter, "").partition(" ")[0]


def doubles(name):
    """What looks the same as the name and is wholly of another alphabet."""
    latin = name.translate(_LATIN)
    looks = {latin, *(latin.translate(twins) for twins in _TWINS)} - {name}
    return sorted(look for look in looks if not mixes_alphabets(look))
