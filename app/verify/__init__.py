"""One verifier for every composer: `check(text, quotes)`; for arithmetic, `check_inference(text, quotes)`."""

from app.verify.checking import check
from app.verify.types import Verdict
from app.verify.working import check_inference

__all__ = ["Verdict", "check", "check_inference"]
