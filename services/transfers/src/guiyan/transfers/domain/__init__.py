"""The rules of transferring the formal relation (组织关系转接, domain.md §2.3): pure, no I/O, no clock."""
