from crispy_forms.helper import FormHelper
from crispy_forms.layout import Submit
from django import forms
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from films.titles import split_title
from reviews.importing import sources
from reviews.models import Standing
from reviews.ratings import percents_of


class ReviewListForm(forms.Form):
    """The query string of a film's reviews: checks it and applies it."""

    sort = forms.ChoiceField(
        label="Sort by",
        required=False,
        choices=[
            ("helpful", "Most helpful"),
            ("newest", "Newest"),
            ("oldest", "Oldest"),
            ("highest", "Highest rating"),
            ("lowest", "Lowest rating"),
        ],
    )
    rating = forms.TypedChoiceField(
        label="Rating",
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", "Any"), *((bar, f"{bar} of 10") for bar in range(10, 0, -1))],
    )

    helper = FormHelper()
    helper.form_method = "get"
    helper.form_action = "#reviews"
    helper.form_class = "list-form"
    helper.add_input(Submit("", "Show", css_class="button"))

    def filter(self, reviews):
        """The reviews as asked for; what the query string says wrongly is as if it were not said."""
        self.is_valid()
        if rating := self.cleaned_data.get("rating"):
            reviews = reviews.filter(standing__percent__range=percents_of(rating))
        return reviews.order_by(*Standing.ORDERS[self.cleaned_data.get("sort") or "helpful"])


class VoteForm(forms.Form):
    """ "Was this review helpful?", as it stands below every review.

    `back` is the address of the page that shows the review, where the voter returns to.
    """

    helpful = forms.ChoiceField(choices=[("yes", "Yes"), ("no", "No")], widget=forms.HiddenInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, review=None, user=None, back="", **kwargs):
        super().__init__(*args, auto_id=False, **kwargs)
        if review is None:
            return
        self.review = review
        self.back = back
        self.helper = FormHelper()
        self.helper.template = "reviews/_vote_form.html"
        self.helper.form_action = reverse("vote", args=[review.pk])
        # A page for someone who is not signed in carries nothing personal, and their vote changes nothing yet.
        self.helper.disable_csrf = not user.is_authenticated

    def clean_helpful(self):
        return self.cleaned_data["helpful"] == "yes"


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
        help_text="Saved review pages as text, any number at once. You can drop them here.",
    )
    text = forms.CharField(
        label="Or paste a text",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "auto"}),
    )
    film = forms.CharField(
        label="Film of the texts that name none",
        required=False,
        max_length=300,
        help_text="As “Title (Year)”, such as “Hard Hit (2021)”. A text that names its film keeps it.",
    )

    helper = FormHelper()
    helper.form_class = "import-form"
    helper.add_input(Submit("", "Show what would happen", css_class="button default"))

    def clean_film(self):
        film = self.cleaned_data["film"].strip()
        if film and not split_title(film):
            raise forms.ValidationError("This is not of the form “Title (Year)”.")
        return split_title(film) if film else None

    def clean(self):
        if not self.errors and not self.cleaned_data["files"] and not self.cleaned_data["text"].strip():
            raise forms.ValidationError("Choose at least one file, or paste a text.")
        return self.cleaned_data

    def sources(self):
        yield from sources.from_uploads(self.cleaned_data["files"])
        if self.cleaned_data["text"].strip():
            yield sources.from_paste(self.cleaned_data["text"])


def safe_return(request, fallback):
    """The address in `next` if it lies on this site."""
    address = request.POST.get("next") or request.GET.get("next", "")
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return address
    return fallback
