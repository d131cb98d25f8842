"""What stands on the activity certificate (流动党员活动证): the boxes of `certificate.typ`, as text (R4, R13, §2.4).

The box for ethnicity has no field here: it is printed blank (the guard rails). The ID number is not on it: the holder
shows it together with the ID card, or with a photo in its place (R4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from guiyan.events.codes import FlowReason, PersonCategory, Sex
from guiyan.ledger import SHANGHAI, Document
from guiyan.service.printing import Form, qr_code, unprintable
from guiyan.service.published_areas import area_words
from guiyan.transfers.forms.letter import Bearer, Print

CERTIFICATE_FORM: Final = Form(Path(__file__).parent / "certificate.typ")
LINES: Final = 8
"""Lines for hosts and for checks on the form, those to be filled in by hand included."""
_SEXES: Final = {Sex.MALE: "男", Sex.FEMALE: "女"}


class CertificatePrintReason(StrEnum):
    """Why a certificate is printed."""

    HANDING_OUT = "HANDING_OUT"
    CHECKED = "CHECKED"
    SPOILED = "SPOILED"
    FILING = "FILING"


PURPOSES: Final[Mapping[str, str]] = {
    CertificatePrintReason.HANDING_OUT: "发放",
    CertificatePrintReason.CHECKED: "年审后换页",
    CertificatePrintReason.SPOILED: "原件损毁重印",
    CertificatePrintReason.FILING: "归档",
}


@dataclass(frozen=True, slots=True)
class Names:
    """The organisations on the certificate by their names; hosts and checkers that are known here by their codes."""

    branch: str
    committee: str
    issuer: str
    others: Mapping[str, str]


def boxes(row: Document, bearer: Bearer, names: Names, code: str, act: Print) -> dict[str, Any]:
    """The data of one certificate: every box by its name, None where nothing is known and the box stays empty."""
    text = {
        "number": row["number"],
        "name": bearer.text.get("name"),
        "sex": _SEXES.get(bearer.sex),
        "category": PersonCategory(bearer.category).zh,
        "branch": names.branch,
        "committee": names.committee,
        "issuer": names.issuer,
        "issued_on": _day(row["issued_on"]),
        "check_due_on": _day(row["check_due_on"]),
        "reason": FlowReason(row["reason"]).zh,
        "place": area_words(row["dest_area_code"]),
        "time": _time(row["away_from"], row["away_until"]),
        "printed_on": act.at.astimezone(SHANGHAI).date().isoformat(),
        "printed_by": act.by,
    }
    hosts = [_host(one, names) for one in row["entries"]]
    checks = [{"on": _day(one["on"]), "by": _named(one["by"], names)} for one in row["checks"]]
    told = [*text.values(), *(one["name"] for one in hosts), *(one["by"] for one in checks)]
    return {
        **text,
        "hosts": hosts + [{}] * max(0, LINES - len(hosts)),
        "checks": checks + [{}] * max(0, LINES - len(checks)),
        "print_count": act.count,
        "unprintable": bool(unprintable(told)),
        "qr": qr_code(code),
    }


def _host(entry: Mapping[str, Any], names: Names) -> dict[str, str | None]:
    """One line of the hosts' page; months as the first and last of what was paid."""
    months = entry["months"]
    span = months[0] if len(months) == 1 else f"{months[0]} 至 {months[-1]}（{len(months)} 个月）" if months else None
    activities = str(entry["activities"]) if entry["activities"] else None
    return {
        "name": _named(entry["host_branch"], names),
        "arrived_on": _day(entry["arrived_on"]),
        "activities": activities,
        "dues": span,
    }


def _named(code: str | None, names: Names) -> str | None:
    return None if code is None else names.others.get(code, code)


def _time(since: str | None, until: str | None) -> str | None:
    if since is None:
        return None
    return f"{_day(since)}起" if until is None else f"{_day(since)}至{_day(until)}"


def _day(value: str | None) -> str | None:
    if value is None:
        return None
    day = date.fromisoformat(value)
    return f"{day.year}年{day.month}月{day.day}日"
