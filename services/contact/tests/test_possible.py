"""What can be done next with a lost contact or an inquiry is told with it: what its decider takes, by who may."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import pytest
from services.contact.tests.lost_town import PAPER, LostTown, a_lost_town
from services.contact.tests.test_inquiries import act, call, shown
from services.contact.tests.town import CITY, OTHER, ContactTown

from guiyan.service.auth import Role


@pytest.fixture
async def lost() -> AsyncIterator[LostTown]:
    """A small town in memory, running, on 10 February 2026."""
    async with a_lost_town() as running:
        yield running


async def acts(town: LostTown, case_id: str, headers: Any = None) -> list[str]:
    """The verbs told of a case, after everything is applied."""
    await town.town.settle()
    found: list[str] = (await town.get(f"/v1/lost-contacts/{case_id}", headers)).json()["acts"]
    return found


async def test_a_case_tells_what_is_next(lost: LostTown) -> None:
    """Watched it is searched, searched it takes means and a cause, found it waits for an outcome; closed, nothing."""
    _, case_id = await lost.watched()
    assert await acts(lost, case_id) == ["start-search", "regain", "close"]
    await lost.do(case_id, "start-search")
    assert await acts(lost, case_id) == ["search-step", "open", "regain", "close"]
    await lost.do(case_id, "regain", channel="PHONE")
    assert await acts(lost, case_id, lost.officer) == ["decide-outcome", "close"]
    assert await acts(lost, case_id, lost.secretary) == ["close"]
    done = await lost.do(case_id, "decide-outcome", lost.officer, outcome="RESUME", decision_no=PAPER["document_no"])
    assert done.status_code == 200, done.text
    assert await acts(lost, case_id, lost.officer) == []


async def test_what_is_too_early_or_the_committees_is_not_told(lost: LostTown) -> None:
    """Confirming waits for six months, every means and the cause, and is the committee's; then the branch proposes."""
    _, case_id = await lost.searching()
    await lost.try_everything(case_id)
    await lost.do(case_id, "open", cause="MIGRANT_OR_BUSINESS")
    assert "confirm" not in await acts(lost, case_id, lost.officer)
    await lost.until(date(2026, 8, 10))
    assert "confirm" in await acts(lost, case_id, lost.officer)
    assert "confirm" not in await acts(lost, case_id, lost.secretary)
    assert (await lost.do(case_id, "confirm", lost.officer)).status_code == 200
    assert await acts(lost, case_id, lost.secretary) == ["regain", "propose-suspension", "close"]
    auditor = lost.town.bearer(Role.AUDITOR, org=CITY, sub="auditor")
    assert await acts(lost, case_id, auditor) == []


async def test_an_inquiry_tells_what_is_next(town: ContactTown) -> None:
    """It is answered, then confirmed and closed; who has passed it on to another body does not answer it any more."""
    id_ = await call(town)
    assert (await shown(town, id_))["acts"] == ["answer", "assign", "transfer"]
    await act(town, id_, "answer")
    assert (await shown(town, id_))["acts"] == ["confirm", "close", "reopen"]
    await act(town, id_, "close")
    assert (await shown(town, id_))["acts"] == ["reopen"]
    auditor = town.town.bearer(Role.AUDITOR, org=CITY, sub="auditor")
    assert (await shown(town, id_, auditor))["acts"] == []
    passed = await call(town)
    await act(town, passed, "transfer", to_org=OTHER)
    there = town.town.bearer(Role.TOWNSHIP_OFFICER, org=OTHER, sub="there")
    assert "answer" in (await shown(town, passed, there))["acts"]
