import logging
import os
import time

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from reviews import comparing, search
from reviews.importing.work import give_up, work_off
from reviews.models import Import

logger = logging.getLogger(__name__)

PAUSE = 1  # seconds between two looks for work
INDEXED = 2000  # reviews between two looks for an import,
COMPARED = 200  # and those of them that are read for what they say of other versions


class Command(BaseCommand):
    help = "Reads and commits big imports in the background, and indexes what was written for the search."

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="stop when nothing waits any more")

    def handle(self, *, once, **options):
        parent = os.getppid()
        # Whoever started the worker takes it along.
        while os.getppid() == parent:
            indexed = search.catch_up(INDEXED) + comparing.catch_up(COMPARED)
            if claimed := Import.objects.claim():
                self.stdout.write(f"{claimed}: {claimed.get_status_display()}")
                self._work_off(claimed)
            elif indexed:
                continue
            elif once:
                return
            else:
                close_old_connections()
                time.sleep(PAUSE)

    def _work_off(self, claimed):
        try:
            work_off(claimed)
        except Exception:
            # Whatever is wrong with one import, the others are worked off; this one waits for an admin.
            logger.exception("%s could not be worked off", claimed)
            give_up(claimed)
