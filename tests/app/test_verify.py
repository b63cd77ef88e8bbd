"""The verifier: what the quotes say passes, what they do not say is struck, with a reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.verify import check, check_inference
from eval.bench_numbers import mutated, paragraphs

# Invented findings, so that a test may state them.
GAPS = (
    "Our poll shows that 26 per cent of hospitals are missing ward engineers and 31 per cent "
    "need more network planners."
)
YIELD = "The average yield from schemes of this kind is 28 per cent in the poll but can reach as high as 149 per cent."
SECTORS = (
    "In retail, two in three large chains (>US$5 billion) report that their current warehouses "
    "do not meet requirements."
)
POINTING = (
    "The sector hit hardest is banking. A bold 38 per cent from this sector say that their tools fall behind demand."
)
GROWTH = "The average number of pilots run by hospitals should climb from eight today to ten in 2024."
SURVEY = "Seven countries took part, and 621 ward managers answered between May and September 2022."
EARLY = (
    "However, almost half of the answers from the US$250 million or less bands say that the "
    "yield came within two years."
)
PLAIN = "There was no significant variance in yield between small and large hospitals."

TRUE = [
    (GAPS, [GAPS]),
    ("26 per cent of hospitals are missing ward engineers.", [GAPS]),
    ("31% of hospitals need more network planners.", [GAPS]),
    ("Network planners are needed by 31 percent of hospitals.", [GAPS]),
    ("The average yield is 28%.", [YIELD]),
    ("The highest yield from such schemes was 149 per cent.", [YIELD]),
    ("Almost half of the answers from the US$250 million or less bands say that the yield came within "
     "two years.",
     [EARLY]),
    ("Nearly half of answers from bands of at most $250m say the yield came within 24 months.", [EARLY]),
    ("Two-thirds of large retail chains (over $5bn) report that their warehouses do not meet requirements.",
     [SECTORS]),
    ("In banking, 38 per cent say that their tools fall behind demand.", [POINTING]),
    ("Hospitals run an average of 8 pilots today, to climb to 10 in 2024.", [GROWTH]),
    ("621 ward managers from 7 countries answered in 2022.", [SURVEY]),
    ("26% of hospitals are missing ward engineers, while the average yield is 28%.", [GAPS, YIELD]),
    ("There was no significant variance in yield between large and small hospitals.", [PLAIN]),
    ("1. Article 73 binds all hospitals.", ["Article 73 binds all hospitals."]),
    ("Yields showed no significant variance between hospitals.", [PLAIN]),
]  # fmt: skip
FALSE = [
    ("27 per cent of hospitals are missing ward engineers.", [GAPS], "no cited quote states 27 per cent"),
    ("31 per cent of hospitals are missing ward engineers.", [GAPS], "another part"),
    ("26 percentage points of hospitals are missing ward engineers.", [GAPS], "no cited quote states"),
    ("Over 26 per cent of hospitals are missing ward engineers.", [GAPS], "no cited quote states Over 26"),
    ("26 per cent of hospitals are not missing ward engineers.", [GAPS], "denies"),
    ("In Germany, 26 per cent of hospitals are missing ward engineers.", [GAPS], "germany"),
    ("26 per cent of data scientists are missing ward engineers.", [GAPS], "data scientist"),
    ("28 per cent of hospitals are missing ward engineers.", [GAPS, YIELD], "something else"),
    ("The average yield is 149 per cent.", [YIELD], "149 per cent"),
    ("The median yield is 28 per cent.", [YIELD], "something else"),
    ("Half of the answers from the US$250 million or less bands say that the yield came within two years.",
     [EARLY], "Half"),
    ("Two in three large chains report that their current warehouses do not meet requirements.",
     [SECTORS], "consumer"),
    ("In retail, two in three small chains report that their warehouses do not meet requirements.",
     [SECTORS], "small"),
    ("38 per cent say that their tools fall behind demand.", [POINTING], "banking|financial|this sector"),
    ("In energy, 38 per cent say that their tools fall behind demand.", [POINTING], "energy"),
    ("Hospitals run an average of 10 pilots today, to climb to 8 in 2024.", [GROWTH], "another part"),
    ("Hospitals run an average of 8 pilots today, to climb to 10 in 2025.", [GROWTH], "2025"),
    ("621 ward managers answered between May and September 2021.", [SURVEY], "2021"),
    ("621 ward managers answered on 17 May 2022.", [SURVEY], "17 May 2022"),
    ("There was a significant variance in yield between small and large hospitals.", [PLAIN], "negation"),
    ("Unicorns will replace every doctor by next spring.", [PLAIN], "too little"),
    ("Article 74 binds all hospitals.", ["Article 73 binds all hospitals."], "numeral 74"),
    ("Wards were rebuilt in the 1969s.", ["Wards were rebuilt in the 1960s."], "numeral 1969"),
    ("The GPT-5 model runs the wards.", ["The GPT-4 model runs the wards."], "numeral 5"),
    ("Beds rose to 40 in 2021 and 40 in 2022.", ["Beds rose to 40 in 2021 and 50 in 2022."], "40"),
    (
        "Wards in Leeds closed 12 beds last winter.",
        ["Wards in Leeds closed 11 beds last winter. Wards in York, too, closed beds last winter: 12."],
        "12",
    ),
    ("26 per cent of hospitals are missing ward engineers.", [], "no quote"),
    ("26 per cent of hospitals are missing ward engineers.", ["  "], "no quote"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "quotes"), TRUE, ids=[t[:50] for t, _ in TRUE])
def test_what_a_quote_says_is_supported(text: str, quotes: list[str]) -> None:
    verdict = check(text, quotes)
    assert verdict.supported, verdict.why
    assert not verdict.why and all(n.supported for n in verdict.numbers)


@pytest.mark.parametrize(("text", "quotes", "why"), FALSE, ids=[t[:50] for t, _, _ in FALSE])
def test_what_no_quote_says_is_struck_with_its_reason(text: str, quotes: list[str], why: str) -> None:
    verdict = check(text, quotes)
    assert not verdict.supported
    assert any(part in verdict.why for part in why.split("|")), verdict.why


def test_numbers_are_told_apart() -> None:
    verdict = check("26% of hospitals are missing ward engineers and 99% need more network planners.", [GAPS])
    assert [(n.text, n.value, n.unit, n.supported) for n in verdict.numbers] == [
        ("26%", 26.0, "percent", True),
        ("99%", 99.0, "percent", False),
    ]


@pytest.mark.parametrize("cut", ["However, ", ""])
def test_a_verbatim_quote_passes_whole_and_without_its_connective(cut: str) -> None:
    text = EARLY.removeprefix(cut)
    verdict = check(text[:1].upper() + text[1:], [f"A sentence before. {EARLY} And one after."])
    assert (verdict.supported, verdict.entailed) == (True, 1.0)


def test_note_marks_dashes_and_escapes_do_not_break_a_verbatim_quote() -> None:
    quote = "By 2025 the market is to reach US\\$4 billion,² or 2–3 times its size – a leap."
    assert check("By 2025 the market is to reach US$4 billion, or 2-3 times its size - a leap.", [quote]).supported


def test_a_verbatim_piece_that_drops_a_denial_is_struck() -> None:
    quote = "It is not true that 40 per cent of hospitals closed their wards."
    assert not check("40 per cent of hospitals closed their wards.", [quote]).supported


def test_a_verbatim_piece_that_drops_the_approximation_is_struck() -> None:
    assert not check(
        "60 per cent of hospitals closed wards.", ["Over 60 per cent of hospitals closed wards."]
    ).supported


def test_an_antecedent_joined_to_its_sentence_is_supported() -> None:
    quote = "Wards are slow to change. There is talk of cost. This was seen in 40 per cent of hospitals."
    assert check("Wards are slow to change; this was seen in 40 per cent of hospitals.", [quote]).supported


def test_markers_and_figure_references_are_no_numbers() -> None:
    text = "26 per cent of hospitals are missing ward engineers (figure 4). [1][3]"
    verdict = check(text, [GAPS], about="figure 4")
    assert verdict.supported and [n.text for n in verdict.numbers] == ["26 per cent"]


@pytest.mark.parametrize(("pointed", "supported"), [("figure 4", True), ("Figure 4", True), ("figure 5", False),
                                                    ("see fig. 14", False), ("figures 4 and 5", False),
                                                    ("figure -4", False), ("figure 0.4", False)])  # fmt: skip
def test_a_figure_is_pointed_at_only_where_the_quote_does(pointed: str, supported: bool) -> None:
    quote = "Hospitals with few engineers close beds (figure 4)."
    assert check(f"Hospitals with few engineers close beds ({pointed}).", [quote]).supported is supported


ROLES = "In the poll, most of the wards that hire nurses before engineers report fewer closures within weeks."
PLANS = "Hospitals plan to spend more on heart monitors, and 20 per cent want new beds."
RULE = "Hill's third rule at Leeds is to count beds at level 1 before wards are opened."
CHANGED = [
    ("York's third rule at Leeds is to count beds at level 1 before wards are opened.", RULE, "names York"),
    ("Hill's quarter rule at Leeds is to count beds at level 1 before wards are opened.", RULE, "quarter"),
    ("Hill's third rule at Leeds is to count beds at level -1 before wards are opened.", RULE, "-1"),
    ("Hill's third rule at Leeds is to open wards before beds are counted at level 1.", RULE, "turns round"),
    ("In the poll, most wards hire engineers before nurses and report fewer closures.", ROLES, "turns round"),
    ("In the poll, all of the wards that hire nurses before engineers report fewer closures.", ROLES, "“all”"),
    ("In the poll, most wards that hire nurses before engineers report fewer closures within years.", ROLES, "“year”"),
    ("In the poll, most wards that hire nurses before engineers guarantee fewer closures.", ROLES, "guarantee"),
    ("Hospitals plan to cut spending on heart monitors.", PLANS, "cut"),
    ("Hospitals have already spent more on heart monitors in the past.", PLANS, "as done"),
    ("Most hospitals want new beds.", PLANS, "Most|most"),
    ("XX per cent of hospitals want new beds.", PLANS, "XX"),
    ("Hospitals plan to spend more on brain monitors.", PLANS, "brain"),
    ("Hospitals plan to leave heart monitors out.", PLANS, "leaves out"),
]  # fmt: skip
REWORDED = [
    ("Firms that hire nurses before engineers, most of the wards polled, have fewer closures within weeks.", ROLES),
    ("Most wards hiring nurses before they hire engineers report fewer closures in a matter of weeks.", ROLES),
    ("More spending on heart monitors is planned by hospitals.", PLANS),
    ("A minority of 20% of hospitals want new beds.", PLANS),
    ("At Leeds, Hill's third rule is to count the beds at level 1 before opening wards.", RULE),
]


@pytest.mark.parametrize(("text", "quote", "why"), CHANGED, ids=[t[:60] for t, _, _ in CHANGED])
def test_a_paraphrase_may_not_change_what_is_said(text: str, quote: str, why: str) -> None:
    verdict = check(text, [quote])
    assert not verdict.supported
    assert any(part in verdict.why for part in why.split("|")), verdict.why


@pytest.mark.parametrize(("text", "quote"), REWORDED, ids=[t[:60] for t, _ in REWORDED])
def test_a_paraphrase_may_change_the_words(text: str, quote: str) -> None:
    assert check(text, [quote]).supported, check(text, [quote]).why


def test_a_source_may_be_named_where_its_name_is_known() -> None:
    text = "According to Leeds Institute, 26 per cent of hospitals are missing ward engineers."
    assert not check(text, [GAPS]).supported
    assert check(text, [GAPS], about="Survey of wards, Leeds Institute").supported


def test_a_synonym_lexicon_widens_what_counts_as_the_same_word() -> None:
    text, quote = "The clinic halts ageing lorries.", "The clinic stops old trucks."
    assert not check(text, [quote]).supported
    lexicon = {"halt": frozenset({"stop"}), "ag": frozenset({"old"}), "lorri": frozenset({"truck"})}
    assert check(text, [quote], synonyms=lexicon).entailed > check(text, [quote]).entailed


SUMS = [
    ("The difference is 13 percentage points (28 − 15 = 13).", True),
    ("The gap is 13 points: 28 per cent - 15 per cent.", True),
    ("Together they make 43 per cent (28 + 15 = 43).", True),
    ("The rest is 85 per cent (100 − 15 = 85).", True),
    ("That is about 1.87 times as much (28 / 15 = 1.87).", True),
    ("The difference is 14 percentage points (28 − 15 = 14).", False),
    ("The difference is 14 percentage points (28 − 15 = 13).", False),
    ("The difference is 12 percentage points (28 − 16 = 12).", False),
    ("The difference is 13 percentage points.", False),
    ("The ratio is 9 (28 / 0 = 9).", False),
]


@pytest.mark.parametrize(("text", "holds"), SUMS)
def test_an_inference_shows_a_sum_that_comes_out(text: str, holds: bool) -> None:
    verdict = check_inference(text, ["28 per cent of chains agree.", "Only 15 per cent of banks agree."])
    assert verdict.supported is holds, verdict.why


TABLE = """The table shows sales by region (in millions, except per-share data):
 | Years ended 30 June |
 | 2023 | 2022 | 2021
Europe |  |  |
Net sales | $1,496.5 | $1,202.9 | $1,107.7
Costs | 812.0 | 700.1 | (650.3)
Total net sales | $2,000.5 | $1,900.1 | $1,800.2
Earnings per share | $4.27 | $2.79 | $2.69"""
CELLS = [
    ("Net sales in Europe in 2023 were 1,496.5 million.", True),
    ("Net sales in Europe in 2023 were US$1,496.5 million.", True),
    ("Net sales in 2022 were $1.2029 billion.", True),
    ("Costs in 2021 were 650.3 million.", True),
    ("Total net sales in 2023 were 2,000.5 million.", True),
    ("Earnings per share in 2021 were $2.69.", True),
    ("Net sales in 2023 were 1,202.9 million.", False),
    ("Net sales in 2023 were 2,000.5 million.", False),
    ("Costs in 2023 were 1,496.5 million.", False),
    ("Net sales in 2023 were 1,496.5 thousand.", False),
    ("Net sales in 2023 were 1,496.6 million.", False),
]


@pytest.mark.parametrize(("text", "holds"), CELLS)
def test_a_number_in_a_table_stands_in_the_row_and_column_named(text: str, holds: bool) -> None:
    assert check(text, [TABLE]).numbers[-1].supported is holds


ROWS = ["Role: network planners | Share missing (%): 28", "Role: ward engineers | Share missing (%): 26"]


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("The share of network planners missing is 28 per cent.", True),
        ("The share of ward engineers missing is 28 per cent.", False),
        ("Role: ward engineers | Share missing (%): 26", True),
    ],
)
def test_rows_with_their_headers(text: str, holds: bool) -> None:
    assert check(text, ROWS).supported is holds


@pytest.mark.parametrize("text", ["", "   ", "|||", "1" * 5000, "not " * 500, "\ud800 5%", "(((" * 300, "5% " * 400])
def test_odd_statements_do_not_break_the_check(text: str) -> None:
    assert check(text, [GAPS, TABLE]).supported in (True, False)
    assert check_inference(text, [GAPS]).supported is False


@pytest.mark.slow
def test_mutations_of_the_report(report_file: Path) -> None:
    """T5 to T7: every true sentence passes, forgeries do not."""
    goals = {"true": 1.0, "redressed": 1.0, "random": 1.0, "unit": 1.0, "negation": 0.98}
    goals |= {"swap, same passage": 0.97, "swap, both cited": 0.97}
    told = mutated(paragraphs(report_file))
    assert set(told) == set(goals)
    missed = {
        k: (right, n, [c.text for c in wrong][:3]) for k, (right, n, wrong) in told.items() if right / n < goals[k]
    }
    assert not missed
    assert sum(n for _, n, _ in told.values()) > 500


def test_the_figure_named_is_the_one_of_the_quote_nearest_to_the_statement() -> None:
    said = "Technology firms have the highest current use of next-generation AI, at 51 per cent (figure 8)."
    other = "An average of 28 per cent say their infrastructure does not meet their requirements (figure 7)."
    assert check(said, [said, other]).supported
    forged = check(said.replace("figure 8", "figure 7"), [said, other])
    assert not forged.supported and "names figure 8, not figure 7" in forged.why
    # A figure that no quote names is nobody's.
    assert not check(said, [said.replace(" (figure 8)", ""), other]).supported
