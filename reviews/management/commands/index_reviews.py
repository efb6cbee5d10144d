from django.core.management.base import BaseCommand

from reviews import search


class Command(BaseCommand):
    help = "Makes findable by the search what was written since it last ran; the import worker does the same."

    def add_arguments(self, parser):
        parser.add_argument("--all", action="store_true", help="index everything anew, whatever has changed")

    def handle(self, **options):
        if options["all"]:
            search.index_anew()
        done = search.catch_up()
        self.stdout.write(f"{done} films and reviews indexed.")
