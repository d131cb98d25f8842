"""The boards (domain.md §6), one module each: `BOARD = Board(...)`. A module put here is found by itself."""
