from reviews.models.imports import Import, ImportRow
from reviews.models.reviews import Review, content_key
from reviews.models.votes import HelpfulVote, Standing

__all__ = ["HelpfulVote", "Import", "ImportRow", "Review", "Standing", "content_key"]
