"""Which films are joined by remakes, and in which order. Pure: works on ids and on anything with a year."""

import heapq
from collections import defaultdict

# What a film can be to the film that its edge leads to; `kinds.py` has the words for it.
KINDS = ("remake", "adaptation", "re-edit", "sequel", "other")


def components(edges):
    """The sets of ids that the (remake, source) pairs join, the largest first."""
    neighbours = defaultdict(set)
    for remake, source in edges:
        neighbours[remake].add(source)
        neighbours[source].add(remake)
    found, seen = [], set()
    for start in sorted(neighbours):
        if start not in seen:
            component = _reached(start, neighbours)
            seen |= component
            found.append(component)
    return sorted(found, key=len, reverse=True)


def _reached(start, neighbours):
    reached, waiting = {start}, [start]
    while waiting:
        fresh = neighbours[waiting.pop()] - reached
        reached |= fresh
        waiting += fresh
    return reached


def closes_circle(edges, remake, source):
    """Whether "remake is a remake of source" would make a film its own ancestor."""
    sources = defaultdict(set)
    for edge_remake, edge_source in edges:
        sources[edge_remake].add(edge_source)
    return descends(source, remake, sources)


def descends(film, ancestor, sources):
    """Whether the film is the other one or comes from it; `sources` has a set for every film, as a defaultdict does."""
    return ancestor in _reached(film, sources)


def release_order(films, edges=()):
    """By year, then title; but no film before one that it was made from, whatever their years say."""
    films = sorted(films, key=lambda film: (film.year, film.sort_title, film.pk))
    waits, frees = defaultdict(int), defaultdict(list)
    for remake, source in edges:
        waits[remake] += 1
        frees[source].append(remake)
    place = {film.pk: number for number, film in enumerate(films)}
    ready = [number for number, film in enumerate(films) if not waits[film.pk]]
    ordered = []
    while ready:
        film = films[heapq.heappop(ready)]
        ordered.append(film)
        for remake in frees[film.pk]:
            waits[remake] -= 1
            if not waits[remake]:
                heapq.heappush(ready, place[remake])
    return ordered


def outline(films, edges):
    """The films as a tree: pairs of a film and the list of its own such pairs.

    A film with several sources stands below the last of them in the given order, which is the release order.
    """
    place = {film.pk: number for number, film in enumerate(films)}
    parents = {}
    for remake, source in sorted(edges, key=lambda edge: place[edge[1]]):
        parents[remake] = source
    branches = {film.pk: (film, []) for film in films}
    for film in films:
        if film.pk in parents:
            branches[parents[film.pk]][1].append(branches[film.pk])
    return [branches[film.pk] for film in films if film.pk not in parents]


def facts(films):
    """What the films have in common, by name, and the names of the facts in which they differ."""
    said = {name: {getattr(film, name) for film in films} for name in ("country", "director", "runtime")}
    shared = {name: next(iter(values)) for name, values in said.items() if len(values) == 1 and any(values)}
    return shared, [name for name, values in said.items() if len(values) > 1]


def original(films, remakes):
    """The earliest of the films that are not among the ids of remakes."""
    return release_order(film for film in films if film.pk not in remakes)[0]
