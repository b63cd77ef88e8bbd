"""Whether a letter of a printed page can be seen: its colour against what is painted there, its size, its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Colour = tuple[float, float, float]
Box = tuple[float, float, float, float]

LEAST_SIZE_POINTS = 2.0
_WHITE: Colour = (1.0, 1.0, 1.0)
_ALIKE = 0.06
"""Two colours nearer than this in every part cannot be told apart on paper or screen."""
_CMYK = 4
_NAMED_TINTS = ("Separation", "DeviceN", "Indexed", "Pattern", "Lab")


@dataclass(frozen=True, slots=True)
class Looks:
    """What is painted on a page, in order: filled shapes with their colours (None: a picture or an unknown colour).

    `unpainted` are areas of invisible letters, by x0, y0, x1, y1 from the bottom left.
    """

    width: float
    height: float
    shapes: tuple[tuple[Box, Colour | None], ...]
    unpainted: tuple[Box, ...] = ()

    @classmethod
    def of(cls, page: Any, unpainted: Sequence[Box]) -> Looks:
        """The looks of a pdfplumber page; a page that is a picture may carry its recognised text unpainted."""
        shapes = [
            (_box(shape), _colour(shape.get("non_stroking_color"), shape.get("ncs")))
            for shape in (*page.rects, *page.curves)
            if shape.get("fill")
        ]
        pictures = [(_box(image), None) for image in page.images]
        area = sum((b[2] - b[0]) * (b[3] - b[1]) for b, _ in pictures)
        scanned = area >= 0.5 * page.width * page.height
        return cls(page.width, page.height, (*shapes, *pictures), () if scanned else tuple(unpainted))

    def behind(self, x: float, y: float) -> Colour | None:
        """The colour at a point, white where nothing is painted."""
        for (x0, top, x1, bottom), colour in reversed(self.shapes):
            if x0 <= x <= x1 and top <= y <= bottom:
                return colour
        return _WHITE


def hidden_by(char: dict[str, Any], looks: Looks) -> str | None:
    """Why a letter cannot be seen ("in the colour of what is behind"), None when it can."""
    x, y = (char["x0"] + char["x1"]) / 2, (char["top"] + char["bottom"]) / 2
    if not (0 <= x <= looks.width and 0 <= y <= looks.height):
        return "off the page"
    if char["size"] < LEAST_SIZE_POINTS:
        return f"smaller than {LEAST_SIZE_POINTS:g} points"
    if not char.get("upright", True):
        return "set sideways"
    middle = (char["y0"] + char["y1"]) / 2
    if any(x0 <= x <= x1 and y0 <= middle <= y1 for x0, y0, x1, y1 in looks.unpainted):
        return "of invisible text"
    colour = _colour(char.get("non_stroking_color"), char.get("ncs"))
    if colour is None or not _may_hide(colour, looks):
        return None
    behind = looks.behind(x, y)
    return "in the colour of what is behind them" if behind is not None and _alike(colour, behind) else None


def _may_hide(colour: Colour, looks: Looks) -> bool:
    return _alike(colour, _WHITE) or any(shade is not None and _alike(colour, shade) for _, shade in looks.shapes)


def _alike(first: Colour, second: Colour) -> bool:
    return all(abs(a - b) < _ALIKE for a, b in zip(first, second, strict=True))


def _colour(told: Any, space: Any) -> Colour | None:
    """Red, green and blue from 0 to 1; None for inks and patterns whose look is not known."""
    if told is None:
        return (0.0, 0.0, 0.0)
    parts = told if isinstance(told, (tuple, list)) else (told,)
    if str(space) in _NAMED_TINTS or not all(isinstance(p, (int, float)) for p in parts):
        return None
    if len(parts) == 1:
        return (parts[0], parts[0], parts[0])
    if len(parts) == len(_WHITE):
        return (parts[0], parts[1], parts[2])
    if len(parts) == _CMYK:
        cyan, magenta, yellow, black = parts
        return ((1 - cyan) * (1 - black), (1 - magenta) * (1 - black), (1 - yellow) * (1 - black))
    return None


def _box(item: dict[str, Any]) -> Box:
    return (item["x0"], item["top"], item["x1"], item["bottom"])
