"""The rules of notices: one intent, at most one message, and a reason for everything else."""
