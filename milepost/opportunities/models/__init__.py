"""An opportunity, its string of steps, and everything that happens along it."""

from milepost.opportunities.models.attempt import Attempt, Attendance
from milepost.opportunities.models.before import BeforeReport
from milepost.opportunities.models.condition import Condition
from milepost.opportunities.models.figures import Figure, FiguresRun, Standing
from milepost.opportunities.models.gate import Gate
from milepost.opportunities.models.judgement import Category, Judgement
from milepost.opportunities.models.lesson import Lesson
from milepost.opportunities.models.opportunity import Opportunity, TeamMember
from milepost.opportunities.models.outcome import Outcome, Reason
from milepost.opportunities.models.rival import Rival, RivalName, rivals_by_text, spellings_of
from milepost.opportunities.models.stay import Stay, Tailoring
from milepost.opportunities.models.step import Step
from milepost.opportunities.models.value import Offer, Party, Programme, ValueLine
from milepost.opportunities.models.work import Attachment, Note, Task

__all__ = [
    "Attachment",
    "Attempt",
    "Attendance",
    "BeforeReport",
    "Category",
    "Condition",
    "Figure",
    "FiguresRun",
    "Gate",
    "Judgement",
    "Lesson",
    "Note",
    "Offer",
    "Opportunity",
    "Outcome",
    "Party",
    "Programme",
    "Reason",
    "Rival",
    "RivalName",
    "Standing",
    "Stay",
    "Step",
    "Tailoring",
    "Task",
    "TeamMember",
    "ValueLine",
    "rivals_by_text",
    "spellings_of",
]
