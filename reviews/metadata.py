"""What film, family and review pages say of themselves to machines: schema.org data, and the facts of a preview."""

from typing import NamedTuple

from django.urls import reverse

from films.addresses import absolute
from reviews.rendering import open_excerpt, open_text

CONTEXT = "https://schema.org"
DESCRIPTION_LENGTH = 200  # characters


class Preview(NamedTuple):
    """What is shown where somebody passes the address on."""

    kind: str  # of the Open Graph protocol
    title: str
    description: str
    image: str
    image_alt: str


def film_preview(film):
    description = _counted(film.review_count, "review", "reviews") + f" of {film}"
    if film.mean_percent is not None:
        description += f", rated {film.mean_percent / 10:.1f} of 10"
    if film.director:
        description += f". Directed by {film.director}"
    card = absolute(reverse("film_card", args=[film.slug]))
    return Preview("video.movie", str(film), f"{description}.", card, f"Title card of {film}")


def family_preview(family, members):
    films = ", ".join(str(film) for film in members[:6]) + (", …" if len(members) > 6 else "")
    card = absolute(reverse("family_card", args=[family.slug]))
    return Preview("website", f"{family} and its remakes", f"{films}.", card, f"Title cards of {films}")


def review_preview(review):
    by = review.reviewer or "an unnamed reviewer"
    return Preview(
        "article",
        f"{review.headline or 'A review'} ({review.film.title}, {review.film.year})",
        f"{open_excerpt(review, DESCRIPTION_LENGTH)} A review by {by}.",
        absolute(reverse("review_card", args=[review.pk])),
        f"Title card of {review.film}",
    )


def _counted(number, one, many):
    return f"{number} {one if number == 1 else many}"


# schema.org


def film_data(film, sources=()):
    """A film with its ratings and its titles."""
    names = [title.text for title in film.titles.all() if title.text != film.title]
    data = _movie(film) | {
        "alternateName": names,
        "director": [{"@type": "Person", "name": name} for name in _listed(film.director)],
        "countryOfOrigin": [{"@type": "Country", "name": name} for name in _listed(film.country)],
        "duration": f"PT{film.runtime}M" if film.runtime else None,
        "image": absolute(reverse("film_card", args=[film.slug])),
        "isBasedOn": [_movie(source) for source in sources],
        "aggregateRating": _aggregate(film),
    }
    return _said({"@context": CONTEXT} | data)


def family_data(family, members):
    return {
        "@context": CONTEXT,
        "@type": "ItemList",
        "name": f"{family} and its remakes",
        "url": absolute(family.get_absolute_url()),
        "itemListOrder": "https://schema.org/ItemListOrderAscending",
        "numberOfItems": len(members),
        "itemListElement": [
            {
                "@type": "ListItem",
                "position": place,
                "item": _said(_movie(film) | {"aggregateRating": _aggregate(film)}),
            }
            for place, film in enumerate(members, start=1)
        ],
    }


def review_data(review):
    rating = None
    if review.rating is not None:
        rating = {
            "@type": "Rating",
            "ratingValue": float(review.rating),
            "bestRating": review.rating_scale,
            "worstRating": 0,
        }
    return _said(
        {
            "@context": CONTEXT,
            "@type": "Review",
            "url": absolute(review.get_absolute_url()),
            "name": review.headline,
            "author": {"@type": "Person", "name": review.reviewer or "an unnamed reviewer"},
            "datePublished": review.date and review.date.isoformat(),
            "inLanguage": review.language,
            "reviewRating": rating,
            "reviewBody": open_text(review),
            "itemReviewed": _movie(review.film),
        }
    )


def _movie(film):
    return {
        "@type": "Movie",
        "name": film.title,
        "dateCreated": str(film.year),
        "url": absolute(film.get_absolute_url()),
    }


def _aggregate(film):
    if film.mean_percent is None:
        return None
    return {
        "@type": "AggregateRating",
        "ratingValue": round(film.mean_percent / 10, 1),
        "bestRating": 10,
        "worstRating": 0,
        "reviewCount": film.review_count,
    }


def _listed(names):
    return [name.strip() for name in names.split(",") if name.strip()]


def _said(data):
    """Without what is not known."""
    return {name: value for name, value in data.items() if value not in (None, "", [])}
