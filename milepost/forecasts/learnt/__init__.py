"""Learn: where opportunities are won and lost, why, against whom, and whether that changes."""
