import pytest
from django.core.exceptions import ValidationError
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from films.models import Family, FamilyAddress, Film, FilmAddress, FilmTitle, Remake
from reviews import proposing
from reviews.importing import plan
from reviews.importing.sources import Source
from reviews.importing.undo import undo
from reviews.merging import merge, preview
from reviews.models import HelpfulVote, ImportRow, Merge, MergedReview, Opened, Proposal, Quote, Review, Standing
from reviews.parting import take_back
from tests.factories import make_film, make_review, make_title, make_user
from tests.reviews.importing.pages import REFERENCE

EVERYTHING = [
    Film, FilmTitle, FilmAddress, Remake, FamilyAddress, Review, Standing, HelpfulVote, ImportRow, MergedReview, Opened,
]  # fmt: skip


def everything():
    """Every row of the site but the merges; families by their addresses, as they may be founded anew."""
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in EVERYTHING}
    for film in rows["Film"]:
        home = Family.objects.filter(pk=film.pop("family_id")).first()
        film["family"] = home and (home.slug, home.original_id)
    return rows


@pytest.fixture
def films(db):
    """Hard Hit, and a double of it under another title and year."""
    kept = make_film("Hard Hit", 2021, country="South Korea")
    return kept, make_film("Restricted Call", 2020, country="Korea", director="Kim Chang-ju")


def same(film, **fields):
    fields = {"headline": "The same", "body": "The same text.", "author": "maud"} | fields
    return make_review(film, **fields)


def votes(review):
    return {vote.user.username: vote.helpful for vote in review.votes.select_related("user")}


def test_reviews_go_to_the_kept_film_with_their_addresses_votes_and_standing(films):
    kept, dropped = films
    review = make_review(dropped)
    review.cast_vote(make_user(), helpful=True)
    merge(kept, dropped)
    assert Review.objects.get().film == kept
    standing = Standing.objects.get()
    assert (standing.film, standing.review_id, standing.votes_yes, standing.votes_total) == (kept, review.pk, 1, 1)
    assert list(Film.objects.all()) == [kept]


def test_who_has_seen_the_double_has_seen_the_kept_film_once_and_taken_back_both(films):
    kept, dropped = films
    one, both = make_user("one"), make_user("both")
    for reader, film in ((one, dropped), (both, kept), (both, dropped), (both, None)):
        Opened.objects.create(user=reader, film=film)
    before = everything()
    done = merge(kept, dropped)
    seen = set(Opened.objects.values_list("user__username", "film"))
    assert seen == {("one", kept.pk), ("both", kept.pk), ("both", None)}
    take_back(done)
    assert everything() == before


def test_titles_become_aliases_and_lacking_facts_are_filled_in(films):
    kept, dropped = films
    make_title(kept, "발신제한", kind=FilmTitle.Kind.ORIGINAL, language="ko")
    make_title(dropped, "발신제한", kind=FilmTitle.Kind.ORIGINAL, language="ko")
    make_title(dropped, "발신", kind=FilmTitle.Kind.ALIAS)
    make_title(dropped, "Blocage", kind=FilmTitle.Kind.TRANSLATION, language="fr")
    merge(kept, dropped)
    assert sorted(kept.titles.values_list("text", "kind", "language")) == [
        ("Blocage", "translation", "fr"),
        ("Restricted Call", "alias", ""),
        ("발신", "alias", ""),
        ("발신제한", "original", "ko"),
    ]
    kept.refresh_from_db()
    assert (kept.country, kept.director) == ("South Korea", "Kim Chang-ju")


def test_remakes_are_moved_and_those_that_would_stand_twice_or_lead_to_themselves_go(films):
    kept, dropped = films
    source, later = make_film("Retribution", 2015), make_film("Later", 2023)
    Remake.objects.link(kept, source)
    Remake.objects.link(dropped, source)
    Remake.objects.link(kept, dropped)
    Remake.objects.link(later, dropped, kind="sequel")
    merge(kept, dropped)
    assert sorted(Remake.objects.values_list("remake__title", "source__title", "kind")) == [
        ("Hard Hit", "Retribution", "remake"),
        ("Later", "Hard Hit", "sequel"),
    ]
    assert [film.title for film in Family.objects.get().members()] == ["Retribution", "Hard Hit", "Later"]


def test_films_of_two_families_join_them_and_the_address_that_goes_leads_on(films, client):
    kept, dropped = films
    Remake.objects.link(kept, make_film("Retribution", 2015))
    Remake.objects.link(dropped, make_film("Other", 2000))
    merge(kept, dropped)
    response = client.get("/families/other-2000/")
    assert (response.status_code, response["Location"]) == (302, "/families/retribution-2015/")


def test_the_address_of_the_dropped_film_leads_to_the_kept_one_for_good_through_every_merge(films, client):
    kept, dropped = films
    last = make_film("Balsinjehan", 2021)
    merge(kept, dropped)
    merge(last, kept)
    for slug in ("restricted-call-2020", "hard-hit-2021"):
        response = client.get(f"/films/{slug}/")
        assert (response.status_code, response["Location"]) == (301, "/films/balsinjehan-2021/")


def test_no_new_film_takes_the_address_of_a_dropped_one(films):
    merge(*films)
    assert make_film("Restricted Call", 2020).slug == "restricted-call-2-2020"
    Film.objects.add([Film(title="Hard Hit!!", year=2022), Film(title="Restricted. Call", year=2021)])
    assert FilmAddress.objects.get().slug == "restricted-call-2020"


def test_a_review_that_stands_under_both_becomes_one_and_no_voter_counts_twice(films, client):
    kept, dropped = films
    twin, double = same(kept), same(dropped)
    early, late, only = make_user("early"), make_user("late"), make_user("only")
    double.cast_vote(early, helpful=False)
    twin.cast_vote(early, helpful=True)
    twin.cast_vote(late, helpful=True)
    double.cast_vote(late, helpful=False)
    double.cast_vote(only, helpful=True)
    merge(kept, dropped)
    assert Review.objects.get() == twin
    assert votes(twin) == {"early": True, "late": False, "only": True}
    standing = Standing.objects.get()
    assert (standing.votes_yes, standing.votes_total) == (2, 3)
    response = client.get(f"/reviews/{double.pk}/")
    assert (response.status_code, response["Location"]) == (302, f"/reviews/{twin.pk}/")


def test_nobody_comes_to_vote_on_a_review_of_their_own(films):
    kept, dropped = films
    writer = make_user("maud")
    twin, double = same(kept, user=writer), same(dropped)
    double.cast_vote(writer, helpful=True)
    done = merge(kept, dropped)
    assert votes(twin) == {}
    take_back(done)
    assert votes(double) == {"maud": True}


def test_a_film_that_stands_between_the_two_keeps_them_apart(films):
    kept, dropped = films
    between = make_film("Between", 2020)
    Remake.objects.link(between, dropped)
    Remake.objects.link(kept, between)
    before = everything()
    for pair in ((kept, dropped), (dropped, kept)):
        with pytest.raises(ValidationError, match=r"Between \(2020\) stands between the two"):
            merge(*pair)
    assert everything() == before


def test_a_merge_that_would_make_a_remake_older_than_its_source_is_refused(films):
    kept, dropped = films
    Remake.objects.link(make_film("Early", 2020), dropped)
    with pytest.raises(ValidationError, match=r"Early \(2020\) would be older than Hard Hit \(2021\)"):
        merge(kept, dropped)


def test_a_film_is_not_merged_with_itself(films):
    with pytest.raises(ValidationError, match="one and the same"):
        merge(films[0], films[0])


def test_the_preview_says_what_the_merge_then_does(films):
    kept, dropped = films
    make_review(dropped).cast_vote(make_user(), helpful=True)
    same(kept)
    double = same(dropped)
    Remake.objects.link(make_film("Later", 2023), dropped)
    Remake.objects.link(kept, dropped)
    seen = preview(kept, dropped)
    assert (seen.obstacles, seen.titles, seen.facts) == ([], ["Restricted Call"], {"director": "Kim Chang-ju"})
    assert (seen.reviews, seen.votes, seen.doubles) == (2, 1, [double])
    assert [str(edge) for edge in seen.moved] == ["Later (2023), remake of Hard Hit (2021)"]
    assert [str(edge) for edge in seen.gone] == ["Hard Hit (2021), remake of Restricted Call (2020)"]
    assert seen.addresses == ["/films/restricted-call-2020/"]
    assert Film.objects.count() == 3


# Imports


def test_the_rows_of_an_import_follow_and_its_undo_still_works(films):
    kept, dropped = films
    done = plan.store([Source("page.txt", REFERENCE.encode())], film=("Restricted Call", 2020))
    plan.commit(done)
    review = Review.objects.get()
    Review.objects.update(film=dropped)
    Standing.objects.update(film=dropped)
    ImportRow.objects.update(film=dropped)
    merge(kept, dropped)
    assert ImportRow.objects.get().film == kept
    assert undo(done)["reviews_deleted"] == 1
    assert not Review.objects.filter(pk=review.pk).exists()


def test_taking_an_import_back_does_not_delete_the_review_that_another_had_brought(films):
    kept, dropped = films
    twin = same(kept)
    double = same(dropped)
    done = plan.store([Source("page.txt", REFERENCE.encode())])
    done.rows.update(review=double, film=dropped, state="created")
    merged = merge(kept, dropped)
    assert done.rows.get().review is None
    assert undo(done)["reviews_deleted"] == 0
    assert Review.objects.filter(pk=twin.pk).exists()
    take_back(merged)
    assert done.rows.get().review == double


# Taking back


def test_taken_back_a_merge_leaves_no_trace_but_its_record(films):
    kept, dropped = films
    source = make_film("Retribution", 2015)
    Remake.objects.link(kept, source)
    Remake.objects.link(dropped, source, address="https://example.org/")
    Remake.objects.link(kept, dropped)
    make_title(dropped, "발신제한", kind=FilmTitle.Kind.ORIGINAL, language="ko")
    make_review(dropped).cast_vote(make_user(), helpful=True)
    twin, double, reader = same(kept), same(dropped), make_user()
    twin.cast_vote(reader, helpful=True)
    double.cast_vote(reader, helpful=False)
    before = everything()
    done = merge(kept, dropped)
    assert everything() != before
    done = take_back(done)
    assert everything() == before
    assert done.stayed == []


def test_a_review_that_is_two_again_is_quoted_for_both(films):
    body = "This is a remake of Retribution (2015)."
    reviews = [same(film, body=body) for film in films]
    for review in reviews:
        proposing.reread(review)

    def quoted():
        return set(Quote.objects.values_list("review", "proposal__film_title", "text"))

    before = quoted()
    done = merge(*films)
    assert quoted() == {(reviews[0].pk, "Hard Hit", body)}
    take_back(done)
    assert quoted() == before == {(reviews[0].pk, "Hard Hit", body), (reviews[1].pk, "Restricted Call", body)}


def test_what_people_touched_since_stays_and_is_listed(films):
    kept, dropped = films
    elsewhere = make_film("Elsewhere", 2000)
    moved, deleted, edited = make_review(dropped), make_review(dropped), make_review(dropped)
    twin, double, reader = same(kept), same(dropped), make_user()
    double.cast_vote(reader, helpful=True)
    done = merge(kept, dropped)
    Review.objects.get(pk=moved.pk).move_to(elsewhere)
    deleted.delete()
    Review.objects.filter(pk=edited.pk).update(headline="Edited since")
    twin.cast_vote(reader, helpful=False)
    Film.objects.filter(pk=kept.pk).update(director="Somebody else")
    FilmTitle.objects.filter(text="Restricted Call").update(language="en")
    done = take_back(done)
    assert done.stayed == [
        "The title “Restricted Call” stays with Hard Hit (2021): it was changed since.",
        "The director of Hard Hit (2021) stays: it was changed since.",
        f"Review {moved.pk} stays with Elsewhere (2000): it was moved since.",
        f"Review {moved.pk + 1} was deleted since, and is not brought back.",
        f"The vote of reader {reader.pk} on review {twin.pk} stays: it was changed since.",
    ]
    assert (votes(twin), votes(double)) == ({reader.username: False}, {})
    assert Review.objects.get(pk=edited.pk).headline == "Edited since"
    assert {review.film.title for review in Review.objects.filter(pk__in=[edited.pk, double.pk])} == {"Restricted Call"}


def test_an_edge_that_was_changed_since_stays(films):
    kept, dropped = films
    later, other = make_film("Later", 2023), make_film("Other", 2000)
    edge = Remake.objects.link(later, dropped)
    done = merge(kept, dropped)
    Remake.objects.filter(pk=edge.pk).update(source=other)
    assert take_back(done).stayed == [f"Remake {edge.pk} joins other films now or is gone."]
    assert [str(film) for film in Family.objects.get().members()] == ["Other (2000)", "Later (2023)"]


def test_what_came_to_the_kept_film_since_stays_with_it(films):
    kept, dropped = films
    done = merge(kept, dropped)
    review = make_review(kept)
    take_back(done)
    assert Review.objects.get() == review
    assert review.film == kept


def test_a_merge_is_taken_back_once_and_the_later_one_first(films):
    kept, dropped = films
    last = make_film("Balsinjehan", 2021)
    before = everything()
    first = merge(kept, dropped)
    second = merge(last, kept)
    with pytest.raises(ValidationError, match="Take back the later merge first"):
        take_back(first)
    take_back(second)
    take_back(first)
    assert everything() == before
    with pytest.raises(ValidationError, match="taken back already"):
        take_back(first)


def test_a_merge_whose_film_is_there_again_is_not_taken_back(films):
    done = merge(*films)
    make_film("Restricted Call", 2020)
    with pytest.raises(ValidationError, match=r"There is a film Restricted Call \(2020\) again"):
        take_back(done)


def test_a_merge_whose_kept_film_is_gone_is_not_taken_back(films):
    done = merge(*films)
    films[0].delete()
    with pytest.raises(ValidationError, match="has been deleted"):
        take_back(Merge.objects.get(pk=done.pk))


pairs = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=8, unique=True)


class TestEveryMerge(TestCase):
    @given(
        edges=pairs,
        reviews=st.lists(st.tuples(st.integers(0, 1), st.sampled_from("abc")), max_size=6, unique=True),
        cast=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 2), st.booleans()), max_size=8),
    )
    @settings(max_examples=settings.default.max_examples * 3 // 10)
    def test_is_taken_back_without_a_trace_or_refused_without_one(self, edges, reviews, cast):
        films = [make_film(f"Film {number}", 2000) for number in range(5)]
        readers = [make_user() for _ in range(3)]
        for remake, source in edges:
            try:
                Remake.objects.link(films[remake], films[source])
            except ValidationError:
                continue
        made = [same(films[film], body=text) for film, text in reviews]
        for review, reader, helpful in cast:
            if review < len(made):
                made[review].cast_vote(readers[reader], helpful)
        before = everything()
        try:
            done = merge(films[0], films[1])
        except ValidationError:
            assert everything() == before
            return
        assert _families() == _families(redrawn=True)
        assert take_back(done).stayed == []
        assert everything() == before
        assert [off for off in Standing.objects.stand(list(Review.objects.all())) if off] == []


def _families(redrawn=False):
    if redrawn:
        Family.objects.redraw()
    return sorted(Film.objects.values_list("pk", "family__slug"))


# What names the dropped film afterwards

PAGE = "{film}\n6/10\n{headline}\nbob19 August 2023\n{text}\n"


def run(*texts, name="a.txt"):
    done = plan.run([Source(f"{number}-{name}", text.encode()) for number, text in enumerate(texts)])
    return [(row.get_state_display(), str(row.film), row.film_created) for row in done.rows.all()]


@pytest.mark.parametrize("dropped", ["Omega Film (2004)", "Alpha Film (2004)"])
def test_the_same_files_again_are_duplicates_though_their_film_was_merged(db, dropped):
    texts = [
        PAGE.format(film=dropped, headline=f"Headline {number}", text=f"Its text {number}. " * 9) for number in "12"
    ]
    texts.append(PAGE.format(film="Omega Film (2005)", headline="Other", text="Other text."))
    assert [state for state, _, _ in run(*texts)] == ["created"] * 3
    title = dropped.removesuffix(" (2004)")
    merge(Film.objects.get(year=2005), Film.objects.get(title=title, year=2004))
    assert run(*texts) == [("duplicate", "Omega Film (2005)", False)] * 3
    new = PAGE.format(film=dropped, headline="Another", text="Something else altogether.")
    assert run(new) == [("created", "Omega Film (2005)", False)]


@pytest.mark.parametrize("dropped", ["Omega Film", "Alpha Film"])
def test_the_same_lists_again_are_duplicates_though_their_films_were_merged(db, dropped):
    films = f"title,year,country,director,runtime,titles\n{dropped},2004,,,,\nOmega Film,2005,,,,\nSource,2004,,,,\n"
    remakes = f"remake_title,remake_year,original_title,original_year\n{dropped},2004,Source,2004\n"
    run(films, name="films.csv")
    run(remakes, name="remakes.csv")
    done = merge(Film.objects.get(year=2005), Film.objects.get(title=dropped, year=2004))
    assert run(films, name="films.csv") == [
        ("duplicate", "Omega Film (2005)", False),
        ("duplicate", "Omega Film (2005)", False),
        ("duplicate", "Source (2004)", False),
    ]
    assert run(remakes, name="remakes.csv") == [("duplicate", "Omega Film (2005)", False)]
    take_back(done)
    assert run(remakes, name="remakes.csv") == [("duplicate", f"{dropped} (2004)", False)]


def test_a_remake_whose_year_a_merge_moved_before_its_source_is_refused(db):
    merge(make_film("Omega Film", 2003), make_film("Omega Film", 2010))
    text = b"remake_title,remake_year,original_title,original_year\nOmega Film,2010,Source,2005\n"
    done = plan.run([Source("remakes.csv", text)])
    assert done.rows.get().reason == "Omega Film (2003) is older than Source (2005), so it cannot be its remake."
    assert not Remake.objects.exists()


def test_a_proposal_that_names_the_dropped_film_is_about_the_one_that_stayed(db):
    run(
        PAGE.format(film="Zeta Film (2003)", headline="Head", text="It is a remake of Retribution (1999) and knows it.")
    )
    kept, dropped = make_film("Omega Film", 2005), Film.objects.get(title="Zeta Film")
    done = merge(kept, dropped)
    proposal = Proposal.objects.get()
    proposing.accept(proposal)
    assert [str(film) for film in Film.objects.all()] == ["Omega Film (2005)", "Retribution (1999)"]
    assert [(str(edge.remake), str(edge.source)) for edge in Remake.objects.all()] == [
        ("Omega Film (2005)", "Retribution (1999)")
    ]
    assert proposal.edge == Remake.objects.get()
    take_back(done)
    assert Film.objects.filter(title="Zeta Film", year=2003).exists()


def test_what_is_recorded_of_the_film_that_stayed_is_not_proposed_anew(db):
    kept = make_film("Omega Film", 2005)
    merge(kept, make_film("Zeta Film", 2003))
    Remake.objects.link(kept, make_film("Retribution", 1999))
    run(
        PAGE.format(film="Zeta Film (2003)", headline="Head", text="It is a remake of Retribution (1999) and knows it.")
    )
    assert [one.state for one in Proposal.objects.all()] == ["accepted"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("It is a remake of Omega Film (2002) and knows it.", "A film cannot be a remake of itself."),
        (
            "Zeta Film, aka Omega Film, is long.",
            "Omega Film (2002) is listed under that title already. Decline the proposal.",
        ),
    ],
)
def test_a_proposal_about_the_two_that_were_merged_is_refused_with_a_sentence(db, text, sentence):
    run(PAGE.format(film="Zeta Film (2003)", headline="Head", text=text))
    merge(make_film("Omega Film", 2002), Film.objects.get(title="Zeta Film"))
    proposal = Proposal.objects.get()
    with pytest.raises(ValidationError) as refused:
        proposing.accept(proposal)
    assert refused.value.messages == [sentence]
    assert [str(title) for title in FilmTitle.objects.all()] == ["Zeta Film"]
