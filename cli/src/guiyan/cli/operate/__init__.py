"""`guiyan projections` and `guiyan parked`: what an operator asks of the running services."""
