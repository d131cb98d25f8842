"""Printing the activity certificate: recorded and counted, then set on paper, its code signed (§2.4, ADR 0024)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool

from guiyan.events import Event
from guiyan.events.transfers import CertificatePrinted, CertificateRequested
from guiyan.ledger import Context, Document, Fact, Ledger, Refused
from guiyan.ledger.sealing import Sealer
from guiyan.service.directory import Directory
from guiyan.service.paper_code import BadCode, CertificateCode, SigningKeys
from guiyan.service.problems import NotFound
from guiyan.transfers.commands.asked import committee_of
from guiyan.transfers.commands.bearer import get_bearer
from guiyan.transfers.commands.certificates import CertificateDesk
from guiyan.transfers.commands.paper import Printed
from guiyan.transfers.domain.certificate_acts import PrintCertificate
from guiyan.transfers.domain.commands import Act
from guiyan.transfers.forms.certificate import CERTIFICATE_FORM, Names, boxes
from guiyan.transfers.forms.letter import Print
from guiyan.transfers.projections import certificate_rows as rows


@dataclass(frozen=True)
class CertificatePaper:
    """What printing needs: the desk that records it, what the text is opened from, and the key that signs."""

    desk: CertificateDesk
    ledger: Ledger
    sealer: Sealer
    directory: Directory
    keys: SigningKeys | None

    def signing(self) -> SigningKeys:
        """The key that signs; raises Refused where none is set."""
        if self.keys is None:
            raise Refused("certificate_not_signed")
        return self.keys

    def read(self, text: str) -> CertificateCode:
        """What a scanned code says; raises Refused for one that is not to be believed."""
        try:
            return self.signing().public.read(text)
        except BadCode as bad:
            raise Refused(f"certificate_code_{bad.verdict.lower()}", pointer="/code") from None

    async def print(self, id_: str, when: Act, reason: str, context: Context, version: int | None) -> Printed:
        """One more print of a valid certificate; a repeat of the command is the same paper, counted once.

        Raises Refused when there is nothing to print, or nobody to name on it: then nothing is recorded.
        """
        keys, before = self.signing(), (await self._events(id_))[0].payload
        assert isinstance(before, CertificateRequested)  # noqa: S101 - every certificate begins with it
        await get_bearer(self.ledger, self.sealer, before.member_id, when.on)
        act = PrintCertificate(on=when.on, today=when.today, key_id=keys.key_id, reason=reason)
        outcome = await self.desk.act(id_, act, context, version)
        (event,) = outcome.events
        assert isinstance(event.payload, CertificatePrinted)  # noqa: S101 - the one answer to the act
        row = _row(id_, [one for one in await self._events(id_) if one.streamversion <= event.streamversion])
        bearer = await get_bearer(self.ledger, self.sealer, row["member_id"], event.occurredon)
        await self.directory.refresh()
        told = Print(event.payload.print_count, event.time, self._name(event.actororg))
        # The first print reads which signs the font has: 0.2 s that nobody else is to wait for.
        data = await run_in_threadpool(boxes, row, bearer, self._names(row), keys.sign(_code(row)), told)
        pdf = await CERTIFICATE_FORM.print({"certificates": [data]}, made_at=event.time)
        return Printed(pdf, told.count, outcome.sequence, data["unprintable"])

    async def _events(self, id_: str) -> Sequence[Event]:
        found = await self.desk.find(id_)
        if found is None:
            raise NotFound
        return found[1].events

    def _names(self, row: Document) -> Names:
        committee = committee_of(self.directory, row["branch"])
        hosts = {one["host_branch"] for one in row["entries"]} | {one["by"] for one in row["checks"]}
        known = {code: self._name(code) for code in hosts if code and self.directory.known(code)}
        return Names(self._name(row["branch"]), self._name(committee), self._name(row["issuer"]), known)

    def _name(self, code: str) -> str:
        found = self.directory.known(code)
        return found.name if found else code


def _row(id_: str, events: Sequence[Event]) -> Document:
    """The row of the register as the certificate's own events tell it."""
    row: Document = {}
    for place, event in enumerate(events):
        fact = Fact(event, 0, place)
        if isinstance(fact.payload, CertificateRequested):
            row = rows.begun(fact.payload, fact, None)
        else:
            row = rows.changed(row, fact)
    return {**row, "_id": id_}


def _code(row: Document) -> CertificateCode:
    """What the paper's code tells: number, issuer, days, id; nothing of the member."""
    days = {"on": row["issued_on"], "chk": row["check_due_on"]}
    return CertificateCode.of({"no": row["number"], "by": row["issuer"], "id": row["_id"], **days})
