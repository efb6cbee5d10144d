from django.core.management.base import BaseCommand

from reviews import comparing


class Command(BaseCommand):
    help = "Reads in reviews what they say of other versions; the import worker does the same."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="read the reviews of all families anew")

    def handle(self, **options):
        if options["all"]:
            comparing.read_anew()
        self.stdout.write(f"{comparing.catch_up()} reviews read.")
