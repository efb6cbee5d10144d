"""Numbers as people read them, in the language of the page; for machines they keep their point."""

from django.utils.translation import pgettext


def printed(number, form=","):
    """The number in a format of Python's, by default in groups of thousands: 1,234.5 or 1.234,5."""
    marks = {
        ".": pgettext("between whole and part", "."),
        ",": pgettext("between thousands", ","),
    }
    return "".join(marks.get(sign, sign) for sign in format(number, form))
