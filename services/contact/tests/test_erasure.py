"""Whose processing is restricted is called by nobody; whose key is destroyed is readable nowhere (domain.md §5.3)."""

from __future__ import annotations

from typing import Any

from services.contact.tests.lost_town import LostTown
from services.contact.tests.test_relay_persons import named
from services.contact.tests.test_today import page
from services.contact.tests.town import HOME, ContactTown

from guiyan.contact.app import BLUEPRINT
from guiyan.contact.projections.points import OWNERS, POINTS, ContactPoints
from guiyan.contact.projections.relay_persons import RELAY_MEMBERS, RELAY_PERSONS, RelayPersons
from guiyan.events.codes import ContactPointKind
from guiyan.events.contact import ContactPointAdded, ContactPointText
from guiyan.events.registry import DekDestroyed, MemberDetailsCorrected, ProcessingRestricted
from guiyan.events.registry.member import MemberTextChange
from guiyan.ledger import Subject
from guiyan.ledger.seal import PersonSealer
from guiyan.service.twins import Town, on_twins


async def reached(town: ContactTown) -> tuple[str, str, str]:
    """A member away with a number of the register, an own one, and a relay person; gives member, own point, relay."""
    member_id = await town.away()
    added = await town.post("/v1/contact-points", {"member_id": member_id, "kind": "MOBILE", "value": "13900001234"})
    return member_id, str(added.json()["id"]), await named(town, member_id)


async def restrict(town: ContactTown, member_id: str) -> None:
    """All but storage has stopped for the member."""
    await town.world.happen(town.world.id("erasure", member_id), ProcessingRestricted(person_id=member_id))
    await town.town.settle()


async def erase(town: ContactTown, member_id: str) -> None:
    """The member's key is destroyed."""
    await town.world.sealer.destroy(member_id)
    destroyed = DekDestroyed(person_id=member_id, key_ids=("dk-1",))
    await town.world.happen(town.world.id("erasure", member_id), destroyed)
    await town.town.settle()


async def codes(town: ContactTown, member_id: str, point: str) -> dict[str, str]:
    """What whoever tries to use the member's numbers is told."""
    path = f"/v1/contact-points/{point}"
    tried: dict[str, tuple[str, dict[str, Any]]] = {
        "reveal": (f"{path}/reveal", {"reason": "CONTACT_DUTY"}),
        "change": (f"{path}/change", {"value": "13900005678"}),
        "verify": (f"{path}/verify", {"how": "TALKED"}),
        "add": ("/v1/contact-points", {"member_id": member_id, "kind": "MOBILE", "value": "13900009999"}),
    }
    answers = {name: await town.post(path, body) for name, (path, body) in tried.items()}
    assert {one.status_code for one in answers.values()} == {409}
    return {name: one.json()["code"] for name, one in answers.items()}


async def documents(town: Town) -> dict[str, list[dict[str, Any]]]:
    """All that contact keeps of contact points and relay persons."""
    points, relays = town.parts.reads(ContactPoints), town.parts.reads(RelayPersons)
    kept = [(points, POINTS), (points, OWNERS), (relays, RELAY_PERSONS), (relays, RELAY_MEMBERS)]
    return {name: await reads.find(name, {}, sort=[("_id", 1)]) for reads, name in kept}


async def test_whoever_is_restricted_is_called_by_nobody(town: ContactTown) -> None:
    """Not shown, not added, not proved, on no page, by no relay person; it may be closed, and no look is recorded."""
    member_id, point, relay = await reached(town)
    assert (await page(town))["to_contact"]["first"][0]["call"]["contact_point_id"] == point
    await restrict(town, member_id)
    assert set((await codes(town, member_id, point)).values()) == {"processing_restricted"}
    wish = {"in_writing": True, "wish_document_no": "示例意愿〔2026〕1号", "wish_on": "2026-01-15"}
    again = {"member_id": member_id, "name": "王示例", "phone": "13912345678", **wish}
    assert (await town.post("/v1/relay-persons", again)).json()["code"] == "processing_restricted"
    via = {"channel": "VIA_RELAY_PERSON", "outcome": "REACHED"}
    through = await town.post(f"/v1/duties/{town.duty(member_id)}/attempt", via)
    assert through.json()["code"] == "relay_person_missing"
    row = (await town.get(f"/v1/contact-points/{point}")).json()
    assert (row["value"], row["open"], row["valid_to"]) == (None, False, "2026-02-10")
    assert (row["withheld"], row["end_reason"]) == ("RESTRICTED", None)
    shown = (await town.get(f"/v1/relay-persons/{relay}")).json()
    assert [shown[name] for name in ("name", "phone", "open", "withheld")] == [None, None, False, "RESTRICTED"]
    (called,) = (await page(town))["to_contact"]["first"]
    assert called["call"] is None
    assert (await town.get("/v1/contact-points/figures")).json()["phones"]["count"] == 0
    history = (await town.get(f"/v1/contact-points/{point}/history")).json()["events"]
    assert [one["type"] for one in history] == ["ContactPointAdded"]
    assert (await town.post(f"/v1/contact-points/{point}/close", {"reason": "BY_WISH"})).status_code == 200


async def test_a_search_does_not_use_what_is_restricted(town: ContactTown) -> None:
    """The organisation holds the number no more: whoever searches may say that the means is not applicable (§2.7)."""
    lost = LostTown(town.town)
    member_id, case_id = await lost.searching()
    added = await town.post("/v1/contact-points", {"member_id": member_id, "kind": "MOBILE", "value": "13900001234"})
    assert added.status_code == 201
    step = {"means": "OWN_CONTACT_POINTS", "result": "NOT_APPLICABLE"}
    assert (await lost.do(case_id, "search-step", **step)).json()["code"] == "search_means_applies"
    await restrict(town, member_id)
    assert (await lost.do(case_id, "search-step", **step)).status_code == 200


async def test_no_number_of_the_register_is_taken_while_restricted(town: ContactTown) -> None:
    """A correction that tells a new number makes no contact point of it (ADR 0030)."""
    member_id, _, _ = await reached(town)
    await restrict(town, member_id)
    corrected = MemberDetailsCorrected(member_id=member_id)
    await town.world.happen(member_id, corrected, pii=MemberTextChange(mobile="13900007777"))
    await town.town.settle()
    assert len((await documents(town.town))[POINTS]) == 1


async def test_an_erased_member_is_readable_nowhere(town: ContactTown) -> None:
    """The keys of contact points and relay persons go with the member's: no copy of the ledger tells them any more."""
    member_id, point, relay = await reached(town)
    await restrict(town, member_id)
    await erase(town, member_id)
    assert set((await codes(town, member_id, point)).values()) == {"personal_data_erased"}
    kept = await documents(town.town)
    (row,), (named_one,) = kept[POINTS], kept[RELAY_PERSONS]
    assert [row[name] for name in ("value", "value_index", "former", "withheld")] == [None, None, [], "ERASED"]
    assert [named_one[name] for name in ("name", "phone", "withheld")] == [None, None, "ERASED"]
    assert "1234" not in str(kept)
    assert "王" not in str(kept)
    subjects = [Subject("contact", "contact_point", point), Subject("contact", "relay_person", relay)]
    events = [one for subject in subjects for one in (await town.world.ledger.read(subject)).events]
    other = PersonSealer(town.world.sealer._store, town.world.master)
    assert set((await other.open(events)).values()) == {None}


async def test_a_new_start_comes_to_the_same(town: ContactTown) -> None:
    """Documents made anew from a ledger whose keys are gone are those that stood before; of others nothing is lost."""
    member_id, _, _ = await reached(town)
    other = await town.away("two")
    await town.post("/v1/contact-points", {"member_id": other, "kind": "MOBILE", "value": "13900004321"})
    await restrict(town, member_id)
    await town.until(town.world.clock.today().replace(day=12))
    await erase(town, member_id)
    before = await documents(town.town)
    assert [one["value"] for one in before[POINTS] if one["open"]] == ["139****4321"]
    async with on_twins(BLUEPRINT, town.town.parts.settings, town.world) as anew:
        await anew.settle()
        assert await documents(anew) == before


async def test_what_was_added_at_that_very_moment_is_erased_too(town: ContactTown) -> None:
    """A number that was on its way when the key was destroyed is neither shown nor kept."""
    member_id, _, _ = await reached(town)
    await erase(town, member_id)
    late = town.world.id("point", "late")
    added = ContactPointAdded(point_id=late, member_id=member_id, kind=ContactPointKind.MOBILE)
    await town.world.happen(late, added, pii=ContactPointText(value="+8613900008888"))
    await town.town.settle()
    row = (await town.get(f"/v1/contact-points/{late}")).json()
    assert (row["value"], row["open"], row["withheld"], row["branch"]) == (None, False, "ERASED", HOME)
    events = (await town.world.ledger.read(Subject("contact", "contact_point", late))).events
    assert set((await town.world.sealer.open(events)).values()) == {None}


async def test_a_key_that_is_missing_leaves_nothing_to_call(town: ContactTown) -> None:
    """Nobody told of an erasure, but documents made anew cannot read the number: it shows as erased, no page has it."""
    _, point, _ = await reached(town)
    await town.world.sealer.destroy(point)
    async with on_twins(BLUEPRINT, town.town.parts.settings, town.world) as anew:
        await anew.settle()
        (row,) = (await documents(anew))[POINTS]
        assert (row["value"], row["withheld"]) == (None, "ERASED")
        (called,) = (await page(ContactTown(anew)))["to_contact"]["first"]
        assert called["call"] is None
