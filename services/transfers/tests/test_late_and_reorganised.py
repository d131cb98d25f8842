"""What is told late, and what a reorganisation does to a transfer under way (§2.3, §2.13, §8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from services.transfers.tests.town import FAR, HOME, NEXT, OTHER, TOWN, TransferTown

from guiyan.events.registry import BranchAssigned, OrganisationCreated, OrganisationDissolved, OrganisationMerged
from guiyan.ledger.calendar import moment_of
from guiyan.service.auth import Role

TODAY = date(2026, 3, 10)


async def act(town: TransferTown, id_: str, verb: str, headers: Any = None, **body: Any) -> Any:
    """One act; gives the answer."""
    await town.town.settle()
    return await town.post(f"/v1/transfers/{id_}/{verb}", body, headers)


async def row(town: TransferTown, id_: str) -> dict[str, Any]:
    """The transfer, after everything has been applied."""
    await town.town.settle()
    return dict((await town.get(f"/v1/transfers/{id_}")).json())


async def on_day(town: TransferTown, day: date) -> None:
    """Move the clock to a morning."""
    await town.town.advance_to(moment_of(day) + timedelta(hours=9))


async def types(town: TransferTown, id_: str) -> list[str]:
    """What has happened to it."""
    await town.town.settle()
    found = (await town.get(f"/v1/transfers/{id_}/history")).json()["events"]
    return [one["type"] for one in found]


async def test_a_reminder_moves_no_date_on(town: TransferTown) -> None:
    """What happened before the clock reminded may be told after it; people's own acts keep their order."""
    id_ = await town.issued()
    await on_day(town, TODAY + timedelta(days=22))
    assert "LetterReminderSent" in await types(town, id_)
    early = (TODAY + timedelta(days=5)).isoformat()
    assert (await act(town, id_, "hand-over", how="MEMBER_IN_PERSON", occurred_on=early)).status_code == 200
    before = (TODAY + timedelta(days=4)).isoformat()
    refused = await act(town, id_, "receive", town.receiver, to_branch=FAR, occurred_on=before)
    assert refused.json()["code"] == "date_out_of_order"
    assert (await act(town, id_, "receive", town.receiver, to_branch=FAR, occurred_on=early)).status_code == 200


async def test_taken_in_on_the_last_day_and_told_the_day_after(town: TransferTown) -> None:
    """The letter has expired by then; what lay inside its days is recorded all the same, and nothing after them is."""
    id_ = await town.issued()
    last = date.fromisoformat((await row(town, id_))["expires_on"])
    await on_day(town, last + timedelta(days=2))
    assert (await row(town, id_))["state"] == "EXPIRED"
    late = await act(town, id_, "receive", town.receiver, to_branch=FAR, occurred_on=(last + timedelta(1)).isoformat())
    assert late.json()["code"] == "letter_expired"
    done = await act(town, id_, "receive", town.receiver, to_branch=FAR, occurred_on=last.isoformat())
    assert done.status_code == 200, done.text
    found = await row(town, id_)
    assert (found["state"], found["transferred_on"], found["responsible_branch"]) == (
        "COMPLETED",
        last.isoformat(),
        FAR,
    )


async def test_what_was_asked_anew_is_not_taken_in_late(town: TransferTown) -> None:
    """An expired one that gave way is cancelled: of two transfers one moves the relation."""
    member = await town.member()
    id_ = await town.issued(member_id=member)
    last = date.fromisoformat((await row(town, id_))["expires_on"])
    await on_day(town, last + timedelta(days=2))
    await town.requested(member)
    for told in ({}, {"occurred_on": last.isoformat()}):
        refused = await act(town, id_, "receive", town.receiver, to_branch=FAR, **told)
        assert refused.json()["code"] in {"transfer_wrong_state", "date_out_of_order"}
    assert (await row(town, id_))["state"] == "CANCELLED"


async def merge(town: TransferTown, member: str, branch: str, into: str) -> None:
    """A branch is merged into another one, and its member with it."""
    await town.world.happen(branch, OrganisationMerged(into=into))
    await town.world.happen(member, BranchAssigned(member_id=member, from_branch=branch, branch=into))
    await town.town.settle()


async def test_nobody_is_moved_into_a_branch_that_has_ended(town: TransferTown) -> None:
    """The branch in view was merged meanwhile: receiving names another one."""
    id_ = await town.requested(to_branch=FAR)
    for verb, who in (("approve", town.secretary), ("issue", town.origin)):
        assert (await act(town, id_, verb, who)).status_code == 200
    await town.world.happen(FAR, OrganisationMerged(into=OTHER))
    refused = await act(town, id_, "receive", town.receiver)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/to_branch")
    assert (await row(town, id_))["state"] == "ISSUED"
    assert (await act(town, id_, "receive", town.receiver, to_branch=OTHER)).status_code == 200


async def test_what_has_ended_is_not_named_as_receiver(town: TransferTown) -> None:
    """A branch named in so many words, at receiving and at assigning, and the committee of a request: all at work."""
    id_, member = await town.issued(), await town.member("two")
    gone = "654002002009"
    facts = {"name": "示例支部", "short_name": "示例支部", "kind": "BRANCH", "parent": OTHER, "area_code": "654002"}
    await town.world.happen(gone, OrganisationCreated.model_validate(facts))
    await town.world.happen(gone, OrganisationDissolved.model_validate({}))
    received = await act(town, id_, "receive", town.receiver, to_branch=gone)
    assert (received.status_code, received.json()["errors"][0]["code"]) == (422, "organisation_unknown")
    assert (await act(town, id_, "receive", town.receiver)).status_code == 200
    assigned = await act(town, id_, "assign", town.receiver, to_branch=gone)
    assert (assigned.status_code, assigned.json()["errors"][0]["code"]) == (422, "organisation_unknown")
    assert (await act(town, id_, "assign", town.receiver, to_branch=FAR)).status_code == 200
    await town.world.happen(OTHER, OrganisationDissolved.model_validate({}))
    await town.town.settle()
    asked = await town.post("/v1/transfers", {"member_id": member, "to_committee": OTHER, "dues_paid_to": "2026-02"})
    assert (asked.status_code, asked.json()["errors"][0]["pointer"]) == (422, "/to_committee")
    assert asked.json()["errors"][0]["code"] == "organisation_unknown"


async def test_the_branch_of_now_goes_on_with_it(town: TransferTown) -> None:
    """After a merger the successor approves, is responsible and certifies; the ended one does no more."""
    member = await town.member()
    id_ = await town.requested(member)
    await merge(town, member, HOME, NEXT)
    found = await row(town, id_)
    assert (found["from_branch"], found["responsible_branch"]) == (NEXT, NEXT)
    successor = town.town.bearer(Role.BRANCH_SECRETARY, org=NEXT, sub="next")
    assert (await act(town, id_, "approve", successor)).status_code == 200
    assert (await act(town, id_, "issue")).status_code == 200
    last = date.fromisoformat((await row(town, id_))["expires_on"])
    await on_day(town, last + timedelta(days=2))
    for branch, code in ((HOME, "certified_by_the_branch"), (NEXT, None)):
        again = await act(town, id_, "reissue", certified_by=branch)
        assert again.json().get("code") == code
    moved = await act(town, id_, "receive", town.receiver, to_branch=FAR)
    assert moved.status_code == 200, moved.text
    history = (await town.get(f"/v1/transfers/{id_}/history")).json()["events"]
    (told,) = [one["data"]["from_branch"] for one in history if one["type"] == "RelationTransferred"]
    assert told == NEXT


async def test_another_committee_issues_after_it(town: TransferTown) -> None:
    """The successor stands below another basic committee: its book has the number; what has moved stays as it was."""
    member, other = await town.member(), await town.member("other")
    id_ = await town.requested(member)
    done = await town.requested(other)
    await act(town, done, "withdraw", town.secretary)
    await merge(town, member, HOME, FAR)
    await town.world.happen(other, BranchAssigned(member_id=other, from_branch=HOME, branch=FAR))
    found = await row(town, id_)
    assert (found["from_branch"], found["from_committee"]) == (FAR, OTHER)
    assert (await row(town, done))["from_branch"] == HOME
    assert (await types(town, done)).count("TransferOriginChanged") == 0
    assert TOWN not in {found["from_branch"], found["from_committee"]}
