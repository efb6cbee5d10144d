from films.management.export import ExportCommand
from reviews.export import json_lines
from reviews.models import Review


class Command(ExportCommand):
    help = "Writes all reviews as JSON Lines, which import_reviews reads back to the same rows."

    def lines(self):
        return json_lines(Review.objects.all())
