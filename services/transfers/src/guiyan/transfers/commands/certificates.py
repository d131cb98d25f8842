"""The desk of activity certificates: asking for one, numbering it, replacing a lost one, and each other act."""

from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from guiyan.ledger import Clock, Commands, Context, Decider, History, Outcome, VersionConflict
from guiyan.service import numbered
from guiyan.service.rulebook import Rulebook
from guiyan.transfers.commands.series import Calls, Numbered, Series
from guiyan.transfers.domain import certificate_acts as ask
from guiyan.transfers.domain.certificate_number import (
    CERTIFICATE_NUMBER,
    TakeCertificateNumber,
    certificate_id,
    certificate_no,
    certificate_number_id,
)
from guiyan.transfers.domain.certificate_state import Certificate
from guiyan.transfers.domain.commands import Act
from guiyan.transfers.domain.parameters import Parameters

Register = tuple[str, int]
"""What the numbers begin with, and the year."""
LastNumber = Callable[[str, int], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Issuer:
    """The office that numbers, and what its numbers begin with: its area."""

    code: str
    prefix: str


@dataclass(frozen=True)
class CertificateDesk:
    """The write path, the clock and the rulebook that the decider looks the parameters up in."""

    commands: Commands
    clock: Clock
    rulebook: Rulebook
    decider: Decider[Certificate, Act]

    async def find(self, id_: str) -> tuple[Certificate, History] | None:
        """A certificate as it is now and its history; None when it was never asked for, or the id can be nobody's."""
        return await numbered.find(self.commands, self.decider, id_)

    async def act(self, id_: str, act: Act, context: Context, expected_version: int | None = None) -> Outcome:
        """Do one act on one certificate."""
        await self.rulebook.refresh()
        return await self.commands.execute(self.decider, id_, act, context, expected_version)

    async def find_newest(self, member_id: str) -> tuple[str, Certificate] | None:
        """The member's newest certificate, None when there is none; read from the ledger, never behind."""
        newest = None
        for id_ in numbers(member_id):
            found = await self.find(id_)
            if found is None:
                break
            newest = (id_, found[0])
        return newest

    async def request(self, act: ask.RequestCertificate, context: Context) -> Outcome:
        """The member's next certificate; at most one is open, whatever races (domain.md §2.4).

        The certificates of a member are numbered and each number is one stream, so that two requests of one instant
        meet on one stream (ADR 0011). A repeat of the same command finds its own first try on the way.
        """

        async def begin(id_: str) -> Outcome:
            return await self.act(id_, act, context)

        return await numbered.begin_next(
            numbers(act.member_id), self.find, begin, context.command_id, used="certificate_number_used"
        )

    async def replace_lost(
        self, id_: str, act: ask.RequestCertificate, context: Context, expected_version: int | None = None
    ) -> Outcome:
        """The lost one ends and the request for the next one stands, together or not at all; gives the new one's."""
        await self.rulebook.refresh()
        await self.check_version(id_, context, expected_version)
        new = await self._after(id_, act.member_id)
        ends = ask.ReplaceCertificate(on=act.on, today=act.today, new_certificate_id=new)
        calls: Calls = [(self.decider, id_, ends), (self.decider, new, replace(act, replaces=id_))]
        return (await self.commands.execute_together(calls, context))[1]

    async def _after(self, id_: str, member_id: str) -> str:
        """The id of the certificate after this one."""
        following = numbers(member_id)
        for one in following:
            if one == id_:
                break
        return next(following)

    async def check_version(self, id_: str, context: Context, expected: int | None) -> None:
        """The version that the caller expects (If-Match), unless this very command has been done already."""
        if expected is None:
            return
        found = await self.find(id_)
        if found is None or found[1].find_command(f"{context.command_id}.0") is not None:
            return
        actual = found[1].events[-1].streamversion
        if actual != expected:
            raise VersionConflict(f"certificate/{id_}", expected, actual)

    async def parameters(self, on: date) -> Parameters:
        """The parameters valid on a business date."""
        await self.rulebook.refresh()
        return self.parameters_known(on)

    def parameters_known(self, on: date) -> Parameters:
        """The same as of the last refresh."""
        return self.rulebook.valid(Parameters, on)

    def today(self) -> date:
        """The business date now."""
        return self.clock.today()


class CertificateNumbers:
    """Numbers certificates; `last_number` hints at the last number given (it may be behind, never ahead)."""

    def __init__(self, desk: CertificateDesk, last_number: LastNumber) -> None:
        self._desk = desk
        of_the_year: Numbered[Register] = Numbered(
            decider=CERTIFICATE_NUMBER,
            id_of=lambda register, serial: certificate_number_id(*register, serial),
            is_taken=lambda number: number.certificate_id is not None,
            taken="certificate_number_taken",
            last=lambda register: last_number(*register),
        )
        self._series = Series(desk.commands, of_the_year)

    async def give(
        self, id_: str, issuer: Issuer, on: date, context: Context, expected_version: int | None = None
    ) -> Outcome:
        """The next number of the issuer's area and the year: no gap and no double, whoever else numbers just now."""
        digits = (await self._desk.parameters(on)).certificate_number_digits
        await self._desk.check_version(id_, context, expected_version)
        today, prefix = self._desk.today(), issuer.prefix

        def calls(serial: int) -> Calls:
            written = certificate_no(prefix, on.year, serial, digits)
            give = ask.GiveNumber(on=on, today=today, certificate_no=written, issuer=issuer.code)
            take = TakeCertificateNumber(
                issuer=issuer.code,
                prefix=prefix,
                year=on.year,
                serial=serial,
                certificate_no=written,
                certificate_id=id_,
                on=on,
            )
            number = certificate_number_id(prefix, on.year, serial)
            return [(self._desk.decider, id_, give), (CERTIFICATE_NUMBER, number, take)]

        return await self._series.take((prefix, on.year), calls, context)


def numbers(member_id: str) -> Iterator[str]:
    """The ids of the member's certificates, first to last and on."""
    return numbered.numbers(certificate_id, member_id)
