from reviews.models.imports import Import, ImportRow
from reviews.models.merges import Merge, MergedReview
from reviews.models.moderation import Action, Mute, Report
from reviews.models.opened import Opened
from reviews.models.proposals import Comparison, Doubt, Proposal, Quote
from reviews.models.reviews import Review
from reviews.models.standings import Standing, reviews_of
from reviews.models.votes import Discount, DiscountedVote, HelpfulVote
from reviews.models.writing import Claim, Draft, Version

__all__ = [
    "Action",
    "Claim",
    "Comparison",
    "Discount",
    "DiscountedVote",
    "Doubt",
    "Draft",
    "HelpfulVote",
    "Import",
    "ImportRow",
    "Merge",
    "MergedReview",
    "Mute",
    "Opened",
    "Proposal",
    "Quote",
    "Report",
    "Review",
    "Standing",
    "Version",
    "reviews_of",
]
