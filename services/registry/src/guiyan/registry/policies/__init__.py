"""What the registry does of itself when something has happened elsewhere."""
