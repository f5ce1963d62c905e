"""`milepost backtest`: anybody's step history, forecast as of past days and scored."""
