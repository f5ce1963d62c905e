"""What is known of the people who decide."""

from milepost.buyers.models.alarm import VisionAlarm
from milepost.buyers.models.evidence import Evidence
from milepost.buyers.models.kept import KeptWarning
from milepost.buyers.models.layout import MapLayout
from milepost.buyers.models.lists import Answer, Asked, ListedAnswer, Lists
from milepost.buyers.models.question import Question, QuestionAnswer, QuestionTemplate
from milepost.buyers.models.reply import ReplyTemplate
from milepost.buyers.models.request import ClientRequest
from milepost.buyers.models.rule import WarningRule
from milepost.buyers.models.stakeholder import Stakeholder, StakeholderFact
from milepost.buyers.models.ties import Nearness, Relationship, Tie
from milepost.buyers.models.vision import Verdict, Vision, VisionVersion

__all__ = [
    "Answer",
    "Asked",
    "ClientRequest",
    "Evidence",
    "KeptWarning",
    "ListedAnswer",
    "Lists",
    "MapLayout",
    "Nearness",
    "Question",
    "QuestionAnswer",
    "QuestionTemplate",
    "Relationship",
    "ReplyTemplate",
    "Stakeholder",
    "StakeholderFact",
    "Tie",
    "Verdict",
    "Vision",
    "VisionAlarm",
    "VisionVersion",
    "WarningRule",
]
