"""Which films are joined by remakes, and in which order. Pure: works on ids and on anything with a year."""

from collections import defaultdict


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


def release_order(films):
    return sorted(films, key=lambda film: (film.year, film.sort_title, film.pk))


def original(films, edges):
    """The earliest of the films that are themselves no remake."""
    remakes = {remake for remake, _ in edges}
    return release_order(film for film in films if film.pk not in remakes)[0]
