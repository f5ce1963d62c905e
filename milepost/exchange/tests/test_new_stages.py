"""A later file names stages that the first did not: whatever a string looks like, the import goes through."""

from itertools import product

from django.urls import reverse

from milepost.exchange.tests.deals import one
from milepost.opportunities.models import Opportunity
from milepost.opportunities.tailor import add_step, move_step
from milepost.playbooks.models import Playbook

HEAD = "Id,Name,StageName,CreatedDate,CloseDate,Date entered Demo,Date entered Offer,Date entered Pilot\n"
DATES = {"Demo": "2026-01-05", "Pilot": "2026-01-12", "Offer": "2026-01-20"}
OPEN = ("Demo", "Offer")
LATER = ("Lead", "Demo", "Pilot", "Offer", "Signing")
ENDS = ("Closed Won", "Closed Lost", "No Decision")
ENDED_ON = ("2026-02-05", "2027-05-01", "")


def row(number, stage, *, dated=False, closed="", of=tuple(DATES)):
    days = [DATES[name] if dated and name in of else "" for name in ("Demo", "Offer", "Pilot")]
    return ",".join([str(number), f"Deal {number}", stage, "2026-01-05", closed, *days])


def shapes():
    """Give every way from a stage of the first file, or an end, to one of the second: (number, row then, row now)."""
    then = [*product(OPEN, ("",), (False, True)), *product(ENDS, ENDED_ON[::2], (False, True))]
    now = [*product(LATER, ("",), (False, True)), *product(ENDS, ENDED_ON, (False, True))]
    for number, (before, after) in enumerate(product(then, now)):
        stage, closed, dated = before
        later, ended, dated_now = after
        first = row(number, stage, dated=dated, closed=closed, of=OPEN)
        yield number, first, row(number, later, dated=dated_now, closed=ended), (later, ended)


def text(rows):
    return HEAD + "\n".join(rows) + "\n"


def stands(deal):
    outcome = deal.outcome
    if outcome is not None:
        return outcome.kind, str(outcome.on or "")
    return deal.current_step.name, ""


def test_every_way_from_one_file_to_the_next_is_followed(bring):
    found = list(shapes())
    first = bring(text(before for _n, before, _after, _said in found))
    assert first.counts["opportunity"] == {"created": len(found)}
    second = bring(text(after for _n, _before, after, _said in found))
    assert second.state == "done"
    assert not second.refused_rows.exists()
    kinds = {"Closed Won": "won", "Closed Lost": "lost", "No Decision": "no_decision"}
    wanted = {f"Deal {n}": (kinds.get(stage, stage), ended) for n, _b, _a, (stage, ended) in found}
    assert {deal.name: stands(deal) for deal in Opportunity.objects.all()} == wanted
    again = bring(text(after for _n, _before, after, _said in found))
    assert again.counts["opportunity"] == {"unchanged": len(found)}


def test_whatever_people_have_made_of_a_string_stays(bring, cast):
    bring(text(row(number, "Demo", dated=True, of=OPEN) for number in range(6)) + row(6, "Offer") + "\n")
    demo, offer = (lambda n: one(f"Deal {n}").steps.order_by("position")[0]), (lambda n: one(f"Deal {n}").steps.last())
    said = {"by": cast.coordinator, "reason": "asked for"}
    add_step(demo(0), name="Ours", **said)
    add_step(demo(1), name="Ours", **said)
    move_step(demo(2), behind=offer(2), **said)
    demo(3).skip(on=cast.today, **said)
    demo(4).win(on=cast.today, **said)
    demo(5).win(on=cast.today, **said)
    demo(5).reopen(on=cast.today, **said)
    before = {deal.name: [step.name for step in deal.steps_in_order] for deal in Opportunity.objects.all()}
    later = [*("Pilot", "Signing", "Lead", "Pilot", "Signing", "Closed Lost"), "Offer"]
    batch = bring(
        text(
            row(n, stage, dated=n in (0, 2, 4), closed="2026-02-05" if n == 5 else "") for n, stage in enumerate(later)
        )
    )
    assert batch.counts["opportunity"] == {"unchanged": 1, "left": 6}
    assert len(batch.kept) == 6
    assert before == {deal.name: [step.name for step in deal.steps_in_order] for deal in Opportunity.objects.all()}


def test_a_string_gains_the_step_alone_that_its_source_names_and_its_history_says_so(bring, as_, cast):
    bring(text([row(0, "Demo"), row(1, "Offer"), row(2, "Offer")]))
    bring(text([row(0, "Signing"), row(1, "Pilot"), row(2, "Offer")]))
    strings = {deal.name: [step.name for step in deal.steps_in_order] for deal in Opportunity.objects.all()}
    wanted = {"Deal 0": ["Demo", "Offer", "Signing"], "Deal 1": ["Pilot", "Demo", "Offer"], "Deal 2": ["Demo", "Offer"]}
    assert strings == wanted
    client = as_(cast.coordinator)
    assert "added the step “Pilot”" in client.get(reverse("opportunities:history", args=[one("Deal 1").pk])).text
    batch = bring(text([row(0, "Closed Won", closed="2026-02-05"), row(1, "Signing"), row(2, "Offer")]))
    assert batch.counts["opportunity"] == {"changed": 2, "unchanged": 1}
    assert batch.kept == []
    assert one("Deal 1").current_step.name == "Signing"


def test_it_follows_strings_though_people_have_published_another_line(bring, cast):
    bring(text([row(0, "Demo", dated=True, of=OPEN), row(1, "Offer")]))
    draft = Playbook.objects.get().new_draft(by=cast.coordinator)
    draft.steps.get(name="Demo").remove(by=cast.coordinator)
    draft.add_step(by=cast.coordinator, name="Signing", at=1)
    draft.publish(by=cast.coordinator)
    bring(text([row(0, "Offer", dated=True, of=OPEN), row(1, "Demo")]))
    assert [step.name for step in one("Deal 0").steps_in_order] == ["Demo", "Offer"]
    assert stands(one("Deal 0")) == ("Offer", "")
    assert stands(one("Deal 1")) == ("Demo", "")


def test_into_another_playbook_the_strings_that_are_here_go_on_as_they_are(bring):
    bring(text([row(0, "Demo", dated=True, of=OPEN), row(1, "Demo")]))

    def elsewhere(mapping):
        mapping.playbook = "Another"

    bring(text([row(0, "Offer", dated=True, of=OPEN), row(1, "Offer"), row(2, "Demo")]), change=elsewhere)
    assert [step.name for step in one("Deal 0").steps_in_order] == ["Demo", "Offer"]
    assert {stands(one(f"Deal {number}"))[0] for number in (0, 1)} == {"Offer"}
    assert one("Deal 2").playbook_version.playbook.name == "Another"


def test_what_only_lies_at_another_place_of_the_line_by_now_is_not_told_as_changed(bring):
    rows = [row(0, "Offer", dated=True, of=OPEN), row(1, "Offer")]
    bring(text(rows))
    batch = bring(text([*rows, row(2, "Pilot")]))
    assert batch.counts["opportunity"] == {"created": 1, "unchanged": 2}
