"""Which elements of a web page a browser does not show: by attribute, by their own style, by simple style rules."""

from __future__ import annotations

import re
from typing import Any

from ingest.reading.hidden import Hidden

_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SIMPLE = re.compile(r"(?P<tag>[a-z][a-z0-9]*)?(?:(?P<sign>[.#])(?P<name>[\w-]+))?", re.I)
_REASONS = (
    (re.compile(r"display\s*:\s*none"), "not displayed"),
    (re.compile(r"visibility\s*:\s*(?:hidden|collapse)"), "not displayed"),
    (re.compile(r"opacity\s*:\s*0?\.?0*\s*(?:!important\s*)?(?:;|$)"), "not displayed"),
    (
        re.compile(
            r"font-size\s*:\s*(?:0|0?\.\d+|1(?:\.\d+)?\s*(?:px|pt))\s*(?:px|pt|r?em|%)?\s*(?:!important\s*)?(?:;|$)"
        ),
        "in letters without size",
    ),
    (re.compile(r"(?:left|top|right|bottom|text-indent|margin-left|margin-top)\s*:\s*-\s*\d{3,}"), "off the page"),
    (re.compile(r"clip\s*:\s*rect\(\s*0|clip-path\s*:\s*inset\(\s*(?:50|100)%"), "off the page"),
)
_WHITE = re.compile(
    r"(?<![\w-])color\s*:\s*"
    r"(?:white|#fff(?:fff)?\b|rgba?\(\s*255\s*,\s*255\s*,\s*255|transparent|rgba\([^)]*,\s*0\s*\))",
    re.I,
)
_BACKED = re.compile(r"background", re.I)


class Unseen:
    """Tells which elements are hidden, and counts their words."""

    def __init__(self, root: Any, hidden: Hidden) -> None:
        self._hidden = hidden
        self._rules: dict[tuple[str, str, str], str] = {}
        for style in root.iter("style"):
            self._learn(style.text or "")
        comments = sum(1 for c in root.iter() if not isinstance(c.tag, str) and (c.text or "").strip())
        if comments:
            hidden.add([f"{comments} HTML comment{'s' if comments > 1 else ''} removed"])

    def takes(self, element: Any) -> bool:
        """Whether an element is hidden; if so, its words are counted."""
        reason = self._reason(element)
        if reason:
            self._hidden.take(reason, element.text_content())
        return reason is not None

    def _learn(self, sheet: str) -> None:
        for selectors, body in _RULE.findall(re.sub(r"/\*.*?\*/", "", sheet, flags=re.S)):
            if reason := _reason_of(body):
                for selector in selectors.split(","):
                    match = _SIMPLE.fullmatch(selector.strip())
                    if match and selector.strip():
                        key = ((match["tag"] or "").lower(), match["sign"] or "", match["name"] or "")
                        self._rules[key] = reason

    def _reason(self, element: Any) -> str | None:
        if element.get("hidden") is not None or element.get("aria-hidden", "").lower() == "true":
            return "not displayed"
        if reason := _reason_of(element.get("style", ""), element):
            return reason
        names = [(".", name) for name in element.get("class", "").split()]
        names += [("#", element.get("id", "")), ("", "")]
        for tag in (element.tag, ""):
            for sign, name in names:
                if found := self._rules.get((tag, sign, name)):
                    return found
        return None


def _reason_of(style: str, element: Any = None) -> str | None:
    told = style.lower()
    for pattern, reason in _REASONS:
        if pattern.search(told):
            return reason
    if _WHITE.search(told) and not _BACKED.search(told) and element is not None:
        backed = any(_BACKED.search(p.get("style", "")) or p.get("bgcolor") for p in element.iterancestors())
        classed = any(p.get("class") for p in (element, *element.iterancestors()))
        return None if backed or classed else "in white on white"
    return None
