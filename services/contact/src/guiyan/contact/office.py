"""The office: everything that the doors of contact, HTTP and ingest, ask for; one object made in `app`."""

from dataclasses import dataclass, replace
from datetime import date

from guiyan.contact.commands.desk import Desk
from guiyan.contact.commands.search_means import MeansHeld
from guiyan.contact.domain.commands import Act, Attempt, ContactHost, Miss
from guiyan.contact.domain.contact_point import (
    CONTACT_POINT,
    PHONES,
    TRIED_BY,
    WRONG,
    Add,
    ChangeValue,
    Command,
    ContactPoint,
    Reveal,
)
from guiyan.contact.domain.report import REPORT, Give
from guiyan.contact.domain.state import Duty
from guiyan.contact.domain.values import read_value
from guiyan.contact.domain.wish import WrittenWish
from guiyan.contact.projections import people
from guiyan.contact.projections.people import PEOPLE
from guiyan.contact.projections.points import OWNERS, POINTS, used_on
from guiyan.contact.projections.rows import DUTIES
from guiyan.events.codes import ContactChannel, ContactLeg, ContactPointKind, ContactPointSource
from guiyan.events.contact import ContactPointText
from guiyan.ledger import Context, Document, History, Ledger, Outcome, Refused, Sealer
from guiyan.ledger.blind import BlindIndex
from guiyan.service.problems import NotFound
from guiyan.service.reads import Reads, wait_for
from guiyan.service.withheld import Withheld

WAIT_SECONDS = 5.0
FAMILY = ContactPointSource.FAMILY_BY_WISH


@dataclass(frozen=True, slots=True)
class Hosting:
    """The branch at the destination that has a duty's member now, since when, and whether it keeps contact."""

    branch: str
    since: date
    agreed: bool


@dataclass(frozen=True)
class Office:
    """Ledger, desk, the contact points' documents, and the blind index."""

    ledger: Ledger
    desk: Desk
    points: Reads
    index: BlindIndex
    means: MeansHeld
    sealer: Sealer

    async def get(self, id_: str) -> Duty:
        """A duty as it is now, from the ledger; raises NotFound."""
        found = await self.desk.find(id_)
        if found is None:
            raise NotFound
        return found

    async def history(self, id_: str) -> History:
        """All that happened to a duty, from the ledger."""
        return (await self.desk.commands.load(self.desk.decider, id_, fresh=True))[1]

    async def find_hosting(self, id_: str) -> Hosting | None:
        """Whose host side of a duty is now, after waiting for everything that the ledger holds now."""
        await self._caught_up()
        row = await self.desk.cycle.get(DUTIES, id_)
        if row is None or row["hosted_by"] is None:
            return None
        person = await self.desk.find_person(row["member_id"]) or people.empty()
        away = person["away"] or {}
        since = away.get("hosted_since")
        return Hosting(
            row["hosted_by"], date.fromisoformat(since) if since else date.min, agreed=bool(away.get("agreed"))
        )

    async def find_person(self, member_id: str) -> Document | None:
        """What is known of a member, after waiting for everything that the ledger holds now."""
        await self._caught_up()
        return await self.desk.find_person(member_id)

    async def find_member(self, id_no: str) -> str | None:
        """The member with this ID number, after waiting likewise."""
        await self._caught_up()
        found = await self.desk.cycle.find(PEOPLE, {"id_index": self.index.of("id_no", id_no)}, limit=1)
        return str(found[0]["_id"]) if found else None

    async def act(self, id_: str, act: Act, context: Context, version: int | None = None) -> Outcome:
        """Do one act on one duty; through a relay person only while the member has one nominated (§2.6)."""
        if getattr(act, "channel", None) is ContactChannel.VIA_RELAY_PERSON:
            await self._relay_person(id_, act.on)
        if isinstance(act, Attempt):
            act = await self._of_point(id_, act, context)
        if isinstance(act, ContactHost) and act.host_branch is not None:
            await self._known_host(act.host_branch)
        return await self.desk.act(id_, act, context, version)

    async def _of_point(self, id_: str, act: Attempt, context: Context) -> Attempt:
        """The attempt with the contact point that was tried: what was wrong is closed at once (§2.6).

        Where none is named, it is the one that was in use for the channel on that day. Raises Refused where there were
        several: the wrong one must be named.
        """
        if act.contact_point_id is not None:
            await self._own_point(id_, act.contact_point_id)
            return act
        kinds = TRIED_BY.get(act.channel, frozenset()) if act.leg is ContactLeg.MEMBER else frozenset()
        if act.of_host or act.outcome not in WRONG or not kinds:
            return act
        duty, history = await self.desk.commands.load(self.desk.decider, id_)
        if history.find_command(context.command_id) is not None:
            return act
        await wait_for(self.points, await self.ledger.head(), WAIT_SECONDS)
        known = await self.points.find(POINTS, {"member_id": duty.member_id, "kind": {"$in": sorted(kinds)}})
        tried = used_on(known, act.on)
        if len(tried) > 1:
            raise Refused("contact_point_needed", pointer="/contact_point_id", count=len(tried))
        return replace(act, contact_point_id=str(tried[0]["_id"])) if tried else act

    async def _known_host(self, host_branch: str) -> None:
        """A host that is named by its code is one of here; one without a code here is left out."""
        if await self.desk.directory.find(host_branch) is None:
            raise Refused("host_not_known", pointer="/host_branch")

    async def _own_point(self, id_: str, point_id: str) -> None:
        """The contact point that was called is the member's; of nobody else is anything said."""
        try:
            point, _ = await self.desk.commands.load(CONTACT_POINT, point_id)
        except ValueError:
            point = ContactPoint()
        if not point.member_id or point.member_id != (await self.get(id_)).member_id:
            raise Refused("contact_point_not_found", pointer="/contact_point_id")

    async def _relay_person(self, id_: str, on: date) -> None:
        await wait_for(self.means.relays, await self.ledger.head(), WAIT_SECONDS)
        if not await self.means.relay_person((await self.get(id_)).member_id, on):
            raise Refused("relay_person_missing", pointer="/channel")

    async def miss(self, id_: str, context: Context, version: int | None, *, on: date | None) -> Outcome:
        """Call a contact missed within the quarter; how many were missed before comes from what is known."""
        duty = await self.get(id_)
        person = await self.find_person(duty.member_id)
        act = Miss(**self.desk.when(on), missed_before=people.missed_before(person, duty.quarter) if person else 0)
        return await self.desk.act(id_, act, context, version)

    async def add_point(  # noqa: PLR0913 - what a contact point is
        self,
        point_id: str,
        context: Context,
        *,
        member_id: str,
        kind: ContactPointKind,
        value: str,
        source: ContactPointSource = ContactPointSource.MEMBER,
        valid_from: date | None = None,
        wish: WrittenWish | None = None,
        on: date | None = None,
    ) -> Outcome:
        """Add a way to reach a member; the value is sealed under the contact point's own key."""
        read = read_value(kind, value)
        act = Add(
            **self.desk.when(on),
            point_id=point_id,
            member_id=member_id,
            kind=kind,
            source=source,
            value=read,
            value_index=self._index_of(kind, read),
            valid_from=valid_from,
            wish=wish or WrittenWish(),
            withdrawn_on=await self._withdrawn_on(member_id) if source is FAMILY else None,
            withheld=await self.find_withheld(member_id),
        )
        return await self.change_point(point_id, act, context)

    async def _withdrawn_on(self, member_id: str) -> date | None:
        """When the consent to contact the family was last taken back, by everything that the ledger holds now."""
        await wait_for(self.points, await self.ledger.head(), WAIT_SECONDS)
        day = (await self.points.get(OWNERS, member_id) or {}).get("withdrawn_on")
        return date.fromisoformat(day) if day else None

    async def find_withheld(self, member_id: str) -> Withheld | None:
        """Whether the member's data may not be used, by everything that the ledger holds now (domain.md §5.3)."""
        await wait_for(self.points, await self.ledger.head(), WAIT_SECONDS)
        return await self.known_withheld(member_id)

    async def known_withheld(self, member_id: str) -> Withheld | None:
        """The same, by what is known by now."""
        told = (await self.points.get(OWNERS, member_id) or {}).get("withheld")
        return None if told is None else Withheld(told)

    async def reveal(self, point: ContactPoint, reason: str, context: Context, version: int | None) -> str | None:
        """The newest value in clear, after the act has been recorded; raises Refused where it may or can not be shown.

        The key may be gone without a word of it: then nothing is recorded, since nothing is shown.
        """
        withheld, value = await self.find_withheld(point.member_id), await self._open(point.point_id)
        act = Reveal(
            **self.desk.when(None), reason=reason, withheld=withheld or (Withheld.ERASED if value is None else None)
        )
        await self.change_point(point.point_id, act, context, version)
        return value

    async def _open(self, point_id: str) -> str | None:
        """The value that was told last; None when its key is gone."""
        _, history = await self.desk.commands.load(CONTACT_POINT, point_id)
        told = [event for event in history.events if event.data.get("pii") is not None][-1:]
        opened = await self.sealer.open(told)
        texts = [text.value for one in told if isinstance(text := opened.get(one.id), ContactPointText)]
        return texts[-1] if texts else None

    async def change_value(
        self, point: ContactPoint, value: str, context: Context, version: int | None, *, on: date | None
    ) -> Outcome:
        """The member gave a new value in place of this one."""
        read = read_value(point.kind, value)
        act = ChangeValue(
            **self.desk.when(on),
            value=read,
            value_index=self._index_of(point.kind, read),
            withheld=await self.find_withheld(point.member_id),
        )
        return await self.change_point(point.point_id, act, context, version)

    def _index_of(self, kind: ContactPointKind, read: str) -> str | None:
        return self.index.of("mobile", read) if kind in PHONES else None

    async def change_point(self, point_id: str, act: Command, context: Context, version: int | None = None) -> Outcome:
        """Do one act on one contact point."""
        return await self.desk.commands.execute(CONTACT_POINT, point_id, act, context, version)

    async def give_report(self, report_id: str, act: Give, context: Context) -> Outcome:
        """Record that a report was given."""
        return await self.desk.commands.execute(REPORT, report_id, act, context)

    async def _caught_up(self) -> None:
        await wait_for(self.desk.cycle, await self.ledger.head(), WAIT_SECONDS)
