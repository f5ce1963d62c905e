"""The page of one account: its facts, people, work, and opportunities past and present."""
