"""Who looked: each time masked fields were shown or printed in full, by whom, when and why (§5.2, §6 no. 22)."""

from typing import Any, Final

from guiyan.console.i18n import mark
from guiyan.console.listed import tables_of
from guiyan.console.records import own, proof
from guiyan.console.section import Section, Subject
from guiyan.console.tales import tell
from guiyan.console.web.visitor import Visitor
from guiyan.service.auth import Role

LOOKS: Final = frozenset(
    {"FieldsRevealed", "ContactPointRevealed", "CardPrinted", "LetterPrinted", "CertificatePrinted", "ExportMade"}
)


async def load(here: Visitor, subject: Subject) -> dict[str, Any]:
    """The member and the auditor see registry's list of looks; the office what stands in the record's own events."""
    if here.has(Role.MEMBER, Role.AUDITOR):
        looks = own.ACCESSES if here.has(Role.MEMBER) else proof.ACCESSES
        return {"tables": await tables_of(here, subject, looks), "events": None}
    found = await here.api.get("registry", f"/v1/members/{subject.member_id}/history", subject.at)
    return {"tables": [], "events": await tell((one for one in found["events"] if one["type"] in LOOKS), here)}


SECTION = Section("looks", mark("谁看过"), 90, load, past=True)
