"""The doors of notifications: HTTP, and what township systems report."""
