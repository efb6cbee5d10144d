import datetime
from decimal import Decimal

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.text import format_lazy

from films.titles import split_title, why_not_split
from reviews.importing.parser import read_rating
from reviews.models import ImportRow

# The admin looks films up by the foreign key that a form would hold; this one is never written through it.
FILMS = format_lazy("{}?app_label=reviews&model_name=importrow&field_name=film", reverse_lazy("admin:autocomplete"))


class FilmField(forms.CharField):
    """ "Title (Year)", cleaned to itself, or "" where nothing is given. Scripts offer the films of the catalogue."""

    def __init__(self, **kwargs):
        kwargs.setdefault("help_text", "As “Title (Year)”, such as “Hard Hit (2021)”.")
        super().__init__(max_length=300, **kwargs)

    def clean(self, value):
        named = super().clean(value)
        if named and not split_title(named):
            raise forms.ValidationError(why_not_split(named))
        return named

    def widget_attrs(self, widget):
        return super().widget_attrs(widget) | {"data-films": FILMS, "autocomplete": "off"}


class ManyFilesField(forms.FileField):
    """Any number of uploaded files, as a list."""

    class Input(forms.FileInput):
        allow_multiple_selected = True

    widget = Input

    def clean(self, data, initial=None):
        return [super(ManyFilesField, self).clean(file, initial) for file in data or []]


class ImportForm(forms.Form):
    """Texts to import: files, or pasted text, or both."""

    files = ManyFilesField(
        required=False,
        allow_empty_file=True,
        help_text="Saved review pages as text or HTML, lists of films or remakes as CSV, this site’s own export, and "
        "zip or tar archives of them, any number at once. You can drop them here.",
    )
    text = forms.CharField(
        label="Or paste a text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
    )
    film = FilmField(
        label="Film of the texts that name none",
        required=False,
        help_text="As “Title (Year)”, such as “Hard Hit (2021)”. A text that names its film keeps it.",
    )

    helper = FormHelper()
    helper.form_class = "import-form"
    helper.add_input(Submit("", "Show what would happen", css_class="button default"))

    def clean(self):
        if not self.errors and not self.cleaned_data["files"] and not self.cleaned_data["text"].strip():
            raise forms.ValidationError("Choose at least one file, or paste a text.")
        return self.cleaned_data


class RowForm(forms.Form):
    """What a row says of its review, for an admin to correct."""

    film = FilmField(required=False)
    rating = forms.CharField(required=False, max_length=20, help_text="Such as “7/10”; empty for none.")
    headline = forms.CharField(required=False, max_length=1000)
    author = forms.CharField(label="Reviewer", required=False, max_length=150)
    date = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    spoiler = forms.BooleanField(label="Tells the plot", required=False)
    body = forms.CharField(label="Text", strip=False, widget=forms.Textarea(attrs={"rows": 16, "dir": "auto"}))

    helper = FormHelper()
    helper.form_class = "import-form"
    helper.add_input(Submit("", "Save the row", css_class="button default"))

    def __init__(self, *args, row, **kwargs):
        self.row = row
        said = row.fields
        initial = {
            "film": row.film_named,
            "rating": f"{said['rating']}/{said['rating_scale']}" if said.get("rating") else "",
            "headline": said.get("headline", ""),
            "author": said.get("author", ""),
            "date": said.get("date"),
            "spoiler": said.get("spoiler", False),
            "body": row.body or row.text.strip(),
        }
        super().__init__(*args, initial=initial, **kwargs)

    def clean_rating(self):
        written = self.cleaned_data["rating"].strip()
        rating = read_rating(written)
        if written and not rating:
            raise forms.ValidationError("This is not a rating and its scale, such as “7/10”.")
        return rating or (None, None)

    def clean_date(self):
        date = self.cleaned_data["date"]
        # Where the reviewer lives it may be tomorrow.
        if date and date > timezone.localdate() + datetime.timedelta(days=1):
            raise forms.ValidationError("This date is still to come. A review has the date on which it was written.")
        return date

    def clean_body(self):
        body = self.cleaned_data["body"].replace("\r\n", "\n").strip()
        if not body:
            raise forms.ValidationError("A review has a text.")
        return body

    def save(self):
        """Writes what the form says into the row's fields; the row is to be decided and stored after it."""
        said = self.cleaned_data
        rating, scale = said["rating"]
        self.row.fields = {"tally_yes": None, "tally_total": None, **self.row.fields}
        self.row.fields |= {
            "rating": None if rating is None else str(Decimal(rating)),
            "rating_scale": scale,
            "headline": said["headline"],
            "author": said["author"],
            "date": said["date"] and said["date"].isoformat(),
            "spoiler": said["spoiler"],
        }
        if said["body"] != self.row.body:
            self.row.fields["body"] = said["body"]
        self.row.answer(said["film"])


class AnswerForm(forms.Form):
    """What is to become of several rows at once."""

    ACTIONS = (
        ("answer", "This is their film"),
        ("part", "They are other reviews"),
        ("skip", "Skip them"),
        ("restore", "Decide them anew"),
    )

    action = forms.ChoiceField(choices=ACTIONS)
    film = FilmField(
        required=False,
        widget=forms.TextInput(
            attrs={
                "placeholder": "Title (Year)",
                "pattern": r".*\(\d{4}\)\s*",
                "title": "Title (Year)",
                "data-key": "f",
            }
        ),
    )
    rows = forms.ModelMultipleChoiceField(ImportRow.objects.none(), required=False)
    every = forms.BooleanField(required=False)

    def __init__(self, *args, rows, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["rows"].queryset = rows

    def clean(self):
        said = super().clean()
        if not self.errors and said["action"] == "answer" and not said["film"]:
            raise forms.ValidationError("Write which film it is, as “Title (Year)”.")
        if not self.errors and not said["every"] and not said["rows"]:
            raise forms.ValidationError("Choose at least one row.")
        return said

    def chosen(self):
        return self.fields["rows"].queryset if self.cleaned_data["every"] else self.cleaned_data["rows"]
