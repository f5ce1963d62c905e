"""Replay a company's past: what was known on a day, what would have been forecast then, how it ended."""
