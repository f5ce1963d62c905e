"""Settings whose change touches opportunities: the company, its currencies, its reasons."""
