"""What transfers does of itself when something has happened elsewhere."""
