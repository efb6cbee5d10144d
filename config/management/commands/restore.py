from django.core.management import call_command
from django.core.management.base import BaseCommand

from config import backups


class Command(BaseCommand):
    help = "Puts a backup in the place of all that the database holds, while the site runs. Takes a backup first."

    def add_arguments(self, parser):
        parser.add_argument("path")

    def handle(self, *, path, **options):
        backups.check(path)
        self.stdout.write(f"What stood there before is kept in {backups.take()}")
        backups.bring_back(path)
        # A backup of an earlier release.
        call_command("migrate", verbosity=0)
        self.stdout.write(f"{path} is restored.")
