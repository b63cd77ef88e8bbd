"""Is the right figure shown?"""

from __future__ import annotations

from eval.cases import Case
from eval.measures.matching import shows_figure
from eval.measures.measure import Answer, Measure, answered


def _figure(case: Case, answer: Answer) -> float | None:
    if not case.answerable or not case.gold.figures:
        return None
    return float(answer is not None and answered(answer) and shows_figure(case.gold.figures, answer))


FIGURE = Measure(
    "figure_accuracy",
    "Right figure",
    "share",
    "higher",
    "1 when a gold figure is shown with the answer or cited in it; a refusal shows none.",
    "Our own.",
    _figure,
)
