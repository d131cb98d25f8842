"""What is done on request: one handler an act that needs more than its decider."""
