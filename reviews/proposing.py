"""From what reviews say to proposals, and from an accepted proposal to the catalogue."""

from functools import cached_property
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from films.models import Film, FilmTitle, Remake
from films.titles import title_key
from reviews import evidence
from reviews.importing import matching
from reviews.models import Proposal, Quote
from reviews.models.proposals import LONGEST_CLAIM

MOST_TITLES = 20_000  # a catalogue with more would take longer to look at than its titles help

Kind, State = Proposal.Kind, Proposal.State


# What a review says


class Claim(NamedTuple):
    """A proposal that is not stored, and where one review makes it."""

    proposal: Proposal
    part: str
    quote: evidence.Passage


class Titles:
    """The keys of the catalogue's titles, looked up at the first question: they tell where a title in prose ends."""

    @cached_property
    def keys(self):
        keys = set(Film.objects.order_by().values_list("title_key", flat=True)[: MOST_TITLES + 1])
        return keys if len(keys) <= MOST_TITLES else set()

    def __call__(self, key):
        return key in self.keys


def proposed(body, film, year, headline, titles):
    """What a review of the film proposes, as evidence.Proposals. One in twenty texts takes a millisecond or more."""
    return evidence.proposals(body, film, year, headline, known=titles)


def claims(proposed):
    """The claims that were read from a review."""
    made = [
        Claim(
            Proposal(
                kind=Kind.REMAKE,
                edge_kind=edge.kind,
                film_title=edge.remake.title,
                film_year=edge.remake.year,
                other_title=edge.source.title,
                other_year=edge.source.year,
            ),
            edge.part,
            edge.quote,
        )
        for edge in proposed.edges
    ] + [
        Claim(
            Proposal(kind=Kind.ALIAS, film_title=alias.film.title, film_year=alias.film.year, other_title=alias.title),
            alias.part,
            alias.quote,
        )
        for alias in proposed.aliases
    ]
    for claim in made:
        claim.proposal.derive()
    return [claim for claim in made if len(claim.proposal.claim) <= LONGEST_CLAIM]


# What becomes of it


def settle(claims):
    """The stored proposal of each claim, or the one that it is to become; in a number of queries that does not grow.

    A claim that the catalogue says already is accepted, with what it has become; one that was declined stays so.
    """
    stored = {}
    for known in Proposal.objects.filter(pair__in={claim.proposal.pair for claim in claims}).order_by("pk"):
        stored.setdefault(known.pair, []).append(known)
    recorded = _recorded([claim.proposal for claim in claims])
    settled = []
    for claim in claims:
        known = stored.setdefault(claim.proposal.pair, [])
        same = next((one for one in _likeliest(known) if one.agrees_with(claim.proposal)), None)
        if same is None:
            same = claim.proposal
            known.append(same)
        elif same.open:
            _tell_years(same, claim.proposal, known)
        if same.open and (row := recorded(same)):
            same.state = State.ACCEPTED
            same.edge, same.title = (row, None) if same.kind == Kind.REMAKE else (None, row)
        settled.append(same)
    return settled


def _likeliest(known):
    """What was declined first, because it never comes back; then what tells most years."""
    return sorted(known, key=lambda one: (one.state != State.DECLINED, one.film_year is None, one.other_year is None))


def _tell_years(stored, said, others):
    """Takes the years that an open proposal lacks, unless another one of the pair tells them already."""
    told = Proposal(
        kind=stored.kind,
        film_title=stored.film_title,
        other_title=stored.other_title,
        film_year=stored.film_year or said.film_year,
        other_year=stored.other_year or said.other_year,
    )
    told.derive()
    if told.claim not in {other.claim for other in others}:
        stored.film_year, stored.other_year = told.film_year, told.other_year
        stored.derive()


def _recorded(proposals):
    """A function that finds the edge, or the title, by which the catalogue says already what a proposal does."""
    if not proposals:
        return lambda proposal: None
    keys = {title_key(title) for one in proposals for title in (one.film_title, one.other_title)}
    named = matching.Named(keys)
    films = named.films()
    edges = {}
    for edge in Remake.objects.filter(remake__in=films, source__in=films):
        edges[edge.remake_id, edge.source_id] = edge
    titles = {(title.film_id, title.key): title for title in FilmTitle.objects.filter(film__in=films, key__in=keys)}

    def find(proposal):
        remakes = named.of(title_key(proposal.film_title), proposal.film_year)
        if proposal.kind == Kind.ALIAS:
            found = [titles.get((film, title_key(proposal.other_title))) for film in remakes]
        else:
            sources = named.of(title_key(proposal.other_title), proposal.other_year)
            found = [edges.get((remake, source)) for remake in remakes for source in sources]
        found = [row for row in found if row]
        return found[0] if len(found) == 1 else None

    return find


def store(claims_by_review):
    """Keeps what the reviews, given by their ids, claim: [(review id, its claims)]. Call it in a transaction."""
    made = [(review, claim) for review, claims in claims_by_review for claim in claims]
    if not made:
        return
    settled = settle([claim for _, claim in made])
    _save({id(one): one for one in settled if one.state != State.DECLINED}.values())
    Quote.objects.bulk_create(
        [
            Quote(
                proposal=proposal,
                review_id=review,
                part=claim.part,
                start=claim.quote.start,
                end=claim.quote.end,
                paragraph=claim.quote.paragraph,
                text=claim.quote.text,
            )
            for (review, claim), proposal in zip(made, settled, strict=True)
            if proposal.state != State.DECLINED
        ],
        ignore_conflicts=True,
    )


def _save(proposals):
    fresh = [one for one in proposals if one.pk is None]
    changed = [one for one in proposals if one.pk is not None]
    Proposal.objects.bulk_create(fresh, ignore_conflicts=True)
    # Another import may have stored the same claim meanwhile, so the ids are read back.
    ids = dict(Proposal.objects.filter(claim__in=[one.claim for one in fresh]).values_list("claim", "pk"))
    for one in fresh:
        one.pk = ids[one.claim]
    Proposal.objects.bulk_update(changed, ["film_year", "other_year", "pair", "claim", "state", "edge", "title"])


def reread(review):
    """Reads anew what a stored review says, after it was written or changed."""
    found = proposed(review.body, review.film.title, review.film.year, review.headline, Titles())
    with transaction.atomic():
        review.quotes.all().delete()
        store([(review.pk, claims(found))])
        drop_unsaid()


def drop_unsaid():
    """Deletes the open proposals that no review makes any more."""
    Proposal.objects.open().filter(quotes=None).delete()


# What a person decides


def accept(proposal, user=None):
    """Writes the proposal into the catalogue. Raises ValidationError, with a sentence, where that cannot be."""
    with transaction.atomic():
        films = Ends([proposal]).of(proposal)
        if questions := [film for film in films if isinstance(film, str)]:
            raise ValidationError(questions)
        if proposal.kind == Kind.ALIAS:
            proposal.title = _give_title(*films, proposal.other_title)
        else:
            proposal.edge = _link(*films, proposal.edge_kind)
        proposal.state, proposal.decided_by, proposal.decided_at = State.ACCEPTED, user, timezone.now()
        proposal.save()


def accept_all(proposals, user=None):
    """Accepts what can be; returns how many that were, and a sentence for each of the others.

    One may tell the year that another leaves out, so those that could not be accepted are tried again after others.
    """
    accepted, refused, tried = 0, list(proposals), None
    while refused and len(refused) != tried:
        waiting, tried, refused, sentences = refused, len(refused), [], []
        for proposal in waiting:
            try:
                accept(proposal, user)
                accepted += 1
            except ValidationError as error:
                refused.append(proposal)
                sentences.append(f"{proposal}: {' '.join(error.messages)}")
    return accepted, sentences if refused else []


def decline(proposals, user=None):
    return proposals.open().update(state=State.DECLINED, decided_by=user, decided_at=timezone.now())


def reopen(proposals):
    declined = proposals.filter(state=State.DECLINED)
    return declined.update(state=State.OPEN, decided_by=None, decided_at=None)


def _link(remake, source, kind):
    edge = Remake.objects.filter(remake=remake.pk, source=source.pk).first()
    if edge is None:
        _add([film for film in (remake, source) if film.pk is None])
        edge = Remake.objects.link(remake, source, kind=kind)
    return edge


def _give_title(film, text):
    if film.title_key == title_key(text):
        raise ValidationError(f"{film} is listed under that title already. Decline the proposal.")
    _add([film] if film.pk is None else [])
    return film.titles.filter(key=title_key(text)).first() or FilmTitle.objects.create(
        film=film, text=text, kind=FilmTitle.Kind.ALIAS
    )


def _add(films):
    for film in films:
        film.full_clean(exclude=["slug", "title_key", "sort_title"])
    Film.objects.add(films)


class Ends:
    """The films that proposals are about, found for all of them at once."""

    def __init__(self, proposals):
        names = {name for proposal in proposals for name in _names(proposal)}
        self.matches = matching.match({name for name in names if name[1]})
        self.bearers = matching.bearers({title_key(title) for title, year in names if not year})

    def of(self, proposal):
        """The film, and the source of a remake: of the catalogue, new ones without an id, or a question to a person."""
        found = []
        for title, year in _names(proposal):
            found.append(self._of_year(title, year) if year else self._only(title, *found))
        return found

    def _of_year(self, title, year):
        match = self.matches[title, year]
        return match.film or match.question or Film(title=title, year=year)

    def _only(self, title, remake=None):
        """The one film of the title, which is not newer than its remake."""
        found = [
            film
            for film in self.bearers[title_key(title)].values()
            if not isinstance(remake, Film) or (film != remake and film.year <= remake.year)
        ]
        if len(found) == 1:
            return found[0]
        if found:
            said = " and ".join(sorted(str(film) for film in found))
            return f"Which {title} is it? The catalogue has {said}. Edit the proposal and give the year."
        return f"The catalogue has no {title} that it could be. Edit the proposal and give its year: then it is added."


def _names(proposal):
    names = [(proposal.film_title, proposal.film_year)]
    return names if proposal.kind == Kind.ALIAS else [*names, (proposal.other_title, proposal.other_year)]
