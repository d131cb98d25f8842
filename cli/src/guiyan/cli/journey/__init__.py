"""The journey: one member's way through the whole system, on real processes, with every service killed on the way."""
