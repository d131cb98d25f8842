"""`guiyan up`: the whole system on this machine, each service a process of its own under a supervisor."""
