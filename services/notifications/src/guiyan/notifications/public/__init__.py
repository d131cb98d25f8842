"""The public notice page: what branches put there of their study activities, and nothing of any person (S-36)."""
