"""Contact over HTTP: what a contact person does, who may do what, and what is told when it may not be."""

import pytest
from services.contact.tests.town import CITY, HOME, OTHER, ContactTown

from guiyan.contact.projections.rows import PARTS
from guiyan.service.auth import Role


async def test_attempts_then_the_answers(town: ContactTown) -> None:
    """Attempt, host, complete: each answers with its event, and the desk shows the codes."""
    duty = town.duty(await town.away())
    for verb, body, type_ in (
        ("attempt", {"channel": "PHONE", "outcome": "NO_ANSWER"}, "ContactAttempted"),
        ("contact-host", {"channel": "PHONE", "attendance": "ATTENDS_HOST"}, "HostOrgContacted"),
        ("complete", {"channel": "VIDEO", "work": "EMPLOYED", "dues": "PAID_TO", "dues_paid_to": "2026-01"}, None),
    ):
        done = await town.post(f"/v1/duties/{duty}/{verb}", body)
        assert done.status_code == 200, done.text
        assert done.json()["events"][0]["type"] == (type_ or "ContactCompleted")
    row = (await town.get(f"/v1/duties/{duty}", town.keeper, after_sequence=done.json()["sequence"])).json()
    assert (row["state"], row["work"], row["dues_paid_to"], row["attempts"]) == ("REACHED", "EMPLOYED", "2026-01", 1)
    assert (row["host_attendance"], row["channel"], row["contacted_on"]) == ("ATTENDS_HOST", "VIDEO", "2026-02-10")


async def test_an_early_miss_needs_enough_attempts(town: ContactTown) -> None:
    """≥ 3 attempts on ≥ 2 channels on ≥ 2 days, recorded with their own dates; decided by secretary or officer."""
    duty = town.duty(await town.away(on=None))
    early = await town.post(f"/v1/duties/{duty}/miss", headers=town.officer)
    assert (early.status_code, early.json()["code"]) == (409, "too_few_attempts")
    assert (await town.post(f"/v1/duties/{duty}/miss")).status_code == 403
    await town.town.advance(days=3)
    for day, channel in (("10", "PHONE"), ("11", "SMS"), ("12", "PHONE")):
        body = {"channel": channel, "outcome": "NO_ANSWER", "occurred_on": f"2026-02-{day}"}
        assert (await town.post(f"/v1/duties/{duty}/attempt", body)).status_code == 200
    missed = await town.post(f"/v1/duties/{duty}/miss", headers=town.officer)
    assert missed.json()["events"][0]["type"] == "ContactMissed"
    await town.town.settle()
    closed = await town.post(f"/v1/duties/{duty}/close", headers=town.officer)
    assert closed.json()["events"][0]["type"] == "ContactClosed"


@pytest.mark.parametrize(
    ("verb", "body", "pointer"),
    [
        ("attempt", {"channel": "PIGEON", "outcome": "REACHED"}, "/channel"),
        ("attempt", {"channel": "PHONE", "outcome": "REACHED", "note": "x"}, "/note"),
        ("complete", {"channel": "PHONE", "dues": "PAID_TO"}, "/dues_paid_to"),
        ("complete", {"channel": "PHONE", "occurred_on": "2026-02-11"}, "/occurred_on"),
        ("complete", {"channel": "PHONE", "occurred_on": "2025-12-31"}, "/occurred_on"),
        ("contact-host", {"channel": "PHONE", "host_branch": "x"}, "/host_branch"),
    ],
)
async def test_a_faulty_act_is_told_by_field(town: ContactTown, verb: str, body: dict[str, str], pointer: str) -> None:
    """Codes only, dates inside the quarter and not ahead; nothing is written."""
    duty = town.duty(await town.away())
    before = await town.world.ledger.head()
    refused = await town.post(f"/v1/duties/{duty}/{verb}", body)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert await town.world.ledger.head() == before


async def test_a_settled_duty_takes_no_second_answer(town: ContactTown) -> None:
    """Wrong state is 409 and says which."""
    duty = town.duty(await town.away())
    await town.post(f"/v1/duties/{duty}/complete", {"channel": "PHONE"})
    again = await town.post(f"/v1/duties/{duty}/complete", {"channel": "PHONE"})
    assert (again.status_code, again.json()["code"]) == (409, "duty_not_open")


async def test_the_same_answer_sent_twice_is_one(town: ContactTown) -> None:
    """Idempotency-Key makes a retry safe; If-Match guards a change."""
    duty = town.duty(await town.away())
    key = {"Idempotency-Key": "k1"}
    answers = [await town.post(f"/v1/duties/{duty}/complete", {"channel": "PHONE"}, **key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    stale = {"If-Match": '"1"'}
    assert (await town.post(f"/v1/duties/{duty}/contact-host", {"channel": "PHONE"}, **stale)).status_code == 409


async def test_another_branchs_duties_are_not_there(town: ContactTown) -> None:
    """404, not 403: in the list, alone, in its history, for every act."""
    duty = town.duty(await town.away())
    stranger = town.town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER)
    assert (await town.get("/v1/duties", stranger)).json()["items"] == []
    for path in ("", "/history"):
        assert (await town.get(f"/v1/duties/{duty}{path}", stranger)).status_code == 404
    assert (await town.post(f"/v1/duties/{duty}/complete", {"channel": "PHONE"}, stranger)).status_code == 404
    assert (await town.post("/v1/duties/nobody/complete", {"channel": "PHONE"})).status_code == 404


async def test_administrators_and_operators_see_no_duties(town: ContactTown) -> None:
    """OPS and the three administrators see no member data; an auditor reads and decides nothing."""
    duty = town.duty(await town.away())
    for role in (Role.OPS, Role.SYS_ADMIN, Role.SEC_ADMIN, Role.AUDIT_ADMIN):
        assert (await town.get("/v1/duties", town.town.bearer(role, org=CITY))).status_code == 403
    auditor = town.town.bearer(Role.AUDITOR, org=CITY)
    assert (await town.get(f"/v1/duties/{duty}", auditor)).status_code == 200
    assert (await town.post(f"/v1/duties/{duty}/complete", {"channel": "PHONE"}, auditor)).status_code == 403


async def test_a_member_sees_the_own_duties_only(town: ContactTown) -> None:
    """MEMBER: own record only."""
    one, other = await town.away("one"), await town.away("other")
    me = town.town.bearer(Role.MEMBER, org=HOME, sub=one)
    assert [row["member_id"] for row in (await town.get("/v1/duties", me)).json()["items"]] == [one]
    assert (await town.get(f"/v1/duties/{town.duty(other)}", me)).status_code == 404
    assert (await town.post(f"/v1/duties/{town.duty(one)}/complete", {"channel": "PHONE"}, me)).status_code == 403


async def test_the_numbers_agree(town: ContactTown) -> None:
    """Planned = completed + missed + stopped + open, for each quarter and in all."""
    members = [await town.away(f"m{number}") for number in range(4)]
    await town.post(f"/v1/duties/{town.duty(members[0])}/complete", {"channel": "PHONE"})
    await town.come_home(members[1])
    await town.town.settle()
    found = (await town.get("/v1/duties/reconciliation", quarter="2026-Q1")).json()
    assert {name: found[name] for name in ("planned", *PARTS, "difference")} == {
        "planned": 4,
        "completed": 1,
        "missed": 0,
        "exempted": 0,
        "stopped": 1,
        "paused": 0,
        "open": 2,
        "difference": 0,
    }
    assert (await town.get("/v1/duties/reconciliation", quarter="2026-Q9")).status_code == 422


async def test_both_time_axes(town: ContactTown) -> None:
    """`as_of` and `known_at` give the duty as it was; before it was planned it was not."""
    duty = town.duty(await town.away())
    await town.town.advance(days=5)
    await town.post(f"/v1/duties/{duty}/complete", {"channel": "PHONE", "occurred_on": "2026-02-12"})
    await town.town.settle()
    assert (await town.get(f"/v1/duties/{duty}", as_of="2026-02-11")).json()["state"] == "PLANNED"
    assert (await town.get(f"/v1/duties/{duty}", as_of="2026-02-12")).json()["state"] == "REACHED"
    assert (await town.get(f"/v1/duties/{duty}", as_of="2026-02-09")).status_code == 404
    known = {"as_of": "2026-02-12", "known_at": "2026-02-12T00:00:00Z"}
    assert (await town.get(f"/v1/duties/{duty}", **known)).json()["state"] == "PLANNED"


async def test_a_contact_point_is_sealed_and_shown_masked(town: ContactTown) -> None:
    """The number stands nowhere in clear: not in the ledger, the list or the history; its key is its own."""
    member_id = await town.away()
    made = await town.post("/v1/contact-points", {"member_id": member_id, "kind": "MOBILE", "value": "139 1234 5678"})
    assert made.status_code == 201, made.text
    id_ = made.json()["id"]
    row = (await town.get(f"/v1/contact-points/{id_}", after_sequence=made.json()["sequence"])).json()
    assert (row["value"], row["open"], row["branch"]) == ("139****5678", True, HOME)
    assert (await town.get(f"/v1/contact-points/{id_}/history")).json()["events"][0]["data"]["pii"] == {"sealed": True}
    bodies = b"".join(message.body for message in town.world.ledger.log.messages)  # type: ignore[attr-defined] # the twin's ledger has it
    assert b"12345678" not in bodies


@pytest.mark.parametrize("outcome", ["WRONG_NUMBER", "NUMBER_DEAD"])
async def test_a_number_that_reaches_nobody_is_closed(town: ContactTown, outcome: str) -> None:
    """Wrong or dead: nobody calls it again (§2.6)."""
    member = await town.away()
    made = await town.post("/v1/contact-points", {"member_id": member, "kind": "MOBILE", "value": "13912345678"})
    tried = {"channel": "PHONE", "outcome": outcome, "contact_point_id": made.json()["id"]}
    assert (await town.post(f"/v1/duties/{town.duty(member)}/attempt", tried)).status_code == 200
    await town.town.settle()
    assert (await town.get(f"/v1/contact-points/{made.json()['id']}")).json()["end_reason"] == outcome


async def test_reconciliation_of_a_part(town: ContactTown) -> None:
    """Down to one branch; the parts add up to the whole."""
    for branch in (HOME, OTHER):
        await town.leave(await town.member(branch, branch), branch=branch)
    await town.town.settle()
    planned = [
        (await town.get("/v1/duties/reconciliation", under=one)).json()["planned"] for one in (HOME, OTHER, CITY)
    ]
    assert planned == [1, 1, 2]


async def test_nobody_elses_number_is_closed(town: ContactTown) -> None:
    """What was called is the member's own contact point, at the door and in a report; of any other nothing is said."""
    member, other = [await town.away(name) for name in ("one", "two")]
    made = await town.post("/v1/contact-points", {"member_id": other, "kind": "MOBILE", "value": "13912345678"})
    point, tried = str(made.json()["id"]), {"channel": "PHONE", "outcome": "WRONG_NUMBER"}
    for named in (point, town.world.id("nobody")):
        body = tried | {"contact_point_id": named}
        refused = await town.post(f"/v1/duties/{town.duty(member)}/attempt", body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/contact_point_id")
        report = await town.town.report(HOME, "ContactAttempted", {"member_id": member, **body})
        assert report.kind == "rejected"
    await town.town.settle()
    assert (await town.get(f"/v1/contact-points/{point}")).json()["open"] is True


async def test_a_wrong_number_closes_its_contact_point_at_once(town: ContactTown) -> None:
    """Wrong-number outcome closes it (§2.6); a closed one cannot be verified."""
    member_id = await town.away()
    made = await town.post("/v1/contact-points", {"member_id": member_id, "kind": "MOBILE", "value": "13912345678"})
    id_ = made.json()["id"]
    assert (await town.post(f"/v1/contact-points/{id_}/verify", {"how": "TALKED"})).status_code == 200
    wrong = {"channel": "PHONE", "outcome": "WRONG_NUMBER", "contact_point_id": id_}
    await town.post(f"/v1/duties/{town.duty(member_id)}/attempt", wrong)
    await town.town.settle()
    row = (await town.get(f"/v1/contact-points/{id_}")).json()
    assert (row["open"], row["end_reason"], row["verified_how"]) == (False, "WRONG_NUMBER", "TALKED")
    again = await town.post(f"/v1/contact-points/{id_}/verify", {"how": "TALKED"})
    assert (again.status_code, again.json()["code"]) == (409, "contact_point_closed")


@pytest.mark.parametrize(
    ("kind", "value"), [("MOBILE", "12345"), ("MOBILE", "no"), ("EMAIL", "x"), ("LANDLINE", "abc"), ("WECHAT", " ")]
)
async def test_what_is_no_number_or_address_is_refused(town: ContactTown, kind: str, value: str) -> None:
    """A value has the form of its kind; the value itself is never told back."""
    member_id = await town.away()
    refused = await town.post("/v1/contact-points", {"member_id": member_id, "kind": kind, "value": value})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/value")


async def test_a_contact_point_outside_the_scope_is_not_there(town: ContactTown) -> None:
    """Neither adding to a stranger's member nor changing a stranger's contact point."""
    member_id = await town.away()
    stranger = town.town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER)
    body = {"member_id": member_id, "kind": "MOBILE", "value": "13912345678"}
    assert (await town.post("/v1/contact-points", body, stranger)).status_code == 422
    id_ = (await town.post("/v1/contact-points", body)).json()["id"]
    await town.town.settle()
    assert (await town.get(f"/v1/contact-points/{id_}", stranger)).status_code == 404
    assert (await town.post(f"/v1/contact-points/{id_}/close", {"reason": "BY_WISH"}, stranger)).status_code == 404
    me = town.town.bearer(Role.MEMBER, org=HOME, sub=member_id)
    assert (await town.post(f"/v1/contact-points/{id_}/close", {"reason": "BY_WISH"}, me)).status_code == 200


async def test_the_desk_as_a_spreadsheet(town: ContactTown) -> None:
    """The quarter's contact record (§6 no. 6) as CSV, names masked, codes as words."""
    await town.away()
    headers = {**town.keeper, "Accept": "text/csv", "Accept-Language": "zh-CN"}
    found = await town.town.http.get("/v1/duties", headers=headers)
    assert "联系结果" in found.text
    assert "待联系" in found.text
    assert "李示例" not in found.text
