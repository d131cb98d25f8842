"""What township systems report about contacts (contract.md §4)."""

from datetime import date

import pytest
from services.contact.tests.town import OTHER, TOWN, ContactTown

from guiyan.service.testing import ID_NO, ID_SPELLINGS


async def test_attempt_host_and_answers_reach_the_quarters_duty(town: ContactTown) -> None:
    """The duty is the member's of the quarter of the business date, or of the quarter named."""
    member_id = await town.away()
    for type_, data in (
        ("ContactAttempted", {"channel": "PHONE", "outcome": "NO_ANSWER"}),
        ("HostOrgContacted", {"channel": "PHONE", "attendance": "NONE"}),
        ("ContactCompleted", {"channel": "SMS", "work": "SEEKING", "quarter": "2026-Q1", "wishes": ["AID"]}),
    ):
        result = await town.town.report(TOWN, type_, {"member_id": member_id, **data})
        assert (result.kind, result.outcomes[0].events[0].type) == ("accepted", type_), result
    row = await town.row(member_id)
    assert (row["state"], row["work"], row["wishes"]) == ("REACHED", "SEEKING", ["AID"])


async def test_sent_twice_has_one_effect(town: ContactTown) -> None:
    """Same id: the second is a duplicate."""
    member_id = await town.away()
    for expected in (False, True):
        envelope = {"id": town.world.id("report")}
        result = await town.town.report(
            TOWN, "ContactCompleted", {"member_id": member_id, "channel": "SMS"}, **envelope
        )
        assert result.repeated is expected


async def test_a_duty_still_on_its_way_is_waited_for(town: ContactTown) -> None:
    """A report right after MemberLeft, or about somebody who is not away: asked again, then rejected with reason."""
    member_id = await town.member()
    result = await town.town.report(TOWN, "ContactCompleted", {"member_id": member_id, "channel": "SMS"})
    assert (result.kind, result.problems[0].code) == ("later", "duty_not_found")


async def test_a_settled_duty_is_a_wrong_state(town: ContactTown) -> None:
    """Told after the quarter of a day in it: recorded. Once more: rejected with the reason, nothing stored."""
    member_id = await town.away()
    await town.until(date(2026, 4, 1))
    data = {"member_id": member_id, "channel": "SMS", "quarter": "2026-Q1"}
    late = await town.town.report(TOWN, "ContactCompleted", data, occurredon="2026-03-30")
    assert late.kind == "accepted"
    result = await town.town.report(TOWN, "ContactCompleted", data, occurredon="2026-03-31")
    assert (result.kind, result.problems[0].code) == ("rejected", "duty_not_open")


async def test_a_township_speaks_for_its_own_members_only(town: ContactTown) -> None:
    """Another township's member is not there."""
    member_id = await town.away()
    result = await town.town.report(OTHER, "ContactCompleted", {"member_id": member_id, "channel": "SMS"})
    assert (result.kind, result.problems[0].code) == ("later", "member_not_found")


async def test_a_contact_point_by_id_number(town: ContactTown) -> None:
    """Members are named by id_no where the sender has no member_id; the value is sealed."""
    await town.member(id_no=ID_NO)
    data = {"id_no": ID_NO, "kind": "MOBILE", "value": "13912345678"}
    result = await town.town.report(TOWN, "ContactPointAdded", data)
    assert result.outcomes[0].events[0].type == "ContactPointAdded"
    await town.town.settle()
    rows = (await town.get("/v1/contact-points")).json()["items"]
    assert [row["value"] for row in rows] == ["139****5678"]


@pytest.mark.parametrize("spelling", ID_SPELLINGS)
async def test_a_number_finds_its_member_however_it_is_written(town: ContactTown, spelling: str) -> None:
    """15 digits, full-width digits, a small x, blanks: one person, whichever way registry heard of the number."""
    await town.member(id_no=ID_NO)
    result = await town.town.report(TOWN, "ReportGiven", {"id_no": spelling, "form": "ORAL"})
    assert result.kind == "accepted"


async def test_a_report_given_is_kept_as_a_fact(town: ContactTown) -> None:
    """S-04: that it was given, in which form and to whom; the sender's organisation when none is named."""
    member_id = await town.member()
    result = await town.town.report(TOWN, "ReportGiven", {"member_id": member_id, "form": "ORAL"})
    [event] = result.outcomes[0].events
    assert event.data == {"member_id": member_id, "form": "ORAL", "to_org": TOWN}


async def test_a_date_is_told_as_the_sender_wrote_it(town: ContactTown) -> None:
    """A day that has not come: the receipt points at `occurredon`, or at `time` where the date was taken from it."""
    data = {"member_id": await town.away(), "form": "ORAL"}
    for envelope, pointer in (
        ({"occurredon": "2999-01-01"}, "/occurredon"),
        ({"time": "2999-01-01T00:00:00Z"}, "/time"),
    ):
        result = await town.town.report(TOWN, "ReportGiven", data, **envelope)
        assert [one.pointer for one in result.problems] == [pointer], result
