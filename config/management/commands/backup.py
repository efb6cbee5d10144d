from django.core.management.base import BaseCommand, CommandError

from config import backups
from config.commands import NOTHING_DONE


class Command(BaseCommand):
    help = "Copies the whole database to a file while the site runs; restore brings it back."

    def add_arguments(self, parser):
        parser.add_argument("path", nargs="?", help="by default named after the time, in DATA_DIR/backups/")
        parser.add_argument("--keep", type=int, metavar="N", help="delete all but the newest N there")

    def handle(self, *, path, keep, **options):
        if keep is not None and (keep < 1 or path):
            raise CommandError("--keep takes a number from 1, and goes with no path.", returncode=NOTHING_DONE)
        self.stdout.write(f"{backups.take(path)}")
        for gone in backups.drop_old(keep) if keep else ():
            self.stderr.write(f"deleted: {gone}")
