"""Whole pages for strangers, kept compressed in front of Django; docs/decisions/pagecache.md says how and why."""

from pagecache.changes import changed, changing
from pagecache.declared import page, shows
from pagecache.unchanged import Unchanged

__all__ = ["Unchanged", "changed", "changing", "page", "shows"]
