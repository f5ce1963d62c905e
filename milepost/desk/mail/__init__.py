"""Mail as administrators see it: the outbox, and the server letters leave by."""
