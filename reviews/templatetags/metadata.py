"""The lines in the head of a page that are for machines."""

import json

from django import template
from django.urls import reverse
from django.utils.safestring import mark_safe

from films.addresses import absolute, canonical
from reviews import metadata

register = template.Library()

# A data block ends at the first "</script", wherever it stands; JSON may write these characters as numbers.
_UNSAFE = {ord(character): f"\\u{ord(character):04X}" for character in "<>&\u2028\u2029"}


@register.simple_tag(takes_context=True)
def canonical_address(context):
    """The address of this page, or "" for an error page, which has none."""
    match = context["request"].resolver_match if "request" in context else None
    if match is None:
        return ""
    page = getattr(context.get("page"), "number", 1)
    return canonical(context["request"].path, context["request"].GET, page)


@register.inclusion_tag("reviews/_metadata.html")
def film_metadata(film, members):
    """For a film with its ratings and titles, and the films of its family, each with its `sources`."""
    sources = next(([edge.source for edge in member.made_from] for member in members if member.pk == film.pk), [])
    return _head(
        film, metadata.film_preview(film), metadata.film_data(film, sources), reverse("film_feed", args=[film.slug])
    )


@register.inclusion_tag("reviews/_metadata.html")
def family_metadata(family, members):
    preview = metadata.family_preview(family, members)
    return _head(family, preview, metadata.family_data(family, members), reverse("family_feed", args=[family.slug]))


@register.inclusion_tag("reviews/_metadata.html")
def review_metadata(review):
    feed = review.user and reverse("reviewer_feed", args=[review.user.username])
    head = _head(review, metadata.review_preview(review), metadata.review_data(review), feed)
    return head | {"embeddable": True}


def _head(subject, preview, data, feed):
    return {
        "address": absolute(subject.get_absolute_url()),
        "preview": preview,
        "data": _data_block(data),
        "feed": feed,
    }


def _data_block(data):
    """A block of data is no script: the content policy lets it be, and no browser runs it."""
    text = json.dumps(data, ensure_ascii=False).translate(_UNSAFE)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 -- escaped above
