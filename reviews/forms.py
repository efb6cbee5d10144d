from collections import Counter
from functools import lru_cache

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.conf.locale import LANG_INFO
from django.contrib import admin
from django.http import QueryDict
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.text import format_lazy
from django.utils.translation import get_language_info, gettext_noop
from django.utils.translation import gettext_lazy as _

from films.choosing import FoundSelect
from films.forms import LONGEST_SEARCH
from films.lists import ListForm
from films.models import Film
from films.titles import FIRST_YEAR, LAST_YEAR
from reviews import wording
from reviews.language import main_part
from reviews.models import Review, Standing
from reviews.ratings import percents_of
from reviews.search import Found

READ_FOR_A_PAGE = 25  # standings
BARS = [("", _("Any")), *((bar, format_lazy(_("{rating} of 10"), rating=bar)) for bar in range(10, 0, -1))]


class ReviewListForm(ListForm):
    """The query string of a film's reviews: checks it and applies it."""

    sort = forms.ChoiceField(
        label=_("Sort by"),
        required=False,
        choices=[
            ("helpful", _("Most helpful")),
            ("newest", _("Newest")),
            ("oldest", _("Oldest")),
            ("highest", _("Highest rating")),
            ("lowest", _("Lowest rating")),
        ],
    )
    rating = forms.TypedChoiceField(
        label=_("Rating"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=BARS,
    )

    # These two are chosen by links, which say how many reviews there are.
    plot = forms.ChoiceField(required=False, choices=[("", ""), ("untold", "")], widget=forms.HiddenInput)
    language = forms.CharField(required=False, max_length=35, widget=forms.HiddenInput)

    helper = FormHelper()
    helper.form_method = "get"
    helper.form_action = "#reviews"
    helper.form_class = "list-form"
    helper.add_input(Submit("", gettext_noop("Show"), css_class="button"))

    @staticmethod
    @lru_cache(maxsize=500)
    def of(query):
        """The form that says the query string, checked. Requests share it, so nobody changes it."""
        form = ReviewListForm(QueryDict(query))
        form.is_valid()
        return form

    def clean_language(self):
        return main_part(self.cleaned_data["language"])

    @property
    def keeps_places(self):
        """Whether the list has places for reviews that need votes: the whole of it, the most helpful first."""
        asked = self.cleaned_data
        filtered = any(asked.get(name) for name in ("rating", "plot", "language"))
        return asked.get("sort") in ("", "helpful", None) and not filtered

    def filter(self, film):
        """The standings of the film's reviews as asked for, and how many they are."""
        asked = self.cleaned_data
        kinds = self._kinds(film, **asked)
        count = sum(kinds.values())
        standings = film.standings.order_by(*Standing.ORDERS[asked.get("sort") or "helpful"])
        if count == film.review_count:
            return standings, count
        percents = percents_of(asked["rating"]) if asked.get("rating") else None
        # Of few, all are looked up; among few others, many are met in the order of the list.
        few = count**2 < READ_FOR_A_PAGE * film.review_count
        return (standings.few_of_kinds if few else standings.many_of_kinds)(kinds, percents), count

    def choices(self, film):
        """What the lists of links offer: how many reviews there are in each language, and that tell no plot."""
        asked = self.cleaned_data
        languages = Counter()
        for kind, count in self._kinds(film, **asked | {"language": ""}).items():
            languages[kind.language] += count
        return {
            "languages": [(code, _language_name(code), count) for code, count in languages.most_common() if code],
            "of_all_languages": languages.total(),
            "untold": sum(self._kinds(film, **asked | {"plot": "untold"}).values()),
            "told_too": sum(self._kinds(film, **asked | {"plot": ""}).values()),
        }

    def _kinds(self, film, rating=None, plot="", language="", **_):
        """The kinds of the film's reviews that are asked for, each with their number."""
        low, high = percents_of(rating) if rating else (None, None)
        return {
            kind: count
            for kind, count in film.kind_counts.items()
            if not (rating and (kind.percent is None or not low <= kind.percent <= high))
            and not (plot and kind.spoiler)
            and not (language and kind.language != language)
        }


def _language_name(code):
    """In the language of the page; languages that Django does not know keep their code."""
    return get_language_info(code)["name_translated"] if code in LANG_INFO else code


class SearchForm(ListForm):
    """The query string of the search: checks it and finds what it asks for."""

    q = forms.CharField(
        label=_("Words"),
        required=False,
        # The key that leads to the field of every other page leads to this one here.
        widget=forms.TextInput(
            attrs={"type": "search", "id": "site-search", "placeholder": _("A film, a director, or words of a review")}
        ),
    )
    year_from = forms.IntegerField(label=_("Films from"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    year_to = forms.IntegerField(label=_("Films until"), required=False, min_value=FIRST_YEAR, max_value=LAST_YEAR)
    country = forms.CharField(label=_("Country"), required=False, max_length=200)
    rating = forms.TypedChoiceField(label=_("Rated"), required=False, coerce=int, empty_value=None, choices=BARS)

    helper = FormHelper()
    helper.form_method = "get"
    helper.form_class = "list-form search-form"
    helper.attrs = {"role": "search"}
    helper.add_input(Submit("", gettext_noop("Search"), css_class="button button--main"))

    def clean_q(self):
        return self.cleaned_data["q"][:LONGEST_SEARCH]

    @property
    def filtered(self):
        return any(value for name, value in self.cleaned_data.items() if name != "q")

    def films(self):
        asked = self.cleaned_data
        films = Film.objects.all()
        if asked.get("year_from"):
            films = films.filter(year__gte=asked["year_from"])
        if asked.get("year_to"):
            films = films.filter(year__lte=asked["year_to"])
        if asked.get("country"):
            films = films.filter(country__icontains=asked["country"])
        return films

    def reviews(self):
        asked = dict(self.cleaned_data)
        terms, rating = wording.terms(asked.pop("q")), asked.pop("rating", None)
        return Found(terms, **asked, percents=rating and percents_of(rating))


def safe_return(request, fallback):
    """The address in `next` if it lies on this site."""
    address = request.POST.get("next") or request.GET.get("next", "")
    # What is no path would be taken for the name of a page.
    if address.startswith("/") and url_has_allowed_host_and_scheme(
        address, {request.get_host()}, require_https=request.is_secure()
    ):
        return address
    return fallback


class FilmForm(forms.Form):
    """A form of the admin in which films are chosen."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget = FoundSelect(Review._meta.get_field("film"), admin.site)
            field.widget.choices = field.choices


class MergeForm(FilmForm):
    """Which two films are one; `dropped` is merged into `kept`."""

    kept = forms.ModelChoiceField(
        Film.objects.all(), label="The film that stays", help_text="Its title, its address and its facts stay."
    )
    dropped = forms.ModelChoiceField(
        Film.objects.all(), label="The double", help_text="It goes, and everything that stands under it moves."
    )

    def clean(self):
        if self.cleaned_data.get("kept") and self.cleaned_data.get("kept") == self.cleaned_data.get("dropped"):
            raise forms.ValidationError("Choose two films: these are one and the same.")


class MoveForm(FilmForm):
    """The film that reviews belong to."""

    film = forms.ModelChoiceField(Film.objects.all(), label="The film they are about")
