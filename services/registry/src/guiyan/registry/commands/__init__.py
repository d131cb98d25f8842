"""One handler per command: it gathers what the decider must know, and has the decision written."""
