"""What a client sees, and that nothing else can be reached with a personal link."""

import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from milepost.accounts.models import Account, Contact
from milepost.opportunities.begin import begin
from milepost.opportunities.models import Attachment, Attempt, Task
from milepost.plans.models import ClientWord, Invitation, SharedPlan, TimeOffer
from milepost.plans.tests.marked import SECRET, mark_everything
from milepost.plans.urls import urlpatterns


def test_nothing_internal_reaches_the_client(cast, client, opportunity, plan, contact, publish, invited):
    mark_everything(cast, opportunity, plan, contact)
    publish(plan)
    _link, address = invited(plan, contact)
    page = client.get(address)
    seen = page.text + str(page.headers)
    for part in plan.parts.filter(file__isnull=False):
        answer = client.get(f"{address}files/{part.pk}/")
        seen += str(answer.headers) + b"".join(answer).decode()
    for shared in ("First talk", "Security review", "Name the shift", "plan.txt"):
        assert shared in page.text, shared
    assert SECRET not in seen.upper()
    assert "987" not in page.text.partition("<main")[2]
    for person in (cast.coordinator, cast.salesperson):
        assert person.email not in seen


def a_plan_elsewhere(cast, playbook, publish):
    """Return another client's published plan, with a file, and somebody there."""
    account = Account.add(by=None, name="Other Works", territory=cast.north)
    far = begin(by=None, name="Far", account=account, territory=cast.north, playbook_version=playbook)
    plan = SharedPlan.begin(far, by=None, title="Another plan")
    file = Attachment.keep(SimpleUploadedFile("other.txt", b"theirs"), by=cast.coordinator, opportunity=far)
    plan.share([("step", far.steps.first().pk), ("file", file.pk)], by=None)
    publish(plan)
    return plan, Contact.add(by=None, account=account, name="A Stranger")


def client_addresses(**parts):
    """Yield the name and the address of everything that a client's token leads to, about the given parts."""
    for pattern in urlpatterns:
        if str(pattern.pattern).startswith("plan/<str:token>/"):
            given = {"token": "T0KEN", "part": parts.get(pattern.name, parts["step"]), "kind": "ask"}
            which = {name: given[name] for name in pattern.pattern.converters}
            yield pattern.name, reverse(f"plans:{pattern.name}", kwargs=which), "part" in which


def test_no_link_opens_anything_of_another_plan(
    cast, client, opportunity, plan, step, contact, playbook, publish, invited
):
    """Every address of a client is tried with the parts of one plan and every other kind of token."""
    file = Attachment.keep(SimpleUploadedFile("ours.txt", b"ours"), by=cast.coordinator, opportunity=opportunity)
    plan.share([("file", file.pk), ("step", step.pk)], by=None)
    publish(plan)
    soon = cast.today + datetime.timedelta(days=3)
    TimeOffer.make(plan.parts.get(step=step), by=None, times=[(soon, datetime.time(9))], zone="Europe/Paris")
    picture = default_storage.save("plans/logo-test.png", ContentFile(b"OUR PICTURE"))
    plan.revise(by=None, logo=picture)
    far, stranger = a_plan_elsewhere(cast, playbook, publish)
    far.revise(by=None, logo=default_storage.save("plans/logo-far.png", ContentFile(b"theirs")))
    parts = {"client_file": plan.parts.get(file=file).pk, "step": plan.parts.get(step=step).pk}
    tokens = {name: token_of(invited(far, stranger)) for name in ("replaced", "theirs")}
    run_out, tokens["run out"] = Invitation.make(plan, by=None, contact=contact, days=-1)
    run_out.end(by=None)
    good = token_of(invited(plan, contact))
    tokens |= {"changed": good[:-1] + ("A" if good[-1] != "A" else "B"), "longer": good + "A", "shorter": good[:-1]}
    for n, (name, pattern, has_part) in enumerate(client_addresses(**parts)):
        came_from = {"REMOTE_ADDR": f"192.0.2.{n}"}  # so that nobody is taken for guessing
        for way in (client.get, client.post):
            assert read(way(pattern.replace("T0KEN", good), **came_from))[0] in (200, 302, 405, 422), name
            for kind, token in tokens.items():
                status, text = read(way(pattern.replace("T0KEN", token), **came_from))
                own_page = kind == "theirs" and not has_part
                assert status in ((200, 302, 405, 422) if own_page else (404, 405, 410)), (name, kind)
                assert "Our plan for line 4" not in text
                assert "ours.txt" not in text
                assert "Europe/Paris" not in text
                assert "OUR PICTURE" not in text
    assert not ClientWord.objects.exists()


def test_a_time_of_another_plan_is_never_booked(cast, client, plan, step, contact, playbook, publish, invited):
    plan.share([("step", step.pk)], by=None)
    publish(plan)
    far, _stranger = a_plan_elsewhere(cast, playbook, publish)
    soon = cast.today + datetime.timedelta(days=3)
    there = far.parts.get(file=None)
    times = TimeOffer.make(there, by=None, times=[(soon, datetime.time(9))], zone="Europe/Paris").times.get()
    TimeOffer.make(plan.parts.get(), by=None, times=[(soon, datetime.time(10))], zone="Europe/Paris")
    address = invited(plan, contact)[1]
    for part in (there, plan.parts.get()):
        client.post(f"{address}parts/{part.pk}/times/", {"time": times.pk})
    assert not Attempt.objects.exists()


def read(answer):
    """Return the status of an answer and all that stands in it, a file's headers too."""
    return answer.status_code, b"".join(answer).decode(errors="replace") + str(answer.headers)


def token_of(given):
    return given[1].split("/")[2]


def test_a_file_is_handed_out_only_as_published(cast, client, opportunity, plan, contact, publish, invited):
    kept = [
        Attachment.keep(SimpleUploadedFile(f"{name}.pdf", b"x"), by=cast.coordinator, opportunity=opportunity)
        for name in ("offer-v3", "calculation")
    ]
    plan.share([("file", file.pk) for file in kept], by=None)
    plan.keep_back([("file", kept[1].pk)], by=None)
    offer, calculation = plan.parts.order_by("pk")
    offer.revise(by=None, name="Our offer")
    publish(plan)
    _link, address = invited(plan, contact)
    answer = client.get(f"{address}files/{offer.pk}/")
    assert answer["Content-Disposition"] == 'attachment; filename="Our offer.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert b"".join(answer) == b"x"
    assert client.get(f"{address}files/{calculation.pk}/").status_code == 404
    assert f'href="files/{offer.pk}/"' in client.get(address).text
    kept[0].remove(by=cast.coordinator, at=timezone.now())
    assert client.get(f"{address}files/{offer.pk}/").status_code == 404


def test_it_says_what_is_next_and_what_is_overdue_for_me(
    cast, client, opportunity, plan, step, contact, publish, invited
):
    due = cast.today - datetime.timedelta(days=3)
    task = Task.add(by=None, title="Name the shift", owner_contact=contact, opportunity=opportunity, due_on=due)
    plan.share([("step", step.pk), ("task", task.pk)], by=None)
    publish(plan)
    other = Contact.add(by=None, account=contact.account, name="Markus Oyelaran")
    shown = client.get(invited(plan, contact)[1]).context["shown"]
    assert (shown.next.name, shown.next.late, shown.late) == ("Name the shift", True, 1)
    assert client.get(invited(plan, other)[1]).context["shown"].next is None


def test_it_speaks_the_clients_language(client, shared, contact, invited):
    contact.revise(by=None, language="de")
    assert '<html lang="de"' in client.get(invited(shared, contact)[1]).text


def test_the_page_asks_few_questions_however_long_the_plan(cast, opportunity, plan, contact, publish, invited):
    for step in opportunity.steps.all():
        tasks = [Task.add(by=None, title=f"Task {n}", opportunity=opportunity, step=step) for n in range(5)]
        plan.share([("step", step.pk), *(("task", task.pk) for task in tasks)], by=None)
    publish(plan)
    _link, address = invited(plan, contact)
    with CaptureQueriesContext(connection) as first:
        Client().get(address)
    with CaptureQueriesContext(connection) as again:
        Client().get(address)
    assert len(first) <= 10, [each["sql"][:90] for each in first]
    assert len(again) < len(first)
