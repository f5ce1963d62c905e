"""Views of the Board that people have saved, and what was done from it to many opportunities at once."""

from milepost.desk.models.at_once import MANY, movable
from milepost.desk.models.pricing import Pricing
from milepost.desk.models.reassignment import Reassignment
from milepost.desk.models.saved import SavedView

__all__ = ["MANY", "Pricing", "Reassignment", "SavedView", "movable"]
