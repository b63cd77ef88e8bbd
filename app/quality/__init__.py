"""What was measured of the advisor, as the harness publishes it, and what people say of the same answers."""

from app.quality.agreement import Agreement, agreement, kappa
from app.quality.published import Asked, Published, PublishedRefused, Quote, Score, publish, read_asked, read_published
from app.quality.ratings import Rating, Ratings

__all__ = [
    "Agreement",
    "Asked",
    "Published",
    "PublishedRefused",
    "Quote",
    "Rating",
    "Ratings",
    "Score",
    "agreement",
    "kappa",
    "publish",
    "read_asked",
    "read_published",
]
