"""A reader reports a review, once, and is told once what came of it."""

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from reviews import limits, moderating
from reviews.forms import safe_return
from reviews.models import Mute, Report, Review

NEED_A_TEXT = {
    Report.Reason.COPIED: gettext_lazy("Say where it was copied from."),
    Report.Reason.OTHER: gettext_lazy("Say what is wrong with it."),
}


class Reasons(forms.RadioSelect):
    def create_option(self, name, value, label, selected, index, **others):
        """Only the first can be where the focus begins."""
        option = super().create_option(name, value, label, selected, index, **others)
        if index:
            option["attrs"].pop("autofocus", None)
        return option


class ReportForm(forms.ModelForm):
    reason = forms.ChoiceField(
        label=gettext_lazy("What is wrong with it?"),
        choices=Report.Reason.choices,
        widget=Reasons,
        error_messages={"required": gettext_lazy("Choose what is wrong with it.")},
    )

    class Meta:
        model = Report
        fields = ["reason", "text"]
        labels = {"text": gettext_lazy("More about it")}
        help_texts = {"text": gettext_lazy("Whoever looks at your report reads this; the reviewer does not.")}
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}

    def clean(self):
        asked = NEED_A_TEXT.get(self.cleaned_data.get("reason"))
        if asked and "text" in self.cleaned_data and not self.cleaned_data["text"].strip():
            raise ValidationError({"text": asked})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def report(request, pk):
    review = get_object_or_404(Review.objects.for_page(), pk=pk)
    if review.user_id == request.user.pk:
        raise PermissionDenied(_("This is your own review: edit or withdraw it instead."))
    Mute.objects.check_free(request.user)
    made = Report.objects.filter(review=review, user=request.user).first()
    form = ReportForm(request.POST if request.method == "POST" else None)
    back = safe_return(request, review.get_absolute_url())
    if made is None and request.method == "POST" and form.is_valid():
        if refused := limits.refused(request, "report"):
            return refused
        moderating.report(review, request.user, **form.cleaned_data)
        messages.success(request, _("Thank you. Somebody will look at it, and you are told what came of it."))
        return redirect(f"{back.partition('#')[0]}#{review.anchor}")
    if form.errors:
        form[next(iter(form.errors))].field.widget.attrs["autofocus"] = True
    context = {"review": review, "made": made, "form": form, "back": back}
    return render(request, "reviews/report.html", context, status=422 if form.errors and made is None else 200)
