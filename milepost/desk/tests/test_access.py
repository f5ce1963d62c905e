"""Every address as every role, from inside and outside the territory; an address that is not in the table fails.

For each address the table names the kind of thing its number stands for and who may. Others from inside
are told so (403); what lies outside one's sight is not there (404); who has not signed in is asked to.
"""

import copy
import datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.template.base import Template
from django.urls import get_resolver, reverse
from django.utils import timezone

from milepost.accounts.merge import merge
from milepost.accounts.models import Account
from milepost.buyers.models import (
    ClientRequest,
    Evidence,
    Question,
    QuestionTemplate,
    Relationship,
    Stakeholder,
    Tie,
    Vision,
)
from milepost.desk.models import Pricing, Reassignment, SavedView
from milepost.engine.straighten.flow import Edge, Flow, Node
from milepost.exchange.models import SourceLink
from milepost.exchange.prepare import prepare
from milepost.forecasts.models import KeptPack, PackSubscription
from milepost.forecasts.models.packs import store
from milepost.gates.decide import stop
from milepost.gates.models import Contender, Delegation, Expense, FreedUse, Spent
from milepost.opportunities.begin import begin
from milepost.opportunities.close import close
from milepost.opportunities.models import (
    Attachment,
    Condition,
    Lesson,
    Note,
    Party,
    Reason,
    Rival,
    Task,
    TeamMember,
    ValueLine,
)
from milepost.plans.draft import Draft
from milepost.plans.files import stored
from milepost.plans.models import ClientWord, Invitation, PlanVersion, SharedPlan, Study, TimeOffer
from milepost.playbooks.models import FlowChart, GateRule, Playbook, PlaybookGate
from milepost.team.models import AccessLink, Company, Cover, Person
from milepost.web.models import Job, Letter

ROLES = ("coordinator", "salesperson", "account_manager", "sales_manager", "team_member", "administrator")
EVERYBODY = {*ROLES, "outsider"}
INSIDE = set(ROLES)
MOVES = {"coordinator", "sales_manager", "administrator"}
REPORTS = {*MOVES, "salesperson"}
SELLS = {*REPORTS, "account_manager"}
WRITES_PLAYBOOKS = {*MOVES, "outsider"}
ADMIN = {"administrator"}
DECIDES = {"sales_manager", "administrator"}
OWN = {"coordinator"}  # whoever made it
OWN_IMPORT = {"coordinator", "administrator"}
ANYBODY = {"anybody"}
OWN_PASSWORD = {"whoever has one"}
IN_THE_NORTH = {
    "opportunity", "step", "ended", "condition", "note", "task", "file", "line", "party", "stakeholder", "member",
    "account", "contact", "merge", "sold_in", "tie", "relationship", "gate", "stopped", "freed", "spent", "request",
    "vision", "evidence", "question", "expense", "contender", "delegation", "plan_part", "plan_version",
    "plan_link", "client_word", "plan_time",
}  # fmt: skip

EXPORT = b"Id,Name,StageName,Amount,CloseDate,CreatedDate\n1,Line 4,Demo,5,,2026-01-02\n"

# name: (what its number stands for, who may)
TABLE = {
    # to everybody who has signed in; what is in them is what each may see
    "desk:home": (None, EVERYBODY), "desk:desk": (None, EVERYBODY), "desk:my_day": (None, EVERYBODY),
    "desk:search": (None, EVERYBODY), "desk:board": (None, EVERYBODY), "desk:ended": (None, EVERYBODY),
    "desk:board_totals": (None, EVERYBODY), "desk:desk_counts": (None, EVERYBODY),
    "desk:ended_csv": (None, EVERYBODY), "desk:ended_xlsx": (None, EVERYBODY),
    "desk:board_csv": (None, EVERYBODY), "desk:board_xlsx": (None, EVERYBODY), "desk:view_save": (None, EVERYBODY),
    "desk:view_rename": ("view", OWN), "desk:view_delete": ("view", OWN),
    "desk:reassign": (None, EVERYBODY), "desk:reassign_do": (None, EVERYBODY),
    "desk:reassigned": ("reassignment", OWN), "desk:reassign_undo": ("reassignment", OWN),
    "desk:price": (None, EVERYBODY), "desk:price_do": (None, EVERYBODY),
    "desk:priced": ("pricing", OWN), "desk:price_undo": ("pricing", OWN),
    "web:figures": (None, EVERYBODY), "web:theme": (None, EVERYBODY),
    "team:settings": (None, EVERYBODY), "team:figures": (None, EVERYBODY), "team:myself": (None, EVERYBODY),
    "team:welcome": (None, EVERYBODY), "desk:accounts": (None, EVERYBODY), "desk:accounts_export": (None, EVERYBODY),
    "playbooks:list": (None, EVERYBODY), "account_change_password": (None, EVERYBODY),
    "account_reauthenticate": (None, OWN_PASSWORD), "account_set_password": (None, OWN_PASSWORD),
    "forecasts:forecast": (None, EVERYBODY), "forecasts:csv": (None, EVERYBODY), "forecasts:xlsx": (None, EVERYBODY),
    "learn:page": (None, EVERYBODY), "learn:csv": ("sheet", EVERYBODY), "learn:xlsx": (None, EVERYBODY),
    "learn:write_lesson": (None, EVERYBODY), "learn:archived_lessons": (None, EVERYBODY),
    "learn:lesson": ("lesson", EVERYBODY), "learn:archive_lesson": ("lesson", WRITES_PLAYBOOKS),
    "learn:reword_lesson": ("lesson", WRITES_PLAYBOOKS), "learn:restore_lesson": ("lesson", WRITES_PLAYBOOKS),
    "forecasts:targets": (None, {"sales_manager", "administrator"}),
    "forecasts:snapshot": (None, {"sales_manager", "administrator"}),
    "forecasts:rollup": (None, EVERYBODY), "forecasts:rollup_csv": (None, EVERYBODY),
    "forecasts:rollup_xlsx": (None, EVERYBODY), "forecasts:numbers": ("sold_in", INSIDE),
    "forecasts:submit": ("sold_in", {"sales_manager"}), "forecasts:lock": ("sold_in", {"sales_manager"}),
    "forecasts:unlock": ("sold_in", {"sales_manager"}),
    "forecasts:moved": (None, EVERYBODY),
    "forecasts:pack": (None, EVERYBODY), "forecasts:pack_xlsx": (None, EVERYBODY),
    "forecasts:pack_pdf": (None, EVERYBODY), "forecasts:packs": (None, EVERYBODY),
    "forecasts:history": (None, EVERYBODY),
    "forecasts:pack_subscribe": (None, {*MOVES, "outsider"}),
    "forecasts:pack_stop": ("subscription", {"coordinator", "sales_manager"}),
    "forecasts:pack_now": ("subscription", {"coordinator", "sales_manager"}),
    "forecasts:pack_kept_pdf": ("kept_pack", OWN), "forecasts:pack_kept_xlsx": ("kept_pack", OWN),
    "forecasts:pack_unsubscribe": ("way_out", ANYBODY),
    "forecasts:calls_csv": (None, EVERYBODY), "forecasts:calls_xlsx": (None, EVERYBODY),
    "forecasts:facts": ("opportunity", INSIDE),
    "forecasts:accuracy": (None, EVERYBODY), "forecasts:replay": (None, {"sales_manager", "administrator"}),
    # settings
    "desk:company": (None, ADMIN), "desk:currencies": (None, ADMIN), "desk:plan_rates": (None, ADMIN),
    "desk:reasons": (None, ADMIN), "desk:outbox": (None, ADMIN), "desk:outbox_send": (None, ADMIN),
    "desk:work": (None, ADMIN), "desk:work_stop": ("job", ADMIN), "desk:work_repeat": ("job", ADMIN),
    "desk:mail": (None, ADMIN), "desk:mail_test": (None, ADMIN),
    "desk:letter": ("letter", ADMIN), "desk:letter_again": ("letter", ADMIN),
    "buyers:lists": (None, ADMIN), "buyers:rules": (None, ADMIN), "buyers:ask_for": (None, ADMIN),
    "buyers:replies": (None, ADMIN),
    "buyers:list_answer": (None, ADMIN),
    "buyers:retire": (None, ADMIN), "desk:retire_reason": ("reason", ADMIN),
    "web:look": ("look", ADMIN), "team:people": (None, ADMIN),
    "team:invite": (None, ADMIN), "team:invite_several": (None, ADMIN),
    "team:person": ("person", ADMIN), "team:give_role": ("person", ADMIN),
    "team:take_role": ("membership", ADMIN), "team:let_go": ("person", ADMIN), "team:reset": ("person", ADMIN),
    "team:arrange_cover": ("person", {"administrator", "salesperson"}),
    "team:cancel_cover": ("cover", {"administrator", "salesperson"}),
    "team:territories": (None, ADMIN), "team:new_territory": (None, ADMIN), "team:territory": ("territory", ADMIN),
    # the opportunity: to see it
    "opportunities:page": ("opportunity", INSIDE), "opportunities:why": ("opportunity", INSIDE),
    "opportunities:history": ("opportunity", INSIDE), "opportunities:value": ("opportunity", INSIDE),
    "opportunities:work": ("opportunity", INSIDE), "buyers:people": ("opportunity", INSIDE),
    "desk:board_row": ("opportunity", INSIDE), "opportunities:download": ("file", INSIDE),
    # to work on it
    "opportunities:write_note": ("opportunity", INSIDE), "opportunities:attach": ("opportunity", INSIDE),
    "opportunities:edit_note": ("note", {"salesperson"}), "opportunities:remove_note": ("note", REPORTS),
    "opportunities:remove_file": ("file", INSIDE), "opportunities:add_task": ("opportunity", INSIDE),
    "opportunities:edit_task": ("task", INSIDE), "opportunities:finish_task": ("task", INSIDE),
    "opportunities:reopen_task": ("task", INSIDE), "desk:tick": ("task", REPORTS),
    "opportunities:judge": ("opportunity", REPORTS), "opportunities:edit": ("opportunity", REPORTS),
    "buyers:add": ("opportunity", INSIDE), "buyers:edit": ("stakeholder", INSIDE),
    "buyers:remove": ("stakeholder", INSIDE), "buyers:person": ("stakeholder", INSIDE),
    "buyers:arrange": ("opportunity", INSIDE),
    "buyers:help": ("stakeholder", INSIDE), "buyers:recall": ("stakeholder", INSIDE),
    "buyers:same": ("stakeholder", INSIDE), "buyers:tie": ("stakeholder", INSIDE),
    "buyers:relate": ("stakeholder", INSIDE), "buyers:untie": ("tie", INSIDE),
    "buyers:relationship": ("relationship", INSIDE), "buyers:unrelate": ("relationship", INSIDE),
    "buyers:questions": ("opportunity", INSIDE), "buyers:ask": ("opportunity", INSIDE),
    "buyers:open_plan": ("opportunity", INSIDE),
    "buyers:take_questions": ("opportunity", INSIDE), "buyers:edit_question": ("question", INSIDE),
    "buyers:answer_question": ("question", INSIDE), "buyers:reopen_question": ("question", INSIDE),
    "buyers:vision": ("opportunity", INSIDE), "buyers:begin_vision": ("opportunity", INSIDE),
    "buyers:see_vision": ("opportunity", INSIDE), "buyers:change_vision": ("vision", INSIDE),
    "buyers:prove_vision": ("vision", INSIDE), "buyers:drop_vision": ("vision", INSIDE),
    "buyers:reopen_vision": ("vision", INSIDE), "buyers:evidence": ("vision", INSIDE),
    "buyers:withdraw_evidence": ("evidence", INSIDE),
    "opportunities:add_line": ("opportunity", REPORTS),
    "opportunities:edit_line": ("line", REPORTS), "opportunities:remove_line": ("line", REPORTS),
    "opportunities:add_party": ("opportunity", REPORTS), "opportunities:remove_party": ("party", REPORTS),
    "opportunities:programme": ("opportunity", REPORTS), "desk:board_category": ("opportunity", REPORTS),
    "desk:board_next": ("opportunity", REPORTS),
    # to report its appointments
    "opportunities:newer": ("opportunity", MOVES),
    "opportunities:schedule": ("step", REPORTS), "opportunities:call_off": ("step", REPORTS),
    "opportunities:keep_appointment": ("step", REPORTS), "opportunities:unreport": ("step", REPORTS),
    "opportunities:hold": ("step", REPORTS), "opportunities:report": ("step", REPORTS),
    "opportunities:start_condition": ("condition", REPORTS), "opportunities:meet_condition": ("condition", REPORTS),
    "opportunities:fail_condition": ("condition", REPORTS),
    # what the client asks
    "buyers:queue": (None, EVERYBODY), "buyers:queue_export": (None, EVERYBODY),
    "buyers:export": ("opportunity", INSIDE), "buyers:requests": ("opportunity", INSIDE),
    "buyers:add_request": ("opportunity", INSIDE), "buyers:read_letter": ("opportunity", INSIDE),
    "buyers:edit_request": ("request", INSIDE), "buyers:finish_request": ("request", INSIDE),
    "buyers:request": ("request", INSIDE), "buyers:say": ("request", MOVES), "buyers:triage": ("request", MOVES),
    # what is shared with the client
    "plans:study": ("opportunity", INSIDE), "plans:study_pdf": ("opportunity", INSIDE),
    "plans:study_docx": ("opportunity", INSIDE), "plans:study_text": (None, ADMIN),
    "plans:decide_study": ("opportunity", INSIDE), "plans:undecide_study": ("opportunity", INSIDE),
    "plans:plan": ("opportunity", INSIDE), "plans:begin": ("opportunity", MOVES),
    "plans:words": ("opportunity", MOVES), "plans:choose": ("opportunity", MOVES),
    "plans:preview": ("opportunity", MOVES), "plans:publish": ("opportunity", MOVES),
    "plans:part": ("plan_part", MOVES), "plans:version": ("plan_version", INSIDE),
    "plans:version_xlsx": ("plan_version", INSIDE), "plans:client_xlsx": ("plan_token", ANYBODY),
    "plans:version_pdf": ("plan_version", INSIDE), "plans:client_pdf": ("plan_token", ANYBODY),
    "plans:invite": ("opportunity", MOVES), "plans:prolong": ("plan_link", MOVES),
    "plans:end_link": ("plan_link", MOVES),
    "plans:brand": ("opportunity", MOVES), "plans:logo": ("opportunity", INSIDE),
    "plans:client_logo": ("plan_token", ANYBODY), "plans:colour": ("colour", ANYBODY),
    "plans:look": (None, ADMIN), "plans:company_logo": (None, EVERYBODY),
    "plans:offer_times": ("plan_part", MOVES), "plans:withdraw_time": ("plan_time", MOVES),
    "plans:withdraw_times": ("plan_time", MOVES), "plans:client_times": ("plan_said", ANYBODY),
    "plans:answer": ("client_word", MOVES), "plans:sent_file": ("client_word", MOVES),
    "plans:client_over": ("plan_token", ANYBODY),
    "plans:client_missing": ("plan_token", ANYBODY), "plans:client_part": ("plan_said", ANYBODY),
    "plans:client_say": ("plan_say", ANYBODY), "plans:client_dates": ("plan_token", ANYBODY),
    "plans:client_agree": ("plan_token", ANYBODY), "plans:client_code": ("plan_token", ANYBODY),
    "plans:client": ("plan_token", ANYBODY), "plans:client_file": ("plan_file", ANYBODY),
    # its gates
    "gates:export_all": (None, EVERYBODY), "gates:export": ("opportunity", INSIDE),
    "gates:costs": (None, ADMIN), "gates:home": (None, EVERYBODY), "gates:log": (None, EVERYBODY),
    "gates:take_out": ("spent", INSIDE), "gates:pay": (None, EVERYBODY), "gates:take_out_expense": ("expense", INSIDE),
    "gates:resume": ("gate", INSIDE), "gates:delegate": ("gate", DECIDES), "gates:undelegate": ("delegation", DECIDES),
    "gates:add_rival": ("opportunity", INSIDE), "gates:edit_rival": ("contender", INSIDE),
    "gates:weigh_rival": ("contender", INSIDE), "gates:take_out_rival": ("contender", INSIDE),
    "learn:rivals": (None, EVERYBODY), "learn:rivals_export": (None, EVERYBODY), "learn:rival": ("rival", EVERYBODY),
    "learn:rival_export": ("rival", EVERYBODY), "learn:rename_rival": ("rival", WRITES_PLAYBOOKS),
    "learn:join_rivals": ("rival", WRITES_PLAYBOOKS),
    "gates:give": ("stopped", MOVES), "gates:afterwards": ("stopped", MOVES),
    "gates:look": ("freed", MOVES),
    "gates:gates": ("opportunity", INSIDE), "gates:answer": ("gate", INSIDE), "gates:advance": ("gate", DECIDES),
    "gates:pause": ("gate", DECIDES), "gates:stop": ("gate", DECIDES), "gates:take_back": ("gate", DECIDES),
    # to move its string
    "desk:book": ("opportunity", REPORTS),
    "opportunities:skip": ("step", MOVES), "opportunities:unskip": ("step", MOVES),
    "opportunities:unreopen": ("step", MOVES), "opportunities:days": ("step", MOVES),
    "opportunities:reopen": ("step", MOVES), "opportunities:confirm": ("step", MOVES),
    "opportunities:tailor": ("step", MOVES), "opportunities:add_after": ("step", MOVES),
    "opportunities:unadd": ("step", MOVES),
    "opportunities:move": ("step", MOVES), "opportunities:add_condition": ("step", MOVES),
    "opportunities:edit_condition": ("condition", MOVES), "opportunities:waive_condition": ("condition", MOVES),
    "opportunities:end": ("opportunity", MOVES), "opportunities:correct": ("ended", MOVES),
    "opportunities:assign": ("opportunity", MOVES), "opportunities:add_member": ("opportunity", MOVES),
    "opportunities:remove_member": ("member", MOVES), "opportunities:confidential": ("opportunity", MOVES),
    "opportunities:public": ("opportunity", MOVES),
    # to begin one
    "opportunities:new": (None, {*SELLS, "outsider"}), "opportunities:accounts": (None, EVERYBODY),
    "opportunities:alike": (None, EVERYBODY),
    # accounts
    "desk:account": ("account", INSIDE), "desk:account_history": ("account", INSIDE),
    "desk:account_task": ("account", SELLS), "desk:account_note": ("account", SELLS),
    "accounts:new": (None, {*SELLS, "outsider"}), "accounts:twins": (None, EVERYBODY),
    "accounts:names": (None, EVERYBODY), "accounts:edit": ("account", SELLS),
    "accounts:add_contact": ("account", SELLS), "accounts:contact": ("contact", SELLS),
    "accounts:leave": ("contact", SELLS), "accounts:come_back": ("contact", SELLS),
    "desk:account_merge": ("account", MOVES), "desk:merge_undo": ("merge", MOVES),
    # playbooks are the whole company's
    "playbooks:page": ("playbook", EVERYBODY), "playbooks:history": ("playbook", EVERYBODY),
    "playbooks:version": ("version", EVERYBODY), "playbooks:compare": ("version", EVERYBODY),
    "buyers:question_templates": ("playbook", WRITES_PLAYBOOKS),
    "buyers:retire_template": ("question_template", WRITES_PLAYBOOKS),
    "playbooks:new": (None, WRITES_PLAYBOOKS), "playbooks:edit": ("playbook", WRITES_PLAYBOOKS),
    "playbooks:draft": ("playbook", WRITES_PLAYBOOKS), "playbooks:retire": ("playbook", WRITES_PLAYBOOKS),
    "playbooks:revive": ("playbook", WRITES_PLAYBOOKS), "playbooks:publish": ("draft", WRITES_PLAYBOOKS),
    "playbooks:throw_away": ("draft", WRITES_PLAYBOOKS), "playbooks:add_step": ("draft", WRITES_PLAYBOOKS),
    "playbooks:bring_chart": (None, WRITES_PLAYBOOKS), "playbooks:chart": ("chart", WRITES_PLAYBOOKS),
    "playbooks:accept_change": ("chart", WRITES_PLAYBOOKS), "playbooks:accept_changes": ("chart", WRITES_PLAYBOOKS),
    "playbooks:take_back_change": ("chart", WRITES_PLAYBOOKS),
    "playbooks:chart_to_playbook": ("chart", WRITES_PLAYBOOKS),
    "playbooks:put_pattern": ("draft", WRITES_PLAYBOOKS),
    "playbooks:split": ("draft_step", WRITES_PLAYBOOKS), "playbooks:merge": ("draft_step", WRITES_PLAYBOOKS),
    "playbooks:step": ("draft_step", WRITES_PLAYBOOKS), "playbooks:move": ("draft_step", WRITES_PLAYBOOKS),
    "gates:design": ("version", EVERYBODY), "gates:add_gate": ("draft", WRITES_PLAYBOOKS),
    "gates:edit_gate": ("draft_gate", WRITES_PLAYBOOKS), "gates:remove_gate": ("draft_gate", WRITES_PLAYBOOKS),
    "gates:add_rule": ("draft_gate", WRITES_PLAYBOOKS), "gates:edit_rule": ("draft_rule", WRITES_PLAYBOOKS),
    "gates:remove_rule": ("draft_rule", WRITES_PLAYBOOKS),
    "playbooks:remove": ("draft_step", WRITES_PLAYBOOKS), "desk:playbook_figures": ("version", EVERYBODY),
    "desk:playbook_order": ("version", EVERYBODY), "desk:playbook_precedence": ("version", WRITES_PLAYBOOKS),
    "desk:playbook_reorder": ("version", WRITES_PLAYBOOKS),
    # importing; an import is its owner's and the administrators'
    "exchange:import": (None, WRITES_PLAYBOOKS), "exchange:add": (None, WRITES_PLAYBOOKS),
    "exchange:batch": ("batch", OWN_IMPORT), "exchange:mapping": ("batch", OWN_IMPORT),
    "exchange:run": ("batch", OWN_IMPORT), "exchange:stop": ("batch", set()),
    "exchange:discard": ("batch", OWN_IMPORT), "exchange:save_mapping": ("batch", OWN_IMPORT),
    "exchange:use_mapping": ("batch", set()), "exchange:refused": ("batch", OWN_IMPORT),
    "exchange:write_back": ("source", WRITES_PLAYBOOKS),
    "exchange:correct": ("batch", OWN_IMPORT), "exchange:undo": ("batch", OWN_IMPORT),
    "everything:page": (None, ADMIN), "everything:make": (None, ADMIN),
    "everything:file": ("export", ADMIN), "everything:delete": ("export", ADMIN),
    # without signing in
    "web:health": (None, ANYBODY), "account_login": (None, ANYBODY), "account_logout": (None, ANYBODY),
    "account_inactive": (None, ANYBODY), "team:enter": ("token", ANYBODY), "team:first_run": (None, set()),
}  # fmt: skip
# What is nobody's but its owner's is not there for others, whatever their role.
HIDDEN = {"batch", "view", "reassignment", "pricing", "look", "subscription", "kept_pack"}
PARTS = 6  # so that several processes share the walk


def a_chart(cast):
    """A chart of two steps, of which the second leads back."""
    flow = Flow.of([Node("a", "Talk"), Node("b", "Sign")], [Edge("a", "b"), Edge("b", "a")])
    return FlowChart.bring(by=cast.coordinator, name="As it is", flow=flow)


@pytest.fixture
def things(world, settings, tmp_path):
    """One of each kind of thing an address can stand for, all in the north."""
    settings.MEDIA_ROOT = tmp_path
    cast, opportunity, today = world.cast, world.opportunity, world.cast.today
    here = {"opportunity": opportunity, "by": cast.coordinator}
    step = opportunity.steps.get(key="first")
    ended = begin(by=None, name="Ended", playbook_version=world.playbook, territory=cast.north)
    close(ended, by=cast.coordinator, kind="lost", on=today)
    draft = Playbook.add(by=None, name="Draft").draft
    draft_step = draft.add_step(by=None, name="First")
    draft_gate = PlaybookGate.add(draft_step, by=None, name="Gate 1")
    gated = begin(by=None, name="Gated", playbook_version=with_a_gate(), territory=cast.north)
    stopped = stop(
        begin(by=None, name="Stopped", playbook_version=gated.playbook_version, territory=cast.north).gates.get(),
        by=cast.sales_manager,
        on=today,
        seen=None,
        reasons=[],
        reason="The buyer is unknown",
    )
    freed = FreedUse.give(
        stopped,
        by=cast.coordinator,
        hours=2,
        person=cast.salesperson,
        account=world.account,
        purpose="Meet the new director",
        look_on=today,
    )
    guest = Person.join(by=None, name="Guest", email="guest@example.com")
    subscription = PackSubscription.begin(
        by=cast.sales_manager, recipient=cast.coordinator, company=cast.company,
        kind="call", territory=None, rhythm="weekly", day=1, hour=7, zone="UTC",
    )  # fmt: skip
    digest = store(b"a pack")
    kept_pack = KeptPack.objects.create(
        subscription=subscription, recipient=cast.coordinator, due_at=subscription.next_at, on=today,
        pdf=digest, xlsx=digest, file_name="call",
    )  # fmt: skip
    picture = default_storage.save("plans/logo-test.png", ContentFile(b"a picture"))
    written = default_storage.save("everything/test.zip", ContentFile(b"all of it"))  # one address deletes it
    plan = SharedPlan.begin(opportunity, by=None, title="Our plan", logo=picture)
    Company.objects.update(brand_logo=picture)
    leaflet = Attachment.keep(SimpleUploadedFile("leaflet.txt", b"for you"), **here)
    plan.share([("step", step.pk), ("file", leaflet.pk)], by=None)
    plan_version = PlanVersion.publish(plan, Draft.of(plan, seller="").content, by=None)
    plan_link, plan_token = Invitation.make(plan, by=None, contact=world.contact)
    soon = today + datetime.timedelta(days=9)
    times = TimeOffer.make(plan.parts.get(file=None), by=None, times=[(soon, datetime.time(9))], zone="UTC")
    with stored(SimpleUploadedFile("ours.txt", b"from the client")) as path:
        word = ClientWord.say(plan_link, kind="file", seen=1, name="ours.txt", size=15, path=path)
    Study.write(opportunity, by=cast.coordinator, question="Can it be done?")
    return {
        "plan_part": plan.parts.get(file=None), "plan_version": plan_version,
        "plan_time": times.times.get(),
        "plan_link": plan_link, "plan_token": plan_token, "colour": ["0c4a4a"],
        "plan_said": [plan_token, plan.parts.get(file=None).pk], "client_word": word,
        "plan_say": [plan_token, plan.parts.get(file=None).pk, "ask"],
        "plan_file": [plan_token, plan.parts.get(file=leaflet).pk],
        "subscription": subscription, "kept_pack": kept_pack, "way_out": subscription.token,
        "opportunity": opportunity, "step": step, "ended": ended, "account": world.account, "contact": world.contact,
        "condition": Condition.add(step, by=None, name="Security review"),
        "note": Note.write(by=cast.salesperson, text="They called", opportunity=opportunity),
        "task": Task.add(title="Call", owner=cast.salesperson, **here),
        "file": Attachment.keep(SimpleUploadedFile("plan.txt", b"the plan"), **here),
        "line": ValueLine.add(opportunity, by=None, name="Controls", price_minor=100_00),
        "party": Party.objects.create(opportunity=opportunity, name="Integrator", part="integrator"),
        "stakeholder": (buyer := Stakeholder.add(opportunity, by=None, contact=world.contact, role="champion")),
        "tie": Tie.add(
            buyer, by=cast.coordinator, kind="sways", other=Stakeholder.add(opportunity, by=None, placeholder="A buyer")
        ),
        "question": Question.ask(opportunity, by=None, text="Who signs?"),
        "question_template": QuestionTemplate.add(world.playbook.playbook, by=None, text="Who decides?"),
        "vision": (wish := Vision.begin(opportunity, by=None, words="One crew", whose="The director")),
        "evidence": Evidence.add(wish, by=None, question="whose", confidence=2, message="She said so"),
        "relationship": Relationship.add(
            buyer, by=cast.coordinator, person=cast.salesperson, now="vendor", wanted="adviser"
        ),
        "member": TeamMember.objects.create(opportunity=opportunity, person=guest),
        "playbook": world.playbook.playbook, "version": world.playbook, "draft": draft,
        "draft_step": draft_step, "chart": a_chart(cast),
        "draft_gate": draft_gate,
        "draft_rule": GateRule.add(draft_gate, by=None, group="win", subject="champion"),
        "source": [SourceLink.objects.create(
            source="crm", kind="opportunity", external_id="1", object_id=opportunity.pk
        ).source],
        "batch": prepare([SimpleUploadedFile("Opportunity.csv", EXPORT)], by=cast.coordinator),
        "person": cast.salesperson, "membership": cast.team_member.memberships.get(), "territory": cast.north,
        "sold_in": cast.north,
        "request": ClientRequest.take(opportunity, by=None, title="Questionnaire"),
        "gate": gated.gates.get(), "stopped": stopped, "freed": freed,
        "spent": Spent.log(opportunity, by=None, person=cast.salesperson, role="salesperson", hours=2, on=today),
        "expense": Expense.log(
            opportunity, by=None, person=cast.salesperson, minor=900, on=today, note="Journey"
        ),
        "rival": (vantor := Rival.named("Vantor", by=None)),
        "contender": Contender.note(opportunity, by=cast.coordinator, rival=vantor, on=today),
        "delegation": Delegation.give(
            gated.gates.get(), by=cast.sales_manager, role="sales_manager", to=cast.account_manager,
            until=today - datetime.timedelta(days=1), on=today - datetime.timedelta(days=2),
        ),
        "cover": Cover.arrange(
            by=None, absent=cast.salesperson, stand_in=cast.team_member,
            starts_on=today + datetime.timedelta(9), ends_on=today + datetime.timedelta(9),
        ),
        "view": SavedView.objects.create(owner=cast.coordinator, name="Mine"),
        "reassignment": Reassignment.make([], by=cast.coordinator, role="salesperson", person=cast.salesperson),
        "pricing": Pricing.make([], by=cast.coordinator),
        "merge": merge(
            Account.add(by=None, name="Brennholt", territory=cast.north), into=world.account, by=cast.coordinator
        ),
        "sheet": "steps",
        "lesson": Lesson.write(by=guest, playbook=world.playbook.playbook, key="first", text="Ask who decides."),
        "reason": Reason.add(by=None, outcome="lost", text="Price"),
        "job": Job.objects.create(kind="learn", state="failed"),
        "export": Job.objects.create(
            kind="export", state="done", result={"path": written, "rows": 1, "size": 9}, finished_at=timezone.now()
        ),
        "letter": Letter.objects.create(key="x", purpose="test", address="x@example.com", subject="Hello", text="Hi"),
        "token": AccessLink.make(by=cast.administrator, person=cast.salesperson, purpose="reset"),
    }  # fmt: skip


def with_a_gate():
    """Return a version with one gate, which the sales manager decides."""
    draft = Playbook.add(by=None, name="Gated").draft
    PlaybookGate.add(draft.add_step(by=None, name="First", hours={"salesperson": 4}), by=None, name="Gate 1")
    draft.publish(by=None)
    return draft


def addresses():
    """Yield the name of every address there is."""

    def walk(patterns, space=""):
        for pattern in patterns:
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, f"{space}{pattern.namespace}:" if pattern.namespace else space)
            else:
                yield f"{space}{pattern.name}"

    return set(walk(get_resolver().url_patterns))


def test_every_address_is_in_the_table():
    assert addresses() ^ set(TABLE) == set()


def answers(client, address):
    """Return the statuses of looking and of sending an empty form, each undone again."""
    found, cookies = set(), copy.deepcopy(client.cookies)
    for ask in (client.get, client.post):
        with transaction.atomic():
            answer = ask(address)
            b"".join(answer)  # a file that is handed out is closed at its end
            found.add(answer.status_code)
            transaction.set_rollback(True)
        client.cookies = copy.deepcopy(cookies)  # signing in or out is undone as well
    return found


def args_of(thing):
    """Return what an address is made with: nothing, the row's number, or what the thing itself is."""
    if isinstance(thing, list):
        return thing
    return [getattr(thing, "pk", thing)] if thing else []


def faults_of(name, clients, things):
    """Return what is wrong with who gets in at one address, in words."""
    kind, who = TABLE[name]
    thing = things.get(kind)
    address = reverse(name, args=args_of(thing))
    for role, client in clients.items():
        found = answers(client, address) - {405}
        if role in who or who == ANYBODY:
            if not found or found & {403, 404, 500}:
                yield f"{name}: {role} may, and got {found}"
        elif who == OWN_PASSWORD and role != "nobody":
            continue  # the cast has no passwords; `team/tests/test_doors.py` signs in with one
        elif role == "nobody":
            if found != ({404} if name == "team:first_run" else {302}):
                yield f"{name}: who has not signed in got {found}"
        elif found != {404 if role == "outsider" and kind in IN_THE_NORTH else 403} and not (
            found == {404} and (kind in HIDDEN or name == "team:first_run")
        ):
            yield f"{name}: {role} may not, and got {found}"


@pytest.fixture
def drawn_once(monkeypatch):
    """Draw pages on the first database alone: who gets in is decided before, and drawing takes half the time."""
    if connection.vendor != "sqlite":
        monkeypatch.setattr(Template, "render", lambda self, context: "")


@pytest.mark.parametrize("part", range(PARTS))
def test_only_who_may_gets_in(cast, as_, client, things, drawn_once, part):
    clients = {role: as_(getattr(cast, role)) for role in sorted(EVERYBODY)} | {"nobody": client}
    faults = [fault for name in sorted(TABLE)[part::PARTS] for fault in faults_of(name, clients, things)]
    assert not faults, "\n".join(faults)
