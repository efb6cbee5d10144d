"""Addresses as the outside must write them: whole, and one for each page."""

from django.conf import settings


def absolute(path):
    """The path on this site with the site before it, whatever host a request came through."""
    return settings.SITE_URL.rstrip("/") + path


def canonical(path, query, page_number=1):
    """The one address of what a page shows.

    What only sorts or filters a list, or opens what was closed, is no page of its own; the second page of a list is.
    """
    if page_number > 1 and set(query) == {"page"}:
        path = f"{path}?page={page_number}"
    return absolute(path)
