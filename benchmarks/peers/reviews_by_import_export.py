"""Run in the environment of the peer: imports the CSV given by django-import-export as it comes, and prints seconds."""

import sys
import tempfile
import time
from pathlib import Path

import django
from django.conf import settings

FOLDER = tempfile.TemporaryDirectory()
settings.configure(
    INSTALLED_APPS=["import_export"],
    DATABASES={
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(Path(FOLDER.name) / "peer.sqlite3"),
            "OPTIONS": {"init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL"},
        }
    },
    USE_TZ=True,
)
django.setup()

import tablib  # noqa: E402 -- after the set-up, as Django wants it
from django.db import connection, models  # noqa: E402
from import_export import resources  # noqa: E402


class Review(models.Model):
    film = models.CharField(max_length=300)
    year = models.PositiveSmallIntegerField(null=True)
    rating = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    rating_scale = models.PositiveSmallIntegerField(null=True)
    headline = models.CharField(max_length=1000)
    author = models.CharField(max_length=150)
    date = models.DateField(null=True)
    spoiler = models.BooleanField()
    tally_yes = models.PositiveIntegerField(null=True)
    tally_total = models.PositiveIntegerField(null=True)
    body = models.TextField()

    class Meta:
        app_label = "import_export"


class ReviewResource(resources.ModelResource):
    class Meta:
        model = Review


with connection.schema_editor() as editor:
    editor.create_model(Review)
text = Path(sys.argv[1]).read_text()
start = time.perf_counter()
result = ReviewResource().import_data(tablib.Dataset().load(text, format="csv"), raise_errors=True)
seconds = time.perf_counter() - start
if Review.objects.count() != result.total_rows:
    sys.exit(f"{Review.objects.count()} of {result.total_rows} rows were stored")
print(seconds)
