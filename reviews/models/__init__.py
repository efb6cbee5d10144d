from reviews.models.imports import Import, ImportRow
from reviews.models.merges import Merge, MergedReview
from reviews.models.opened import Opened
from reviews.models.proposals import Comparison, Doubt, Proposal, Quote
from reviews.models.reviews import Review, reviews_of
from reviews.models.standings import Standing
from reviews.models.votes import Discount, DiscountedVote, HelpfulVote

__all__ = [
    "Comparison",
    "Discount",
    "DiscountedVote",
    "Doubt",
    "HelpfulVote",
    "Import",
    "ImportRow",
    "Merge",
    "MergedReview",
    "Opened",
    "Proposal",
    "Quote",
    "Review",
    "Standing",
    "reviews_of",
]
