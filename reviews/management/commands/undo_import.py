import json

from django.core.management.base import BaseCommand, CommandError

from reviews import search
from reviews.importing.undo import NOTHING, did_nothing, undo, why_not
from reviews.models import Import, ImportRow

NOTHING_DONE = 2


class Command(BaseCommand):
    help = "Takes an import back; keeps and lists what people have touched since."

    def add_arguments(self, parser):
        parser.add_argument("id", type=int, help="the number of the import, as its report and the admin show it")
        parser.add_argument("--json", action="store_true", help="print the report as one JSON object")

    def handle(self, **options):
        done = Import.objects.filter(pk=options["id"]).first()
        if done is None:
            self._refuse(None, f"There is no import {options['id']}.", options["json"])
        if sentence := why_not(done):
            self._refuse(done.pk, sentence, options["json"])
        report = undo(done)
        search.catch_up()
        if sentence := did_nothing(report):
            self._refuse(done.pk, sentence, options["json"])
        if options["json"]:
            self.stdout.write(json.dumps({**report, "problems": []}, ensure_ascii=False))
            return
        for kept in report["kept"]:
            kind = next(kind for kind in ImportRow.Kind.values if kind in kept)
            title = f", {kept['title']}" if "title" in kept else ""
            self.stdout.write(f"{kind.capitalize()} {kept[kind]}{title} ({kept['source']}): {kept['reason']}")
        self.stdout.write(
            f"deleted: reviews {report['reviews_deleted']}, remakes {report['remakes_deleted']}, "
            f"films {report['films_deleted']}; restored: films {report['films_restored']}; kept: {len(report['kept'])}"
        )

    def _refuse(self, number, reason, as_json):
        if as_json:
            problems = [{"source": "", "line": None, "reason": reason}]
            self.stdout.write(json.dumps({"import": number, **NOTHING, "kept": [], "problems": problems}))
        raise CommandError(reason, returncode=NOTHING_DONE)
