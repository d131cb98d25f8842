"""The rules a row must keep (domain.md §2.8, §4.1–4.3), one function a group of fields."""

from __future__ import annotations

from datetime import date

from guiyan.registry.domain.joining import full_doubt, full_fault, joining_doubt, joining_fault
from guiyan.registry.roster.branch import BranchIndex
from guiyan.registry.roster.cell import compact
from guiyan.registry.roster.codes import (
    CATEGORY,
    EDUCATION,
    MEMBER_KIND,
    NOTHING,
    SEX,
    STATUS,
    degree_code,
    post_code,
    reason_code,
)
from guiyan.registry.roster.entry import Entry
from guiyan.registry.roster.headers import DESTINATION_PARTS
from guiyan.registry.roster.idnumber import IdNumber, InvalidIdNumberError, parse_id_number, place_is_known
from guiyan.registry.roster.phone import find_landline, find_mobile, mobile_is_assigned
from guiyan.registry.roster.place import Destination, find_destination
from guiyan.registry.roster.row import Departure

NAME_MAX_CHARS = 50
_EXACT_DIGITS = 15
_UNKNOWN_ROUNDED = "e+"


def check_name(entry: Entry) -> str:
    """The name, with the middle dots of long names made one sign; a missing name is a fault."""
    name = compact(entry.text("name", NAME_MAX_CHARS))
    if not name and not any(each.code == "text_too_long" for each in entry.faults):
        entry.fault("name_missing", "name")
    return name if name.isalnum() else _one_dot(name)


def check_identity(entry: Entry, today: date) -> IdNumber | None:
    """The identity number with sex and birth date agreeing with it; GB 11643, ISO 7064 MOD 11-2 (domain.md §4.3)."""
    text = entry.text("id_no")
    if not text:
        entry.fault("id_no_missing", "id_no")
        return None
    if _was_rounded(entry.cell("id_no"), text):
        entry.fault("id_no_rounded", "id_no")
        return None
    try:
        number = parse_id_number(text, today)
    except InvalidIdNumberError as fault:
        entry.fault(fault.code, "id_no")
        return None
    if number.converted:
        entry.warn("id_no_15_digits", "id_no")
    if not number.made_up and not place_is_known(number.value[:6]):
        entry.warn("id_no_place_unknown", "id_no")
    _agree_with_number(entry, number)
    return number


def check_branch(entry: Entry, branches: BranchIndex) -> tuple[str, str]:
    """The code of the one branch meant and the text that named it; unknown and ambiguous ones are faults."""
    field = "branch_code" if entry.text("branch_code") else "branch"
    text = entry.text(field)
    if not text:
        entry.fault("branch_missing", "branch")
        return "", ""
    codes = branches.codes_of(text, entry.text("committee"))
    if len(codes) == 1:
        return codes[0], text
    entry.fault("branch_ambiguous" if codes else "branch_unknown", field)
    return "", text


def check_category(entry: Entry, full_on: date | None) -> str | None:
    """FULL or PROBATIONARY; where the list has no such column, a date of full membership tells it, else None."""
    word = compact(entry.text("category")).upper()
    if not word:
        if entry.has("category"):
            entry.fault("category_missing", "category")
        return "FULL" if full_on else None
    category = CATEGORY.get(word)
    if category is None:
        entry.fault("category_unknown", "category")
    elif category == "FULL" and not full_on and entry.has("full_on"):
        entry.warn("full_missing", "full_on")
    elif category == "PROBATIONARY" and full_on:
        entry.warn("full_on_probationary", "full_on")
    return category


def check_joining(entry: Entry, birth_date: date | None) -> tuple[date | None, date | None]:
    """The dates of joining and of full membership in their order (domain.md §2.8, Art. 32 of the 发展党员工作细则)."""
    joined_on, full_on = entry.date("joined_on"), entry.date("full_on")
    if joined_on is None:
        if entry.has("joined_on") and not entry.faults:
            entry.warn("joined_missing", "joined_on")
        return None, full_on
    _note(entry, "joined_on", joining_fault(joined_on, birth_date), joining_doubt(joined_on, birth_date))
    if full_on:
        _note(entry, "full_on", full_fault(joined_on, full_on), full_doubt(joined_on, full_on))
    return joined_on, full_on


def check_status(entry: Entry) -> str:
    """The membership status, NORMAL where the list does not tell."""
    word = compact(entry.text("status")).upper()
    status = STATUS.get(word) if word else "NORMAL"
    if status is None:
        entry.fault("status_unknown", "status")
        return "NORMAL"
    return status


def check_education(entry: Entry) -> str | None:
    """The GB/T 4658 code, left out with a warning where the word is not known."""
    word = compact(entry.text("education"))
    code = EDUCATION.get(word) if word else None
    if word and code is None:
        entry.warn("education_unknown", "education")
    return code


def check_degree(entry: Entry) -> str | None:
    """The GB/T 6864 code, left out with a warning where the word is not known."""
    word = compact(entry.text("degree"))
    code = degree_code(word) if word else None
    if word and code is None and word not in NOTHING:
        entry.warn("degree_unknown", "degree")
    return code


def check_member_kind(entry: Entry) -> str | None:
    """The MobileMemberKind (domain.md §7), left out with a warning where the word is not known."""
    word = compact(entry.text("member_kind"))
    code = MEMBER_KIND.get(word) if word else None
    if word and code is None and word not in NOTHING:
        entry.warn("member_kind_unknown", "member_kind")
    return code


def check_home_area(entry: Entry) -> str | None:
    """The home county's GB/T 2260 code, left out with a warning where the place is not known; no address is kept."""
    text = entry.text("home_area")
    place = find_destination(text) if text else None
    code = place.area_code if place else None
    if text and code is None and compact(text) not in NOTHING:
        entry.warn("home_area_unknown", "home_area")
    return code


def check_former_name(entry: Entry) -> str | None:
    """An earlier name; 无 is none."""
    name = compact(entry.text("former_name", NAME_MAX_CHARS))
    return None if not name or name in NOTHING else _one_dot(name)


def check_post(entry: Entry) -> str | None:
    """The code of the organisation's post list, left out with a warning where the word is not known."""
    word = compact(entry.text("post"))
    code = post_code(word) if word else None
    if word and code is None:
        entry.warn("post_unknown", "post")
    return code


def check_phones(entry: Entry, *, made_up: bool) -> tuple[str | None, str | None]:
    """Mobile (E.164) and landline; a landline in the mobile column is taken as one, a malformed mobile is a fault."""
    landline_text = entry.text("landline")
    landline = find_landline(landline_text) if landline_text else None
    if landline_text and not landline:
        entry.warn("landline_format", "landline")
    text = entry.text("mobile")
    if not text:
        if entry.has("mobile"):
            entry.warn("mobile_missing", "mobile")
        return None, landline
    mobile = find_mobile(text)
    if mobile is None:
        in_mobile_column = find_landline(text)
        entry.warn("mobile_missing", "mobile") if in_mobile_column else entry.fault("mobile_format", "mobile")
        return None, landline or in_mobile_column
    if not made_up and not mobile_is_assigned(mobile):
        entry.warn("mobile_unassigned", "mobile")
    return mobile, landline


def check_departure(entry: Entry, kind: str) -> Departure | None:
    """What the list says of the member being away; None where it says nothing of the sort."""
    moving = entry.yes_no("is_mobile") if entry.has("is_mobile") else kind != "MEMBERS"
    place = _destination(entry) if moving is not False else None
    left_on = entry.date("arrived_on" if kind == "INFLOW" else "left_on")
    if not moving and place is None and left_on is None:
        return None
    return Departure(
        direction="IN" if kind == "INFLOW" else "OUT",
        left_on=left_on,
        reason=_reason(entry, "arrival_reason" if kind == "INFLOW" else "reason"),
        dest_area_code=place.area_code if place else None,
        dest_name=place.name if place else "",
        has_certificate=entry.yes_no("has_certificate"),
    )


def _was_rounded(cell: object, text: str) -> bool:
    if isinstance(cell, (float, int)):
        return len(text) > _EXACT_DIGITS
    return _UNKNOWN_ROUNDED in text.lower()


def _agree_with_number(entry: Entry, number: IdNumber) -> None:
    word = entry.text("sex")
    if word and word not in SEX:
        entry.fault("sex_unknown", "sex")
    elif word and SEX[word] != number.sex:
        entry.fault("sex_mismatch", "sex")
    birth_date = entry.date("birth_date")
    if birth_date is None or birth_date == number.birth_date:
        return
    month_only = any(each.code == "day_missing" for each in entry.warnings)
    if not (month_only and birth_date == number.birth_date.replace(day=1)):
        entry.fault("birth_date_mismatch", "birth_date")


def _note(entry: Entry, field: str, fault: str | None, doubt: str | None) -> None:
    if fault:
        entry.fault(fault, field)
    elif doubt:
        entry.warn(doubt, field)


def _reason(entry: Entry, field: str) -> str | None:
    words = compact(entry.text(field))
    code = reason_code(words) if words else None
    if words and code is None:
        entry.warn("reason_unknown", field)
        return "OTHER"
    return code


def _destination(entry: Entry) -> Destination | None:
    parts = [text for part in DESTINATION_PARTS if (text := entry.text(part))]
    if not parts:
        return None
    places = [place for text in ("".join(parts), *parts) if (place := find_destination(text))]
    if not places:
        entry.warn("destination_unknown", "destination")
        return None
    best = max(places, key=lambda place: len((place.area_code or "").rstrip("0")))
    if best.cut:
        entry.warn("destination_cut", "destination")
    return best


def _one_dot(name: str) -> str:
    for dot in "•・‧∙.。":
        name = name.replace(dot, "·")
    return name
