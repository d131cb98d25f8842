"""The ledger: append, read, follow; deciders, projections, timers, sealed personal data."""
