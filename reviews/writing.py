"""Readers write reviews of their own: a draft that nobody else sees, a preview, a review; and what it was before."""

import unicodedata
from functools import wraps

from django import forms
from django.conf.locale import LANG_INFO
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from films.models import Film, FilmAddress
from reviews import comparing, limits, proposing, search, spoilers, unsaved
from reviews.differences import stretches
from reviews.models import Action, Claim, Draft, Mute, Review, Version
from reviews.models.writing import AS_IT_IS, SCALE

SHORTEST, LONGEST = 50, 20_000  # characters of a text
LONGEST_HEADLINE = 150
VERSIONS_SHOWN = 20
LANGUAGES = (
    "en", "de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "pl", "cs", "hu", "ro", "tr", "el", "ru", "uk",
    "he", "ar", "fa", "hi", "th", "vi", "id", "ko", "ja", "zh",
)  # fmt: skip
_LOCAL_NAMES = [(code, LANG_INFO[{"zh": "zh-hans"}.get(code, code)]["name_local"]) for code in LANGUAGES]
NAMES = [(code, name[0].upper() + name[1:]) for code, name in _LOCAL_NAMES]
RATINGS = [("", gettext_lazy("No rating")), *((str(number), f"{number}/{SCALE}") for number in range(SCALE, 0, -1))]
FOR_ITS_AUTHOR = gettext_lazy("This is for whoever wrote the review. Are you signed in as somebody else?")
UNPAIRED = {
    "begin": gettext_lazy(
        "A [spoiler] has no end, so all that follows would be hidden. Write [/spoiler] where the plot is told."
    ),
    "end": gettext_lazy(
        "A [/spoiler] has no beginning, so what you meant to hide would be shown. Write [spoiler] where it begins."
    ),
}
MEANWHILE = gettext_lazy(
    "You have saved another draft in the meantime, in another window. Press again to put this text in its place, or "
    "open this page once more to read that one first."
)
NOTHING = gettext_lazy("There is nothing to save yet: write something, or choose a rating.")
ANOTHER = gettext_lazy("You have published another review of this film. Withdraw that one first.")


def for_writers(view):
    """For readers who are signed in and whose address is verified."""

    @login_required
    @wraps(view)
    def guarded(request, *args, **kwargs):
        if not request.user.verified:
            return render(request, "reviews/unverified.html", status=403)
        return view(request, *args, **kwargs)

    return guarded


class WritingForm(forms.ModelForm):
    """A review as its author writes it. Only what is to be published must be whole."""

    headline = forms.CharField(
        label=gettext_lazy("Headline"),
        required=False,
        help_text=gettext_lazy("It is always visible, so it must not tell the plot. You may leave it out."),
    )
    rating = forms.ChoiceField(label=gettext_lazy("Rating"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)

    class Meta:
        model = Draft
        fields = ["headline", "body", "spoiler", "rating", "language"]
        labels = {
            "body": gettext_lazy("Your review"),
            "spoiler": gettext_lazy("The whole review tells the plot"),
        }
        help_texts = {
            "body": gettext_lazy(
                "Put what tells the plot between [spoiler] and [/spoiler]: it stays hidden until a reader asks for it. "
                "An empty line begins a new paragraph."
            ),
            "spoiler": gettext_lazy("Then nothing but the headline is shown until a reader asks for it."),
        }
        widgets = {"body": forms.Textarea(attrs={"rows": 16})}

    def __init__(self, *args, review, whole, **kwargs):
        super().__init__(*args, **kwargs)
        self.whole = whole
        self.fields["rating"].choices = RATINGS + self._rating_of(review)
        self.fields["language"].choices = [("", _("The language of the text")), *self._languages_of(review)]
        if review and review.collapsed:
            self.fields["spoiler"].help_text = _(
                "Readers or moderators have said that it tells the plot, so its text is hidden in any case."
            )

    def _rating_of(self, review):
        """The rating of an imported review on the scale of its source, which its author may leave as it is."""
        if review is None or Draft.of(review).rating != AS_IT_IS:
            return []
        return [(AS_IT_IS, f"{review.rating.normalize():f}/{review.rating_scale}")]

    def _languages_of(self, review):
        others = {language for language in (review and review.language, self.instance.language) if language}
        return NAMES + [(code, code) for code in sorted(others - set(LANGUAGES))]

    def clean_headline(self):
        headline = " ".join(_printable(self.cleaned_data["headline"]).split())
        headline = headline if _visible(headline) else ""
        _refuse_longer(headline, LONGEST_HEADLINE, _("The headline"))
        return headline

    def clean_body(self):
        body = _printable(self.cleaned_data["body"].replace("\r\n", "\n").replace("\r", "\n")).strip()
        _refuse_longer(body, LONGEST, _("The text"))
        if self.whole and len(_visible(spoilers.opened(body))) < SHORTEST:
            raise ValidationError(
                _("The text is too short for a review: write at least %(least)s characters.") % {"least": SHORTEST}
            )
        if self.whole and (slip := spoilers.unpaired(body)):
            raise ValidationError(UNPAIRED[slip])
        return body

    @property
    def empty(self):
        said = self.cleaned_data
        return not (said["headline"] or said["rating"] or _visible(said["body"]))


_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters that show nothing, by Unicode's own description


def _printable(text):
    """The text without control characters, which nobody means to write."""
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) != "Cc")


def _visible(text):
    """The text without what shows nothing: control characters, marks of direction, spaces of no width."""
    return "".join(letter for letter in text if unicodedata.category(letter)[0] != "C" and letter not in _BLANK).strip()


def _refuse_longer(text, longest, what):
    if len(text) > longest:
        said = {"what": what, "length": f"{len(text):,}", "longest": f"{longest:,}", "over": f"{len(text) - longest:,}"}
        raise ValidationError(
            _("%(what)s has %(length)s characters, and %(longest)s fit. Shorten it by %(over)s.") % said
        )


# Writing


@require_http_methods(["GET", "HEAD", "POST"])
@unsaved.kept(*WritingForm.Meta.fields, "seen")
@for_writers
def write(request, slug):
    film = Film.objects.select_related("family").filter(slug=slug).first()
    if film is None:
        return redirect("write", get_object_or_404(FilmAddress.objects.select_related("film"), slug=slug).film.slug)
    review = Review.every.written_by(request.user, film)
    if review and review.state == Review.State.TAKEN_DOWN:
        return redirect(review)
    stored = Draft.objects.filter(user=request.user, film=film).first()
    seen = stored.saved_at.isoformat() if stored else ""
    mute = Mute.objects.current_of(request.user)
    page = {"film": film, "review": review, "stored": stored, "seen": seen, "mute": mute}
    if request.method == "POST":
        unsaved.forget(request)
        return _written(request, page, stored or Draft(user=request.user, film=film))
    draft = stored or (Draft.of(review) if review else Draft())
    if said := unsaved.of(request, slug):
        page |= {"seen": said["seen"], "unsaved": True}
        draft = Draft(**{name: said[name] for name in WritingForm.Meta.fields} | {"spoiler": bool(said["spoiler"])})
    return _page(request, page, WritingForm(instance=draft, review=review, whole=False))


def _written(request, page, draft):
    """Does what the button says that was pressed; without one, as by the Enter key, it is a preview."""
    wanted = request.POST.get("do")
    if wanted == "discard for good":
        return _discard(request, draft)
    form = WritingForm(request.POST, instance=draft, review=page["review"], whole=wanted == "publish")
    if wanted == "discard":
        return _page(request, page | {"discarding": True}, form)
    if form.is_valid() and wanted == "draft" and form.empty:
        form.add_error(None, NOTHING)
    if page["stored"] and wanted in ("draft", "publish") and request.POST.get("seen") not in (None, page["seen"]):
        form.add_error(None, MEANWHILE)
    if not form.is_valid():
        return _page(request, page, form)
    if wanted not in ("draft", "publish"):
        slip = UNPAIRED.get(spoilers.unpaired(draft.body))
        return _page(request, page | {"preview": _preview(draft, page["review"]), "slip": slip}, form)
    if refused := limits.refused(request, "write"):
        return refused
    return _save(request, draft) if wanted == "draft" else _publish(request, page, form)


@require_safe
@for_writers
def edit(request, pk):
    return redirect("write", _own(request, pk).film.slug)


def _page(request, page, form):
    return render(request, "reviews/write.html", page | {"form": form}, status=200 if not form.errors else 422)


def _preview(draft, review):
    """The review as it would stand on its page; not stored."""
    shown = Review(
        user=draft.user,
        film=draft.film,
        date=review.date if review else timezone.localdate(),
        collapsed=bool(review and review.collapsed),
        rating=review and review.rating,
        rating_scale=review and review.rating_scale,
    )
    draft.write_into(shown)
    return shown


def _discard(request, draft):
    if draft.pk:
        draft.delete()
        messages.success(request, _("The draft is gone."))
    return redirect(draft.film)


def _save(request, draft):
    said = {name: getattr(draft, name) for name in WritingForm.Meta.fields}
    Draft.objects.update_or_create(user=draft.user, film=draft.film, defaults=said)
    messages.success(request, _("The draft is saved. Only you can see it."))
    return redirect("write", draft.film.slug)


def _publish(request, page, form):
    try:
        review = publish(form.instance)
    except (PermissionDenied, ValidationError) as refused:
        form.add_error(None, refused if isinstance(refused, ValidationError) else str(refused))
        return _page(request, page, form)
    read_anew(review)
    messages.success(request, _("Your review is published."))
    return redirect(review)


def publish(draft):
    """Makes the draft a review, or the next version of its author's; returns it.

    Raises ValidationError where somebody has published the same text.
    """
    try:
        with transaction.atomic():
            return _publish_draft(draft)
    except IntegrityError:
        # The same was sent twice at once: what the other one has stored is there now.
        with transaction.atomic():
            return _publish_draft(draft)


def _publish_draft(draft):
    Mute.objects.check_free(draft.user)
    review = Review.every.select_for_update().written_by(draft.user, draft.film)
    review = review or Review(user=draft.user, film=draft.film, date=timezone.localdate())
    before = review.state
    if before == Review.State.TAKEN_DOWN:
        raise PermissionDenied(_("The moderators have taken this review down, so it cannot be published again."))
    if review.pk:
        Version.objects.keep_first(review)
    draft.write_into(review)
    review.state = Review.State.PUBLISHED
    review.clean()
    review.save()
    Version.objects.keep(review, draft.user)
    if before != review.state:
        Action.objects.create(kind=Action.Kind.PUT_BACK, review=review.pk, person=draft.user, by=draft.user)
    Draft.objects.filter(user=draft.user, film=draft.film).delete()
    return review


def read_anew(review):
    """Makes findable what the review says now, and reads what it says of films."""
    proposing.reread(review)
    search.catch_up(search.AT_ONCE)
    comparing.catch_up(comparing.AT_ONCE)


# Withdrawing


@require_POST
@for_writers
def withdraw(request, pk):
    review = _own(request, pk)
    if review.published:
        review.change(Action.Kind.WITHDRAWN, request.user, state=Review.State.WITHDRAWN)
        search.catch_up(search.AT_ONCE)
        comparing.catch_up(comparing.AT_ONCE)
    if review.state == Review.State.WITHDRAWN:
        messages.success(request, _("Your review is withdrawn. Nobody else can read it; you can publish it again."))
    return redirect("your_reviews")


@require_POST
@for_writers
def put_back(request, pk):
    review = _own(request, pk)
    Mute.objects.check_free(request.user)
    if review.state == Review.State.WITHDRAWN:
        try:
            review.change(Action.Kind.PUT_BACK, request.user, state=Review.State.PUBLISHED)
        except ValidationError:
            messages.error(request, ANOTHER)
            return redirect("your_reviews")
        read_anew(review)
    return redirect(review)


def _own(request, pk):
    review = get_object_or_404(Review.every.select_related("film", "user"), pk=pk)
    if review.user_id != request.user.pk:
        raise PermissionDenied(FOR_ITS_AUTHOR)
    return review


# What it was before


@require_safe
@login_required
def history(request, pk):
    review = get_object_or_404(Review.every.select_related("film", "user"), pk=pk)
    if review.user_id != request.user.pk and not may_moderate(request.user):
        raise PermissionDenied(FOR_ITS_AUTHOR)
    versions = list(review.versions.select_related("by").order_by("-pk")[: VERSIONS_SHOWN + 1])
    for version, before in zip(versions, [*versions[1:], None], strict=False):
        version.before = before
        version.stretches = stretches(before.body, version.body) if before else stretches(version.body, version.body)
        version.new_headline = before is not None and before.headline != version.headline
        version.new_rating = before is not None and before.rating != version.rating
        version.new_spoiler = before is not None and before.spoiler != version.spoiler
        version.new_language = before is not None and before.language != version.language
    context = {"review": review, "versions": versions[:VERSIONS_SHOWN], "actions": Action.objects.of(review)}
    return render(request, "reviews/history.html", context)


def may_moderate(user):
    return user.has_perm("reviews.change_report")


# Claiming


class ClaimForm(forms.ModelForm):
    class Meta:
        model = Claim
        fields = ["proof"]
        labels = {"proof": gettext_lazy("How can we tell that it is yours?")}
        help_texts = {
            "proof": gettext_lazy("For instance: your profile at the place it comes from, which names this account.")
        }
        widgets = {"proof": forms.Textarea(attrs={"rows": 4})}
        error_messages = {"proof": {"required": gettext_lazy("Write a sentence, so that somebody can check it.")}}


@require_http_methods(["GET", "HEAD", "POST"])
@for_writers
def claim(request, pk):
    review = get_object_or_404(Review.objects.for_page(), pk=pk)
    if review.user_id:
        raise PermissionDenied(_("This review belongs to a reader already."))
    made = Claim.objects.filter(review=review, user=request.user).first()
    form = ClaimForm(request.POST if request.method == "POST" else None)
    if made is None and request.method == "POST" and form.is_valid():
        if refused := limits.refused(request, "claim"):
            return refused
        Claim.objects.get_or_create(review=review, user=request.user, defaults=form.cleaned_data)
        messages.success(
            request, _("We have your message. Somebody will look at it, and you are told what came of it.")
        )
        return redirect(review)
    status = 422 if form.errors and made is None else 200
    return render(request, "reviews/claim.html", {"review": review, "made": made, "form": form}, status=status)
