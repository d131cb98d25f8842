"""Forms on paper: what stands on them, and how."""
