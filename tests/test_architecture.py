"""Imports go one way, and modules are named by the domain."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FLOORS = ["config", "accounts", "reviews", "films", "pagecache"]  # each may import itself and what stands after it
PURE = [
    "pagecache/encodings.py",
    "pagecache/shelf.py",
    "films/titles.py",
    "films/family.py",
    "films/timeline.py",
    "films/titlecard.py",
    "films/outline.py",
    "reviews/ranking.py",
    "reviews/ratings.py",
    "reviews/likeness.py",
    "reviews/importing/records.py",
    "reviews/importing/signatures.py",
    *(
        f"reviews/evidence/{name}.py"
        for name in ("__init__", "beside", "later", "licence", "naming", "proposals", "prose")
    ),
    *(
        f"reviews/evidence/{name}.py"
        for name in ("phrases", "reading", "shapes", "sources", "spans", "versions", "words")
    ),
    "films/spelling.py",
    "reviews/ranking.py",
    "reviews/ratings.py",
    "reviews/likeness.py",
    "reviews/wording.py",
    "reviews/patterns.py",
    "reviews/differences.py",
    "reviews/importing/parser.py",
    "reviews/importing/bounds.py",
    "reviews/importing/tars.py",
    "reviews/importing/zips.py",
    "reviews/importing/archives.py",
    "reviews/importing/decoding.py",
    "reviews/importing/html.py",
    "reviews/importing/inspection.py",
    "reviews/importing/jsonlines.py",
    "reviews/importing/catalogue.py",
]
DRAWERS = {"core", "common", "utils", "helpers", "services", "signals"}


def modules(*folders):
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imported(path):
    """The dotted names of all that the file imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def name(path):
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", modules(*FLOORS), ids=name)
def test_imports_go_down_the_floors(path):
    floor = FLOORS.index(name(path).split("/")[0])
    above = {module for module in imported(path) if module.split(".")[0] in FLOORS[:floor]}
    assert above == set()


@pytest.mark.parametrize("path", [ROOT / path for path in PURE], ids=name)
def test_pure_modules_know_neither_django_nor_the_database(path):
    pure = tuple(module.removesuffix(".py").replace("/", ".") + "." for module in PURE)
    ours = {name for name in imported(path) if name.split(".")[0] in ("django", *FLOORS)}
    assert {name for name in ours if not f"{name}.".startswith(pure)} == set()


@pytest.mark.parametrize("path", modules(*FLOORS), ids=name)
def test_no_module_is_a_drawer(path):
    assert DRAWERS.isdisjoint(path.relative_to(ROOT).with_suffix("").parts)


@pytest.mark.parametrize("path", sorted((ROOT / "templates").rglob("*.html")), ids=name)
def test_templates_hold_no_script_and_no_style(path):
    html = path.read_text().lower()
    assert "<style" not in html
    assert " style=" not in html
    assert re.findall(r" on[a-z]+=", html) == []
    assert re.findall(r"<script(?![^>]* src=)", html) == []
