"""A site of every release becomes one of today's by its migrations, and keeps what it had."""

import gzip
import json
import sqlite3
from pathlib import Path

import pytest

from tests.servers import until
from tests.sites import Reader, Site, collected

RELEASES = sorted(path.name.removesuffix(".sqlite3.gz") for path in Path(__file__).parent.glob("*.sqlite3.gz"))


def schema(path):
    """All tables, indexes and triggers as they were made, however they are set on the page."""
    found = sqlite3.connect(path).execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: sorted(sql.replace(",", " ").replace("(", " ").replace(")", " ").split()) for name, sql in found}


@pytest.mark.parametrize("release", RELEASES)
def test_a_site_of_a_release_is_migrated_and_keeps_its_reviews(release, tmp_path):
    folder, site = Path(__file__).parent, Site(tmp_path)
    database = tmp_path / "reprise.sqlite3"
    database.write_bytes(gzip.decompress((folder / f"{release}.sqlite3.gz").read_bytes()))
    site.manage("migrate", "-v0")
    assert schema(database) == schema(collected().parent / "reprise.sqlite3")
    before = [json.loads(line) for line in (folder / f"{release}.jsonl").read_text().splitlines()]
    after = [json.loads(line) for line in site.manage("export_reviews").splitlines()]
    # What is new may be said besides.
    assert [{name: now[name] for name in said} for said, now in zip(before, after, strict=True)] == before
    assert site.recounted() == f"{len(before)} reviews checked, 0 mended."
    (tmp_path / "static").symlink_to(collected())
    try:
        node = site.node()
        until(lambda: Reader(node.port).get("/films/hard-hit-2021/").status == 200)
    finally:
        site.stop()
