"""Makes one film of two that are the same.

Everything that stood under the double goes to the film that is kept, and all of it is written down as it was before,
so that `parting` can take it back: what is moved by its id, what has to be deleted as a copy of its row. Rows keep
their ids, also when they come back.
"""

from collections import defaultdict
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from films import family
from films.models import Family, Film, FilmAddress, FilmTitle, Remake
from reviews.importing.catalogue_plan import FACTS
from reviews.models import (
    Claim,
    Comparison,
    Doubt,
    Draft,
    HelpfulVote,
    ImportRow,
    Merge,
    MergedReview,
    Opened,
    Quote,
    Report,
    Review,
    Standing,
)

ONCE = (Report, Claim)  # of which a reader has one for a review


class Preview(NamedTuple):
    """What a merge would do."""

    obstacles: list[str]  # Where there is any, the films cannot be merged.
    titles: list[str]  # that the kept film gets
    facts: dict[str, str]  # that it lacked
    reviews: int
    votes: int
    doubles: list[Review]  # of the dropped film, whose like stands under the kept one
    moved: list[Remake]  # as they would stand then
    gone: list[Remake]  # as they stand now
    addresses: list[str]


def preview(kept, dropped):
    moved, gone = _edges(kept, dropped)
    for edge in moved:
        turn(edge, dropped, kept)
    return Preview(
        obstacles(kept, dropped),
        [title.text for title in _titles(kept, dropped)],
        _facts(kept, dropped),
        Review.every.filter(film=dropped).count(),
        HelpfulVote.objects.filter(review__film=dropped).count(),
        [double for double, _ in _doubles(kept, dropped)],
        moved,
        gone,
        [dropped.get_absolute_url(), *(address.slug for address in dropped.former_addresses.all())],
    )


def obstacles(kept, dropped):
    """Why the two cannot be one film, as sentences; none where they can."""
    if kept == dropped:
        return ["Choose two films: these are one and the same."]
    found = []
    moved, _ = _edges(kept, dropped)
    if between := _between(kept, dropped):
        found.append(
            f"{between} stands between the two: it descends from one of them, and the other from it. One film cannot "
            "be on both sides. Take out one of those remakes first."
        )
    for edge in moved:
        turn(edge, dropped, kept)
        if edge.remake.year < edge.source.year:
            found.append(f"{edge.remake} would be older than {edge.source}, its source. Correct a year first.")
    found += [
        f"{review.user} has written a review of each of the two. Take one of them down first, or ask its author to "
        f"withdraw it: {review.get_absolute_url()}."
        for review in _written_twice(kept, dropped)
    ]
    return found


def _written_twice(kept, dropped):
    """Reviews of the dropped film whose author has another one of the kept film."""
    doubles = [double.pk for double, _ in _doubles(kept, dropped)]
    written = dropped.reviews.exclude(pk__in=doubles).select_related("user")
    return written.filter(user__in=kept.reviews.exclude(user=None).values("user")).order_by("pk")


def _between(kept, dropped):
    """A film on the way from one of the two to the other, or None."""
    families = Family.objects.filter(films__in=[kept, dropped])
    sources = defaultdict(set)
    for pair in Remake.objects.filter(remake__family__in=families).values_list("remake_id", "source_id"):
        remake, source = (kept.pk if pk == dropped.pk else pk for pk in pair)
        if remake != source:
            sources[remake].add(source)
    round_about = [source for source in sorted(sources[kept.pk]) if family.descends(source, kept.pk, sources)]
    return Film.objects.get(pk=round_about[0]) if round_about else None


@transaction.atomic
def merge(kept, dropped, user=None):
    """Merges the dropped film into the kept one. Raises ValidationError with the obstacles where there are any."""
    hold(kept, dropped)
    locked = Film.objects.select_for_update().order_by("pk").in_bulk([kept.pk, dropped.pk])
    kept, dropped = locked[kept.pk], locked[dropped.pk]
    if found := obstacles(kept, dropped):
        raise ValidationError(found)
    done = Merge(kept=kept, dropped=str(dropped), user=user)
    done.record = {
        "film": copy_of(dropped),
        "edges": _move_edges(kept, dropped),
        "titles": _give_titles(kept, dropped),
        "facts": _fill(kept, dropped),
        "doubles": [_join(double, twin) for double, twin in _doubles(kept, dropped)],
        "seen": _take_out(Opened, "film", kept, dropped),
        "drafts": _take_out(Draft, "film", kept, dropped),
        "moved": _follow(dropped, kept, but=(Remake, FilmTitle, Standing)),
    }
    Standing.objects.filter(film=dropped).update(film=kept)
    slug = dropped.slug
    dropped.delete()
    FilmAddress.objects.create(slug=slug, film=kept)
    Standing.objects.recount([kept])
    HelpfulVote.objects.weigh_diluted([kept])
    done.save()
    return done


def hold(*films):
    """Locks the standings first, as whoever votes on a review, changes or deletes it does: nobody waits in a circle."""
    list(Standing.objects.select_for_update().filter(film__in=films).order_by("pk").values_list("pk"))


# What points to a row


def _relations(model, but):
    """The foreign keys that point to the model, as (model, name), wherever they are declared."""
    for relation in model._meta.get_fields(include_hidden=True):
        if relation.auto_created and relation.one_to_many and relation.related_model not in but:
            yield relation.related_model, relation.field.name


def _follow(old, new, but):
    """Points everything that points to the old row to the new one (or None); returns its ids by model and key."""
    moved = {}
    for model, name in _relations(type(old), but):
        rows = model._base_manager.filter(**{name: old})
        if ids := list(rows.values_list("pk", flat=True)):
            rows.update(**{name: new})
            moved[f"{model._meta.label}.{name}"] = ids
    return moved


def copy_of(row):
    """A row as JSON, to the microsecond."""
    fields = row._meta.concrete_fields
    return {f.attname: None if getattr(row, f.attname) is None else f.value_to_string(row) for f in fields}


# Edges


def _edges(kept, dropped):
    """The dropped film's edges: those that the kept film gets, and those that it has already or that join the two."""
    edges = Remake.objects.select_related("remake", "source")
    theirs = {(edge.remake_id, edge.source_id) for edge in edges.filter(Q(remake=kept) | Q(source=kept))}
    moved, gone = [], []
    for edge in edges.filter(Q(remake=dropped) | Q(source=dropped)).order_by("pk"):
        remake, source = (kept.pk if pk == dropped.pk else pk for pk in (edge.remake_id, edge.source_id))
        (gone if remake == source or (remake, source) in theirs else moved).append(edge)
    return moved, gone


def turn(edge, old, new):
    """Puts the new film in the place of the old one; returns which end that is."""
    end = "remake" if edge.remake_id == old.pk else "source"
    setattr(edge, end, new)
    return end


def _move_edges(kept, dropped):
    moved, gone = _edges(kept, dropped)
    record = {
        "moved": [{"pk": edge.pk, "end": turn(edge, dropped, kept)} for edge in moved],
        "gone": [{"edge": copy_of(edge), "led": _follow(edge, None, but=())} for edge in gone],
    }
    Remake.objects.filter(pk__in=[edge.pk for edge in gone]).delete()
    Remake.objects.bulk_update(moved, ["remake", "source"])
    Family.objects.redraw([kept, dropped])
    return record


# Titles and facts


def _titles(kept, dropped):
    """The titles that the kept film gets, not stored yet."""
    has_original = kept.original_title is not None
    borne = {kept.title, *(title.text for title in kept.titles.all())}
    listed = FilmTitle(text=dropped.title, kind=FilmTitle.Kind.ALIAS)
    for title in [listed, *dropped.titles.all()]:
        if title.text not in borne:
            borne.add(title.text)
            second = title.kind == FilmTitle.Kind.ORIGINAL and has_original
            kind = FilmTitle.Kind.ALIAS if second else title.kind
            yield FilmTitle(film=kept, text=title.text, language=title.language, kind=kind)


def _give_titles(kept, dropped):
    copies, given = [copy_of(title) for title in dropped.titles.all()], list(_titles(kept, dropped))
    for title in given:
        title.save()
    return {"copies": copies, "given": [copy_of(title) for title in given]}


def _facts(kept, dropped):
    return {
        name: getattr(dropped, name)
        for name, nothing in FACTS.items()
        if getattr(kept, name) == nothing != getattr(dropped, name)
    }


def _fill(kept, dropped):
    filled = _facts(kept, dropped)
    Film.objects.filter(pk=kept.pk).update(**filled)
    return filled


# What a reader has of both, and may have once


def _take_out(model, name, kept, dropped):
    """Takes out what points to the dropped row where its user has the like for the kept one; returns copies."""
    theirs = model.objects.filter(**{name: kept}, user__isnull=False).values("user")
    copies = [copy_of(row) for row in model.objects.filter(**{name: dropped}, user__in=theirs)]
    model.objects.filter(pk__in=[copy["id"] for copy in copies]).delete()
    return copies


# Reviews that stand under both films


def _doubles(kept, dropped):
    """(review of the dropped film, the same review of the kept film)."""
    twins = {
        twin.content_key: twin
        for twin in Review.every.filter(
            film=kept, content_key__in=Review.every.filter(film=dropped).values("content_key")
        )
    }
    doubles = Review.every.filter(film=dropped, content_key__in=twins).order_by("pk")
    return [(double, twins[double.content_key]) for double in doubles]


def _join(double, twin):
    """Makes one review of two that say the same: a reader of both counts once, with the later of their votes."""
    list(Standing.objects.select_for_update().filter(review__in=[double, twin]).order_by("pk"))
    record = {"review": copy_of(double), "twin": twin.pk, "before": votes_on(twin), "votes": votes_on(double)}
    theirs = {vote.user_id: vote for vote in twin.votes.all()}
    for vote in double.votes.exclude(user=twin.user_id):
        before = theirs.get(vote.user_id)
        if before is None:
            HelpfulVote.objects.filter(pk=vote.pk).update(review=twin)
        elif vote.cast_at > before.cast_at:
            HelpfulVote.objects.filter(pk=before.pk).update(helpful=vote.helpful, cast_at=vote.cast_at)
    record["after"] = votes_on(twin)
    # An import that is taken back deletes what its rows point to; the other review is not theirs.
    rows = ImportRow.objects.filter(review=double)
    record["rows"] = list(rows.values_list("pk", flat=True))
    rows.update(review=None)
    record["once"] = {model.__name__: _take_out(model, "review", twin, double) for model in ONCE}
    record["moved"] = _follow(double, twin, but=(Comparison, Doubt, HelpfulVote, Quote, Standing))
    double.delete()
    MergedReview.objects.create(number=int(record["review"]["id"]), review=twin)
    Standing.objects.stand([twin])
    return record


def votes_on(review):
    """Copies of the votes by the id of their voter; what they weigh follows from where they stand."""
    return {str(vote.user_id): copy_of(vote) | {"weight": "0"} for vote in HelpfulVote.objects.filter(review=review)}
