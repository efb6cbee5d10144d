"""What the rows of film and remake lists would do, and doing it; `plan` calls this for rows of these kinds."""

from collections import defaultdict

from django.db import IntegrityError, transaction
from django.db.models import Q

from films import family
from films.models import Family, Film, FilmTitle, Remake
from films.titles import title_key
from reviews.importing import matching
from reviews.importing.planned import STORED, STORED_MEANWHILE, place
from reviews.models import ImportRow

FILM_FURTHER_UP = "The same film stands further up in this import."
REMAKE_FURTHER_UP = "The same remake stands further up in this import."

FACTS = {"country": "", "director": "", "runtime": None}  # and what they are where nobody has said them

State = ImportRow.State


def fields(record, kind):
    """What a row keeps of a record of its list."""
    said = {"film": record.title, "year": record.year}
    if kind == ImportRow.Kind.REMAKE:
        source = {"source_film": record.source_title, "source_year": record.source_year}
        return said | source | {"kind": record.kind, "address": record.address}
    return said | {name: getattr(record, name) for name in FACTS} | {"titles": record.titles}


def _film(row):
    return row.fields["film"], row.fields["year"]


def _source(row):
    return row.fields["source_film"], row.fields["source_year"]


def _match(names):
    """Matches as `matching.match` has them, but a title in a list means first the film that is listed under it."""
    return {name: found.answered(name[0]) for name, found in matching.match(names).items()}


def _settle(row, state, reason):
    row.state, row.reason = state, reason


# Films


def decide_films(rows, planned):
    matches = _match({_film(row) for row in rows})
    planned.listed |= {place(*_film(row)) for row in rows}
    known = _known({match.film for match in matches.values() if match.film})
    for row in rows:
        match = matches[_film(row)]
        if _is_another(match, row, planned):
            match = matching.Match(note=f"A new film: the list has {match.film}, which bears this title, as another.")
        row.film = match.film
        if match.question:
            _settle(row, State.QUESTION, match.question)
            continue
        row.note = matching.noted(match)
        _decide_film(row, known, planned.known)


def _is_another(match, row, planned):
    """Whether the list has the film that bears the row's title under its own title too, and so means two films.

    Where the two were merged, a person has said that they are one.
    """
    if match.film is None or match.merged or match.film.title_key == title_key(row.fields["film"]):
        return False
    return (match.film.title_key, match.film.year) in planned.listed


def _decide_film(row, stored, planned):
    new = place(*_film(row))
    here = row.film.pk if row.film else new
    said = stored.get(here, set()) | planned.get(here, set())
    lacking = _lacking(row, said)
    if row.film is None and new not in planned:
        _settle(row, State.CREATE, "")
    elif lacking:
        _settle(row, State.CREATE, f"The film gets {_listed(lacking)}.")
    else:
        _settle(row, State.DUPLICATE, FILM_FURTHER_UP if here in planned else STORED)
        return
    planned[here] = planned.get(here, set()) | _names(lacking)


def _known(films):
    """For each film, by its id, the names of the facts that it has, and ("title", text) for its titles."""
    known = {film.pk: {name for name, nothing in FACTS.items() if getattr(film, name) != nothing} for film in films}
    for title in FilmTitle.objects.filter(film__in=known):
        known[title.film_id] |= _title_names(title.text, title.kind)
    return known


def _names(filled):
    names = {name for name in filled if name != "titles"}
    return names.union(*(_title_names(text, kind) for text, kind, _ in filled.get("titles", ())))


def _title_names(text, kind):
    return {("title", text)} | ({"original title"} if kind == FilmTitle.Kind.ORIGINAL else set())


def _lacking(row, known):
    """The facts and titles that the row says and that are not known: by the name of the fact, and `titles`."""
    lacking = {name: row.fields[name] for name in FACTS if row.fields[name] and name not in known}
    titles = [title for title in row.fields["titles"] if known.isdisjoint(_title_names(*title[:2]))]
    return lacking | ({"titles": titles} if titles else {})


def _listed(lacking):
    """ "its country, its director and 2 more titles" """
    parts = [f"its {name}" for name in lacking if name != "titles"]
    if titles := lacking.get("titles"):
        parts.append(f"{len(titles)} more title{'' if len(titles) == 1 else 's'}")
    return " and ".join(filter(None, [", ".join(parts[:-1]), parts[-1]]))


def create_films(rows):
    """Stores the films that rows are to create, and fills in what films lack; what is said of them already stays."""
    _find_or_add([row for row in rows if row.film_id is None])
    films = Film.objects.select_for_update().order_by("pk").in_bulk({row.film_id for row in rows})
    known, titles = _known(films.values()), []
    for row in rows:
        row.film = film = films[row.film_id]
        row.filled = _lacking(row, known[film.pk])
        known[film.pk] |= _names(row.filled)
        for name in FACTS.keys() & row.filled.keys():
            setattr(film, name, row.filled[name])
        titles += _film_titles(film, row.filled)
        if row.filled or row.film_created:
            row.state = State.CREATED
        else:
            _settle(row, State.DUPLICATE, STORED_MEANWHILE)
    Film.objects.bulk_update(films.values(), FACTS)
    FilmTitle.objects.bulk_create(titles)


def _find_or_add(rows):
    """Gives each row its film: the one that is listed under its title meanwhile, or a new one."""
    found, created = matching.find_or_add([_film(row) for row in rows], match=_listed_only)
    for row in rows:
        row.film = found[_film(row)].film
        row.film_created = row.film.pk in created
        created.discard(row.film.pk)


def _listed_only(names):
    """Matches by listed titles alone: that a row of a list is a new film has been decided before."""
    films = Film.objects.filter(title_key__in={title_key(title) for title, _ in names})
    listed = {(film.title_key, film.year): film for film in films}
    return {name: matching.Match(listed.get(place(*name))) for name in names}


def _film_titles(film, filled):
    for text, kind, language in filled.get("titles", ()):
        title = FilmTitle(film=film, text=text, kind=kind, language=language)
        title.derive()
        yield title


# Remakes


def decide_remakes(rows, planned):
    matches = _match({name for row in rows for name in (_film(row), _source(row))})
    stored = _edges({match.film for match in matches.values() if match.film})
    for remake, source in stored:
        planned.sources[remake].add(source)
    for row in rows:
        remake, source = matches[_film(row)], matches[_source(row)]
        row.film, row.source_film, row.edge = remake.film, source.film, None
        if question := remake.question or source.question:
            _settle(row, State.QUESTION, question)
            continue
        row.note = matching.noted(remake, source)
        _settle(row, State.CREATE, "")
        _judge(row, stored, planned.sources, STORED)
        for film, name in ((row.film, _film(row)), (row.source_film, _source(row))):
            if film is None and row.state == State.CREATE:
                planned.known.setdefault(place(*name), set())


def _edges(films):
    """The stored edges that the films, or films of their families, are the remakes of, by (remake, source) as ids."""
    families = {film.family_id for film in films if film.family_id}
    edges = Remake.objects.filter(Q(remake__in=films) | Q(remake__family__in=families))
    return {(edge.remake_id, edge.source_id): edge for edge in edges}


def _judge(row, stored, sources, known):
    """Settles a row that is no new remake, saying `known` of a stored one, and adds a new one to `sources`."""
    remake = row.film.pk if row.film else place(*_film(row))
    source = row.source_film.pk if row.source_film else place(*_source(row))
    if (remake, source) in stored:
        row.edge = stored[remake, source]
        _settle(row, State.DUPLICATE, known)
    elif source in sources[remake]:
        _settle(row, State.DUPLICATE, REMAKE_FURTHER_UP)
    elif remake == source:
        _settle(row, State.REFUSED, f"Both titles mean {row.film or row.film_named}, and no film is its own remake.")
    elif family.descends(source, remake, sources):
        _settle(row, State.REFUSED, _circle(row))
    elif _year(row.film, row.fields["year"]) < _year(row.source_film, row.fields["source_year"]):
        _settle(row, State.REFUSED, "{} is older than {}, so it cannot be its remake.".format(*_named(row)))
    else:
        sources[remake].add(source)


def _year(film, said):
    """That of the film: a row may name one that was merged, which was of another year."""
    return film.year if film else said


def _circle(row):
    remake, source = _named(row)
    return f"{source} already descends from {remake}, so {remake} cannot be its remake."


def _named(row):
    return row.film or row.film_named, row.source_film or row.source_film_named


def create_remakes(rows):
    """Stores the remakes that rows are to create, with the films that the catalogue lacks, and redraws the families."""
    rows = _with_films(rows)
    films = {film.pk: film for row in rows for film in (row.film, row.source_film)}
    stored, sources = _edges(films.values()), defaultdict(set)
    for remake, source in stored:
        sources[remake].add(source)
    for row in rows:
        _judge(row, stored, sources, STORED_MEANWHILE)
    _store([row for row in rows if row.state == State.CREATE])
    Family.objects.redraw(films.values())


def _with_films(rows):
    """The rows that have both their films now; a title that has become ambiguous is a question."""
    found, created = matching.find_or_add([name for row in rows for name in (_film(row), _source(row))], match=_match)
    ready = []
    for row in rows:
        remake, source = found[_film(row)], found[_source(row)]
        row.film, row.source_film = remake.film, source.film
        row.film_created |= row.film_id in created
        row.source_film_created |= row.source_film_id in created
        created -= {row.film_id, row.source_film_id}
        if question := remake.question or source.question:
            _settle(row, State.QUESTION, question)
        else:
            ready.append(row)
    return ready


def _store(rows):
    edges = [Remake(remake=row.film, source=row.source_film, **_said_of_edge(row)) for row in rows]
    try:
        with transaction.atomic():
            Remake.objects.bulk_create(edges)
        for row, row.edge in zip(rows, edges, strict=True):
            row.state = State.CREATED
    except IntegrityError:  # somebody else has stored an edge since we looked
        for row in rows:
            _store_alone(row)
    for row in rows:
        if row.state == State.CREATE:
            row.state = State.CREATED


def _said_of_edge(row):
    return {name: row.fields[name] for name in ("kind", "address")}


def _store_alone(row):
    edge = {"remake": row.film, "source": row.source_film}
    try:
        with transaction.atomic():
            row.edge = Remake.objects.create(**edge, **_said_of_edge(row))
    except IntegrityError:
        row.edge = Remake.objects.filter(**edge).first()
        if row.edge:
            _settle(row, State.DUPLICATE, STORED_MEANWHILE)
        else:
            _settle(row, State.REFUSED, _circle(row))
