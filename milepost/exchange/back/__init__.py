"""What people changed here since the last import, as a file for the source it came from, keyed by its own ids."""
