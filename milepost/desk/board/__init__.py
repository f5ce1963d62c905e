"""The Board: every open opportunity as one line, filtered, grouped, sorted and totalled by its address."""
