"""Playbooks, their versions, the steps of a version, and the gates between them."""

from milepost.playbooks.models.flow_chart import FlowChart
from milepost.playbooks.models.gate import GateRule, PlaybookGate
from milepost.playbooks.models.playbook import PUBLISHED, Playbook, PlaybookStep, PlaybookVersion

__all__ = ["PUBLISHED", "FlowChart", "GateRule", "Playbook", "PlaybookGate", "PlaybookStep", "PlaybookVersion"]
