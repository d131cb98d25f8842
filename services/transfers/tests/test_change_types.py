"""变动类别 (domain.md §4.1, finding 9): 141 and 151 come in, 241 and 251 go out; by areas, else by the channel."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.transfers.tests.stories import DAY, Story, request, send_back
from services.transfers.tests.town import OTHER, TransferTown

from guiyan.events.codes import ChangeType, TransferChannel, TransferSide
from guiyan.events.registry import OrganisationDetailsCorrected
from guiyan.ledger import Refused
from guiyan.transfers.commands.change_types import IN, OUT, change_type_of
from guiyan.transfers.domain import commands as ask

KINDS = st.sampled_from([IN, OUT])
AREAS = st.sampled_from(["654002", "650102", "510104", "440306"])


async def test_a_place_in_no_province(town: TransferTown) -> None:
    """000000 says nothing of a province, so no change type follows from it."""
    asked = {"member_id": await town.member(), "to_title": "示例", "dues_paid_to": "2026-02", "to_area_code": "000000"}
    refused = await town.post("/v1/transfers", asked)
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "/to_area_code")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ({"to_area_code": "510104"}, "OUT_OTHER_PROVINCE"),
        ({"to_area_code": "650102"}, "OUT_INSIDE"),
        ({"channel": "ONLINE_NATIONAL"}, "OUT_OTHER_PROVINCE"),
        ({"channel": "ONLINE_PROVINCE"}, "OUT_INSIDE"),
        ({"channel": "ONLINE_NATIONAL", "to_area_code": "650102"}, "OUT_INSIDE"),
        ({"change_type": "OUT_OTHER_PROVINCE"}, "OUT_OTHER_PROVINCE"),
        ({}, "OUT_INSIDE"),
    ],
)
async def test_to_somebody_outside(town: TransferTown, body: dict[str, Any], found: str) -> None:
    """By the area that the request tells, else by the channel; what is told stands where no area says otherwise."""
    asked = {"member_id": await town.member(), "to_title": "示例", "dues_paid_to": "2026-02"}
    made = await town.post("/v1/transfers", asked | body)
    assert made.status_code == 201, made.text
    await town.town.settle()
    assert (await town.get(f"/v1/transfers/{made.json()['id']}")).json()["change_type"] == found


async def test_to_a_receiver_here(town: TransferTown) -> None:
    """By where the directory says that it stands, whatever the channel."""
    change = OrganisationDetailsCorrected.model_validate({"area_code": "510104"})
    await town.world.happen(OTHER, change)
    await town.town.settle()
    id_ = await town.requested()
    await town.town.settle()
    assert (await town.get(f"/v1/transfers/{id_}")).json()["change_type"] == "OUT_OTHER_PROVINCE"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"change_type": "IN_SAME_PROVINCE"}, "change_type_direction"),
        ({"change_type": "OUT_OTHER_PROVINCE", "to_area_code": "650102"}, "change_type_contradicts_area"),
    ],
)
async def test_what_cannot_be_is_told(town: TransferTown, body: dict[str, Any], code: str) -> None:
    """A kind of the other direction, or of another province than the area's."""
    asked = {"member_id": await town.member(), "to_title": "示例", "dues_paid_to": "2026-02"}
    wrong = await town.post("/v1/transfers", asked | body)
    assert (wrong.status_code, wrong.json()["code"]) == (422, code)


def test_nothing_that_comes_in_is_asked_for_here() -> None:
    """The decider itself refuses it, also when a request is set right."""
    wrong = request(change_type=ChangeType.IN_OTHER_PROVINCE)
    assert Story().refuses(wrong) == "change_type_direction"
    returned = Story().when(request(), send_back(side=TransferSide.ORIGIN))
    again = ask.Resubmit(on=DAY, today=DAY, change_type=ChangeType.IN_SAME_PROVINCE)
    assert returned.refuses(again) == "change_type_direction"


@given(
    kinds=KINDS,
    told=st.none() | st.sampled_from(list(ChangeType)),
    channel=st.sampled_from(list(TransferChannel)),
    here=AREAS,
    there=st.none() | AREAS,
)
def test_the_answer_is_of_the_direction_and_of_the_areas(
    kinds: Any, told: ChangeType | None, channel: TransferChannel, here: str, there: str | None
) -> None:
    """Whatever is told: never of the other direction, never against two known areas, and told is never replaced."""
    try:
        found = change_type_of(kinds, told, channel, here=here, there=there)
    except Refused:
        assert told is not None
        return
    assert found is None or found in kinds.values()
    if there is not None:
        assert found is kinds[here[:2] == there[:2]]
    if told is not None:
        assert found is told
    if found is None:
        assert (there, channel) == (None, TransferChannel.PAPER)
