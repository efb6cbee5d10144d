from django.apps import AppConfig
from django.db.backends.signals import connection_created

from pagecache.changes import watch


class PageCacheConfig(AppConfig):
    name = "pagecache"

    def ready(self):
        connection_created.connect(_watch)


def _watch(connection, **kwargs):
    # The same object connects again after a break.
    if watch not in connection.execute_wrappers:
        connection.execute_wrappers.append(watch)
