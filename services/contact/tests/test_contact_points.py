"""Contact points that fail, are proved, or change (domain.md §2.6, P-10, §3.5)."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import parse_qsl

import pytest
from services.contact.tests.stories import MEMBER, PERSON
from services.contact.tests.town import CITY, FAR, HOME, OTHER, ContactTown

from guiyan.contact.domain.contact_point import CONTACT_POINT, Bounce, ChangeValue, ClosePoint, Verify
from guiyan.events.codes import ContactPointEnd, ContactPointKind, NoticeFailure, VerifiedHow
from guiyan.events.contact import (
    ContactPointAdded,
    ContactPointBounced,
    ContactPointChanged,
    ContactPointClosed,
    ContactPointText,
)
from guiyan.events.notifications import MaterialCameBack, NoticeBounced
from guiyan.ledger.commit import Draft
from guiyan.ledger.testing.deciders import Scenario
from guiyan.service.auth import Role

POINT = PERSON
WHOSE: dict[str, str] = {"point_id": POINT, "member_id": MEMBER}
ADDED, DAY, LATER = date(2026, 1, 1), date(2026, 3, 1), date(2026, 4, 1)
NOTICES = [f"019b76da-a800-7000-8000-0000000000e{n}" for n in range(1, 7)]


def point(kind: ContactPointKind = ContactPointKind.MOBILE) -> Scenario[Any, Any]:
    """A contact point in use."""
    return Scenario(CONTACT_POINT).given(ContactPointAdded(**WHOSE, kind=kind), occurred_on=ADDED)


def bounce(notice: int, on: date = DAY, *, dead: bool = False) -> Bounce:
    """A message that came back."""
    return Bounce(on=on, today=on, notice_id=NOTICES[notice], dead=dead, limit=3)


def test_three_returned_messages_close_it() -> None:
    """Each notice counts once; the third in a row closes; what is closed counts no more."""
    story = point().when(bounce(0)).then(ContactPointBounced(**WHOSE, notice_id=NOTICES[0]))
    story.when(bounce(0)).then_nothing()
    story.when(bounce(1)).then(ContactPointBounced(**WHOSE, notice_id=NOTICES[1]))
    story.when(bounce(2)).then(
        ContactPointBounced(**WHOSE, notice_id=NOTICES[2]), ContactPointClosed(**WHOSE, reason="BOUNCED")
    )
    story.when(bounce(3)).then_refused("contact_point_closed")


def test_a_proof_begins_the_count_anew() -> None:
    """Talked to on the number, what came back before says nothing; told late, it does not undo what came back since."""
    proved = point().when(bounce(0)).when(bounce(1)).when(Verify(on=LATER, today=LATER, how=VerifiedHow.TALKED))
    proved.when(bounce(2, LATER)).then(ContactPointBounced(**WHOSE, notice_id=NOTICES[2]))
    proved.when(bounce(3)).then_nothing()
    late = point().when(bounce(0, LATER)).when(bounce(1, LATER))
    late.when(Verify(on=DAY, today=LATER, how=VerifiedHow.TALKED)).when(bounce(2, LATER)).then_state(closed=True)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [(ContactPointKind.MOBILE, ContactPointEnd.NUMBER_DEAD), (ContactPointKind.EMAIL, ContactPointEnd.BOUNCED)],
)
def test_a_dead_one_is_closed_at_once(kind: ContactPointKind, reason: ContactPointEnd) -> None:
    """There is no such number or address: nothing has to come back three times."""
    point(kind).when(bounce(0, dead=True)).then(
        ContactPointBounced(**WHOSE, notice_id=NOTICES[0]), ContactPointClosed(**WHOSE, reason=reason)
    )


def test_a_new_value_has_to_be_proved_anew() -> None:
    """The value is sealed under the point's own key, and the count of returned messages begins with it."""
    text = ContactPointText(value="+8613912345679")
    story = point().when(bounce(0)).when(bounce(1))
    story.when(ChangeValue(on=LATER, today=LATER, value=text.value)).then(
        Draft(ContactPointChanged(**WHOSE), LATER, text)
    ).then_state(bounced=frozenset())
    closed = point().when(ClosePoint(on=DAY, today=DAY, reason=ContactPointEnd.BY_WISH))
    closed.when(ChangeValue(on=LATER, today=LATER, value=text.value)).then_refused("contact_point_closed")


async def added(town: ContactTown, member_id: str, value: str = "13912345678", kind: str = "MOBILE") -> str:
    """A contact point by the door; gives the id."""
    body = {"member_id": member_id, "kind": kind, "value": value}
    done = await town.post("/v1/contact-points", body)
    assert done.status_code == 201, done.text
    await town.town.settle()
    return str(done.json()["id"])


async def shown(town: ContactTown, id_: str) -> dict[str, Any]:
    """The contact point, after everything has been applied."""
    await town.town.settle()
    return dict((await town.get(f"/v1/contact-points/{id_}")).json())


async def test_notices_that_come_back_are_counted(town: ContactTown) -> None:
    """Notifications tell which contact point; one that names none, or another, changes nothing here."""
    member_id = await town.away()
    id_ = await added(town, member_id)
    for notice, point_id in enumerate((None, id_, id_)):
        told = NoticeBounced(reason=NoticeFailure.RETRIES_USED_UP, contact_point_id=point_id)
        await town.world.happen(town.world.id("notice", str(notice)), told)
    row = await shown(town, id_)
    assert (row["bounces"], row["open"], row["bounced_on"]) == (2, True, "2026-02-10")
    assert (await town.post(f"/v1/contact-points/{id_}/verify", {"how": "TALKED"})).status_code == 200
    assert (await shown(town, id_))["bounces"] == 0
    dead = NoticeBounced(reason=NoticeFailure.ADDRESS_INVALID, contact_point_id=id_)
    await town.world.happen(town.world.id("notice", "dead"), dead)
    row = await shown(town, id_)
    assert (row["open"], row["end_reason"]) == (False, "NUMBER_DEAD")
    assert (await town.get("/v1/contact-points", end_reason="NUMBER_DEAD")).json()["items"][0]["id"] == id_


async def test_a_letter_that_came_back_counts_once(town: ContactTown) -> None:
    """It names the address it was sent to; one letter closes nothing, three messages in a row do (P-10)."""
    member_id = await town.away()
    body = {"member_id": member_id, "kind": "POSTAL", "value": "示例市示例路9号"}
    id_ = str((await town.post("/v1/contact-points", body)).json()["id"])
    for count in (1, 2, 3):
        back = MaterialCameBack(member_id=member_id, contact_point_id=id_)
        await town.world.happen(town.world.id("material", str(count)), back)
        row = await shown(town, id_)
        assert (row["bounces"], row["open"]) == (count, count < 3)
    none = MaterialCameBack(member_id=member_id)
    await town.world.happen(town.world.id("material", "none"), none)
    assert (await shown(town, id_))["bounces"] == 3


async def test_the_member_gives_a_new_number(town: ContactTown) -> None:
    """At each change (R3): by the member or the branch; shown masked, unproved; no nonsense, nobody else's."""
    member_id = await town.away()
    id_ = await added(town, member_id)
    await town.post(f"/v1/contact-points/{id_}/verify", {"how": "TALKED"})
    own = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    done = await town.post(f"/v1/contact-points/{id_}/change", {"value": "139 8765 4321"}, own)
    assert [one["type"] for one in done.json()["events"]] == ["ContactPointChanged"]
    row = await shown(town, id_)
    assert (row["value"], row["verified_on"], row["valid_from"]) == ("139****4321", None, "2026-02-10")
    wrong = await town.post(f"/v1/contact-points/{id_}/change", {"value": "12"}, own)
    assert (wrong.status_code, wrong.json()["code"]) == (422, "contact_value_form")
    outside = town.town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="outside")
    assert (await town.post(f"/v1/contact-points/{id_}/change", {"value": "13912345679"}, outside)).status_code == 404


async def test_the_share_of_phones_proved_of_late(town: ContactTown) -> None:
    """§3.5: phones in use, proved within 180 days; each figure is the list it names; closed ones and mail count not."""
    member_id = await town.away()
    empty = (await town.get("/v1/contact-points/figures")).json()
    assert (empty["share"], empty["phones"]["count"]) == (None, 0)
    first, second, third = [await added(town, member_id, f"1391234567{n}") for n in range(3)]
    await added(town, member_id, "someone@example.org", "EMAIL")
    for id_, on in ((first, "2026-02-10"), (second, "2026-02-01")):
        await town.post(f"/v1/contact-points/{id_}/verify", {"how": "TALKED", "occurred_on": on})
    await town.town.settle()

    async def figures(headers: Any = None) -> tuple[int, int, float | None]:
        told = (await town.get("/v1/contact-points/figures", headers)).json()
        for name in ("phones", "verified"):
            path, _, asked = told[name]["list"].partition("?")
            query: dict[str, Any] = {}
            for key, value in parse_qsl(asked):
                query[key] = [*query.get(key, []), value]
            assert len((await town.get(path, headers, **query)).json()["items"]) == told[name]["count"]
        return told["phones"]["count"], told["verified"]["count"], told["share"]

    assert await figures() == (3, 2, 0.6667)
    await town.until(date(2026, 8, 5))
    assert await figures() == (3, 1, 0.3333)
    await town.post(f"/v1/contact-points/{third}/close", {"reason": "BY_WISH"})
    await town.town.settle()
    assert await figures() == (2, 1, 0.5)
    outside = town.town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="outside")
    assert await figures(outside) == (0, 0, None)


async def test_a_number_is_shown_for_a_reason_and_recorded(town: ContactTown) -> None:
    """The newest value, in clear, to who keeps contact; masked everywhere else; each look is an event (§5.2)."""
    member = await town.away()
    made = await town.post("/v1/contact-points", {"member_id": member, "kind": "MOBILE", "value": "13900001234"})
    path = f"/v1/contact-points/{made.json()['id']}"
    seen = await town.post(f"{path}/reveal", {"reason": "CONTACT_DUTY"})
    assert (seen.status_code, seen.json()["value"]) == (200, "+8613900001234")
    await town.post(f"{path}/change", {"value": "13900009999"})
    assert (await town.post(f"{path}/reveal", {"reason": "INQUIRY"})).json()["value"] == "+8613900009999"
    await town.town.settle()
    history = (await town.get(f"{path}/history")).json()["events"]
    looks = [(one["actor"], one["data"]["reason"]) for one in history if one["type"] == "ContactPointRevealed"]
    assert looks == [("keeper", "CONTACT_DUTY"), ("keeper", "INQUIRY")]
    assert (await town.get(path)).json()["value"] == "139****9999"
    assert (await town.post(f"{path}/reveal", {})).status_code == 422
    assert (await town.post(f"{path}/reveal", {"reason": "CURIOSITY"})).status_code == 422
    stranger = town.town.bearer(Role.BRANCH_CONTACT, org=FAR, sub="far")
    assert (await town.post(f"{path}/reveal", {"reason": "CONTACT_DUTY"}, stranger)).status_code == 404
    auditor = town.town.bearer(Role.AUDITOR, org=CITY, sub="auditor")
    assert (await town.post(f"{path}/reveal", {"reason": "CONTACT_DUTY"}, auditor)).status_code == 403
    for sub, status in ((member, 200), (town.town.world.id("member", "other"), 404)):
        login = town.town.bearer(Role.MEMBER, org=CITY, sub=sub)
        assert (await town.post(f"{path}/reveal", {"reason": "MEMBER_ASKED"}, login)).status_code == status


async def test_what_was_erased_or_closed_is_not_shown(town: ContactTown) -> None:
    """Without its key there is no value, and no look is recorded that showed nothing; nobody calls a closed one."""
    member = await town.away()
    made = await town.post("/v1/contact-points", {"member_id": member, "kind": "MOBILE", "value": "13900001234"})
    point = str(made.json()["id"])
    await town.world.sealer.destroy(point)
    seen = await town.post(f"/v1/contact-points/{point}/reveal", {"reason": "CONTACT_DUTY"})
    assert (seen.status_code, seen.json()["code"]) == (409, "personal_data_erased")
    history = (await town.get(f"/v1/contact-points/{point}/history")).json()["events"]
    assert [one["type"] for one in history] == ["ContactPointAdded"]
    await town.post(f"/v1/contact-points/{point}/close", {"reason": "BY_WISH"})
    refused = await town.post(f"/v1/contact-points/{point}/reveal", {"reason": "CONTACT_DUTY"})
    assert refused.json()["code"] == "contact_point_closed"
