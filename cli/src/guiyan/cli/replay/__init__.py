"""`guiyan replay`: what happened, as it is written in the ledger, on both time axes."""
