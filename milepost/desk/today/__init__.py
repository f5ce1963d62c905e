"""What must be done today: the Desk over all opportunities, My day for one person."""
