"""The numbers that the registry has of a member become contact points when the member is to be contacted (ADR 0030)."""

from collections.abc import Sequence
from typing import ClassVar, Final

from guiyan.contact.domain.contact_point import CONTACT_POINT, PHONES, Add, ClosePoint
from guiyan.contact.domain.told_number import FIELDS, OF_REGISTRY, ToldNumber, is_new, numbers_told, replaced_by
from guiyan.contact.office import Office
from guiyan.contact.projections import people
from guiyan.contact.projections.points import POINTS
from guiyan.events import contact, registry
from guiyan.events.codes import ContactPointEnd
from guiyan.events.registry.member import MemberTextChange
from guiyan.ledger import Call, Document, Fact, Policy, Subject

TELLS: Final = frozenset({"MemberRegistered", "MemberImported", "MemberDetailsCorrected"})


class TakesRegistryNumbers(Policy):
    """When contact begins, the record's numbers of now; and each correction while contact has to do with the member.

    A member at home costs nothing: nobody calls, so no number is kept here (PIPL Art. 6, 19).
    """

    name: ClassVar[str] = "takes_registry_numbers"
    handles: ClassVar[frozenset[str]] = frozenset(
        {"MemberLeft", "DepartureReopened", "LostContactWatchOpened", "MemberDetailsCorrected"}
    )
    opens: ClassVar[frozenset[str]] = frozenset({"MemberDetailsCorrected"})

    def __init__(self, office: Office) -> None:
        self._office = office

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Add what is new; told twice, the id is the same and nothing happens."""
        member_id = people.person_id(fact)
        if not await self._concerns(fact, member_id) or await self._office.known_withheld(member_id):
            return []
        numbers = await self._numbers(member_id)
        points = await self._points(member_id) if numbers else []
        return [call for one in numbers if (call := self._add(one, member_id, points)) is not None]

    async def _concerns(self, fact: Fact, member_id: str) -> bool:
        """Whether contact has to do with the member: away, searched for, or called here before."""
        if isinstance(fact.payload, contact.LostContactWatchOpened):
            return True
        if isinstance(fact.payload, registry.MemberDetailsCorrected):
            told = isinstance(fact.pii, MemberTextChange) and any(getattr(fact.pii, name) for _, name in FIELDS)
            if not told:
                return False
        person = await self._office.desk.find_person(member_id)
        if person is not None and person["away"] is not None:
            return True
        return fact.type == "MemberDetailsCorrected" and bool(await self._points(member_id, limit=1))

    async def _numbers(self, member_id: str) -> list[ToldNumber]:
        """What the record tells now; of an erased member nothing can be read."""
        history = await self._office.ledger.read(Subject("registry", "member", member_id))
        events = [one for one in history.events if one.type in TELLS]
        opened = await self._office.sealer.open(events)
        return list(numbers_told((one, opened.get(one.id)) for one in events))

    async def _points(self, member_id: str, limit: int = 0) -> list[Document]:
        where = {"member_id": member_id, "kind": {"$in": sorted(PHONES)}}
        return await self._office.points.find(POINTS, where, limit=limit)

    def _add(self, told: ToldNumber, member_id: str, points: Sequence[Document]) -> Call | None:
        index = self._office.index.of("mobile", told.value)
        if not is_new(told, index, points):
            return None
        add = Add(
            on=told.on,
            today=told.on,
            point_id=told.point_id(member_id),
            member_id=member_id,
            kind=told.kind,
            source=told.source,
            value=told.value,
            value_index=index,
        )
        return Call(CONTACT_POINT, add.point_id, add)


class ReplacesRegistryNumbers(Policy):
    """Of what the registry told, the newest number of a kind is in use; the one before was replaced by it."""

    name: ClassVar[str] = "replaces_registry_numbers"
    handles: ClassVar[frozenset[str]] = frozenset({"ContactPointAdded"})

    def __init__(self, office: Office) -> None:
        self._office = office

    async def react(self, fact: Fact) -> Sequence[Call]:
        """Close what it replaces."""
        added = fact.payload
        assert isinstance(added, contact.ContactPointAdded)  # noqa: S101 - the one type handled
        if added.source not in OF_REGISTRY:
            return []
        on, id_ = fact.event.occurredon, fact.aggregate_id
        points = await self._office.points.find(POINTS, {"member_id": added.member_id, "kind": added.kind})
        close = ClosePoint(on=on, today=on, reason=ContactPointEnd.REPLACED, replaced_by=id_)
        return [Call(CONTACT_POINT, one, close) for one in replaced_by(id_, points)]
