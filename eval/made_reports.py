"""A made folder of annual reports, as large as asked for: prose, tables and data files, no two sentences alike.

The same seed gives the same folder. Names and products are invented, so that the number of different words grows
with the folder as it does in real ones. One fact is planted that nothing else resembles, to ask for afterwards.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

PLANTED = "The Quillfeather lighthouse trust restored 37 foghorns in the spring of 1998."
PLANTED_QUESTION = "How many foghorns did the Quillfeather lighthouse trust restore?"
PLANTED_NUMBER = "37"

_ROWS_PER_PASSAGE_OF_TEXT = 1.5
_PARAGRAPHS_A_SECTION = 5
_SECTIONS_A_FILE = 6
_LARGE_FILE_SECTIONS = 400

_PARTS = "al ber cor dan el fen gor hal is jun kel lor mar nor ost pel quin ras sol tar ul ver wes yor zan".split()
_KINDS = "Logistics Energy Foods Textiles Marine Optics Rail Mining Paper Insurance Retail Chemicals Robotics".split()
_THINGS = """revenue margin headcount turnover inventory freight demand capacity churn attrition downtime output
emissions training procurement maintenance retention forecasting underwriting settlement""".split()
_PLACES = """Rotterdam Leeds Osaka Lyon Austin Gdansk Porto Turin Nagoya Tampere Bergen Cork Malmo Utrecht Graz Pune
Perth Halifax Durban Recife Cusco Hobart Busan Tallinn""".split()
_TEAMS = "finance board audit data engineering risk people legal marketing supply operations treasury".split()
_CAUSES = """a warmer winter;a late harvest;two port strikes;the new warehouse;a weaker yen;dearer copper;the merger;
a pricing pilot;fewer returns;a ransomware incident;the move to electric vans;longer contracts;a recall;new tariffs;
the switch of suppliers;a model that ranks orders;an automated inspection line;better weather data""".split(";")
_SENTENCES = (
    "{thing} at the {place} site {moved} by {share} per cent in {year}, mainly because of {cause}.",
    "The {team} team expects {thing} to reach {amount} million euros before {month} {later}.",
    "{name} {kind} sold its {product} line to {other} for {amount} million euros in {month} {year}.",
    "Of {count} customers asked in {place}, {share} per cent said that {product} arrived on time.",
    "A machine learning model for {thing}, retrained every {weeks} weeks, replaced {old} spreadsheets at {place}.",
    "{cause} cost the {team} function {amount} million euros, which is {share} per cent of its budget.",
    "The directors should review {thing} in {place} every {weeks} weeks and report to the {team} committee.",
    "In {year} the group trained {count} people in {place} to maintain the {product} platform.",
)  # fmt: skip
_MONTHS = "January February March April May June July August September October November December".split()
_HEADERS = ("Site", "Measure", "Year", "Value", "Change in per cent", "Owner")


def make(folder: Path, passages: int, seed: int = 7) -> int:
    """Write a folder that yields about `passages` passages; returns how many files it has.

    Text, Markdown with tables, HTML and CSV take turns; each hundredth file is many times larger than the others.
    """
    source = random.Random(seed)
    folder.mkdir(parents=True, exist_ok=True)
    made, number = 0, 0
    while made < passages:
        large = number % 100 == 57
        sections = min(_LARGE_FILE_SECTIONS if large else _SECTIONS_A_FILE, (passages - made) // 6 + 1)
        name = f"{_name(source)}-{source.choice(_KINDS)}-{number:05}".lower()
        place = folder / f"{number // 500:03}"
        place.mkdir(exist_ok=True)
        writer = (_text, _markdown, _web, _csv, _csv)[number % 5]
        text, count = writer(source, f"{name} annual report", sections)
        if number == 0:
            text, count = f"{text}\n\n{PLANTED}\n", count + 1
        suffix = {_text: "txt", _markdown: "md", _web: "html", _csv: "csv"}[writer]
        (place / f"{name}.{suffix}").write_text(text, encoding="utf-8")
        made, number = made + count, number + 1
    return number


def _text(source: random.Random, title: str, sections: int) -> tuple[str, int]:
    pieces = [title]
    for heading, paragraphs in _chapters(source, sections):
        pieces += [heading, *paragraphs]
    return "\n\n".join(pieces) + "\n", sections * _PARAGRAPHS_A_SECTION


def _markdown(source: random.Random, title: str, sections: int) -> tuple[str, int]:
    pieces, rows = [f"# {title}"], int(_PARAGRAPHS_A_SECTION * _ROWS_PER_PASSAGE_OF_TEXT)
    for heading, paragraphs in _chapters(source, sections):
        table = [_HEADERS, ("---",) * len(_HEADERS), *(_row(source) for _ in range(rows))]
        pieces += [f"## {heading}", *paragraphs, "\n".join(f"| {' | '.join(row)} |" for row in table)]
    return "\n\n".join(pieces) + "\n", sections * (_PARAGRAPHS_A_SECTION + rows)


def _web(source: random.Random, title: str, sections: int) -> tuple[str, int]:
    pieces = [f"<!doctype html><html><head><title>{title}</title></head><body><h1>{title}</h1>"]
    for heading, paragraphs in _chapters(source, sections):
        pieces += [f"<h2>{heading}</h2>", *(f"<p>{p}</p>" for p in paragraphs)]
    return "\n".join([*pieces, "</body></html>"]), sections * _PARAGRAPHS_A_SECTION


def _csv(source: random.Random, title: str, sections: int) -> tuple[str, int]:
    rows = sections * _PARAGRAPHS_A_SECTION * 2
    return "\n".join(",".join(row) for row in (_HEADERS, *(_row(source) for _ in range(rows)))) + "\n", rows


def _chapters(source: random.Random, sections: int) -> Iterator[tuple[str, list[str]]]:
    for _ in range(sections):
        heading = f"{source.choice(_THINGS).capitalize()} in {source.choice(_PLACES)}"
        yield heading, [_paragraph(source) for _ in range(_PARAGRAPHS_A_SECTION)]


def _paragraph(source: random.Random) -> str:
    told = (_capital(source.choice(_SENTENCES).format(**_facts(source))) for _ in range(source.choice((3, 3, 4))))
    return " ".join(told)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _facts(source: random.Random) -> dict[str, object]:
    year = source.randint(2004, 2024)
    return {
        "thing": source.choice(_THINGS), "place": source.choice(_PLACES), "team": source.choice(_TEAMS),
        "kind": source.choice(_KINDS), "cause": source.choice(_CAUSES).strip(), "name": _name(source),
        "other": _name(source), "product": _name(source), "moved": source.choice(("rose", "fell", "grew", "shrank")),
        "share": round(source.uniform(1, 99), 1), "amount": round(source.uniform(1, 900), 1), "year": year,
        "later": year + source.randint(1, 4), "month": source.choice(_MONTHS), "weeks": source.randint(2, 30),
        "count": source.randint(40, 9_000), "old": source.randint(3, 400),
    }  # fmt: skip


def _row(source: random.Random) -> tuple[str, ...]:
    facts = _facts(source)
    told = (facts["place"], f"{facts['product']} {facts['thing']}", facts["year"], facts["amount"], facts["share"])
    return (*map(str, told), str(facts["team"]))


def _name(source: random.Random) -> str:
    return "".join(source.choice(_PARTS) for _ in range(source.choice((2, 3, 3, 4)))).capitalize()
