"""The rules of the quarterly contact (domain.md §2.5, §2.6): pure, no I/O, no clock."""
