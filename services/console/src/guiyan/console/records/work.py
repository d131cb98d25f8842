"""What can be done with this member next: about the open trip, the open transfer, and what begins at the record."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlencode

from guiyan.console.act import Act
from guiyan.console.acts import corrections, decisions, departures, lost, pairs, print_letter, transfers
from guiyan.console.client import ApiError
from guiyan.console.i18n import mark
from guiyan.console.ledger import Ledger
from guiyan.console.ledgers import outflow
from guiyan.console.ledgers import transfers as transfer_ledger
from guiyan.console.offers import links, offered
from guiyan.console.section import Section, Subject
from guiyan.console.web.visitor import Visitor
from guiyan.service.auth import OFFICE_ROLES

OPEN: Final = (
    ("departure_id", mark("外出记录"), outflow.LEDGER, departures.ACT),
    ("transfer", mark("组织关系转接事项"), transfer_ledger.LEDGER, (*transfers.ACT, print_letter.ACT)),
)
"""Fields of the record that name what is open, what it is called, where it is shown, and the acts on it."""
BEGINNING: Final = (
    (mark("登记外出报告"), "/acts/announce/new", "departure_id"),
    (mark("登记已外出"), "/acts/left/new", "departure_id"),
    (mark("申请转接"), "/acts/transfer-request/new", "transfer"),
    (mark("申请更正"), "/acts/correction/new", ""),
    (mark("列入失联关注"), "/acts/lost-watch/new", ""),
    (mark("标记为疑似重复"), "/acts/pair-flag/new", ""),
)
"""What begins something new; not where the record names one that is open already."""


async def load(here: Visitor, subject: Subject) -> dict[str, Any]:
    """The acts in groups, each leading back here."""
    back = f"/members/{subject.member_id}/work"
    groups = [
        (title, f"{ledger.address}/{id_}", links(forms, id_, back))
        for name, title, ledger, acts in OPEN
        if (id_ := subject.member.get(name)) and (forms := await _open(here, ledger, acts, id_))
    ]
    known = _known(here)
    asked = urlencode({"member_id": subject.member_id, "next": back})
    begin = [
        (title, f"{address}?{asked}")
        for title, address, unless in BEGINNING
        if not subject.member.get(unless) and address.split("/")[2] in known
    ]
    decide = links([act for act in decisions.ACT if here.has(*act.roles)], subject.member_id, back)
    return {"groups": groups, "begin": begin, "decide": decide}


def _known(here: Visitor) -> set[str]:
    """The names of the acts that begin something and that this role may do."""
    every = (*departures.ACT, *transfers.ACT, *corrections.ACT, *lost.ACT, *pairs.ACT)
    return {act.name for act in every if here.has(*act.roles)}


async def _open(here: Visitor, ledger: Ledger, acts: Iterable[Act], id_: str) -> list[Act]:
    """What can be done next with what is open; nothing where its service does not tell."""
    try:
        record = await here.api.get(ledger.service, ledger.one.format(id=id_))
    except ApiError:
        return []
    return offered(ledger.service, ledger.one, record, acts, here)


SECTION = Section("work", mark("办理"), 15, load, roles=frozenset(OFFICE_ROLES))
