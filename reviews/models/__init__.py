from reviews.models.imports import Import, ImportRow
from reviews.models.reviews import Review, reviews_of
from reviews.models.votes import HelpfulVote, Standing

__all__ = ["HelpfulVote", "Import", "ImportRow", "Review", "Standing", "reviews_of"]
