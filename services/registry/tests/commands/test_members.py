"""Members over the write path: nobody twice whatever races, and the relation follows transfers alone."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from services.registry.tests.city import FAR, HOME, CityOfTests, id_number

from guiyan.events.registry.member import MemberTextChange
from guiyan.ledger import Refused
from guiyan.registry.commands.members import Correction, Payment, correct_member, record_dues
from guiyan.registry.commands.reveal import reveal_fields
from guiyan.registry.reservations import id_number_key
from guiyan.service.problems import NotFound
from guiyan.service.scope import Scope


async def try_register(city: CityOfTests, **more: Any) -> str | None:
    """Enter a member; the new id, or None when refused."""
    try:
        return (await city.register(**more)).id
    except Refused as told:
        return None if told.code == "id_no_taken" else told.code


async def test_no_two_members_share_an_id_number_whatever_races(city: CityOfTests) -> None:
    """Twenty at once with one number: one is entered, the others are refused, and the ledger holds one."""
    entered = await asyncio.gather(*(try_register(city, id_no=id_number(7)) for _ in range(20)))
    assert len([one for one in entered if one]) == 1
    await city.settle()
    assert len(await city.documents("members")) == 1


async def test_a_repeat_of_the_same_command_is_the_same_member(city: CityOfTests) -> None:
    """An Idempotency-Key sent again gives the first answer, marked as a repeat."""
    asker = city.asker()
    first = await city.register(id_no=id_number(8), asker=asker)
    again = await city.register(id_no=id_number(8), asker=asker)
    assert (again.id, again.sequence, again.duplicate) == (first.id, first.sequence, True)


async def test_a_reservation_left_by_a_crash_is_taken_up(city: CityOfTests) -> None:
    """A crash between reservation and append blocks nobody: the next registration takes the reserved id."""
    left = "019b76da-a800-7000-8000-00000000dead"
    key = id_number_key(city.tools.identities.index(id_number(9)))
    await city.tools.reservations.hold(key, left)
    assert (await city.register(id_no=id_number(9))).id == left


async def test_reservations_lost_with_their_database_let_nobody_in_twice(city: CityOfTests) -> None:
    """The register knows everybody older than the reservations (ADR 0007)."""
    await city.register(id_no=id_number(10))
    await city.settle()
    await city.database.collection("reservations").delete_many({})
    assert await try_register(city, id_no=id_number(10)) is None


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"id_no": "690101198005010016"}, "/id_no", "id_no_check_digit"),
        ({"id_no": "090101800501001"}, "/id_no", "id_no_format"),
        ({"sex": "1", "id_no": id_number(2)}, "/sex", "sex_mismatch"),
        ({"mobile": "12345"}, "/mobile", "mobile_format"),
        ({"branch": "999999999999"}, "/branch", "outside_scope"),
        ({"branch": "654002001000"}, "/branch", "no_branch"),
    ],
)
async def test_a_bad_field_is_named(city: CityOfTests, change: dict[str, Any], pointer: str, code: str) -> None:
    """GB 11643, MOD 11-2, sex and phone (domain.md §4.3): the refusal names field and code; nothing is written."""
    head = await city.ledger.head()
    with pytest.raises(Refused) as told:
        await city.register(**change)
    assert (told.value.pointer, told.value.code) == (pointer, code)
    assert await city.ledger.head() == head


async def test_nothing_personal_stands_in_the_ledger(city: CityOfTests) -> None:
    """Name, number, birth date and phone are sealed; only codes and blind indexes are in clear."""
    await city.register(id_no=id_number(11), mobile="13912345678")
    body = b"".join(message.body for message in city.ledger.log.messages)
    for text in ("李示例", id_number(11), "13912345678", "1980-05-01"):
        assert text.encode() not in body


async def test_the_register_masks_numbers(city: CityOfTests) -> None:
    """The database keeps masked numbers and blind indexes, and the name to sort by."""
    member = await city.register(id_no=id_number(12), mobile="13912345678")
    await city.settle()
    document = (await city.documents("members"))[member.id]
    assert (document["id_no"], document["mobile"]) == ("690101**********" + id_number(12)[-2:], "139****5678")
    assert id_number(12) not in repr(document)


async def test_a_corrected_number_is_claimed_and_the_wrong_one_set_free(city: CityOfTests) -> None:
    """A number is somebody's while the record says so: another's is refused, the one given up can be entered anew."""
    first = (await city.register(id_no=id_number(13))).id
    await city.register(id_no=id_number(14))
    with pytest.raises(Refused) as told:
        await correct_member(city.tools, city.asker(), first, Correction({}, MemberTextChange(id_no=id_number(14))))
    assert told.value.code == "id_no_taken"
    await correct_member(city.tools, city.asker(), first, Correction({}, MemberTextChange(id_no=id_number(15))))
    assert await city.tools.identities.find(id_number(15)) == first
    assert await try_register(city, id_no=id_number(15)) is None
    assert await try_register(city, id_no=id_number(13)) is not None


async def test_what_lies_outside_the_scope_is_not_there(city: CityOfTests) -> None:
    """Scope in every command: another branch's member is 404."""
    member = (await city.register(HOME)).id
    stranger = city.asker(scope=Scope(FAR, frozenset({FAR})))
    with pytest.raises(NotFound):
        await record_dues(city.tools, stranger, member, Payment(("2026-06",)))


async def test_dues_are_shown_with_the_member(city: CityOfTests) -> None:
    """R7: the last month paid for stands in the register."""
    member = (await city.register()).id
    await record_dues(city.tools, city.asker(), member, Payment(("2026-06", "2026-05")))
    await city.settle()
    assert (await city.documents("members"))[member]["dues_paid_to"] == "2026-06"


async def test_revealing_is_an_act(city: CityOfTests) -> None:
    """§5.2: the record of access is written before the text is given; it names fields and reason, not values."""
    member = (await city.register(id_no=id_number(16), mobile="13912345678")).id
    text = await reveal_fields(city.tools, city.asker(), member, ["mobile", "landline"], "CONTACT_DUTY")
    assert text == {"mobile": "+8613912345678", "landline": None}
    last = city.ledger.log.messages[-1]
    assert b"FieldsRevealed" in last.body
    assert b"13912345678" not in last.body
