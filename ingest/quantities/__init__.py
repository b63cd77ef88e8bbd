"""Numbers in all their dress, read by rule: `quantities(text)` and `same(a, b)`."""

from ingest.quantities.comparing import same
from ingest.quantities.reading import quantities
from ingest.quantities.types import Quantity

__all__ = ["Quantity", "quantities", "same"]
