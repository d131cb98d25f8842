"""What follows on events of other services."""
