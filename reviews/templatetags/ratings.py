"""The histogram of a film's ratings, for templates."""

from functools import lru_cache

from django import template
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def histogram(bars, chosen, query):
    """Ten bars that lead to the reviews of their rating, in a page whose query string is given."""
    return _histogram(tuple(bars), chosen, query, get_language())


@lru_cache(maxsize=2000)
def _histogram(bars, chosen, query, language):
    context = {"histogram": bars, "chosen": chosen, "query": QueryDict(query)}
    return render_to_string("reviews/_histogram.html", context)
