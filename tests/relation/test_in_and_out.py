"""Registry and transfers together on one ledger: a relation comes from outside, goes there, and comes back (§2.3).

Both services are whole, over the twins; they know of each other what stands in the ledger and nothing else.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import given, settings
from hypothesis import strategies as st

from guiyan.events.id_numbers import check_digit
from guiyan.registry.app import BLUEPRINT as REGISTRY
from guiyan.registry.settings import RegistrySettings
from guiyan.service.auth import Role
from guiyan.service.twins import Town, World, on_twins
from guiyan.transfers.app import BLUEPRINT as TRANSFERS
from guiyan.transfers.settings import TransfersSettings

CITY, TOWN, OTHER = "654002000000", "654002001000", "654002002000"
HOME, FAR = "654002001001", "654002002001"
PARENTS: Final = {CITY: None, TOWN: CITY, OTHER: CITY, HOME: TOWN, FAR: OTHER}
TITLE: Final = "示例省示例县委组织部"
_BODY: Final = "69010119800501001"
ID_NO: Final = _BODY + check_digit(_BODY)


@dataclass
class Both:
    """The two services, and what an officer of the city does at their doors."""

    world: World
    registry: Town
    transfers: Town
    letters: int = 0

    async def settle(self) -> None:
        """Both have done what is in the ledger, and what follows from it."""
        while True:
            head = await self.world.ledger.head()
            await self.registry.settle()
            await self.transfers.settle()
            if await self.world.ledger.head() == head:
                return

    async def post(self, town: Town, path: str, body: Any = None) -> dict[str, Any]:
        """A change that is accepted."""
        who = town.bearer(Role.CITY_OFFICER, org=CITY, sub="city")
        answer = await town.http.post(path, json=body or {}, headers=who)
        assert answer.status_code in {200, 201}, answer.text
        await self.settle()
        return dict(answer.json())

    async def get(self, town: Town, path: str) -> dict[str, Any]:
        """What is shown."""
        answer = await town.http.get(path, headers=town.bearer(Role.CITY_OFFICER, org=CITY, sub="city"))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def register(self, branch: str, **more: Any) -> str:
        """Enter a member; gives the id."""
        body = {"branch": branch, "person_category": "FULL", "name": "李示例", "id_no": ID_NO, **more}
        return str((await self.post(self.registry, "/v1/members", body))["id"])

    async def expect(self) -> str:
        """Enter somebody who is expected from outside; gives the id."""
        return await self.register(OTHER, source="TRANSFER_IN", incoming=True)

    async def enter(self) -> str:
        """Enter the letter from outside by the ID number; gives the transfer's id."""
        self.letters += 1
        body = {
            "id_no": ID_NO, "from_title": TITLE, "letter_year": 2026, "letter_sn": str(self.letters),
            "issued_on": self.today, "valid_days": 30, "from_area_code": "510100", "to_committee": OTHER,
            "dues_paid_to": self.today[:7],
        }  # fmt: skip
        return str((await self.post(self.transfers, "/v1/transfers/incoming", body))["id"])

    async def take_in(self, id_: str, branch: str = FAR) -> None:
        """The committee takes it in, and the relation moves."""
        await self.post(self.transfers, f"/v1/transfers/{id_}/receive", {"to_branch": branch})

    async def ask_out(self, member: str) -> str:
        """Ask for a transfer to an organisation outside, up to the letter; gives its id."""
        body = {"member_id": member, "to_title": TITLE, "dues_paid_to": self.today[:7]}
        id_ = str((await self.post(self.transfers, "/v1/transfers", body))["id"])
        for verb in ("approve", "issue", "hand-over"):
            await self.post(self.transfers, f"/v1/transfers/{id_}/{verb}")
        return id_

    async def come_back_with_receipt(self, id_: str) -> None:
        """The paper receipt of the organisation outside is recorded."""
        body = {"received_on": self.today, "receipt_on": self.today}
        await self.post(self.transfers, f"/v1/transfers/{id_}/record-receipt", body)

    @property
    def today(self) -> str:
        """The business date."""
        return self.world.clock.today().isoformat()

    async def member(self, id_: str) -> dict[str, Any]:
        """The member as the register shows it."""
        return await self.get(self.registry, f"/v1/members/{id_}")

    async def listed(self, query: str = "") -> list[str]:
        """Whom the register lists."""
        return [one["id"] for one in (await self.get(self.registry, f"/v1/members{query}"))["items"]]


@asynccontextmanager
async def both() -> AsyncIterator[Both]:
    """The two services at work on one ledger."""
    world = World()
    await world.organise(PARENTS, basic=(TOWN, OTHER))
    of_registry = RegistrySettings.model_construct(import_body_limit_bytes=1_000_000)
    async with (
        on_twins(REGISTRY, of_registry, world) as registry,
        on_twins(TRANSFERS, TransfersSettings.model_construct(), world) as transfers,
    ):
        two = Both(world, registry, transfers)
        await two.settle()
        yield two


async def test_in_from_outside_out_again_and_back_on_one_record() -> None:
    """A person comes, is a member of the branch, goes, is gone, and comes back: one record, nobody in between."""
    async with both() as two:
        member = await two.expect()
        assert ((await two.member(member))["responsible"], await two.listed()) == ("OUTSIDE", [])
        came = await two.enter()
        assert (await two.member(member))["responsible"] == "OUTSIDE", "until the receiver accepts, the origin"
        await two.take_in(came)
        told = await two.member(member)
        assert (told["responsible"], told["branch"], await two.listed()) == (FAR, FAR, [member])
        await two.post(two.transfers, f"/v1/transfers/{came}/receipt")
        went = await two.ask_out(member)
        assert (await two.member(member))["responsible"] == FAR, "until the receiver accepts, the origin"
        await two.come_back_with_receipt(went)
        told = await two.member(member)
        assert (told["responsible"], told["outside_title"], await two.listed()) == ("OUTSIDE", TITLE, [])
        assert await two.listed("?outside=true") == [member]
        await two.registry.advance(days=40)
        back = await two.enter()
        await two.take_in(back, FAR)
        told = await two.member(member)
        assert (told["responsible"], told["outside"], await two.listed()) == (FAR, False, [member])
        history = await two.get(two.registry, f"/v1/members/{member}/history")
        own = [one["type"] for one in history["events"] if one["type"].startswith(("Member", "Branch"))]
        assert own == ["MemberRegistered", "BranchAssigned", "MemberTransferredOut", "BranchAssigned"]


async def test_who_is_known_is_not_entered_a_second_time() -> None:
    """Gone outside and back: the number is taken, and finds the record for the letter (ADR 0007)."""
    async with both() as two:
        member = await two.register(HOME)
        await two.come_back_with_receipt(await two.ask_out(member))
        who = two.registry.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="other")
        body = {
            "branch": OTHER, "person_category": "FULL", "name": "李示例", "id_no": ID_NO, "source": "TRANSFER_IN",
            "incoming": True,
        }  # fmt: skip
        again = await two.registry.http.post("/v1/members", json=body, headers=who)
        assert (again.status_code, again.json()["code"]) == (409, "id_no_taken")
        await two.take_in(await two.enter())
        assert (await two.member(member))["branch"] == FAR


ACTS: Final = st.lists(st.sampled_from(["enter", "take_in", "ask_out", "receipt", "cancel"]), max_size=12)


@settings(max_examples=15, deadline=None)
@given(incoming=st.booleans(), acts=ACTS)
async def test_exactly_one_answers_at_every_instant(incoming: bool, acts: list[str]) -> None:  # noqa: FBT001 - drawn
    """In and out in any order: at each event of the ledger one answers, a branch here or the one outside.

    The ledger is read event by event as somebody would who knows only what each says; the register shows the same.
    """
    async with both() as two:
        member = await two.expect() if incoming else await two.register(HOME)
        opened: dict[str, str] = {}
        for act in acts:
            await _try(two, member, act, opened)
            moves = [event for event in await _events(two) if event.type == "RelationTransferred"]
            last = moves[-1].payload.model_dump() if moves else None
            start = "OUTSIDE" if incoming else HOME
            answers = start if last is None else last["to_branch"] or "OUTSIDE"
            told = await two.member(member)
            assert (told["responsible"], told["outside"]) == (answers, answers == "OUTSIDE")
            assert await two.listed() == ([] if answers == "OUTSIDE" else [member])
            before = start
            for event in moves:
                payload = event.payload.model_dump()
                assert (payload["from_branch"] or "OUTSIDE") == before, "it leaves the one who had it"
                before = payload["to_branch"] or "OUTSIDE"
            rows = (await two.get(two.transfers, "/v1/transfers"))["items"]
            assert sum(row["open"] for row in rows) <= 1
            assert all(row["responsible_branch"] for row in rows)


async def _try(two: Both, member: str, act: str, opened: dict[str, str]) -> None:
    """What is refused is refused."""
    try:
        match act:
            case "enter":
                opened["in"] = await two.enter()
            case "take_in":
                await two.take_in(opened.get("in", member))
            case "ask_out":
                opened["out"] = await two.ask_out(member)
            case "receipt":
                await two.come_back_with_receipt(opened.get("out", member))
            case _:
                body = {"reason": "ENTERED_IN_ERROR"}
                for id_ in opened.values():
                    await two.post(two.transfers, f"/v1/transfers/{id_}/cancel", body)
    except AssertionError as refused:
        if '"status":4' not in str(refused):
            raise


async def _events(two: Both) -> list[Any]:
    """Every event of the member's transfers, in the order of the ledger."""
    ledger: Any = two.world.ledger
    return [event for message in ledger.log.messages for event in ledger._decode(message).events]
