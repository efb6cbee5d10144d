"""What all lists share: a query string that cannot be wrong, and pages."""

from functools import lru_cache

from crispy_forms.utils import render_crispy_form
from django import forms
from django.core.paginator import Paginator
from django.utils.translation import get_language

from films.keyset import WrongCursorError, cursor_of, keys_after, keys_from


class ListForm(forms.Form):
    """The query string of a list. What it says wrongly is as if it were not said."""

    def full_clean(self):
        super().full_clean()
        if self.errors:
            self.data = {name: value for name, value in self.data.items() if name not in self.errors}
            super().full_clean()

    @property
    def html(self):
        """The form as pages show it: the same for everybody who asks for the same."""
        return _html(
            type(self), tuple((name, self.data[name]) for name in self.fields if name in self.data), get_language()
        )


@lru_cache(maxsize=500)
def _html(form, said, language):
    return render_crispy_form(form(dict(said)))


def page_of(items, size, request, count=None):
    """The page that the query string asks for; the first for what is no number, the last for what lies beyond.

    Who knows the number of the items gives it and spares a query.
    """
    asked = request.GET.get("page", "")
    paginator = Paginator(items, size)
    if count is not None:
        paginator.count = count
    return paginator.get_page(asked if asked.isdecimal() and asked.strip("0") else 1)


def keyset_page_of(queryset, size, request, count=None, whole=None):
    """The same for an ordered queryset as long as it likes; the page holds ids, or the rows that `whole` brings.

    A number leads to where that page lies now. The links to the next page and to the previous one say besides where
    this one ends or begins (`after`, `before`), so that what comes or goes meanwhile shifts nothing.
    """
    page = page_of(queryset, size, request, count)
    found = _beside(queryset, size, request)
    if found is None:
        found = keys_from(queryset, (page.number - 1) * size, size, page.paginator.count)
    page.object_list = [pk for pk, *_ in found]
    if whole is not None:
        rows = whole.in_bulk(page.object_list)
        page.object_list = [rows[pk] for pk in page.object_list if pk in rows]
    page.before, page.after = (cursor_of(queryset, found[place]) for place in (0, -1)) if found else (None, None)
    return page


def _beside(queryset, size, request):
    try:
        if request.GET.get("after"):
            return keys_after(queryset, request.GET["after"], size)
        if request.GET.get("before"):
            return keys_after(queryset, request.GET["before"], size, back=True)
    except WrongCursorError:
        return None
    return None
