"""What a record must hold to be called complete (S-10: 底数清、情况明)."""

from __future__ import annotations

from typing import Final

CORE_FIELDS: Final = ("joined_on", "education_code", "mobile_index")
"""Besides what no record is entered without: name, sex, ID number, category, branch (domain.md §3.1, 2017 form)."""
