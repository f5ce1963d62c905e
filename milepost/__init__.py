"""Milepost: manage a major sales opportunity as a string of small ones."""

__version__ = "0.1.0"
