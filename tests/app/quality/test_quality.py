"""What the harness leaves is read again whole; ratings are kept one for each rater; agreement by hand."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from app.quality import (
    Asked,
    Published,
    PublishedRefused,
    Quote,
    Rating,
    Ratings,
    Score,
    agreement,
    kappa,
    publish,
    read_asked,
    read_published,
)


def asked(case: str, right: bool, answer: str = "Two in three. [1]") -> Asked:
    """An answer to rate."""
    quotes = (Quote(1, "Orchards", "Two in three growers do."),)
    return Asked(case, f"How many of {case}?", (("user", "Hello"),), answer, False, quotes, right)


def published() -> Published:
    """A run of one measure."""
    score = Score("Right answers", "share", "higher", 3, 0.75, 0.5, 0.9, "75.0 % (50.0 to 90.0 %)")
    return Published("advisor", "2026-11-24T10:00:00+00:00", "c1", 3, {"all": (score,), "test": (score,)}, (score,))


def test_what_is_published_is_read_again(tmp_path: Path) -> None:
    told, answers = published(), (asked("a", True), asked("b", False))
    folder = publish(tmp_path, told, "<html>report</html>", answers)
    assert read_published(tmp_path) == told
    assert read_asked(tmp_path) == answers
    assert (folder / "report.html").read_text() == "<html>report</html>"
    publish(tmp_path, told, "", ())
    assert read_asked(tmp_path) == () and sorted(p.suffix for p in folder.iterdir()) == [".html", ".json", ".jsonl"]


def test_nothing_published_is_nothing(tmp_path: Path) -> None:
    assert read_published(tmp_path) is None
    assert read_asked(tmp_path) == ()


@pytest.mark.parametrize("spoilt", ["{", "[]", '{"schema": 9}', "{}"])
def test_what_cannot_be_read_says_how_to_cure_it(tmp_path: Path, spoilt: str) -> None:
    folder = publish(tmp_path, published(), "", (asked("a", True),))
    (folder / "scores.json").write_text(spoilt)
    (folder / "to_rate.jsonl").write_text(spoilt)
    with pytest.raises(PublishedRefused, match="make eval"):
        read_published(tmp_path)
    with pytest.raises(PublishedRefused, match=r"to_rate\.jsonl"):
        read_asked(tmp_path)


def test_an_answer_keeps_its_name_while_it_is_the_same() -> None:
    assert asked("a", True).id == asked("a", False).id
    assert asked("a", True).id != asked("a", True, "One in three. [1]").id


def test_a_second_verdict_takes_the_place_of_the_first(tmp_path: Path) -> None:
    ratings = Ratings(tmp_path / "new")
    assert ratings.all() == ()
    ratings.keep(Rating("ann", "x", "a", "right"))
    ratings.keep(Rating("bob", "x", "a", "right", at="2026-01-01"))
    ratings.keep(Rating("ann", "x", "a", "wrong", ("a number is wrong", "hard to read"), "3, not 2"))
    (bob, ann) = ratings.all()
    assert bob.rater == "bob"
    assert (ann.verdict, ann.reasons, ann.comment) == ("wrong", ("a number is wrong", "hard to read"), "3, not 2")
    assert ann.at.startswith("20")


@pytest.mark.parametrize(
    "bad",
    [Rating("", "x", "a", "right"), Rating("ann", "x", "a", "fine"), Rating("ann", "x", "a", "wrong", ("because",))],
)
def test_what_is_no_rating_is_refused(tmp_path: Path, bad: Rating) -> None:
    with pytest.raises(ValueError, match="is no rating"):
        Ratings(tmp_path).keep(bad)
    assert Ratings(tmp_path).all() == ()


def test_many_raters_at_once_lose_nothing(tmp_path: Path) -> None:
    def rate(who: int) -> None:
        for answer in range(10):
            Ratings(tmp_path).keep(Rating(f"r{who}", str(answer), "a", "right"))

    threads = [threading.Thread(target=rate, args=(who,)) for who in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(Ratings(tmp_path).all()) == 80
    assert sqlite3.connect(tmp_path / "ratings.sqlite3").execute("pragma integrity_check").fetchone() == ("ok",)


def test_kappa_by_hand() -> None:
    # 20 and 15 agreed, 5 and 10 not, of 50: observed 0.7; by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5; (0.7 - 0.5) / 0.5
    pairs = [(True, True)] * 20 + [(False, False)] * 15 + [(True, False)] * 5 + [(False, True)] * 10
    assert kappa(pairs) == pytest.approx(0.4)
    assert kappa([(True, True)] * 3) is None
    assert kappa([]) is None


def test_agreement_with_measures_and_among_raters() -> None:
    answers = [asked("a", True), asked("b", True), asked("c", False), asked("d", False)]
    a, b, c, d = (x.id for x in answers)
    said = [("ann", a, "right"), ("ann", b, "partly right"), ("ann", c, "wrong"), ("ann", d, "wrong")]
    said += [("bob", a, "right"), ("bob", c, "right"), ("bob", "gone", "right")]
    measures, raters = agreement([Rating(who, what, "", verdict) for who, what, verdict in said], answers)
    # ann agrees on a, c, d; bob on a: 4 of 6. Said right 3 of 6, measured right 3 of 6: by chance a half.
    assert (measures.pairs, measures.share, measures.kappa) == (6, pytest.approx(4 / 6), pytest.approx(1 / 3))
    # a: both right; c: one of two. Both ways: right 3 of 4 on each side, by chance 10/16, observed 1/2.
    assert (raters.pairs, raters.share, raters.kappa) == (2, pytest.approx(0.5), pytest.approx(-1 / 3))
    assert "67% of 6" in measures.told and "0.33" in measures.told


def test_agreement_over_nothing() -> None:
    measures, raters = agreement([], [asked("a", True)])
    assert measures.told == raters.told == "nothing to compare yet"
