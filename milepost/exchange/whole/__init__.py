"""The whole company as one ZIP of CSV files that describes itself, and back from it into an empty Milepost."""
