"""An opportunity of which every internal text carries a mark, with one of each kind of thing shared."""

from django.core.files.uploadedfile import SimpleUploadedFile

from milepost.buyers.models import ClientRequest, Question, Stakeholder, Vision
from milepost.opportunities.models import Attachment, Attempt, Condition, Note, Task

SECRET = "ZXSECRET"


def mark_everything(cast, opportunity, plan, contact):
    by, step = cast.coordinator, opportunity.steps.get(key="first")
    condition = Condition.add(step, by=None, name="Security review")
    condition.turn("under_way", by=by, reason=f"{SECRET} because")
    task = Task.add(by=by, title="Name the shift", opportunity=opportunity, step=step)
    Task.add(by=by, title=f"{SECRET} task", opportunity=opportunity, step=step)
    file = Attachment.keep(SimpleUploadedFile("plan.txt", b"x"), by=by, opportunity=opportunity)
    Attachment.keep(SimpleUploadedFile(f"{SECRET}.txt", b"y"), by=by, opportunity=opportunity)
    Note.write(by=by, text=f"{SECRET} note", opportunity=opportunity)
    Vision.begin(opportunity, by=None, words=f"{SECRET} vision", whose=f"{SECRET} whose")
    ClientRequest.take(opportunity, by=None, title=f"{SECRET} request")
    Question.ask(opportunity, by=None, text=f"{SECRET} question")
    Stakeholder.add(opportunity, by=None, placeholder=f"{SECRET} stakeholder")
    contact.revise(by=None, email="zxsecret@example.com", phone="ZXSECRET-1", job_title=SECRET)
    told = dict.fromkeys(("activity", "milestone", "evidence"), f"{SECRET} step")
    step.edit(by=None, **told)
    opportunity.revise(by=None, description=SECRET, value_minor=987_654_321_00, name=f"{SECRET} name")
    opportunity.steps.filter(key="visit").update(name=f"{SECRET} other step")
    Attempt.schedule(step, by=None, on=cast.today, time=None, zone="UTC", place=f"{SECRET} place", theirs=[contact])
    plan.share([("step", step.pk), ("condition", condition.pk), ("task", task.pk), ("file", file.pk)], by=None)
