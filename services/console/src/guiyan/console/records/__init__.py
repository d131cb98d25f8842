"""The parts of a member's record, one module each: `SECTION = Section(...)`. A module put here is found by itself."""
