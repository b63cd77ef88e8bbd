"""Inferences: arithmetic that shows its working, recomputed from operands that the quotes state."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.types import Number
from app.verify.readings import coverage, read, sentences
from app.verify.types import Verdict
from ingest.quantities import Quantity, quantities
from ingest.quantities.numerals import decimals

_NUMERAL = (
    r"(?:[A-Z]{0,2}\\?[$£€])?\s?[0-9][0-9,]*(?:\.[0-9]+)?\s?(?:%|per ?cent|percent|percentage points|points"
    r"|pp|bn|tn|m|k|million|billion|trillion|years|months)?"
)
_SUM = re.compile(
    rf"(?P<sum>{_NUMERAL}(?:\s*(?:[-–−+×x*/÷]|minus|plus|times|divided by|less)\s*{_NUMERAL})+)(?:\s*(?:="
    rf"|≈|is|makes|gives|equals)\s*(?P<result>{_NUMERAL}))?",
    re.I,
)
_OPERATOR = re.compile(r"\s*([-–−+×x*/÷]|minus|plus|times|divided by|less)\s*(?=[0-9$£€A-Z])", re.I)
_SIGNS = {
    "minus": "-",
    "less": "-",
    "–": "-",
    "−": "-",
    "plus": "+",
    "times": "*",
    "x": "*",
    "×": "*",
    "divided by": "/",
    "÷": "/",
}
# A share and its complement add up to this.
_WHOLE = 100.0
# Words of reasoning that no quote needs to hold.
_REASONING = read(
    "difference gap ratio sum total average share work out worked working so means makes gives equals that "
    "is percentage points apart higher lower than more less times as much both together left rest remaining"
).stems
_WORDS_FROM = 0.5


def check_inference(text: str, quotes: Sequence[str]) -> Verdict:
    """Check a statement that works something out, such as "The difference is 13 points (41 − 28 = 13)".

    Accepted only when the sum is shown, comes out as stated to the decimals shown, and each operand stands in
    a quote.
    """
    stated = [q for quote in quotes for s in sentences(quote) for q in read(s).numbers]
    sums = [_work(m) for m in _SUM.finditer(text)]
    own = quantities(text)
    if not sums:
        return _struck(own, "it shows no working")
    operands = [v for values, _, _ in sums for v in values]
    for value in operands:
        if value != _WHOLE and not any(_is(q, value) for q in stated):
            return _struck(own, f"no cited quote states {value:g}")
    for _, worth, shown in sums:
        if worth is None or (shown is not None and not _rounds(worth, shown)):
            return _struck(own, "its sum does not come out as stated")
    results = [worth for _, worth, _ in sums if worth is not None]
    numbers = tuple(
        Number(
            q.text,
            q.value,
            q.unit,
            _is_derived(q, operands, results) or any(_is(s, q.value) and s.unit == q.unit for s in stated),
        )
        for q in own
    )
    strange = next((n.text for n in numbers if not n.supported), "")
    words = read(text).stems - _REASONING
    held = coverage(words, frozenset().union(*(read(s).stems for quote in quotes for s in sentences(quote))))
    why = f"{strange} neither stands in a quote nor follows from the sum" if strange else ""
    if not why and held < _WORDS_FROM:
        why = f"only {held:.0%} of its words stand in the quotes"
    return Verdict(numbers, not why, round(held, 4), why)


def _struck(numbers: Sequence[Quantity], why: str) -> Verdict:
    return Verdict(tuple(Number(q.text, q.value, q.unit, False) for q in numbers), False, 0.0, why)


def _work(match: re.Match[str]) -> tuple[list[float], float | None, tuple[float, int] | None]:
    """Operands, what they come to (left to right, products first), and the result shown with its decimals."""
    pieces = _OPERATOR.split(match["sum"])
    values = [_value(p) for p in pieces[::2]]
    signs = [_SIGNS.get(s.lower(), s) for s in pieces[1::2]]
    if any(v is None for v in values):
        return [], None, None
    plain = [v for v in values if v is not None]
    result = match["result"]
    shown = _value(result) if result else None
    places = decimals(result) if result else 0
    return plain, _evaluate(plain, signs), None if shown is None else (shown, places)


def _value(text: str) -> float | None:
    found = quantities(text.strip())
    return found[0].value if found else None


def _evaluate(values: list[float], signs: list[str]) -> float | None:
    terms, plus = [values[0]], []
    for sign, value in zip(signs, values[1:], strict=True):
        if sign == "*":
            terms[-1] *= value
        elif sign == "/":
            if value == 0:
                return None
            terms[-1] /= value
        else:
            terms.append(value)
            plus.append(1.0 if sign == "+" else -1.0)
    return terms[0] + sum(s * t for s, t in zip(plus, terms[1:], strict=True))


def _rounds(worth: float, shown: tuple[float, int]) -> bool:
    value, places = shown
    return (
        abs(worth - value) <= 0.5 * 10.0**-places + 1e-9
        if places or float(worth) != int(worth)
        else abs(worth - value) < 1e-9
    )


def _is(q: Quantity, value: float) -> bool:
    return any(abs(v - value) <= 1e-9 * max(1.0, abs(value)) for v in (q.value, q.high) if v is not None)


def _is_derived(q: Quantity, operands: Sequence[float], results: Sequence[float]) -> bool:
    if any(_is(q, v) for v in operands):
        return True
    return any(
        abs(q.value - r) <= 0.5 * 10.0 ** -(2 if "." in q.text else 0) and (float(r) != int(r) or _is(q, r))
        for r in results
    )
