import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from reviews.export import json_lines
from reviews.models import Review

NOTHING_DONE = 2


class Command(BaseCommand):
    help = "Writes all reviews as JSON Lines, which import_reviews reads back to the same rows."

    def add_arguments(self, parser):
        parser.add_argument("path", nargs="?", metavar="PATH", help="the file to write; standard output without it")

    def handle(self, *, path, **options):
        lines = json_lines(Review.objects.all())
        if not path:
            self.stdout.writelines(lines)
            return
        draft = Path(f"{path}.part")
        try:
            # Under another name until it is whole, so that no half export is ever taken for one.
            with draft.open("w", encoding="utf-8") as file:
                file.writelines(lines)
            os.replace(draft, path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.", returncode=NOTHING_DONE) from None
