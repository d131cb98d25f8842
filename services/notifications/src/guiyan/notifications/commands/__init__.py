"""What callers may do: who, where, and what a rule has to be told."""
