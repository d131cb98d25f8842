"""What reading gives for one row: a member ready to be registered, or the faults that keep it out."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from guiyan.registry.roster.cell import Cell
from guiyan.registry.roster.idnumber import MADE_UP_PROVINCE
from guiyan.registry.roster.problem import Problem

_SEPARATOR = "\x1f"


class Departure(NamedTuple):
    """What the list says of a member away: direction OUT or IN, FlowReason, the place down to the county."""

    direction: str
    left_on: date | None
    reason: str | None
    dest_area_code: str | None
    dest_name: str
    has_certificate: bool | None


class RosterRow(NamedTuple):
    """One accepted row: normalised values, codes as in domain.md §7, dates as dates, phones in E.164.

    `row_hash` is the SHA-256 of all normalised values (HMAC where a key was given), so the same row has the same hash
    wherever it stands in whichever file; `warnings` are remarks that did not keep the row out. `cells` are the row as
    it stood, for the case that the register refuses it.
    """

    row_number: int
    row_hash: str
    name: str
    id_no: str
    sex: str
    birth_date: date
    branch_code: str
    branch_text: str
    category: str | None
    membership_status: str
    joined_on: date | None
    full_on: date | None
    education_code: str | None
    post_code: str | None
    mobile: str | None
    landline: str | None
    home_address: str | None
    is_migrant_worker: bool | None
    is_lost: bool
    lost_since: date | None
    departure: Departure | None
    former_name: str | None = None
    degree_code: str | None = None
    member_kind: str | None = None
    file_place: str | None = None
    home_area_code: str | None = None
    warnings: tuple[Problem, ...] = ()
    cells: Sequence[Cell] = ()

    @property
    def made_up(self) -> bool:
        """Whether this is one of the sample city's people, who do not exist."""
        return self.id_no.startswith(MADE_UP_PROVINCE)


class FaultyRow(NamedTuple):
    """One row kept out: its cells as they stood, those of forbidden kinds removed, and what is wrong with them.

    `branch_code` is that of the one branch the row names, "" where it names none or several.
    """

    row_number: int
    cells: tuple[Cell, ...]
    problems: tuple[Problem, ...]
    branch_code: str = ""


def hash_of(values: tuple[object, ...], key: bytes | None) -> str:
    """The hexadecimal SHA-256 of normalised values in their fixed order, keyed where a key is given."""
    text = _SEPARATOR.join(["" if value is None else str(value) for value in values]).encode()
    return hmac.digest(key, text, "sha256").hex() if key else hashlib.sha256(text).hexdigest()
