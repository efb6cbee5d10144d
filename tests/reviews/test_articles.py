from datetime import date

import pytest
from django.test import Client

from tests.factories import make_film, make_review, make_user

pytestmark = pytest.mark.django_db


def page(client, film):
    return client.get(film.get_absolute_url()).content.decode()


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("headline", "Edited", ">Edited</a>"),
        ("body", "One line.\n\nMoved by white space alone.", "<p id="),
        ("author", "maud", "<bdi>maud</bdi>"),
        ("rating", 3, "</span>3<small>/10"),
        ("rating_scale", 20, "</span>7<small>/20"),
        ("date", date(2001, 2, 3), "3 February 2001"),
        ("spoiler", True, "This review tells the plot."),
        ("language", "ko", ' lang="ko"'),
        ("tally_yes", 2, "2 out of 5 found this helpful"),
        ("tally_total", 6, "1 out of 6 found this helpful"),
    ],
)
def test_whatever_changes_in_a_review_the_page_shows(client, name, value, shown):
    review = make_review(body="One line. Moved by white space alone.", tally_yes=1, tally_total=5)
    before = page(client, review.film)
    setattr(review, name, value)
    review.save()
    after = page(client, review.film)
    assert shown in after
    assert after != before


def test_a_new_name_of_its_author_is_shown(client):
    author = make_user("maud")
    review = make_review(user=author)
    assert "<bdi>maud</bdi>" in page(client, review.film)
    author.username = "maud_again"
    author.save()
    assert "<bdi>maud_again</bdi>" in page(client, review.film)


def test_everybody_sees_their_own_vote_and_form(client):
    film, author, reader = make_film(), make_user(), make_user()
    review = make_review(film, user=author)
    review.cast_vote(reader, helpful=True)
    said = {}
    for who in (None, author, reader, make_user(), None):
        if who:
            client.force_login(who)
        else:
            client.cookies.clear()
        html = page(client, film)
        said.setdefault(who, []).append(
            ("This is your review." in html, "You found it" in html, "Withdraw my vote" in html, "/vote/" in html)
        )
    assert list(said.values()) == [
        [(False, False, False, True)] * 2,
        [(True, False, False, False)],
        [(False, True, True, True)],
        [(False, False, False, True)],
    ]


def test_the_forms_lead_back_to_the_page_they_stand_in(client):
    review = make_review()
    for query in ("?sort=newest", "?rating=7&sort=oldest"):
        html = client.get(f"{review.film.get_absolute_url()}{query}").content.decode()
        back = query.replace("&", "&amp;")
        form = html.partition(f'action="/reviews/{review.pk}/vote/"')[2].partition("</form>")[0]
        assert f'name="next" value="{review.film.get_absolute_url()}{back}"' in form


def test_every_reader_votes_with_a_token_of_their_own():
    review, tokens = make_review(), []
    for _ in range(2):
        client = Client(enforce_csrf_checks=True)
        client.force_login(make_user())
        form = page(client, review.film).partition(f'action="/reviews/{review.pk}/vote/"')[2]
        tokens.append(form.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0])
        answers = [
            client.post(f"/reviews/{review.pk}/vote/", {"helpful": "yes", "csrfmiddlewaretoken": token}).status_code
            for token in tokens
        ]
    assert answers == [403, 302]
