"""`python -m tests.releases.write 1.0` keeps the database of a release, with the sample in it, for test_upgrade.py.

Run it with each release, and until the first one whenever an initial migration is made anew.
"""

import gzip
import sys
import tempfile
from pathlib import Path

from tests.sites import Site

FOLDER = Path(__file__).parent
# Only the sample: no account, so that no secret of anybody's is kept.
SAMPLE = """
from pathlib import Path
from django.core import serializers
from films.models import Family
for loaded in serializers.deserialize("json", Path("sample/films.json").read_text()):
    loaded.object.save()
Family.objects.redraw()
"""


def write(name):
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder))
        site.manage("migrate", "-v0")
        site.manage("shell", "-v0", "-c", SAMPLE)
        site.manage("import_reviews", "sample/reviews")
        site.manage("backup", Path(folder) / "copy")
        (FOLDER / f"{name}.sqlite3.gz").write_bytes(gzip.compress((Path(folder) / "copy").read_bytes(), mtime=0))
        (FOLDER / f"{name}.jsonl").write_text(site.manage("export_reviews"))


if __name__ == "__main__":
    write(sys.argv[1])
