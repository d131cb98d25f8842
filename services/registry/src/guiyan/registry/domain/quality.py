"""What a record must hold to be called complete, and the rules of data quality as data (S-10, domain.md §6 no. 21).

A rule is a query on the documents of one list; the list can be asked for it (`rule=`), so that every figure opens
exactly the rows that it counts. A rule finds gaps; it says nothing of anybody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Final

from guiyan.events.codes import DestCertainty, FlowState, MembershipStatus, PairState, PersonCategory
from guiyan.registry.domain.kinds import BRANCHES

Query = dict[str, Any]

CORE_FIELDS: Final = ("joined_on", "education_code", "mobile_index")
"""Besides what no record is entered without: name, sex, ID number, category, branch (domain.md §3.1, 2017 form)."""
FRESH_DAYS: Final = 365
_STANDS: Final = {
    "counted": True,
    "outside": False,
    "membership_status": {"$in": [str(MembershipStatus.NORMAL), str(MembershipStatus.SUSPENDED)]},
}
_AWAY: Final = {"counted": True, "open": True, "own_state": {"$ne": str(FlowState.REPORTED)}}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a rule is asked with: the day, and the area codes in use that the code table does not have on it."""

    today: date
    faulty_areas: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: the list it is about, its words, its source, and the query by what is asked with it."""

    id: str
    list: str
    zh: str
    en: str
    source: str
    query: Callable[[Asked], Query]
    asked: str = ""
    """How the list is asked for it, where it has a filter that says just that; else `rule=` and the id."""
    of_areas: bool = False
    """Whether it is asked with the faulty areas, which have to be looked for first."""


def _always(query: Query) -> Callable[[Asked], Query]:
    return lambda _: query


def _member(**query: Any) -> Callable[[Asked], Query]:
    return _always({**_STANDS, **query})


def _stale(asked: Asked) -> Query:
    moment = datetime.combine(asked.today - timedelta(days=FRESH_DAYS), time.min, UTC)
    return {**_STANDS, "changed_at": {"$lt": moment}}


def _in_faulty_area(asked: Asked) -> Query:
    return {**_AWAY, "dest_area_code": {"$in": list(asked.faulty_areas)}}


_ON_PROBATION: Final = str(PersonCategory.PROBATIONARY)
_FULL: Final = str(PersonCategory.FULL)
_SUSPENDED: Final = str(MembershipStatus.SUSPENDED)
_MEMBERS, _TRIPS, _MATCHES, _ORGANISATIONS = "members", "departures", "matches", "organisations"
_NO_CONTACT: Final = {"active": True, "kind": {"$in": list(BRANCHES)}, "contact_person_missing": True}
_NO_CONTACT_ASKED: Final = "&".join(
    ("active=true", "contact_person_missing=true", *(f"kind={kind}" for kind in sorted(BRANCHES)))
)
_ALL: Final = (
    Rule(
        "incomplete", _MEMBERS, "核心信息不完整", "A core field is missing", "S-10",
        _member(**{"$or": [{name: None} for name in CORE_FIELDS]}),
    ),
    Rule("no_mobile", _MEMBERS, "无手机号", "No mobile number", "P-10", _member(mobile_index=None)),
    Rule("no_id_number", _MEMBERS, "无身份证号", "No ID number", "§3.1", _member(id_index=None)),
    Rule("no_joined_on", _MEMBERS, "无入党日期", "No day of joining", "§3.1", _member(joined_on=None)),
    Rule("no_education", _MEMBERS, "无学历", "No education", "§3.1", _member(education_code=None)),
    Rule(
        "probation_without_end", _MEMBERS, "预备党员无期满日期", "Probationary without a last day", "§2.8",
        _member(person_category=_ON_PROBATION, probation_ends_on=None),
    ),
    Rule(
        "full_without_date", _MEMBERS, "正式党员无转正日期", "Full member without the day", "§3.1",
        _member(person_category=_FULL, full_on=None),
    ),
    Rule(
        "status_without_since", _MEMBERS, "停止党籍无起始日期", "Suspended without a day", "§2.11",
        _always({"outside": False, "membership_status": _SUSPENDED, "status_since": None}),
    ),
    Rule(
        "imported_untouched", _MEMBERS, "导入后未核对", "Imported and never touched", "S-10",
        _member(import_batch={"$ne": None}, version=1),
    ),
    Rule("stale", _MEMBERS, "一年未更新", "Not changed for a year", "S-10", _stale),
    Rule(
        "away_without_area", _TRIPS, "外出无流向地区", "Away without a county", "P-03",
        _always({**_AWAY, "dest_area_code": None}),
    ),
    Rule(
        "away_uncertain", _TRIPS, "外出去向不详", "Away, destination unknown", "P-03",
        _always({**_AWAY, "dest_certainty": str(DestCertainty.UNKNOWN)}),
    ),
    Rule(
        "away_in_unknown_area", _TRIPS, "流向地区代码不在代码表", "Away to an area not in the table", "§4.1",
        _in_faulty_area, of_areas=True,
    ),
    Rule(
        "away_without_host", _TRIPS, "外出未纳入流入地", "Away without a host branch", "P-04",
        _always({**_AWAY, "hosted_since": None}),
    ),
    Rule(
        "away_without_mobile", _TRIPS, "外出无手机号", "Away without a mobile number", "P-10",
        _always({**_AWAY, "mobile": None}),
    ),
    Rule(
        "no_contact_person", _ORGANISATIONS, "支部无联系人", "Branch without a contact person", "S-11",
        _always(_NO_CONTACT), _NO_CONTACT_ASKED,
    ),
    Rule(
        "duplicate_open", _MATCHES, "疑似重复未核定", "Possible duplicate, undecided", "§3.6",
        _always({"state": str(PairState.FLAGGED)}), f"state={PairState.FLAGGED}",
    ),
)  # fmt: skip

RULES: Final[Mapping[str, Rule]] = MappingProxyType({one.id: one for one in _ALL})
"""Every rule by its id."""


def rules_of(list_: str) -> tuple[str, ...]:
    """The ids of the rules that a list can be asked for."""
    return tuple(one.id for one in _ALL if one.list == list_)


def of_trips() -> Query:
    """The trips that count: of those who are away."""
    return _AWAY


def standing() -> Query:
    """The members that count: whose membership has not ended."""
    return _STANDS
