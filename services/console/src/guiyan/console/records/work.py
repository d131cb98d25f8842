"""What can be done with this member next: about what is open, and what begins at the record."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlencode

from guiyan.console.act import Act
from guiyan.console.acts import (
    certificates,
    corrections,
    decisions,
    departures,
    dues,
    inquiries,
    lost,
    pairs,
    print_letter,
    probations,
    transfers,
)
from guiyan.console.client import ApiError
from guiyan.console.i18n import mark
from guiyan.console.ledger import Ledger
from guiyan.console.ledgers import certificates as certificate_ledger
from guiyan.console.ledgers import inquiries as inquiry_ledger
from guiyan.console.ledgers import lost_contacts as lost_ledger
from guiyan.console.ledgers import outflow
from guiyan.console.ledgers import probations as probation_ledger
from guiyan.console.ledgers import transfers as transfer_ledger
from guiyan.console.offers import links, offered
from guiyan.console.section import Section, Subject
from guiyan.console.web.visitor import Visitor
from guiyan.service.auth import OFFICE_ROLES

OPEN: Final = (
    (mark("外出记录"), outflow.LEDGER, departures.ACT),
    (mark("组织关系转接事项"), transfer_ledger.LEDGER, (*transfers.ACT, print_letter.ACT)),
    (mark("流动党员活动证"), certificate_ledger.LEDGER, certificates.ACT),
    (mark("预备期"), probation_ledger.LEDGER, probations.ACT),
    (mark("失联"), lost_ledger.LEDGER, lost.ACT),
    (mark("咨询"), inquiry_ledger.LEDGER, inquiries.ACT),
)
"""What may be open of a member: what it is called, the ledger that tells it, and the acts on it."""
MOST_OPEN: Final = "5"
BEGINNING: Final = (
    (mark("登记外出报告"), "/acts/announce/new", "departure_id"),
    (mark("登记已外出"), "/acts/left/new", "departure_id"),
    (mark("申请转接"), "/acts/transfer-request/new", "transfer"),
    (mark("申领活动证"), "/acts/certificate-request/new", ""),
    (mark("登记咨询"), "/acts/inquiry/new", ""),
    (mark("申请更正"), "/acts/correction/new", ""),
    (mark("列入失联关注"), "/acts/lost-watch/new", ""),
    (mark("标记为疑似重复"), "/acts/pair-flag/new", ""),
)
"""What begins something new; not where the record names one that is open already."""


async def load(here: Visitor, subject: Subject) -> dict[str, Any]:
    """The acts in groups, each leading back here."""
    back = f"/members/{subject.member_id}/work"
    found = await asyncio.gather(*(_open(here, ledger, acts, subject.member_id) for _, ledger, acts in OPEN))
    groups = [
        (title, f"{ledger.address}/{id_}", links(forms, id_, back))
        for (title, ledger, _), each in zip(OPEN, found, strict=True)
        for id_, forms in each
    ]
    known = _known(here)
    asked = urlencode({"member_id": subject.member_id, "next": back})
    begin = [
        (title, f"{address}?{asked}")
        for title, address, unless in BEGINNING
        if not subject.member.get(unless) and address.split("/")[2] in known
    ]
    paid = links([act for act in dues.ACT if here.has(*act.roles)], subject.member_id, back)
    decide = links([act for act in decisions.ACT if here.has(*act.roles)], subject.member_id, back)
    return {"groups": groups, "begin": begin, "paid": paid, "decide": decide}


def _known(here: Visitor) -> set[str]:
    """The names of the acts that begin something and that this role may do."""
    kinds = (departures, transfers, certificates, inquiries, corrections, lost, pairs)
    return {act.name for kind in kinds for act in kind.ACT if here.has(*act.roles)}


async def _open(here: Visitor, ledger: Ledger, acts: Iterable[Act], member_id: str) -> list[tuple[str, list[Act]]]:
    """What can be done next with each that is open; nothing where its service does not tell, or not this role."""
    asked = (("member_id", member_id), ("open", "true"), ("limit", MOST_OPEN))
    try:
        rows = (await here.api.get(ledger.service, ledger.path, asked))["items"]
        ids = [str(row.get("id") or row["inquiry_id"]) for row in rows]
        records = [await here.api.get(ledger.service, ledger.one.format(id=id_)) for id_ in ids]
    except ApiError:
        return []
    told = [(id_, offered(ledger.service, ledger.one, one, acts, here)) for id_, one in zip(ids, records, strict=True)]
    return [(id_, forms) for id_, forms in told if forms]


SECTION = Section("work", mark("办理"), 15, load, roles=frozenset(OFFICE_ROLES))
