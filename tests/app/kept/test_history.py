"""Conversations are kept whole, privately, and can be found and forgotten."""

from __future__ import annotations

import json
import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from app.kept.database import FILE
from app.kept.feedback import Feedback
from app.kept.history import History, Receipt, new_id
from app.types import Answer, Turn, Usage
from ingest.errors import AdvisorError
from tests.app.web.scripted import answered, refused


def receipt(question: str, name: str = "", history: tuple[Turn, ...] = (), **told: object) -> Receipt:
    given = refused(question) if "Mars" in question else answered(question)
    values = {"answer": given, "settings": "s", "at": "2026-11-24T10:00:00.000+00:00", **told}
    return Receipt(name or new_id(), question, history, **values)  # type: ignore[arg-type]


def test_an_answer_survives_json() -> None:
    for given in (answered("Q?"), refused("Q?")):
        assert Answer.of_json(json.loads(json.dumps(given.to_json()))) == given
    from dataclasses import replace

    worded = replace(answered("Q?"), usage=Usage(3, 4, 0.1), notices=("n",), confidence=0.5, ref="r")
    assert Answer.of_json(worded.to_json()) == worded


def test_a_conversation_comes_back_as_it_was(tmp_path: Path) -> None:
    turns = (Turn("user", "First?"), Turn("assistant", "Yes.[1]"))
    kept = (receipt("First?"), receipt("And then?", history=turns), receipt("Stop", answer=None, note="Stopped."))
    History(tmp_path).keep("c1", "ada", kept)
    assert History(tmp_path).conversation("c1", "ada") == kept
    assert History(tmp_path).receipt(kept[1].id) == kept[1]


def test_it_is_private_to_its_owner(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.keep("c1", "ada", [receipt("Mine?")])
    assert history.conversation("c1", "bob") == () and history.listed("bob") == []
    history.keep("c1", "bob", [receipt("Taken over?")])
    assert [r.question for r in history.conversation("c1", "ada")] == ["Mine?"]
    assert not history.delete("c1", "bob") and history.delete_all("bob") == 0
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_what_is_taken_back_is_gone(tmp_path: Path) -> None:
    history = History(tmp_path)
    first, second = receipt("First?"), receipt("Second?")
    history.keep("c1", "ada", [first, second])
    history.keep("c1", "ada", [first])
    assert history.receipt(second.id) is None
    history.keep("c1", "ada", [])
    assert history.listed("ada") == []


def test_search_reads_questions_and_answers(tmp_path: Path) -> None:
    history = History(tmp_path)
    history.keep("c1", "ada", [receipt("Which skills do growers miss?")])
    history.keep("c2", "ada", [receipt("Is 100% of Mars_1 covered?", at="2026-11-24T11:00:00.000+00:00")])
    found = {words: [k.id for k in history.listed("ada", words)] for words in ("", "SKILLS", "irrigation growers")}
    assert found == {"": ["c2", "c1"], "SKILLS": ["c1"], "irrigation growers": ["c1"]}
    assert [k.id for k in history.listed("ada", "100%")] == ["c2"] and history.listed("ada", "robots Mars") == []
    assert [k.id for k in history.listed("ada", "s_1")] == ["c2"] and history.listed("ada", "l_s") == []
    assert history.listed("ada")[0].questions == 1


def test_deleting_takes_links_along_and_leaves_feedback(tmp_path: Path) -> None:
    history, kept = History(tmp_path), receipt("Which?")
    history.keep("c1", "ada", [kept])
    Feedback(tmp_path).keep("ada", kept, "down", "a number is wrong", "it is 27")
    assert history.delete("c1", "ada")
    assert history.receipt(kept.id) is None
    assert Feedback(tmp_path).all()[0].receipt == kept


def test_many_write_at_once(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda n: History(tmp_path).keep(f"c{n}", "ada", [receipt(f"Question {n}?")]), range(40)))
    assert len(History(tmp_path).listed("ada")) == 40


def test_a_later_version_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE) as store:
        store.execute("pragma user_version = 9")
    with pytest.raises(AdvisorError, match="version 9, expected 1"):
        History(tmp_path).listed("ada")


def test_the_last_verdict_counts_and_starts_anew(tmp_path: Path) -> None:
    feedback, kept = Feedback(tmp_path), receipt("Which?")
    feedback.keep("ada", kept, "down", "hard to read", "why so long?")
    said = feedback.all("new")[0]
    assert feedback.judge(said.id, "dismissed") and feedback.all("new") == []
    feedback.keep("ada", kept, "up")
    (again,) = feedback.all()
    assert (again.verdict, again.reason, again.comment, again.state) == ("up", "", "", "new")
    feedback.keep("bob", kept, "down")
    assert [s.owner for s in feedback.all()] == ["bob", "ada"]
    assert feedback.one(again.id) == again and feedback.one(99) is None and not feedback.judge(99, "new")


@pytest.mark.parametrize(
    ("verdict", "reason", "comment"), [("sideways", "", ""), ("up", "I say so", ""), ("up", "", "x" * 1_001)]
)
def test_what_is_no_feedback_is_refused(tmp_path: Path, verdict: str, reason: str, comment: str) -> None:
    with pytest.raises(ValueError, match="expected a verdict"):
        Feedback(tmp_path).keep("ada", receipt("Which?"), verdict, reason, comment)
    with pytest.raises(ValueError, match="expected one of"):
        Feedback(tmp_path).judge(1, "lost")
