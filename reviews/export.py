"""Reviews as records that the import reads back to the same rows."""

import json

BATCH = 500


def json_lines(reviews):
    """One JSON object and line break for each review, in the order of their entry."""
    reviews = reviews.select_related("film", "user", "standing").order_by("pk")
    for review in reviews.iterator(BATCH):
        yield json.dumps(record(review), ensure_ascii=False) + "\n"


def record(review):
    standing = getattr(review, "standing", None)  # What is not published has none.
    return {
        "film": review.film.title,
        "year": review.film.year,
        "rating": _number(review.rating),
        "rating_scale": review.rating_scale,
        "headline": review.headline,
        "author": review.author,
        "user": review.user.username if review.user else None,
        "date": review.date and review.date.isoformat(),
        "spoiler": review.spoiler,
        "language": review.language,
        "body": review.body,
        "helpful_yes": review.tally_yes,
        "helpful_total": review.tally_total,
        "votes_yes": standing.votes_yes if standing else 0,
        "votes_total": standing.votes_total if standing else 0,
        "source": review.source,
    }


def _number(rating):
    """7 for Decimal("7.00"), 4.5 for Decimal("4.50")."""
    if rating is None:
        return None
    return int(rating) if rating == int(rating) else float(rating)
