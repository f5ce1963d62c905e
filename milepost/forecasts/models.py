"""Forecasts store nothing of their own yet: runs and figures live low, with the opportunities they are shown on."""
