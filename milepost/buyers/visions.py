"""The visions of one opportunity as they are shown, and of many as gates and forecasts ask for them."""

from __future__ import annotations

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from milepost.buyers.models import Evidence, Verdict, Vision, VisionVersion
from milepost.buyers.models.vision import QUESTIONS
from milepost.opportunities.models import Opportunity


@dataclass
class Answered:
    """One of the three questions: its answer and what speaks for it now."""

    key: str
    question: Any
    version: VisionVersion
    evidence: list[Evidence] = field(default_factory=list)

    @property
    def sure(self) -> int:
        """Return how sure the best of it makes us, 0 to 3."""
        return max((one.confidence for one in self.evidence), default=0)

    @property
    def is_answered(self) -> bool:
        return self.version.is_answered(self.key)


@dataclass
class Shown:
    """One hypothesis: its newest version, what is held of it, its answers, and the versions before."""

    vision: Vision
    versions: list[VisionVersion]
    verdict: Verdict | None
    answers: list[Answered]
    outdated: list[Evidence]

    @property
    def now(self) -> VisionVersion:
        return self.versions[-1]

    @property
    def state(self) -> str:
        return self.verdict.kind if self.verdict else Verdict.Kind.OPEN

    @property
    def lacking(self) -> list[Any]:
        return [one.question for one in self.answers if not (one.is_answered and one.evidence)]


def shown(opportunity: Opportunity) -> list[Shown]:
    """Return all hypotheses of an opportunity: what is proven first, what is set aside last; four questions."""
    visions = list(opportunity.visions.all())
    versions: dict[int, list[VisionVersion]] = defaultdict(list)
    people = "whose_stakeholder__contact"
    for version in VisionVersion.objects.filter(vision__in=visions).select_related(people, "by").order_by("number"):
        versions[version.vision_id].append(version)
    verdicts = {one.vision_id: one for one in Verdict.objects.filter(vision__in=visions).select_related("by")}
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    rows = Evidence.objects.filter(vision__in=visions, withdrawn_at=None)
    for one in rows.select_related("attempt__step", "note", "file", "by"):
        evidence[one.vision_id].append(one)
    order = {Verdict.Kind.PROVEN: 0, Verdict.Kind.OPEN: 1, Verdict.Kind.DROPPED: 2}
    found = [_shown(one, versions[one.pk], verdicts.get(one.pk), evidence[one.pk]) for one in visions]
    return sorted(found, key=lambda one: (order[Verdict.Kind(one.state)], one.vision.pk))


def _shown(vision: Vision, versions: list[VisionVersion], verdict: Verdict | None, evidence: list[Evidence]) -> Shown:
    now, by_pk = versions[-1], {version.pk: version for version in versions}
    answers = {key: Answered(key, question, now) for key, question in QUESTIONS.items()}
    outdated = []
    for one in evidence:
        if by_pk[one.version_id].answer(one.question) == now.answer(one.question):
            answers[one.question].evidence.append(one)
        else:
            outdated.append(one)
    return Shown(vision, versions, verdict, list(answers.values()), outdated)


@dataclass(frozen=True)
class VisionKnown:
    """What is known of an opportunity's vision: the one that stands, and how sure each answer's evidence makes us.

    `pk` is None while hypotheses stand side by side: then nothing counts as answered.
    """

    pk: int | None = None
    number: int = 0
    words: str = ""
    proven: bool = False
    hypotheses: int = 0
    whose: int = 0
    how: int = 0
    where: int = 0

    @property
    def is_answered(self) -> bool:
        """Tell whether all three questions have an answer with evidence."""
        return bool(self.whose and self.how and self.where)


def visions_known(opportunities: Any, *, day: datetime.date | None = None) -> dict[int, VisionKnown]:
    """Return what is known of each opportunity's vision, today or as it was on a day; three questions for any number.

    `opportunities` is a queryset or ids; one without any hypothesis is left out.
    """
    until = {} if day is None else {"on__lte": day}
    of = "vision__opportunity__in"
    versions: dict[int, list[VisionVersion]] = defaultdict(list)
    owner: dict[int, int] = {}
    rows = VisionVersion.objects.filter(**{of: opportunities}, **until).select_related("vision").order_by("number")
    for version in rows:
        versions[version.vision_id].append(version)
        owner[version.vision_id] = version.vision.opportunity_id
    verdicts = dict(
        Verdict.objects.filter(**{of: opportunities}, **until).order_by("id").values_list("vision_id", "kind")
    )
    evidence: dict[int, list[Evidence]] = defaultdict(list)
    for one in Evidence.objects.filter(**{of: opportunities}, **until):
        if one.withdrawn_at is None or (day is not None and one.withdrawn_at.date() > day):
            evidence[one.vision_id].append(one)
    together: dict[int, list[int]] = defaultdict(list)
    for pk, opportunity in owner.items():
        if verdicts.get(pk) != Verdict.Kind.DROPPED:
            together[opportunity].append(pk)
    return {
        opportunity: _known(together[opportunity], versions, verdicts, evidence) for opportunity in set(owner.values())
    }


def _known(
    pks: list[int],
    versions: dict[int, list[VisionVersion]],
    verdicts: dict[int, str],
    evidence: dict[int, list[Evidence]],
) -> VisionKnown:
    proven = [pk for pk in pks if verdicts.get(pk) == Verdict.Kind.PROVEN]
    standing = proven or (pks if len(pks) == 1 else [])
    if not standing:
        return VisionKnown(hypotheses=len(pks))
    pk = standing[0]
    now, by_pk = versions[pk][-1], {version.pk: version for version in versions[pk]}
    sure = dict.fromkeys(QUESTIONS, 0)
    for one in evidence[pk]:
        given_to = by_pk.get(one.version_id)
        if given_to is not None and _holds(one.question, given_to, now):
            sure[one.question] = max(sure[one.question], one.confidence)
    return VisionKnown(pk, now.number, now.words, bool(proven), len(pks), **sure)


def _holds(question: str, given_to: VisionVersion, now: VisionVersion) -> bool:
    """Tell whether what spoke for the answer of one version speaks for that of another."""
    return now.is_answered(question) and given_to.answer(question) == now.answer(question)
