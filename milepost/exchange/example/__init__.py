"""The example company: invented, seeded, lifelike; the same seed and date make the same company."""
