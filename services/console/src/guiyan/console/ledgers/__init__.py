"""The ledgers (domain.md §6), one module each: `LEDGER = Ledger(...)`. A module put here is found by itself."""
