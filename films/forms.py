from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from films.lists import ListForm
from films.search import search

LONGEST_SEARCH = 200  # characters; the rest is cut off


class FilmListForm(ListForm):
    """The query string of the list of films: checks it and applies it."""

    ORDERS = {
        "title": ["sort_title", "year", "pk"],
        "newest": ["-year", "sort_title", "pk"],
        "oldest": ["year", "sort_title", "pk"],
        "rating": [F("mean_percent").desc(nulls_last=True), "sort_title", "pk"],
        "reviews": ["-review_count", "sort_title", "pk"],
    }

    q = forms.CharField(
        label=_("Find a film"),
        required=False,
        widget=forms.TextInput(attrs={"type": "search", "placeholder": _("Any title, in any language")}),
    )
    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[
            ("title", _("Title")),
            ("newest", _("Newest films")),
            ("oldest", _("Oldest films")),
            ("rating", _("Highest rated")),
            ("reviews", _("Most reviewed")),
        ],
    )

    helper = FormHelper()
    helper.form_method = "get"
    helper.form_class = "list-form"
    helper.attrs = {"role": "search"}
    helper.add_input(Submit("", gettext_noop("Show"), css_class="button"))

    def clean_q(self):
        return self.cleaned_data["q"][:LONGEST_SEARCH]

    def filter(self, films):
        """The films as asked for."""
        self.is_valid()
        films = search(films, self.cleaned_data.get("q", ""))
        return films.order_by(*self.ORDERS[self.cleaned_data.get("sort") or "title"])
