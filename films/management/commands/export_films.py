from films.export import film_lines
from films.management.export import ExportCommand
from films.models import Film


class Command(ExportCommand):
    help = "Writes all films as CSV, which import_reviews reads back to the same films."

    def lines(self):
        return film_lines(Film.objects.all())
