"""A review inside the pages of others: the small page that they may frame, and oEmbed, by which they find it."""

from urllib.parse import urlsplit

from django import forms
from django.conf import settings
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import Resolver404, resolve, reverse
from django.utils.html import format_html
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import conditional_page, require_safe

from films.addresses import absolute
from reviews.metadata import review_preview
from reviews.models import Review

WIDTH, HEIGHT = 640, 420
SMALLEST = 240  # in pixels; below that no line of text stands


@require_safe
@conditional_page
@xframe_options_exempt
def embed(request, pk):
    review = get_object_or_404(Review.objects.for_page(), pk=pk)
    response = render(request, "reviews/embed.html", {"review": review, "address": absolute(review.get_absolute_url())})
    response["Cache-Control"] = "public, max-age=300"
    # Read by config.security, as Django 6 reads it: the one page that others may frame.
    response._csp_config = settings.SECURE_CSP | {"frame-ancestors": "*", "form-action": "'none'"}
    return response


class OEmbedForm(forms.Form):
    url = forms.CharField(max_length=2000)
    format = forms.CharField(required=False)
    maxwidth = forms.IntegerField(required=False, min_value=SMALLEST)
    maxheight = forms.IntegerField(required=False, min_value=SMALLEST)


@require_safe
@conditional_page
def oembed(request):
    form = OEmbedForm(request.GET)
    if not form.is_valid():
        return _answer({"error": " ".join(f"{name}: {errors[0]}" for name, errors in form.errors.items())}, 400)
    if form.cleaned_data["format"] not in ("", "json"):
        return _answer({"error": "Only format=json is spoken here."}, 501)
    pk = _review_at(form.cleaned_data["url"], {request.get_host(), urlsplit(settings.SITE_URL).netloc})
    review = pk and Review.objects.for_page().filter(pk=pk).first()
    if not review:
        return _answer({"error": "This is no address of a review here."}, 404)
    width = min(WIDTH, form.cleaned_data["maxwidth"] or WIDTH)
    height = min(HEIGHT, form.cleaned_data["maxheight"] or HEIGHT)
    return _answer(_described(review, width, height))


def _review_at(address, hosts):
    """The number of the review that lies at the address, or None."""
    try:
        parts = urlsplit(address)
        match = resolve(parts.path)
    except (ValueError, Resolver404):
        return None
    return match.kwargs["pk"] if match.url_name == "review" and parts.netloc in hosts else None


def _described(review, width, height):
    preview = review_preview(review)
    frame = format_html(
        '<iframe src="{}" width="{}" height="{}" title="{}" loading="lazy" '
        'sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>',
        absolute(reverse("embed", args=[review.pk])),
        width,
        height,
        preview.title,
    )
    return {
        "version": "1.0",
        "type": "rich",
        "provider_name": "Reprise",
        "provider_url": absolute("/"),
        "title": preview.title,
        "author_name": review.reviewer or "an unnamed reviewer",
        "html": frame,
        "width": width,
        "height": height,
        "thumbnail_url": preview.image,
        "thumbnail_width": 1200,
        "thumbnail_height": 630,
        "cache_age": 3600,
    }


def _answer(said, status=200):
    response = JsonResponse(said, status=status)
    response["Access-Control-Allow-Origin"] = "*"
    return response
