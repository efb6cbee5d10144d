import os
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

NOTHING_DONE = 2


class ExportCommand(BaseCommand):
    """A command that writes `lines()` to a file or to standard output."""

    def add_arguments(self, parser):
        parser.add_argument("path", nargs="?", metavar="PATH", help="the file to write; standard output without it")

    def handle(self, *, path, **options):
        if not path:
            self.stdout.writelines(self.lines())
            return
        draft = Path(f"{path}.part")
        try:
            # Under another name until it is whole, so that no half export is ever taken for one.
            with draft.open("w", encoding="utf-8", newline="") as file:
                file.writelines(self.lines())
            os.replace(draft, path)
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.", returncode=NOTHING_DONE) from None

    def lines(self):
        raise NotImplementedError
