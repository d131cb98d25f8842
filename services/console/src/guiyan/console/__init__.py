"""The console: the web page in which officers, contact persons and auditors work; it holds no rule and no data."""
