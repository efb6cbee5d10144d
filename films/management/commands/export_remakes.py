from films.export import remake_lines
from films.management.export import ExportCommand
from films.models import Remake


class Command(ExportCommand):
    help = "Writes all remakes as CSV, which import_reviews reads back to the same families."

    def lines(self):
        return remake_lines(Remake.objects.all())
