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
from guiyan.console.web.acts import NEW
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
    ("announce", "departure_id"),
    ("left", "departure_id"),
    ("transfer-request", "transfer"),
    ("certificate-request", ""),
    ("inquiry", ""),
    ("correction", ""),
    ("lost-watch", ""),
    ("pair-flag", ""),
)
"""The acts that begin something new, and where the record names one that is open already: then none is begun."""
KNOWN: Final = {
    act.name: act
    for kind in (departures, transfers, certificates, inquiries, corrections, lost, pairs)
    for act in kind.ACT
}


async def load(here: Visitor, subject: Subject) -> dict[str, Any]:
    """The acts in groups, each leading back here."""
    back = f"/members/{subject.member_id}/work"
    found = await asyncio.gather(*(_open(here, ledger, acts, subject.member_id) for _, ledger, acts in OPEN))
    groups = [
        (title, f"{ledger.address}/{id_}", links(forms, id_, back))
        for (title, ledger, _), each in zip(OPEN, found, strict=True)
        for id_, forms in each
    ]
    asked = urlencode({"member_id": subject.member_id, "next": back})
    begins = [KNOWN[name] for name, unless in BEGINNING if not subject.member.get(unless)]
    return {
        "groups": groups,
        "begin": [(act.title, f"{act.address.format(id=NEW)}?{asked}") for act in _may(here, begins)],
        "paid": links(_may(here, dues.ACT), subject.member_id, back),
        "decide": links(_may(here, decisions.ACT), subject.member_id, back),
    }


def _may(here: Visitor, acts: Iterable[Act]) -> list[Act]:
    """Those that this role may do."""
    return [act for act in acts if here.has(*act.roles)]


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
