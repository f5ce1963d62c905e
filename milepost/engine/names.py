"""What the engine itself calls something, readable without loading it."""

LAST_YES = "\x1flast yes"
"""What is left when every required step is reached or skipped: see `last_yes.py`. No playbook has such a key."""
