import pytest
from django.urls import reverse

from films.models import Film, FilmTitle, Remake
from reviews import proposing
from reviews.importing import plan
from reviews.importing.sources import Source
from reviews.importing.undo import undo
from reviews.models import Import, Proposal
from tests.factories import make_admin, make_film, make_review, make_user

pytestmark = pytest.mark.django_db

LIST = reverse("admin:reviews_proposal_changelist")
PAGE = "{film}\n7/10\n{headline}\nsomebody19 August 2023\n{text}\n1 out of 2 found this helpful."
REMAKE = "It is a remake of {} and knows it."


@pytest.fixture
def admin(client):
    admin = make_admin()
    client.force_login(admin)
    return admin


def imported(*texts, film="Hard Hit (2021)"):
    pages = (
        PAGE.format(film=film, headline=f"Headline {number} {text[:12]}", text=text)
        for number, text in enumerate(texts)
    )
    return plan.run([Source(f"{number}.txt", page.encode()) for number, page in enumerate(pages)])


def claims():
    return [(str(proposal), proposal.state, proposal.quotes.count()) for proposal in Proposal.objects.order_by("pk")]


def change(proposal):
    return reverse("admin:reviews_proposal_change", args=[proposal.pk])


def fields(proposal, **changed):
    names = ["film_title", "film_year", "edge_kind", "other_title", "other_year"]
    return {name: getattr(proposal, name) or "" for name in names} | changed


# What reviews say


def test_the_same_claim_of_another_review_is_one_more_quote_though_it_leaves_out_the_year():
    imported(*(REMAKE.format(title) for title in ("Retribution", "Retribution (2015)", "Retribution")))
    assert claims() == [("Hard Hit (2021), remake of Retribution (2015)", "open", 3)]


def test_films_of_one_title_and_of_different_years_are_different_claims():
    imported(*(REMAKE.format(title) for title in ("Retribution (2015)", "Retribution (2019)")))
    assert claims() == [
        ("Hard Hit (2021), remake of Retribution (2015)", "open", 1),
        ("Hard Hit (2021), remake of Retribution (2019)", "open", 1),
    ]


@pytest.mark.parametrize(
    ("first", "then"), [("Retribution", "Retribution (2015)"), ("Retribution (2015)", "Retribution")]
)
def test_what_was_declined_never_comes_back(first, then):
    imported(REMAKE.format(first))
    proposing.decline(Proposal.objects.all())
    imported(f"Once more. {REMAKE.format(then)}")
    assert claims() == [(f"Hard Hit (2021), remake of {first}", "declined", 1)]


def test_a_title_that_the_film_bears_already_is_accepted_with_its_quote():
    title = FilmTitle.objects.create(film=make_film(), text="Restricted Call", kind=FilmTitle.Kind.ALIAS)
    imported("Hard Hit, aka Restricted Call, is tense.")
    assert Proposal.objects.get(kind="alias").title == title
    assert claims() == [("Hard Hit (2021), also called Restricted Call", "accepted", 1)]


def test_a_quote_is_the_exact_passage_of_its_review():
    imported(f"The first paragraph.\n\n{REMAKE.format('Retribution')} The end.")
    quote = Proposal.objects.get().quotes.get()
    assert quote.review.body[quote.start : quote.end] == quote.text == REMAKE.format("Retribution")
    assert quote.get_absolute_url() == f"/reviews/{quote.review_id}/#review-{quote.review_id}-p2"


def test_a_plan_that_is_committed_proposes_what_an_import_in_one_go_does():
    page = PAGE.format(film="Hard Hit (2021)", headline="Tense", text=REMAKE.format("Retribution (2015)"))
    planned = plan.store([Source("a.txt", page.encode())])
    assert Proposal.objects.count() == 0
    plan.commit(planned)
    assert claims() == [("Hard Hit (2021), remake of Retribution (2015)", "open", 1)]


@pytest.mark.parametrize("count", [1, 3])
def test_storing_takes_the_same_queries_for_any_number_of_reviews(django_assert_num_queries, count):
    film, sentence = make_film(), "Hard Hit, aka {}, is a remake of Retribution."
    reviews = [make_review(film, body=sentence.format(f"Call {'ABC'[number]}")) for number in range(count)]
    titles = proposing.Titles()
    read = [
        (review.pk, proposing.claims(proposing.proposed(review.body, film.title, film.year, "", titles)))
        for review in reviews
    ]
    with django_assert_num_queries(9):
        proposing.store(read)
    assert Proposal.objects.count() == count + 1


def test_a_review_that_was_changed_takes_back_what_it_said():
    review = make_review(body=REMAKE.format("Retribution (2015)"))
    proposing.reread(review)
    review.body = REMAKE.format("Up (2009)")
    review.save()
    proposing.reread(review)
    assert claims() == [("Hard Hit (2021), remake of Up (2009)", "open", 1)]


def test_undoing_an_import_takes_open_proposals_along_that_nobody_else_makes():
    imported(REMAKE.format("Retribution (2015)"))
    first = Import.objects.get()
    kept = imported(REMAKE.format("Up (2009)"), f"Yes. {REMAKE.format('Retribution')}")
    undo(first)
    assert claims() == [
        ("Hard Hit (2021), remake of Retribution (2015)", "open", 1),
        ("Hard Hit (2021), remake of Up (2009)", "open", 1),
    ]
    undo(kept)
    assert claims() == []


def test_undoing_an_import_keeps_the_evidence_of_what_was_accepted():
    done = imported(REMAKE.format("Up (2009)"), "It is a fine film.")
    proposing.accept(Proposal.objects.get())
    report = undo(done)
    assert [kept["reason"] for kept in report["kept"] if "review" in kept] == [
        "Kept when the import was taken back: it is the evidence of what was accepted into the catalogue."
    ]
    assert report["reviews_deleted"] == 1
    assert claims() == [("Hard Hit (2021), remake of Up (2009)", "accepted", 1)]
    assert Remake.objects.with_evidence().get().sourced


def test_what_only_repeats_an_accepted_proposal_is_taken_back():
    imported(REMAKE.format("Up (2009)"))
    proposing.accept(Proposal.objects.get())
    done = imported(f"Yes. {REMAKE.format('Up')}")
    assert undo(done)["kept"] == []


def test_what_the_catalogue_said_already_is_not_called_accepted(client, admin):
    Remake.objects.link(make_film("Hard Hit", 2021), make_film("Up", 2009))
    imported(REMAKE.format("Up (2009)"))
    page = client.get(f"{LIST}?state=accepted").text
    assert ">In the catalogue already</a>" in page
    assert ">Accepted</a></td>" not in page


# What a person decides


def test_the_reference_review_becomes_a_family_through_the_admin(client, admin, shared):
    text = (shared / "reference" / "hard-hit-2021.txt").read_bytes()
    plan.run([Source("hard-hit.txt", text)])
    assert claims() == [
        ("Hard Hit (2021), remake of Retribution", "open", 1),
        ("Don't. Get. Out! (2018), remake of Retribution", "open", 1),
        ("Hard Hit (2021), also called Restricted Call", "open", 1),
    ]
    assert (Remake.objects.count(), Film.objects.count()) == (0, 1)
    page = client.get(LIST).text
    assert "Don&#x27;t. Get. Out! (2018): a new film, made when you accept" in page
    assert "The catalogue has no Retribution that it could be." in page
    first, second, alias = Proposal.objects.order_by("pk")
    client.post(LIST, {"accept": first.pk})
    assert (Remake.objects.count(), Film.objects.count()) == (0, 1)
    client.post(change(first), fields(first, other_year=2015, _accept="1"))
    client.post(LIST, {"action": "accept", "_selected_action": [second.pk, alias.pk]})
    assert [str(edge) for edge in Remake.objects.order_by("pk")] == [
        "Hard Hit (2021), remake of Retribution (2015)",
        "Don't. Get. Out! (2018), remake of Retribution (2015)",
    ]
    assert [str(title) for title in Film.objects.get(title="Hard Hit").titles.all()] == ["Restricted Call"]
    family = Film.objects.get(title="Hard Hit").family
    assert [film.title for film in family.members()] == ["Retribution", "Don't. Get. Out!", "Hard Hit"]
    page = client.get(family.get_absolute_url()).text
    review = first.quotes.get().review_id
    assert page.count(f'<a href="/reviews/{review}/#review-{review}-p2">as a review says</a>') == 2
    assert {proposal.decided_by for proposal in Proposal.objects.all()} == {admin}


def test_in_bulk_one_proposal_adds_the_film_whose_year_another_leaves_out(client, admin):
    imported(REMAKE.format("Retribution"))
    imported(REMAKE.format("Retribution (2015)"), film="Dial Up (2018)")
    chosen = list(Proposal.objects.values_list("pk", flat=True))
    response = client.post(LIST, {"action": "accept", "_selected_action": chosen}, follow=True)
    assert [str(message) for message in response.context["messages"]] == ["2 proposals accepted."]


@pytest.mark.parametrize("year", [2015, 2021])
def test_a_source_without_a_year_is_the_one_film_of_the_title_that_is_not_newer(year):
    source = make_film("Retribution", year)
    make_film("Retribution", 2023)
    imported(REMAKE.format("Retribution"))
    proposing.accept(Proposal.objects.get())
    assert Remake.objects.get().source == source


def test_several_films_that_the_source_could_be_are_a_question(client, admin):
    make_film("Retribution", 2015)
    make_film("Retribution", 1987)
    imported(REMAKE.format("Retribution"))
    response = client.post(LIST, {"accept": Proposal.objects.get().pk}, follow=True)
    question = "Which Retribution is it? The catalogue has Retribution (1987) and Retribution (2015). "
    assert [str(message) for message in response.context["messages"]] == [
        f"Hard Hit (2021), remake of Retribution: {question}Edit the proposal and give the year."
    ]
    assert Remake.objects.count() == 0


def test_a_circle_is_refused_with_a_sentence_and_leaves_nothing_behind(client, admin):
    source = make_film("Retribution", 2021)
    imported(REMAKE.format("Retribution (2021)"))
    Remake.objects.link(source, Film.objects.get(title="Hard Hit"))
    response = client.post(LIST, {"accept": Proposal.objects.get().pk}, follow=True)
    assert [str(message) for message in response.context["messages"]] == [
        "Hard Hit (2021), remake of Retribution (2021): "
        "Retribution (2021) already descends from Hard Hit (2021), so Hard Hit (2021) cannot be its remake."
    ]
    assert Proposal.objects.get().open


def test_declined_in_bulk_and_opened_again(client, admin):
    imported(*(REMAKE.format(title) for title in ("Retribution (2015)", "Up (2009)")))
    every = list(Proposal.objects.values_list("pk", flat=True))
    client.post(LIST, {"action": "decline", "_selected_action": every})
    assert {state for _, state, _ in claims()} == {"declined"}
    client.post(f"{LIST}?state=declined", {"action": "reopen", "_selected_action": every})
    assert {state for _, state, _ in claims()} == {"open"}
    client.post(LIST, {"decline": every[0]})
    assert sorted(state for _, state, _ in claims()) == ["declined", "open"]


def test_who_decides_in_a_second_window_is_told_that_it_is_decided(client, admin):
    imported(REMAKE.format("Retribution (2015)"))
    proposal = Proposal.objects.get()
    client.post(LIST, {"decline": proposal.pk})
    page = client.post(LIST, {"accept": proposal.pk}, follow=True).text
    assert "Hard Hit (2021), remake of Retribution (2015): declined, so nothing was changed." in page
    assert claims() == [("Hard Hit (2021), remake of Retribution (2015)", "declined", 1)]


def test_an_edited_proposal_that_says_what_another_does_is_refused(client, admin):
    imported(*(REMAKE.format(title) for title in ("Retribution (2015)", "Retribution (2019)")))
    proposal = Proposal.objects.order_by("pk").last()
    response = client.post(change(proposal), fields(proposal, other_year=2015, _save="1"))
    assert "Another proposal says the same, and is open." in response.text


def test_the_list_is_filtered_by_state_kind_and_import(client, admin):
    imported("Hard Hit, aka Restricted Call, is tense.")
    done = imported(REMAKE.format("Retribution (2015)"))
    proposing.decline(Proposal.objects.filter(kind="alias"))
    for query, shown in (
        ("", ["remake"]),
        ("?state=declined", ["alias"]),
        ("?state=all", ["remake", "alias"]),
        ("?state=all&kind__exact=alias", ["alias"]),
        (f"?state=all&import={done.pk}", ["remake"]),
    ):
        found = client.get(f"{LIST}{query}").context["cl"].result_list
        assert [proposal.kind for proposal in found] == shown
    page = client.get(reverse("admin:reviews_import_change", args=[done.pk])).text
    assert f'<a href="{LIST}?import={done.pk}&amp;state=all">1 proposal from its reviews</a>' in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_any_number_of_proposals(client, admin, django_assert_num_queries, count):
    imported(*(REMAKE.format(f"Retribution ({year})") for year in range(2015, 2015 + count)))
    client.get(LIST)
    with django_assert_num_queries(9):
        client.get(LIST)


def test_only_admins_who_may_change_proposals_decide(client):
    imported(REMAKE.format("Retribution (2015)"))
    proposal = Proposal.objects.get()
    assert client.post(LIST, {"accept": proposal.pk}).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.post(LIST, {"accept": proposal.pk}).status_code == 403
    assert claims() == [("Hard Hit (2021), remake of Retribution (2015)", "open", 1)]


@pytest.mark.parametrize("chosen", ["99", "x", ""])
def test_a_proposal_that_is_not_there_is_not_found(client, admin, chosen):
    assert client.post(LIST, {"decline": chosen}).status_code == 404
