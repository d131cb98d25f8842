"""What is done on request, by policy or by timer, where more is needed than a decider."""
