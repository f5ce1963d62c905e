"""Playbooks that come with Milepost, and patterns to put into any line: to begin from, and to make one's own."""

from milepost.playbooks.shipped.enterprise import ENTERPRISE
from milepost.playbooks.shipped.existing import ADD_ON, RENEWAL
from milepost.playbooks.shipped.pattern import Pattern, PatternGate, PatternStep
from milepost.playbooks.shipped.study import STUDY

PLAYBOOKS: dict[str, Pattern] = {pattern.key: pattern for pattern in (ENTERPRISE, ADD_ON, RENEWAL)}
PATTERNS: dict[str, Pattern] = {STUDY.key: STUDY}

__all__ = ["PATTERNS", "PLAYBOOKS", "Pattern", "PatternGate", "PatternStep"]
