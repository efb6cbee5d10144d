import json

from django.core.management.base import BaseCommand, CommandError

from films.titles import split_title, why_not_split
from reviews import comparing, search
from reviews.importing import plan, sources
from reviews.models import ImportRow

SOME_LEFT, NOTHING_DONE = 1, 2


class Command(BaseCommand):
    help = "Imports reviews, and lists of films and remakes, from files, folders, archives or standard input (-)."

    def add_arguments(self, parser):
        parser.add_argument(
            "paths", nargs="+", metavar="PATH", help="a file, a folder, an archive, or - for standard input"
        )
        parser.add_argument("--film", metavar='"Title (Year)"', help="the film of the texts that name none")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen and write nothing")
        parser.add_argument("--json", action="store_true", help="print the report as one JSON object")

    def handle(self, *, paths, film, dry_run, **options):
        if film is not None and not split_title(film):
            self._refuse(why_not_split(film), options["json"])
        found, film = sources.from_paths(paths), film and split_title(film)
        self.proposed = plan.Proposed()
        if dry_run:
            report = {"import": None, **plan.report(plan.rows(found, film, progress=self.proposed.add))}
        else:
            report = self._import(found, film)
        report["proposals"] = self.proposed.listed
        if options["json"]:
            self.stdout.write(json.dumps(report, ensure_ascii=False))
        else:
            self._print(report, "would be created" if dry_run else "created")
        self._exit(report, "nothing was written" if dry_run else "the others are stored")

    def _refuse(self, reason, as_json):
        if as_json:
            problems = [{"source": "--film", "line": None, "reason": reason}]
            self.stdout.write(json.dumps({"import": None, **plan.report([]), "problems": problems, "proposals": []}))
        raise CommandError(f"--film: {reason}", returncode=NOTHING_DONE)

    def _import(self, found, film):
        planned = plan.run(found, film, progress=self._show_progress)
        search.catch_up()
        comparing.catch_up()
        self._show_line("")
        report = {
            "import": planned.pk,
            **plan.report(planned.rows.only("state", "source", "line", "reason").iterator()),
        }
        if not report["created"] and not self._to_answer(planned):
            # Nothing but duplicates and what could not be read: nobody could do anything with the import.
            planned.delete()
            report["import"] = None
        return report

    def _to_answer(self, planned):
        """Whether it holds a text that somebody can correct."""
        asked = planned.rows.filter(state__in=[ImportRow.State.QUESTION, ImportRow.State.REFUSED])
        return asked.exclude(text="").exists()

    def _show_progress(self, rows):
        self.proposed.add(rows)
        self._show_line(f"{rows[-1].position:,} rows, now at {rows[-1].source}")

    def _show_line(self, line):
        """Writes the line over the one before, on a terminal only."""
        if self.stderr.isatty():
            self.stderr.write(line[:79].ljust(79), style_func=str, ending="\r")

    def _print(self, report, created):
        for problem in report["problems"]:
            place = f"{problem['source']}, line {problem['line']}" if problem["line"] else problem["source"]
            self.stderr.write(f"{place}: {problem['reason']}")
        counts = {created: "created", "duplicates": "duplicates", "questions": "questions", "refused": "refused"}
        self.stdout.write(", ".join(f"{name}: {report[count]}" for name, count in counts.items()))

    def _exit(self, report, others):
        done = report["created"] + report["duplicates"] + report["questions"]
        if not done:
            raise CommandError("Nothing could be imported.", returncode=NOTHING_DONE)
        if report["problems"]:
            sentence = f"Some records were refused or need an answer; {others}."
            raise CommandError(sentence, returncode=SOME_LEFT)
