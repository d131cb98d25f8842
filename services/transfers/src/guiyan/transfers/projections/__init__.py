"""What this service shows: the transfer ledger, the people it is about, the letters' numbers given so far."""
