"""Write what the readers found, kind by kind, in short transactions."""
