"""A scripted engine at our own seam: real Answer, Passage and Figure objects about an invented survey."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace

from app.types import Answer, Checks, Citation, Number, Statement, Step, Turn
from ingest.errors import QuestionRefused
from ingest.types import Document, Figure, FigureValue, Passage

REPORT = Document(
    id="survey",
    title="Orchards and automation: a survey of growers",
    path="survey.md",
    sha256="0" * 64,
    text="",
    blocks=(),
    publisher="Institute of Orchards",
    year=2023,
    url="https://example.org/survey",
)
GUIDE = Document(
    id="guide",
    title="A guide to pruning robots",
    path="guide.md",
    sha256="1" * 64,
    text="",
    blocks=(),
    publisher="Robot Society",
    year=2025,
)

QUOTE = "26 per cent of growers lack robot engineers, and 28 per cent need more irrigation architects."
NOT_ASKED = "The survey was made before the frost of 2022, so plans may have changed."
ADVICE = "Name an owner for every robot before it enters the orchard."

PASSAGES = {
    p.id: p
    for p in (
        Passage(
            id="p1",
            document_id="survey",
            section=("People", "Skills that are missing"),
            text=f"Growers were asked which skills they miss. {QUOTE} "
            "Most want to fill the gap within two years. "
            "<img src=x onerror=alert(1)> ![x](http://tracker.example/p.png)",
            start=0,
            end=200,
            sentences=(),
            page=7,
            figures=(4,),
        ),
        Passage("p2", "survey", ("About the survey",), NOT_ASKED, 0, 60, (), page=14),
        Passage("p3", "guide", ("Before the harvest", "Owners"), f"{ADVICE} Write it down.", 0, 60, ()),
    )
}

FIGURES = {
    4: Figure(
        number=4,
        title="Demand for a range of roles",
        question="Which skills are you missing, and when do you want to hire them?",
        legend=(),
        values=(
            FigureValue("Robot engineers", 26, "percent", "621 growers in seven countries"),
            FigureValue("Irrigation architects", 28, "percent", "621 growers in seven countries"),
            FigureValue("Place of frost among obstacles", 7, "rank", "621 growers in seven countries"),
        ),
        not_stated="All other roles, and when growers want to hire.",
        document_id="survey",
    ),
    5: Figure(5, "Tools in use", "Which tools do you use?", ("now", "later"), (), "Every percentage.", "survey"),
}


def citation(marker: int, passage_id: str, quote: str, figure: int | None = None) -> Citation:
    passage = PASSAGES[passage_id]
    document = {"survey": REPORT, "guide": GUIDE}[passage.document_id]
    return Citation(
        marker=marker,
        passage_id=passage_id,
        document_id=document.id,
        title=document.title,
        publisher=document.publisher,
        year=document.year,
        section=" › ".join(passage.section),
        page=passage.page,
        figure=figure,
        quote=quote,
        url=document.url,
        score=0.8,
    )


def answered(question: str, text: str = "", number: int = 1) -> Answer:
    """An answer with every kind of statement, three sources and a figure."""
    said = text or "26 per cent of growers lack robot engineers, and 28 per cent need more irrigation architects."
    statements = (
        Statement(
            said,
            "finding",
            (1,),
            (Number("26 per cent", 26, "percent", True), Number("28", 28, "percent", True)),
        ),
        Statement(
            "The gap between the two is 2 percentage points (28 − 26).",
            "inference",
            (1,),
            (Number("2", 2, "points", True),),
        ),
        Statement(ADVICE, "guidance", (3,)),
        Statement(NOT_ASKED, "caveat", (2,), (Number("2022", 2022, "year", True),)),
    )
    markdown = " ".join(s.text + "".join(f"[{m}]" for m in s.citations) for s in statements)
    return Answer(
        id=f"r{number}",
        question=question,
        resolved_question=question,
        abstained=False,
        answer=markdown,
        statements=statements,
        citations=(citation(1, "p1", QUOTE, 4), citation(2, "p2", NOT_ASKED), citation(3, "p3", ADVICE)),
        figures=(4,),
        follow_ups=("Who should own a robot?", "What is the weather on Mars?", "Who should hold the keys?"),
        checks=Checks(4, 4, 4, 4, 0),
        composer="extractive",
        corpus="1a2b3c4d5e6f",
        timings_ms={"total": 12.0},
    )


def refused(question: str) -> Answer:
    """A refusal with two topics to go on with."""
    return Answer(
        id="r0",
        question=question,
        resolved_question=question,
        abstained=True,
        answer="The sources say nothing about the weather on Mars. The nearest topic they cover is the frost of 2022.",
        statements=(),
        citations=(),
        figures=(),
        follow_ups=("Which skills do growers miss?", "Who should own a robot?"),
        checks=Checks(),
        composer="extractive",
        corpus="1a2b3c4d5e6f",
        timings_ms={"total": 3.0},
    )


class ScriptedAdvisor:
    """Answers by what is in the question: "Mars" is refused, "slow" takes its time, "fault" fails,
    and "hold" waits, after a first sentence, for `go_on`."""

    corpus = "1a2b3c4d5e6f"
    composer = "extractive"
    statements = 300

    def __init__(self, slow_s: float = 1.5) -> None:
        self.slow_s = slow_s
        self.current = True
        self.go_on = threading.Event()
        self.go_on.set()
        self.histories: list[tuple[Turn, ...]] = []

    def answer(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        self.histories.append(tuple(history))
        if "refuse" in question:
            raise QuestionRefused("the question is not text")
        if "fault" in question:
            raise RuntimeError("secret detail")
        if "slow" in question:
            time.sleep(self.slow_s)
        given = refused(question) if "Mars" in question else answered(question)
        return replace(given, answer=given.answer.replace(". ", ".\n\n")) if "lines" in question else given

    def steps(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Step]:
        yield Step("stage", "Searching 300 statements")
        if "hold" in question:
            yield Step("sentence", f"{QUOTE}[1]")
            self.go_on.wait(20)
        given = self.answer(question, history)
        time.sleep(0.05)
        yield Step("stage", "Checking 4 numbers")
        if "lines" in question:  # as an engine does that streams the lines of its Markdown
            yield from (Step("sentence", line + "\n") for line in given.answer.split("\n"))
            yield Step("answer", answer=given)
            return
        for statement in given.statements:
            time.sleep(0.05)
            yield Step("sentence", statement.text + "".join(f"[{m}]" for m in statement.citations))
        yield Step("answer", answer=given)

    def figure(self, number: int) -> Figure | None:
        return FIGURES.get(number)

    def figures(self) -> Sequence[Figure]:
        return list(FIGURES.values())

    def passage(self, passage_id: str) -> Passage | None:
        return PASSAGES.get(passage_id)

    def passages_of(self, document_id: str) -> Sequence[Passage]:
        return [p for p in PASSAGES.values() if p.document_id == document_id]

    def documents(self) -> Sequence[Document]:
        return [REPORT, GUIDE]

    def is_current(self) -> bool:
        return self.current
