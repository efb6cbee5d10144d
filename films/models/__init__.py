from films.models.families import Family, FamilyAddress, Remake
from films.models.films import Film, FilmAddress, FilmTitle, FilmWord, ReviewKind

__all__ = ["Family", "FamilyAddress", "Film", "FilmAddress", "FilmTitle", "FilmWord", "Remake", "ReviewKind"]
