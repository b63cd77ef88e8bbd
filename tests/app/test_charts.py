"""Charts are drawn of what can be told by lengths, and of nothing else."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from app.charts import LOOKS, Bar, chart, drawable, lengths, profile
from app.tables import tables_of
from ingest.types import Passage


def percent(value: float, label: str = "Share") -> Bar:
    return Bar(label, value, "percent", f"{value:g}%")


@pytest.mark.parametrize(
    "bars",
    [
        [],
        [Bar("Rank", 7, "rank", "7th")],
        [Bar("Year", 2024, "year", "2024")],
        [percent(26), Bar("Rank", 7, "rank", "7th")],
        [percent(149)],
        [percent(-3)],
        [percent(14, "C-suite more likely than technical roles to plan hardware")],
        [percent(1)] * 13,
    ],
)
def test_what_lengths_cannot_tell_is_not_drawn(bars: list[Bar]) -> None:
    assert not drawable(bars)
    with pytest.raises(ValueError, match="cannot be told"):
        chart(bars, LOOKS["light"])


def test_of_several_units_the_commonest_is_drawn() -> None:
    rank, more = Bar("Rank", 7, "rank", "7th"), percent(14, "C-suite more likely than technical roles")
    assert lengths([percent(26), rank, percent(28), more]) == (percent(26), percent(28))
    assert lengths([Bar("Spend", 3, "USD", "US$3"), percent(5), percent(6)]) == (percent(5), percent(6))
    assert lengths([rank, more]) == () == lengths([])


def test_bars_are_as_long_as_their_values() -> None:
    picture = Image.open(io.BytesIO(chart([percent(25), percent(75)], LOOKS["light"], "png"))).convert("RGBA")
    dark = (0x17, 0x50, 0x5A)
    widths = set()
    for y in range(picture.height):
        row = [picture.getpixel((x, y)) for x in range(picture.width)]
        widths.add(sum(1 for p in row if isinstance(p, tuple) and p[:3] == dark and p[3] == 255))
    long = sorted(w for w in widths if w > 50)
    assert long[-1] / long[0] == pytest.approx(3, rel=0.05)


def test_the_same_values_give_the_same_picture() -> None:
    assert chart([percent(25)], LOOKS["dark"]) == chart([percent(25)], LOOKS["dark"])
    assert b"<svg" in profile([("Strategy", 2, 4), ("Data", 0, 4)], LOOKS["light"])


def row(text: str, section: str = "Teams", page: int = 1) -> Passage:
    return Passage(text, "d", (section,), text, 0, len(text), (), kind="row", page=page)


def test_tables_are_put_together_again_from_their_rows() -> None:
    rows = [
        row("Team: Retail; Models live: 12; Share monitored: 40%; Owner: Ada"),
        row("Team: Risk; Models live: 30; Share monitored: 95%; Owner: Bob"),
        Passage("t", "d", ("Teams",), "Text between.", 0, 9, ()),
        row("Segment: Customs; Revenue 2024 (EUR m): 61.3"),
        row("Segment: Cranes; Revenue 2024 (EUR m): not known"),
    ]
    first, second = tables_of(rows)
    assert first.headers == ("Team", "Models live", "Share monitored", "Owner") and len(first.rows) == 2
    assert [(h, [b.value for b in bars]) for h, bars in first.columns()] == [
        ("Models live", [12.0, 30.0]),
        ("Share monitored", [40.0, 95.0]),
    ]
    assert [b.unit for b in first.columns()[1][1]] == ["percent", "percent"]
    assert second.columns() == []
