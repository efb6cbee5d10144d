"""Every kind of page for strangers, before and after every way of changing what it shows: never stale."""

import re
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, connection
from django.test import Client
from django.test.client import RequestFactory
from django.urls import reverse

from config.language import spoken
from config.wsgi import django
from films import shown
from films.models import Remake
from pagecache.stamps import shared
from pagecache.wsgi import PageCache
from reviews import moderating, places
from reviews.filmpage import lists
from reviews.forms import ReviewListForm
from reviews.importing import answers, plan, undo
from reviews.importing.sources import Source
from reviews.kept import kept
from reviews.models import Discount, HelpfulVote, Proposal, Review
from tests.factories import make_admin, make_film, make_review, make_title, make_user

pytestmark = pytest.mark.django_db

TEXT = (
    "{film}\n7/10\nA new headline\nsomebody19 August 2023\nA text that says something.\n1 out of 2 found this helpful."
)


class Site:
    """A site with one of everything, and the addresses of all kinds of page that strangers may be given."""

    def __init__(self):
        self.source = make_film("Retribution", 2015)
        self.film = make_film("Hard Hit", 2021, director="Kim Chang-ju")
        self.title = make_title(self.film, "Restricted Call")
        self.remake = Remake.objects.link(self.film, self.source)
        self.film.refresh_from_db()
        self.alone = make_film("Up", 2009)
        self.author, self.reader = make_user("maud"), make_user("reader")
        self.review = make_review(self.film, user=self.author)
        self.plot = make_review(self.film, spoiler=True, rating=None, rating_scale=None)
        self.sourced = make_review(self.source, author="irene")
        self.pages = [
            "/",
            "/films/",
            "/films/?sort=rating",
            "/films/?q=hit",
            "/families/",
            self.film.family.get_absolute_url(),
            self.film.get_absolute_url(),
            f"{self.film.get_absolute_url()}?sort=newest&rating=7",
            self.source.get_absolute_url(),
            self.alone.get_absolute_url(),
            self.review.get_absolute_url(),
            f"{self.plot.get_absolute_url()}?spoilers=show",
            self.sourced.get_absolute_url(),
            f"{self.film.get_absolute_url()}?language=en&plot=untold",
            "/authors/irene/",
            "/ranking/",
        ]
        self.asked = 0
        self.cache = PageCache(self._application, shared(), 2**24, hold=0, varies={"Accept-Language": spoken})
        self.writer = make_user("writer", verified=True)
        self.admin = Client()
        self.admin.force_login(make_admin())

    def _application(self, environ, start_response):
        self.asked += 1
        return django(environ, start_response)

    def get(self, application, page, **headers):
        # The transaction around the test is to outlive the requests in it; each of Django's test client undoes this.
        for signal in (request_started, request_finished):
            signal.disconnect(close_old_connections)
        environ = RequestFactory().get(page, headers=headers).environ
        begun = []
        answer = application(environ, lambda *told: begun.append(told))
        body = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return begun[-1][0], body.decode()

    def send(self, user, name, review, **said):
        client = Client()
        client.force_login(user)
        return client.post(reverse(name, args=[review.pk]), said)

    def cached(self):
        return {page: self.get(self.cache, page) for page in self.pages}

    def fresh(self):
        return {page: self.get(django, page) for page in self.pages}


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Around changes: afterwards, what waits for their commit is done."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def site():
    yield Site()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


def test_every_kind_of_page_is_kept_and_is_the_page_that_django_makes(site):
    assert site.cached() == site.fresh()
    asked = site.asked
    assert {status for status, _ in site.cached().values()} == {"200 OK"}
    assert site.asked == asked == len(site.pages)


def post_form(site, name, thing, **changed):
    """Sends the admin's form of the thing as a browser would, with some fields changed."""
    address = reverse(f"admin:{name}_change", args=[thing.pk])
    page = site.admin.get(address).context_data
    forms = [page["adminform"].form, *(form for line in page["inline_admin_formsets"] for form in line.formset.forms)]
    forms += [line.formset.management_form for line in page["inline_admin_formsets"]]
    said = {form.add_prefix(n): form[n].value() for form in forms for n in form.fields}
    said = {name: value for name, value in said.items() if value is not None and value is not False}
    answer = site.admin.post(address, said | changed)
    assert answer.status_code == 302, answer.context_data["errors"]


def delete(site, name, thing):
    assert site.admin.post(reverse(f"admin:{name}_delete", args=[thing.pk]), {"post": "yes"}).status_code == 302


def delete_several(site, name, things):
    said = {"action": "delete_selected", "_selected_action": [thing.pk for thing in things], "post": "yes"}
    assert site.admin.post(reverse(f"admin:{name}_changelist"), said).status_code == 302


def stored(site):
    return plan.store([Source("a.txt", TEXT.format(film="Hard Hit (2021)").encode())])


def imported(site):
    return plan.run([Source("a.txt", TEXT.format(film="Hard Hit (2021)").encode())])


def answered(site):
    asked = plan.store([Source("a.txt", TEXT.replace("{film}\n", "").encode())])
    answers.answer(asked.rows.all(), "Hard Hit (2021)")
    plan.commit(asked)


def film_list(site):
    plan.run([Source("films.csv", b"title,year,country\nHard Hit,2021,South Korea\n")])


def remake_list(site):
    plan.run(
        [Source("remakes.csv", b"original_title,original_year,remake_title,remake_year\nSomething,1999,Up,2009\n")]
    )


def vote_by_post(site, helpful="yes"):
    voter = Client()
    voter.force_login(site.reader)
    address = reverse("vote", args=[site.review.pk])
    assert voter.post(address, {"helpful": helpful}).status_code == 302


def voted(site):
    site.review.cast_vote(site.reader, helpful=True)


def voted_unverified(site):
    person = make_user(verified=False)
    site.review.cast_vote(person, helpful=True)
    return EmailAddress.objects.create(user=person, email=person.email, primary=True)


def discounted(site):
    voted(site)
    return Discount.objects.discount(HelpfulVote.objects.all(), "A test.", None)


def rewritten(site):
    site.review.body = "Other words altogether, by which nobody would know it again, about something else."
    site.review.save()


def damaged(site):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE reviews_standing SET votes_yes = 5, votes_total = 7")


def renamed(site):
    site.author.username = "maud_again"
    site.author.save()


def proposed(site, text):
    """The proposals of a review, which is there with them beforehand."""
    body = f"Hard Hit (2021)\n7/10\nA headline\nsomebody19 August 2023\n{text}\n1 out of 2 found this helpful."
    plan.run([Source("proposing.txt", body.encode())])
    return list(Proposal.objects.open().values_list("pk", flat=True))


def decide(site, action, proposals):
    said = {"action": action, "_selected_action": proposals}
    address = reverse("admin:reviews_proposal_changelist")
    assert len(proposals) == Proposal.objects.open().count() > 0
    assert site.admin.post(address, said).status_code == 302
    assert not Proposal.objects.open().exists()


def written(site, headline="Written", do="publish"):
    writer = Client()
    writer.force_login(site.writer)
    said = {"headline": headline, "body": "A text that says something of the film. " * 3, "rating": "7", "do": do}
    assert writer.post(reverse("write", args=[site.film.slug]), said).status_code == 302
    return Review.objects.filter(user=site.writer).first()


def withdrawn(site):
    made = written(site)
    assert site.send(site.writer, "withdraw", made).status_code == 302
    return made


def reported(site, reason="spoiler"):
    for _ in range(2):
        moderating.report(site.review, make_user(verified=True), reason)


def done_by_admin(site, name):
    said = {"action": name, "_selected_action": [site.review.pk], "reason": "A reason."}
    assert site.admin.post(reverse("admin:reviews_review_changelist"), said).status_code == 302


def claimed(site):
    return site.writer.claims.create(review=site.sourced, proof="It is mine.")


NOTHING = lambda site: None  # noqa: E731 -- most ways need no preparation
WAYS = {
    "a vote": (NOTHING, lambda site, _: vote_by_post(site)),
    "a changed vote": (voted, lambda site, _: vote_by_post(site, "no")),
    "a withdrawn vote": (voted, lambda site, _: site.review.withdraw_vote(site.reader)),
    "a verified address": (voted_unverified, lambda site, address: address.set_verified()),
    "discounted votes": (voted, lambda site, _: discounted(site)),
    "a lifted discount": (discounted, lambda site, made: made.lift(None)),
    "a rewritten review": (voted, lambda site, _: rewritten(site)),
    "a recount": (damaged, lambda site, _: call_command("recount_votes", stdout=StringIO())),
    "a new review": (NOTHING, lambda site, _: make_review(site.film)),
    "an edited review": (NOTHING, lambda s, _: post_form(s, "reviews_review", s.review, headline="Edited")),
    "a review of another film": (NOTHING, lambda s, _: post_form(s, "reviews_review", s.review, film=s.alone.pk)),
    "a deleted review": (NOTHING, lambda site, _: delete(site, "reviews_review", site.review)),
    "deleted reviews": (NOTHING, lambda s, _: delete_several(s, "reviews_review", [s.review, s.plot])),
    "a review written here": (NOTHING, lambda site, _: written(site)),
    "a review edited by its author": (written, lambda site, _: written(site, headline="Again")),
    "a review withdrawn": (written, lambda site, made: site.send(site.writer, "withdraw", made)),
    "a review published again": (withdrawn, lambda site, made: site.send(site.writer, "put_back", made)),
    "a third report of a spoiler": (reported, lambda s, _: s.send(s.writer, "report", s.review, reason="spoiler")),
    "a review taken down": (NOTHING, lambda site, _: done_by_admin(site, "take_down")),
    "a review put back": (
        lambda site: done_by_admin(site, "take_down"),
        lambda site, _: done_by_admin(site, "restore"),
    ),
    "a review closed by an admin": (NOTHING, lambda site, _: done_by_admin(site, "collapse")),
    "a review opened again": (
        lambda site: done_by_admin(site, "collapse"),
        lambda site, _: done_by_admin(site, "open_again"),
    ),
    "a claim accepted": (claimed, lambda site, made: moderating.accept(made, make_user())),
    "an edited film": (NOTHING, lambda site, _: post_form(site, "films_film", site.film, director="Somebody Else")),
    "a film of another title": (
        NOTHING,
        lambda site, _: post_form(site, "films_film", site.source, title="Desconocido"),
    ),
    "an edited title": (
        NOTHING,
        lambda site, _: post_form(site, "films_film", site.film, **{"titles-0-text": "Balsinjehan"}),
    ),
    "a new film": (NOTHING, lambda site, _: make_film("Don't. Get. Out!", 2018)),
    "a deleted film": (NOTHING, lambda site, _: delete(site, "films_film", site.alone)),
    "a new remake": (NOTHING, lambda site, _: Remake.objects.link(site.film, site.alone)),
    "an edited remake": (NOTHING, lambda s, _: post_form(s, "films_remake", s.remake, source=s.alone.pk)),
    "a deleted remake": (NOTHING, lambda site, _: delete(site, "films_remake", site.remake)),
    "an import": (stored, lambda site, made: plan.commit(made)),
    "an import at once": (NOTHING, lambda site, _: imported(site)),
    "an import with answers": (NOTHING, lambda site, _: answered(site)),
    "an import of films": (NOTHING, lambda site, _: film_list(site)),
    "an import of remakes": (NOTHING, lambda site, _: remake_list(site)),
    "an import taken back": (imported, lambda site, made: undo.undo(made)),
    "an accepted remake": (
        lambda site: proposed(site, "Hard Hit is a remake of Up (2009)."),
        lambda site, made: decide(site, "accept", made),
    ),
    "an accepted remake of a film that was not there": (
        lambda site: proposed(site, "Hard Hit is a remake of Speed (1994)."),
        lambda site, made: decide(site, "accept", made),
    ),
    "an accepted alias": (
        lambda site: proposed(site, "Hard Hit, aka Balsinjehan, is tense."),
        lambda site, made: decide(site, "accept", made),
    ),
    "a new name": (NOTHING, lambda site, _: renamed(site)),
    "a deleted account": (NOTHING, lambda site, _: site.author.delete()),
}


@pytest.mark.parametrize("way", WAYS)
def test_no_page_is_stale_after(site, committed, way):
    prepare, change = WAYS[way]
    with committed():
        made = prepare(site)
    before = site.cached()
    with committed():
        change(site, made)
    after = site.cached()
    assert after == site.fresh()
    assert after != before


def of_readers(site):
    """The pages of the films as several readers are shown them, without their tokens."""
    readers = [Client() for _ in range(4)]
    for client, user in zip(readers, (site.reader, site.author, site.writer), strict=False):
        client.force_login(user)
    films = [page for page in site.pages if page.startswith("/films/") and not page.startswith("/films/?")]
    pages = [client.get(page).text for page in films for client in [*readers, site.admin]]
    return [re.sub(r'(name="csrfmiddlewaretoken" value=)"\w+"', r"\1", page) for page in pages]


def made_anew(site):
    kept.clear()
    lists.clear()
    for cache in (shown._made_of, places._first_page, ReviewListForm.of):
        cache.cache_clear()
    return of_readers(site)


# Inside the transaction around other tests lists are not kept.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", WAYS)
def test_no_page_put_together_from_kept_parts_is_stale_after(site, way):
    prepare, change = WAYS[way]
    made = prepare(site)
    of_readers(site)
    change(site, made)
    # Whose account is deleted does not sign in again, and what an admin is told of it is told once.
    site.author = site.author if site.author.pk else site.reader
    site.admin.get("/")
    assert of_readers(site) == made_anew(site)


def test_a_page_asked_for_again_is_put_together_from_kept_parts(site):
    readers = [Client(), Client()]
    readers[1].force_login(site.reader)
    for reader in readers:
        first, again = (reader.get(site.film.get_absolute_url()) for _ in range(2))
        assert ([part.name for part in first.templates[:1]], again.templates) == (["reviews/film.html"], [])
        assert "Kim Chang-ju" in again.text


def test_kept_parts_are_of_the_language_of_the_page(site):
    page = site.film.get_absolute_url()
    told = [Client(headers={"accept-language": language}).get(page).text for language in ("en", "de", "en", "de")]
    kept.clear()
    shown._made_of.cache_clear()
    german = Client(headers={"accept-language": "de"}).get(page).text
    assert told[:2] == told[2:]
    assert (told[1], "Neuverfilmung von" in german) == (german, True)


def test_a_notice_is_told_once_and_names_and_tokens_are_of_who_reads(site):
    writer = Client()
    writer.force_login(site.writer)
    site.admin.get(site.film.get_absolute_url())
    post_form(site, "films_film", site.film, director="Somebody Else")
    told, then = (site.admin.get(site.film.get_absolute_url()).text for _ in range(2))
    assert ("was changed successfully" in told, "was changed successfully" in then) == (True, False)
    page = writer.get(site.film.get_absolute_url())
    assert ("<bdi>writer</bdi>" in page.text, "<bdi>admin</bdi>" in page.text) == (True, False)
    tokens = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.text))
    assert len(tokens) == 1


def test_a_declined_proposal_changes_no_page(site, committed):
    with committed():
        made = proposed(site, "Hard Hit is a remake of Up (2009).")
    before = site.cached()
    with committed():
        decide(site, "decline", made)
    assert site.cached() == site.fresh() == before


def test_a_vote_makes_only_the_pages_stale_that_show_it(site, committed):
    site.cached()
    site.asked = 0
    with committed():
        voted(site)
    site.cached()
    # The film in three lists, its two reviews, and its family.
    assert site.asked == 6


def test_signing_in_leaves_the_pages_as_they_are(site, committed):
    site.cached()
    site.asked = 0
    with committed():
        Client().force_login(site.reader)
        Client().get("/accounts/login/")
    site.cached()
    assert site.asked == 0


def test_no_page_that_is_kept_sets_a_cookie_or_holds_a_token(site):
    for page, (_, body) in site.cached().items():
        assert "csrfmiddlewaretoken" not in body, page
    for page in ("/accounts/login/", "/accounts/signup/", "/admin/login/"):
        asked = site.asked
        site.get(site.cache, page)
        site.get(site.cache, page)
        assert site.asked == asked + 2, page


@pytest.mark.parametrize("cookie", ["spoilers=show", "seen={film}"])
def test_who_wants_to_know_the_plot_is_given_it_and_leaves_no_trace_of_it(site, cookie):
    before = site.cached()
    page = site.film.get_absolute_url()
    _, told = site.get(site.cache, page, cookie=cookie.format(film=site.film.pk))
    assert (site.plot.body.split(",")[0] in before[page][1], site.plot.body.split(",")[0] in told) == (False, True)
    assert site.cached() == before == site.fresh()


def test_who_has_seen_a_film_makes_no_page_stale(site, committed):
    site.cached()
    site.asked = 0
    reader = Client()
    reader.force_login(site.reader)
    with committed():
        reader.post(reverse("seen", args=[site.film.slug]), {"seen": "yes"})
        reader.post(reverse("choose_spoilers"), {"spoilers": "show"})
    site.cached()
    assert site.asked == 0


def test_what_no_stranger_is_shown_makes_no_page_stale(site, committed):
    site.cached()
    site.asked = 0
    with committed():
        written(site, do="draft")
        moderating.report(site.review, site.writer, "spam")
        moderating.mute(site.author, site.writer, "Insults.")
        claimed(site)
    site.cached()
    assert site.asked == 0


def test_everybody_loses_the_parameters_that_a_page_does_not_know(site):
    page = site.admin.get(f"{site.film.get_absolute_url()}?utm_source=x&sort=newest").content.decode()
    assert "utm_source" not in page
    assert '<option value="newest" selected>' in page
