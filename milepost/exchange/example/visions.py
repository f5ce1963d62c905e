"""Write down what clients of the example company want to become, as far as somebody has found out."""

from __future__ import annotations

import random

from milepost.buyers.models import Evidence, Question, QuestionAnswer, Verdict, Vision, VisionVersion
from milepost.exchange.example.tables import Table
from milepost.exchange.example.telling import Told, day_of, moment

WISHES = (
    (
        "Nobody should have to stand at the line at night for it to run.",
        "trouble", "Two night shifts in a row stood still in spring", "At the works, after the standstill",
        "the maintenance lead",
    ),
    (
        "We want every site to run the way our best one does.",
        "merger", "Three works came together and none is like the other", "In the group’s board", "a consultancy",
    ),
    (
        "The auditors should find the figures before they ask us.",
        "rules", "The new reporting rules hold from next year", "In quality management", "their auditors",
    ),
    (
        "Customers order on Monday and want it on Thursday: we want to say yes.",
        "market", "Their largest customer asked for it", "In sales and planning", "that customer’s buyers",
    ),
    (
        "One screen for the whole plant, and one person who answers for it.",
        "executive", "The new head of operations brought it along", "At his former company", "his old team",
    ),
    (
        "No machine of ours talks to the outside any more.",
        "it", "Group IT wants it after an incident elsewhere", "In group IT", "their security adviser",
    ),
)  # fmt: skip
HEARD = (
    "That is what I am measured by.",
    "Said so before everybody, and wrote it in the mail afterwards.",
    "It is in the slides for their annual meeting.",
    "Told us over lunch; asked us not to quote it.",
)
ASKED: tuple[tuple[str, str, str, str], ...] = (
    (
        "Whose budget does it come out of?",
        "Ask the buyer at the workshop",
        "The works’ own, up to a limit.",
        "at the workshop",
    ),
    ("Who else is invited to offer?", "Ask the champion", "Two others, one of them there before us.", "over lunch"),
    (
        "What happens if nothing is done?",
        "Go through the last stops together",
        "A lost shift a week.",
        "their own figures",
    ),
    ("Who has to agree that we have not met?", "Look at their organisation together", "", ""),
)
KNOWN = (("whose", 0.75), ("how", 0.6), ("where", 0.4))


class Visions:
    """Keeps the rows until they are written; draws from a source of its own, so that nothing else changes by it."""

    def __init__(self) -> None:
        self.visions = Table(Vision, "opportunity_id", "begun_at", "by_id")
        self.versions = Table(
            VisionVersion, "vision_id", "number", "words", "whose", "origin", "how", "where", "with_whom", "on",
            "by_id", "at",
        )  # fmt: skip
        self.evidence = Table(
            Evidence, "vision_id", "version_id", "question", "message", "confidence", "on", "by_id", "at"
        )
        self.questions = Table(Question, "opportunity_id", "text", "how", "owner_id", "due_on", "answered_on", "since")
        self.answers = Table(
            QuestionAnswer, "question_id", "text", "unknown", "source", "confidence", "on", "by_id", "at"
        )
        self.verdicts = Table(Verdict, "vision_id", "kind", "reason", "on", "by_id", "at")

    def tables(self) -> list[Table]:
        """Return the tables in the order in which they are written."""
        return [self.visions, self.versions, self.evidence, self.verdicts, self.questions, self.answers]

    def write(self, told: Told, *, last: int) -> None:
        """Note one wish, sometimes two that rival, of an opportunity that has gone some way."""
        rng = random.Random(f"vision/{told.id}")  # noqa: S311 a story, not a secret
        far = sum(state == "won" for state in told.life.states)
        if told.life.kind or not far or rng.random() < 0.35:
            return
        day = rng.randint(told.life.start, max(told.life.start, last - 1))
        wishes = rng.sample(WISHES, 2 if rng.random() < 0.25 else 1)
        self._ask(told, rng, day, last)
        known = [self._wish(told, rng, wish, day) for wish in wishes]
        if len(known) == 1 and known[0][1] == len(KNOWN):
            self.verdicts.add(known[0][0], "proven", "", day_of(day), told.deal.salesperson.pk, moment(day, 600))

    def _wish(self, told: Told, rng: random.Random, wish: tuple[str, ...], day: int) -> tuple[int, int]:
        words, origin, how, where, whom = wish
        by, on, at = told.deal.salesperson.pk, day_of(day), moment(day, 560)
        vision = self.visions.add(told.id, at, by)
        whose = told.contacts[0][1] if told.contacts else ""
        version = self.versions.add(vision, 1, words, whose, origin, how, where, whom, on, by, at)
        told.tell(day, "vision begun", told.deal.salesperson, reason=words)
        pieces = 0
        for question, odds in KNOWN:
            if rng.random() < odds and (whose or question != "whose"):
                said = rng.choice(HEARD)
                self.evidence.add(vision, version, question, said, rng.choice((1, 2, 2, 3)), on, by, at)
                pieces += 1
        return vision, pieces

    def _ask(self, told: Told, rng: random.Random, day: int, last: int) -> None:
        """Ask a few questions; most have an answer by now, for one nobody could tell."""
        by = told.deal.salesperson
        for text, how, answer, source in rng.sample(ASKED, rng.randint(1, len(ASKED))):
            due = day + rng.randint(10, 40)
            answered = rng.randint(day, due) if rng.random() < 0.6 else None
            on = answered if answered is not None and answered < last else None
            pk = self.questions.add(told.id, text, how, by.pk, day_of(due), on and day_of(on), day_of(day))
            told.tell(day, "question asked", by, part=text)
            if on is not None:
                sure = rng.choice((1, 2, 3)) if answer else None
                self.answers.add(pk, answer, not answer, source, sure, day_of(on), by.pk, moment(on, 500))
                told.tell(on, "question answered", by, part=text, reason=answer)
