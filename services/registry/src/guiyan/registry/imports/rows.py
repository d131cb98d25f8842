"""What a roster's row means for the register: pure translation, no I/O (domain.md §3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from guiyan.events.codes import (
    Credential,
    DepartureSource,
    DestCertainty,
    FlowReason,
    MembershipStatus,
    MemberSource,
    MobileMemberKind,
    PersonCategory,
    Sex,
)
from guiyan.events.registry.departure import MemberLeft
from guiyan.events.registry.member import MemberImported, MemberText
from guiyan.ledger import Document, Refused
from guiyan.registry.domain.dates import Occasion, months_after, require_happened, require_joined
from guiyan.registry.domain.member import require_joining_dates
from guiyan.registry.domain.membership import ENDED
from guiyan.registry.messages import MESSAGES
from guiyan.registry.projections.members import local_phone
from guiyan.registry.roster import FaultyRow, Header, Problem, RosterRow
from guiyan.service.masking import mask_name, mask_phone, mask_text

PROBATION_MONTHS: Final = 12
_SEX: Final = {code.value: code for code in Sex}
_CATEGORY: Final = {code.value: code for code in PersonCategory}
_STATUS: Final = {code.value: code for code in MembershipStatus}
_POINTERS: Final = {
    "/joined_on": "joined_on",
    "/full_on": "full_on",
    "/membership_status": "status",
    "/left_on": "left_on",
}


@dataclass(frozen=True, slots=True)
class Indexed:
    """An accepted row with the blind indexes of its ID number, of its mobile number, and of name and birth date."""

    row: RosterRow
    id_index: str
    mobile_index: str | None
    match_index: str | None = None


def category_of(row: RosterRow, today: date) -> PersonCategory:
    """Probationary or full; where the roster is silent, whoever joined within a year is on probation (R8)."""
    if row.category is not None:
        return _CATEGORY[row.category]
    young = row.joined_on is not None and row.full_on is None and months_after(row.joined_on, PROBATION_MONTHS) > today
    return PersonCategory.PROBATIONARY if young else PersonCategory.FULL


def require_importable(row: RosterRow, today: date) -> None:
    """What a roster may not say alone: an end of membership (§2.11: by decision), dates out of their order."""
    if _STATUS[row.membership_status] in ENDED:
        raise Refused("status_needs_decision", pointer="/membership_status")
    require_joining_dates(category_of(row, today), row.joined_on, row.full_on, today)
    if says_away(row):
        left = left_on(row, today)
        require_joined(row.joined_on, left, "/left_on")
        require_happened(Occasion(left, today), pointer="/left_on")


def member_facts(indexed: Indexed, member_id: str, today: date) -> MemberImported:
    """The codes and dates of the row as the event's payload."""
    row = indexed.row
    return MemberImported(
        member_id=member_id,
        branch=row.branch_code,
        person_category=category_of(row, today),
        sex=_SEX[row.sex],
        education_code=row.education_code,
        degree_code=row.degree_code,
        joined_on=row.joined_on,
        full_on=row.full_on,
        membership_status=_STATUS[row.membership_status],
        post_code=row.post_code,
        home_area_code=row.home_area_code,
        source=MemberSource.IMPORT,
        is_migrant_worker=row.is_migrant_worker,
        member_kind=MobileMemberKind(row.member_kind) if row.member_kind else None,
        id_index=indexed.id_index,
        mobile_index=indexed.mobile_index,
        match_index=indexed.match_index,
        row_hash=row.row_hash,
        row_no=row.row_number,
    )


def member_text(row: RosterRow) -> MemberText:
    """The personal text of the row, to be sealed; the reader has checked every value."""
    return MemberText.model_construct(
        name=row.name,
        former_name=row.former_name,
        id_no=row.id_no,
        birth_date=row.birth_date,
        mobile=row.mobile,
        landline=row.landline,
        home_address=row.home_address,
        file_place=row.file_place,
    )


def says_away(row: RosterRow) -> bool:
    """The row says that the member is away from here."""
    return row.departure is not None and row.departure.direction == "OUT"


def leaving_facts(row: RosterRow, member_id: str) -> MemberLeft:
    """The departure that the row tells of, as one found in a sweep (S-14).

    A roster names the place but not whether the member stays there: that is CHANGING until somebody asks.
    """
    departure = row.departure
    assert departure is not None  # noqa: S101 - asked only of rows that say so
    return MemberLeft(
        member_id=member_id,
        branch=row.branch_code,
        reason=FlowReason(departure.reason) if departure.reason else FlowReason.OTHER,
        dest_area_code=departure.dest_area_code,
        dest_certainty=DestCertainty.CHANGING if departure.dest_area_code else DestCertainty.UNKNOWN,
        occupation_before_code=None,
        credential=Credential.ACTIVITY_CERT if departure.has_certificate else None,
        source=DepartureSource.SWEEP,
    )


def left_on(row: RosterRow, today: date) -> date:
    """The business date of that departure: the roster's, or the day of the import when it tells none."""
    assert row.departure is not None  # noqa: S101 - asked only of rows that say so
    return row.departure.left_on or today


def differences(indexed: Indexed, document: Document, today: date) -> list[dict[str, object]]:
    """The fields in which a row and the register differ, both values masked; what the row leaves empty differs not."""
    row = indexed.row
    told: dict[str, object] = {
        "name": row.name,
        "branch": row.branch_code,
        "person_category": category_of(row, today).value,
        "membership_status": row.membership_status,
        "joined_on": row.joined_on.isoformat() if row.joined_on else None,
        "full_on": row.full_on.isoformat() if row.full_on else None,
        "education_code": row.education_code,
        "degree_code": row.degree_code,
        "post_code": row.post_code,
        "is_migrant_worker": row.is_migrant_worker,
        "member_kind": row.member_kind,
        "former_name": row.former_name,
        "home_area_code": row.home_area_code,
        "home_address": mask_text(row.home_address) or None,
        "file_place": mask_text(row.file_place) or None,
        "landline": mask_phone(row.landline) or None,
        "mobile_index": indexed.mobile_index,
    }
    differ = (name for name, value in told.items() if value is not None and document.get(name) != value)
    return [_difference(name.removesuffix("_index"), told, row, document) for name in differ]


def _difference(name: str, told: dict[str, object], row: RosterRow, document: Document) -> dict[str, object]:
    if name == "mobile":
        return {"field": name, "file": mask_phone(local_phone(row.mobile)), "register": document.get("mobile")}
    values = told[name], document.get(name)
    if name in {"name", "former_name"}:
        values = mask_name(str(values[0])), mask_name(values[1])
    return {"field": name, "file": values[0], "register": values[1]}


def kept_out(row: RosterRow, header: Header, refused: Refused) -> FaultyRow:
    """A row that the register refuses, as it stood, so that it can be corrected and sent again."""
    message = MESSAGES[refused.code]
    field = _POINTERS.get(refused.pointer or "", "")
    column = next((column.title for column in header.columns if column.field == field), "")
    params = {name: str(value) for name, value in refused.params.items()}
    problem = Problem(column, refused.code, message.zh.format(**params), message.en.format(**params))
    return FaultyRow(row.row_number, tuple(row.cells), (problem,), row.branch_code)
