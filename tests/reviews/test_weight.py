import gzip
from pathlib import Path

import pytest
from django.template.loader import get_template

from tests.factories import make_film, make_review

ROOT = Path(__file__).parent.parent.parent
PAGE, LOOK_AND_BEHAVIOUR = 20 * 1024, 30 * 1024  # bytes at the most, compressed
PARAGRAPH = "Of the four films on this bomb, number {} has the best brakes, a {} driver, and {} reasons to sit still. "


def compressed(content):
    return len(gzip.compress(content, 6))


@pytest.mark.django_db
def test_a_film_with_a_full_page_of_reviews_is_light(client):
    film = make_film(director="Kim Chang-ju", country="South Korea", runtime=94)
    for number in range(25):
        words = "".join(
            f"{number * place % 97} " + PARAGRAPH.format(number, place, number * place) for place in range(9)
        )
        make_review(film, author=f"reader_{number}", body=words, rating=number % 10, date=f"2020-01-{number + 1:02}")
    page = client.get(film.get_absolute_url())
    assert page.text.count("<article") == 25
    assert compressed(page.content) < PAGE


def test_what_every_page_loads_is_light():
    named = get_template("_head.html").template.source + get_template("base.html").template.source
    files = [path for path in (ROOT / "static").rglob("*") if f"'{path.relative_to(ROOT / 'static')}'" in named]
    loaded = [path for path in files if path.suffix in (".css", ".js")]
    assert len(loaded) == 9
    assert sum(compressed(path.read_bytes()) for path in loaded) < LOOK_AND_BEHAVIOUR
