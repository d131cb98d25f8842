"""Organisations over the write path: no ring whatever races, nothing dissolved that holds something."""

from __future__ import annotations

import asyncio

import pytest
from services.registry.tests.city import CITY, FAR, HOME, OTHER_TOWN, TOWN, CityOfTests
from services.registry.tests.commands.test_departures import transfer

from guiyan.events.codes import OrganisationKind
from guiyan.events.registry.organisation import OrganisationCreated
from guiyan.events.registry.post import PersonText
from guiyan.ledger import Refused
from guiyan.registry.commands.organisation_posts import Appointment, appoint_contact_person
from guiyan.registry.commands.organisations import (
    NewOrganisation,
    create_organisation,
    dissolve_organisation,
    move_organisation,
)
from guiyan.registry.commands.scoping import get_organisation
from guiyan.registry.domain.responsibility import OUTSIDE
from guiyan.service.problems import NotFound
from guiyan.service.scope import Scope


async def move(city: CityOfTests, code: str, parent: str) -> bool:
    """Move an organisation; False when refused."""
    try:
        await move_organisation(city.tools, city.asker(), code, parent, document_no=None, occurred_on=None)
    except Refused as told:
        return told.code != "would_be_a_ring"
    return True


async def test_two_moves_at_once_make_no_ring(city: CityOfTests) -> None:
    """A under B and B under A, at once, many times: one of the two is refused, and the way up always ends."""
    for _ in range(5):
        done = await asyncio.gather(move(city, TOWN, OTHER_TOWN), move(city, OTHER_TOWN, TOWN))
        assert sorted(done) == [False, True]
        await asyncio.gather(move(city, TOWN, CITY), move(city, OTHER_TOWN, CITY))
        assert {(await get_organisation(city.tools, code)).parent for code in (TOWN, OTHER_TOWN)} == {CITY}


async def test_a_branch_with_members_is_not_dissolved(city: CityOfTests) -> None:
    """What was just written counts: the register is read up to the ledger's head first."""
    await city.register(FAR)
    with pytest.raises(Refused, match="members_left"):
        await dissolve_organisation(city.tools, city.asker(), FAR, None, None)
    with pytest.raises(Refused, match="organisations_below"):
        await dissolve_organisation(city.tools, city.asker(), OTHER_TOWN, None, None)


async def test_whoever_has_left_the_city_holds_no_branch_up(city: CityOfTests) -> None:
    """A member whom an organisation outside has accepted is not left in the branch any more (§2.3)."""
    member = (await city.register(FAR)).id
    await transfer(city, member, None)
    assert (await city.documents("members"))[member]["responsible"] == OUTSIDE
    assert (await dissolve_organisation(city.tools, city.asker(), FAR, None, None)).events


async def test_nothing_is_entered_outside_the_scope(city: CityOfTests) -> None:
    """A township organises its own; of the rest it hears nothing."""
    facts = OrganisationCreated(
        name="示例", short_name="示例", kind=OrganisationKind.BRANCH, parent=OTHER_TOWN, area_code="654002"
    )
    asker = city.asker(scope=Scope(TOWN, frozenset({TOWN, HOME})))
    with pytest.raises(Refused, match="outside_scope"):
        await create_organisation(city.tools, asker, NewOrganisation("654002002009", facts))
    with pytest.raises(NotFound):
        await dissolve_organisation(city.tools, asker, FAR, None, None)


async def test_the_directory_shows_who_serves_masked(city: CityOfTests) -> None:
    """§6: name for the directory, phone and mail masked; the ledger holds nothing of it in clear."""
    person = PersonText(name="张示例", phone="13900001234", email="zhang@guiyan.example")
    await appoint_contact_person(city.tools, city.asker(), HOME, Appointment(person))
    await city.settle()
    shown = await city.tools.organisations.get("organisations", HOME)
    assert shown is not None
    assert (shown["contact_person"]["phone"], shown["contact_person"]["email"]) == (
        "139****1234",
        "z***@guiyan.example",
    )
    assert "张示例".encode() not in city.ledger.log.messages[-1].body
