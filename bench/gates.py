"""Measure the job that judges gates: those of every open opportunity, and of one after a change of its people.

The example's gates ask for the economic buyer, for numbers of people and for the net value of going on. Its
opportunities that wait at none of them are given another before their last step, with all of those rules.
"""

from __future__ import annotations

import time
from typing import Any

from bench.writes import Timed


def give_gates() -> int:
    """Let every open opportunity have a gate that is to be decided; return how many there are."""
    from milepost.gates.judge import DECIDED
    from milepost.opportunities.models import Gate, Standing, Step
    from milepost.playbooks.models import GateRule, PlaybookGate, PlaybookVersion

    waiting = Gate.objects.exclude(state__in=DECIDED).values("opportunity")
    without = Standing.objects.exclude(pk__in=waiting).values_list("pk", "opportunity__playbook_version")
    of_version: dict[int, list[int]] = {}
    for pk, version in without:
        of_version.setdefault(version, []).append(pk)
    rules = {rule.key: rule for rule in GateRule.objects.all()}
    for version in PlaybookVersion.objects.filter(pk__in=of_version):
        last = version.steps.order_by("-position").filter(gate=None)[0]
        gate = PlaybookGate.objects.create(version_of=version, step=last, key="bench", name="Before the end", enough=70)
        for rule in rules.values():
            rule.pk, rule.gate = None, gate
        GateRule.objects.bulk_create(rules.values())
        steps = Step.objects.filter(opportunity__in=of_version[version.pk], gate=None)
        last_of = dict(steps.order_by("position").values_list("opportunity", "pk"))
        rows = [Gate(opportunity_id=pk, step_id=step, playbook_gate=gate) for pk, step in last_of.items()]
        Gate.objects.bulk_create(rows, batch_size=500)
    return Gate.objects.exclude(state__in=DECIDED).filter(opportunity__standing__isnull=False).count()


def change_somebody() -> Any:
    """Let somebody's stance be known anew, and return a gate of that opportunity whose card hangs on it."""
    from milepost.buyers.models import Stakeholder
    from milepost.gates.models import GateCard
    from milepost.team.models import Person

    cards = GateCard.objects.filter(
        gate__playbook_gate__rules__subject="supporters", gate__opportunity__standing__win__gt=0
    )
    card = cards.filter(gate__opportunity__stakeholders__removed_on=None).order_by("pk")[0]
    somebody = Stakeholder.objects.filter(opportunity=card.gate.opportunity_id).order_by("pk")[0]
    somebody.say("stance", "enemy" if somebody.side == "for" else "mentor", by=Person.objects.order_by("pk")[0])
    return card


def do_what_is_due() -> tuple[float, float]:
    """Look at the clock as the job process does, do the jobs, and return the seconds and the CPU seconds."""
    from milepost.web.worker import Worker

    wall, cpu = time.monotonic(), time.process_time()
    worker = Worker("bench")
    worker.look_at_clock()
    worker.run_until_idle()
    return time.monotonic() - wall, time.process_time() - cpu


def run() -> str:
    """Judge everything, then one change, and say what it took."""
    from django.conf import settings

    gates = give_gates()
    settings.JOB_SCHEDULE = {"judge_gates": settings.JOB_SCHEDULE["judge_gates"]}
    timed = Timed()
    with timed.installed():
        wall, cpu = do_what_is_due()
    card = change_somebody()
    before = card.judged_at
    once, _cpu = do_what_is_due()
    card.refresh_from_db()
    if card.judged_at == before:
        raise SystemExit("The card did not follow the change.")
    return (
        f"a job judges {gates:,} gates of all open opportunities: {wall:.0f} s, {cpu:.0f} s of CPU; {timed.told()}. "
        f"After a change of one person the job takes {once:.2f} s; it is asked for every ten seconds."
    )
