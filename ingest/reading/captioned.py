"""Which numbered captions are a document's figures, and which rows of cells belong to each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ingest.reading.assembly import Draft
from ingest.reading.captions import Caption, series_rank


def one_series(drafts: Sequence[Draft], captions: dict[int, Caption]) -> tuple[list[Draft], list[Caption]]:
    """One caption for each number of the leading series; the others stay as text without a figure's number.

    `captions` maps the place of a figure's draft to its caption.
    """
    numbered = {place: caption for place, caption in captions.items() if caption.number}
    if not numbered:
        return list(drafts), []
    lead = min((c.series for c in numbered.values()), key=series_rank)
    best: dict[int, int] = {}
    for place, caption in numbered.items():
        held = best.get(caption.number)
        if caption.series == lead and (held is None or _richness(caption) >= _richness(numbered[held])):
            best[caption.number] = place
    kept = list(drafts)
    for place, caption in captions.items():
        if best.get(caption.number) == place and caption.series == lead:
            continue
        number = place
        while number < len(kept) and (number == place or kept[number].kind == "row"):
            kept[number] = replace(kept[number], figure=None)
            number += 1
    _take_rows_above(kept, best)
    return kept, [captions[best[n]] for n in sorted(best)]


def _take_rows_above(drafts: list[Draft], places: dict[int, int]) -> None:
    """Where a document sets its captions below, the rows above one get its number."""
    if any(place + 1 < len(drafts) and drafts[place + 1].kind == "row" for place in places.values()):
        return
    for number, place in places.items():
        first = place
        while first > 0 and drafts[first - 1].kind == "row" and drafts[first - 1].page == drafts[place].page:
            first -= 1
        if first and drafts[first - 1].kind == "figure":
            continue  # rows of the caption above them
        for at in range(first, place):
            if drafts[at].figure is None:
                drafts[at] = replace(drafts[at], figure=number)


def _richness(caption: Caption) -> int:
    return 2 * bool(caption.question) + bool(caption.legend)
