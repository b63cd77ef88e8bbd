"""How sure an answer is: by hand, and over real answers, where what fits better is surer."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.chain import Advisor, open_advisor
from app.logistic import Model, model_in
from app.sureness import FILE
from app.web.render import in_ten
from ingest.settings import load


def test_a_probability_by_hand() -> None:
    fitted = Model(("a", "b"), (1.0, 0.0), (2.0, 1.0), (2.0, -1.0), 0.5)
    # z = 0.5 + 2 * (3 - 1) / 2 - 1 * 1 = 1.5
    assert fitted({"a": 3.0, "b": 1.0}) == pytest.approx(0.8175745)
    with pytest.raises(KeyError):
        fitted({"a": 3.0})


def test_the_fit_is_whole() -> None:
    fitted = model_in(FILE)
    assert len(fitted.signals) == len(fitted.means) == len(fitted.deviations) == len(fitted.weights) > 20
    assert min(fitted.deviations) > 0 and "gate" in fitted.signals


@pytest.fixture(scope="module")
def digest(digest_data: Path) -> Advisor:
    """An advisor over the bundled digest."""
    return open_advisor(load({"ADVISOR_DATA": str(digest_data)}))


def test_an_answer_says_how_sure_it_is_and_a_refusal_nothing(digest: Advisor) -> None:
    sure = digest.answer("What share of respondents plan to use generative models in the next year?").confidence
    vague = digest.answer("What about culture and such things?").confidence
    assert sure is not None and vague is not None and 0.0 < vague < sure < 1.0
    assert digest.answer("What does a machine learning engineer earn?").confidence is None


@pytest.mark.parametrize(("share", "tenths"), [(0.84, 8), (0.999, 9), (0.0, 1)])
def test_a_share_is_told_in_tens(share: float, tenths: int) -> None:
    assert in_ten(share) == tenths
