"""What township systems report about transfers (contract.md §4)."""

import pytest
from services.transfers.tests.town import FAR, OTHER, TOWN, TransferTown

from guiyan.service.problems import FieldProblem
from guiyan.service.testing import ID_NO, ID_SPELLINGS

REQUEST = {
    "channel": "PAPER",
    "change_type": "OUT_INSIDE",
    "to_title": "示例街道党工委",
    "to_committee": OTHER,
    "dues_paid_to": "2026-02",
}


async def test_a_reported_request_opens_a_transfer_for_the_member_with_that_number(town: TransferTown) -> None:
    """Members are named by id_no where the sender has no member_id; a blind index finds them."""
    await town.member(id_no=ID_NO)
    result = await town.town.report(TOWN, "TransferRequested", REQUEST | {"id_no": ID_NO})
    assert (result.kind, result.outcomes[0].events[0].type) == ("accepted", "TransferRequested")


@pytest.mark.parametrize("spelling", ID_SPELLINGS)
async def test_a_number_finds_its_member_however_it_is_written(town: TransferTown, spelling: str) -> None:
    """15 digits, full-width digits, a small x, blanks: one person, whichever way registry heard of the number."""
    await town.member(id_no=ID_NO)
    result = await town.town.report(TOWN, "TransferRequested", REQUEST | {"id_no": spelling})
    assert result.kind == "accepted"


async def test_the_same_report_twice_has_one_effect(town: TransferTown) -> None:
    """Sent twice (same id): the second is a duplicate."""
    member_id = await town.member()
    envelope = {"id": town.world.id("report")}
    for expected in (False, True):
        result = await town.town.report(TOWN, "TransferRequested", REQUEST | {"member_id": member_id}, **envelope)
        assert result.repeated is expected


async def test_a_township_speaks_for_its_own_members_only(town: TransferTown) -> None:
    """Another township's member is not there; it may still be on the way, so it is asked again later."""
    member_id = await town.member()
    result = await town.town.report(OTHER, "TransferRequested", REQUEST | {"member_id": member_id})
    assert result.kind == "later"
    assert [one.code for one in result.problems] == ["member_not_found"]


async def test_a_second_open_transfer_is_rejected_with_the_reason(town: TransferTown) -> None:
    """Wrong state: rejected, nothing stored."""
    member_id = await town.member()
    await town.requested(member_id)
    before = await town.world.ledger.head()
    result = await town.town.report(TOWN, "TransferRequested", REQUEST | {"member_id": member_id})
    assert (result.kind, result.problems[0].code) == ("rejected", "transfer_already_open")
    assert await town.world.ledger.head() == before


async def test_the_receiver_reports_receiving_and_receipt(town: TransferTown) -> None:
    """By the member's newest transfer, by the letter's number, or by its id."""
    id_ = await town.issued()
    await town.town.settle()
    member_id = (await town.get(f"/v1/transfers/{id_}")).json()["member_id"]
    letter = {"issuer": TOWN, "letter_year": 2026, "letter_sn": 1}
    received = await town.town.report(OTHER, "TransferReceived", {"member_id": member_id, "to_branch": FAR, **letter})
    assert [event.type for event in received.outcomes[0].events][-1] == "RelationTransferred"
    receipt = await town.town.report(OTHER, "ReceiptReturned", {"member_id": member_id, "receipt_on": "2026-03-10"})
    assert receipt.outcomes[0].events[0].type == "ReceiptReturned"


async def test_the_origin_cannot_report_receiving(town: TransferTown) -> None:
    """Receiving is the receiver's act; to anyone else there is no such transfer."""
    id_ = await town.issued()
    await town.town.settle()
    member_id = (await town.get(f"/v1/transfers/{id_}")).json()["member_id"]
    result = await town.town.report(TOWN, "TransferReceived", {"member_id": member_id, "transfer_id": id_})
    assert result.kind == "later"


async def test_a_letter_number_is_whole_or_absent(town: TransferTown) -> None:
    """Issuer, year and serial together; half a number is told with its pointer."""
    member_id = await town.member()
    result = await town.town.report(OTHER, "TransferReceived", {"member_id": member_id, "issuer": TOWN})
    [problem] = result.problems
    assert isinstance(problem, FieldProblem)
    assert (problem.pointer, problem.code) == ("/data/letter_sn", "letter_number_incomplete")


async def test_a_date_is_told_as_the_sender_wrote_it(town: TransferTown) -> None:
    """A day that has not come: the receipt points at `occurredon`, or at `time` where the date was taken from it."""
    data = REQUEST | {"member_id": await town.member()}
    for envelope, pointer in (
        ({"occurredon": "2999-01-01"}, "/occurredon"),
        ({"time": "2999-01-01T00:00:00Z"}, "/time"),
    ):
        result = await town.town.report(TOWN, "TransferRequested", data, **envelope)
        assert [one.pointer for one in result.problems] == [pointer], result
