"""What surrounds the text of a web page: menus, cookie notices, share bars, known by how they are named."""

from __future__ import annotations

import re
from typing import Any

_ROLES = frozenset("navigation banner contentinfo search dialog alertdialog menu menubar toolbar".split())
_NAMED = re.compile(
    r"(?:^|[-_\s])(?:nav|navbar|navigation|menu|breadcrumbs?|cookies?|consent|gdpr|footer|sidebar|share|sharing|"
    r"social|newsletter|subscribe|advert(?:isement)?|ads?|promo|popup|modal|skip-?link|pagination|related-posts|"
    r"editsection|toc|login)(?:$|[-_\s\d])",
    re.I,
)
_MOST_WORDS = 150
"""An element of more words that are no links is text, whatever its name."""


def is_clutter(element: Any) -> bool:
    """Whether an element stands beside the text: by its role, or by its name and the few words of its own."""
    if element.get("role", "").lower() in _ROLES:
        return True
    if element.tag in ("body", "main", "article", "table", "html"):
        return False
    if not any(_NAMED.search(element.get(name, "")) for name in ("id", "class")):
        return False
    words = len(element.text_content().split()) - sum(len(a.text_content().split()) for a in element.iter("a"))
    return words <= _MOST_WORDS


def is_menu(table: Any) -> bool:
    """Whether a table or another block holds nothing but links."""
    letters = "".join(table.text_content().split())
    return bool(letters) and letters == "".join("".join(a.text_content().split()) for a in table.iter("a"))
