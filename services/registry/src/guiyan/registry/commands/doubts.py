"""What to look at again in what was told of a member: taken as told, never refused (domain.md §2.8, §4.1, §4.3).

The roster warns of the same by the same functions (`domain/joining`, `roster/idnumber`, `roster/phone`), of cells.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from guiyan.registry.areas import POST_TABLE
from guiyan.registry.commands.texts import text_of
from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain.joining import full_doubt, joining_doubt
from guiyan.registry.domain.member import MEMBER
from guiyan.registry.roster.codes import post_code
from guiyan.registry.roster.idnumber import IdNumber, InvalidIdNumberError, parse_id_number, place_is_known
from guiyan.registry.roster.phone import find_mobile, mobile_is_assigned

ON_RECORD: Final = frozenset({"id_no", "mobile", "joined_on", "full_on"})
"""Fields whose doubts depend on what else the record says."""


class Doubt(NamedTuple):
    """The field, and the code of a message of the registry's."""

    field: str
    code: str


async def find_doubts(tools: Tools, told: Mapping[str, Any], member_id: str | None = None) -> list[Doubt]:
    """The doubts about what was told, by field; of a member in the register together with what else is recorded."""
    record = dict(told)
    if member_id is not None and ON_RECORD & told.keys():
        record = await _recorded(tools, member_id) | record
    today = tools.clock.today()
    number = _number(record.get("id_no"), today)
    codes = [one async for one in _codes(tools, told, today)]
    return [*_identity(told, number), *_days(told, record, number), *_mobile(told, number), *codes]


async def _recorded(tools: Tools, member_id: str) -> dict[str, Any]:
    state, history = await tools.commands.load(MEMBER, member_id)
    days = {} if state.core is None else {"joined_on": state.core.joined_on, "full_on": state.core.full_on}
    return {**days, **await text_of(tools, history.events)}


def _number(text: str | None, today: date) -> IdNumber | None:
    try:
        return parse_id_number(text, today) if text else None
    except InvalidIdNumberError:
        return None


def _identity(told: Mapping[str, Any], number: IdNumber | None) -> Iterable[Doubt]:
    if number is None or not told.get("id_no"):
        return
    if number.converted:
        yield Doubt("id_no", "id_no_15_digits")
    if not number.made_up and not place_is_known(number.value[:6]):
        yield Doubt("id_no", "id_no_place_unknown")


def _days(told: Mapping[str, Any], record: Mapping[str, Any], number: IdNumber | None) -> Iterable[Doubt]:
    """Of the day that was told; of the other one, when it is that which makes it doubtful."""
    joined_on, full_on = record.get("joined_on"), record.get("full_on")
    if joined_on is None:
        return
    young = joining_doubt(joined_on, number.birth_date if number else None)
    if young and ("joined_on" in told or "id_no" in told):
        yield Doubt("joined_on" if "joined_on" in told else "id_no", young)
    short = None if full_on is None else full_doubt(joined_on, full_on)
    if short and ("full_on" in told or "joined_on" in told):
        yield Doubt("full_on" if "full_on" in told else "joined_on", short)


def _mobile(told: Mapping[str, Any], number: IdNumber | None) -> Iterable[Doubt]:
    """The sample city's people have numbers that belong to nobody."""
    mobile = find_mobile(told["mobile"]) if told.get("mobile") else None
    if mobile is not None and not mobile_is_assigned(mobile) and not (number and number.made_up):
        yield Doubt("mobile", "mobile_unassigned")


async def _codes(tools: Tools, told: Mapping[str, Any], today: date) -> AsyncIterator[Doubt]:
    """Codes that neither the published lists hold nor the city's own (`/v1/codes`)."""
    post, home = told.get("post_code"), told.get("home_area_code")
    if post and post_code(post) != post and not await tools.areas.lists(POST_TABLE, post, today):
        yield Doubt("post_code", "post_not_listed")
    fault = await tools.areas.find_fault(home, today) if home else None
    if fault is not None:
        yield Doubt("home_area_code", fault)
