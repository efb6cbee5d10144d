"""What all lists share: a query string that cannot be wrong, and pages."""

from django import forms
from django.core.paginator import Paginator


class ListForm(forms.Form):
    """The query string of a list. What it says wrongly is as if it were not said."""

    def full_clean(self):
        super().full_clean()
        if self.errors:
            self.data = {name: value for name, value in self.data.items() if name not in self.errors}
            super().full_clean()


def page_of(items, size, request):
    """The page that the query string asks for; the first for what is no number, the last for what lies beyond."""
    asked = request.GET.get("page", "")
    return Paginator(items, size).get_page(asked if asked.isdecimal() and asked.strip("0") else 1)
