"""Takes a merge of two films back, from what it wrote down."""

from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from films import family
from films.models import Family, Film, FilmAddress, FilmTitle, Remake
from reviews import proposing
from reviews.importing.catalogue_plan import FACTS
from reviews.merging import ONCE, copy_of, hold, turn, votes_on
from reviews.models import Draft, HelpfulVote, Merge, MergedReview, Opened, Review, Standing

BATCH = 500


def in_the_way(done):
    """Why the merge cannot be taken back, as sentences; none where it can."""
    if done.undone_at:
        return ["This merge was taken back already."]
    if done.kept is None:
        return ["The film that was kept has been deleted, so nothing is left to take back."]
    found = []
    later = Merge.objects.filter(kept=done.kept, pk__gt=done.pk, undone_at=None).order_by("pk").last()
    if later:
        found.append(f"Take back the later merge first: {later}.")
    copy = done.record["film"]
    if other := Film.objects.filter(title_key=copy["title_key"], year=copy["year"]).first():
        found.append(f"There is a film {other} again. Give it another title or year first.")
    return found


@transaction.atomic
def take_back(done):
    """Restores the dropped film and what it had. What people touched since stays, and `done.stayed` says so."""
    done = Merge.objects.select_for_update().get(pk=done.pk)
    if found := in_the_way(done):
        raise ValidationError(found)
    record, kept = done.record, done.kept
    hold(kept)
    film = _restore(Film, record["film"], family_id=None, review_count=0, mean_percent=None, review_kinds={})
    FilmAddress.objects.filter(slug=film.slug).delete()
    stayed = [*_titles_back(record["titles"], kept), *_facts_back(record["facts"], kept)]
    for key, ids in _lead_back(record["moved"], kept, film):
        if key == "reviews.Review.film":
            stayed += [_absent(pk) for pk in ids]
    Standing.objects.filter(review__film=film).exclude(film=film).update(film=film)
    for double in record["doubles"]:
        stayed += _part(double)
    Standing.objects.recount([kept, film])
    HelpfulVote.objects.weigh_diluted([kept, film])
    stayed += _edges_back(record["edges"], kept, film)
    _give_back(Opened, record["seen"])
    _give_back(Draft, record["drafts"])
    Family.objects.redraw([kept, film])
    done.undone_at, done.stayed = timezone.now(), stayed
    done.save(update_fields=["undone_at", "stayed"])
    return done


# Taking back


def _absent(pk):
    review = Review.every.select_related("film").filter(pk=pk).first()
    if review is None:
        return f"Review {pk} was deleted since, and is not brought back."
    return f"Review {pk} stays with {review.film}: it was moved since."


# Rows


def _lead_back(moved, new, old):
    """The reverse: what still points where it was left to points to the old row again. Yields (key, the other ids)."""
    for key, ids in moved.items():
        label, _, name = key.rpartition(".")
        rows = apps.get_model(label)._base_manager
        left = set()
        for some in (ids[start : start + BATCH] for start in range(0, len(ids), BATCH)):
            still = list(rows.filter(pk__in=some, **{name: new}).values_list("pk", flat=True))
            rows.filter(pk__in=still).update(**{name: old})
            left |= set(some) - set(still)
        if left:
            yield key, sorted(left)


def _restore(model, copy, **other):
    """Stores a row again from its copy, under the same id and without deriving anything anew."""
    row = model(**{f.attname: f.to_python(copy[f.attname]) for f in model._meta.concrete_fields} | other)
    row.save_base(raw=True, force_insert=True)
    return row


def _give_back(model, copies):
    people = set(map(str, get_user_model().objects.values_list("pk", flat=True)))
    for copy in copies:
        if copy["user_id"] in people:
            _restore(model, copy)


# What the dropped film had


def _edges_back(record, kept, film):
    """Yields a sentence for every edge that stays as it is, or out."""
    for said in record["moved"]:
        edge = Remake.objects.filter(pk=said["pk"], **{said["end"]: kept}).first()
        if edge:
            turn(edge, kept, film)
            edge.save()
        else:
            yield f"Remake {said['pk']} joins other films now or is gone."
    for said in record["gone"]:
        remake, source = int(said["edge"]["remake_id"]), int(said["edge"]["source_id"])
        known = Film.objects.filter(pk__in=[remake, source]).count() == 2
        edges = Remake.objects.values_list("remake_id", "source_id")
        if known and (remake, source) not in edges and not family.closes_circle(edges, remake, source):
            edge = _restore(Remake, said["edge"])
            list(_lead_back(said["led"], None, edge))
        else:
            yield f"The remake {said['edge']['id']} stays out: it does not go with what is recorded now."


def _titles_back(record, kept):
    for copy in record["copies"]:
        _restore(FilmTitle, copy)
    for said in record["given"]:
        title = FilmTitle.objects.filter(pk=said["id"]).first()
        if title is not None and copy_of(title) == said:
            title.delete()
        elif title is not None:
            yield f"The title “{title}” stays with {title.film}: it was changed since."


def _facts_back(filled, kept):
    for name, value in filled.items():
        if not Film.objects.filter(pk=kept.pk, **{name: value}).update(**{name: FACTS[name]}):
            yield f"The {name} of {kept} stays: it was changed since."


def _part(record):
    """The reverse. Yields a sentence for every voter who has voted anew since, whose new vote stays."""
    people = set(map(str, get_user_model().objects.values_list("pk", flat=True)))
    twin = Review.every.filter(pk=record["twin"]).first()
    writer = record["review"]["user_id"]
    double = _restore(Review, record["review"], user_id=writer if writer in people else None)
    Review.every.announce([double.pk])
    MergedReview.objects.filter(number=double.pk).delete()
    list(_lead_back(record["moved"], twin, double))
    for model in ONCE:
        _give_back(model, record["once"][model.__name__])
    list(_lead_back({"reviews.ImportRow.review": record["rows"]}, None, double))
    proposing.reread(double)  # its quotes went with it
    now = votes_on(twin) if twin else record["after"]
    for voter, copy in record["votes"].items():
        if voter not in people:
            continue
        if now.get(voter) != record["after"].get(voter):
            yield f"The vote of reader {voter} on review {record['twin']} stays: it was changed since."
            continue
        HelpfulVote.objects.filter(review=twin, user=voter).delete()
        if twin and voter in record["before"]:
            _restore(HelpfulVote, record["before"][voter])
        _restore(HelpfulVote, copy)
    Standing.objects.stand([double, *([twin] if twin else [])])
