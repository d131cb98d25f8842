"""What register and contact tell: whom each reminder reaches, members by their own points alone (§2.5 to §2.13)."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import pytest
from services.notifications.tests.test_both_sides import Sides, keeper, rows, secretary
from services.notifications.tests.town import CITY, FAR, HOME, OTHER, TOWN, a_town

from guiyan.events import EVENT_TYPES, Payload, contact, registry
from guiyan.events.codes import (
    AidOccasion,
    ContactPointEnd,
    ContactPointKind,
    ContactPointSource,
    CorrectionReason,
    HostRefusal,
    LostStep,
    ServicePointLevel,
    SweepKind,
    VerifiedHow,
)
from guiyan.events.contact.contact_point import ContactPointText
from guiyan.notifications.channels.port import AddressKind
from guiyan.notifications.domain.editions import BUILT_IN, STANDING
from guiyan.notifications.domain.rules import RULES
from guiyan.notifications.domain.untold import AT_THE_DESK, REMINDING, UNTOLD

DUE: Final = "2026-03-20"
BRANCH: Final = {"branch": HOME}
SWEEP_DAYS: Final = ("opens_on", "closes_on", "branch_due_on", "township_due_on", "city_due_on")


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Sides]:
    """A small town in memory, running, all posts filled, one member in the branch HOME."""
    async with a_town(tmp_path / "mailbox") as running:
        sides = Sides(running.town, tmp_path / "mailbox")
        await sides.everybody()
        yield sides


def cases(town: Sides) -> dict[str, tuple[Payload, list[str]]]:
    """Each event by the English subject of the mail it leads to, with who gets it."""
    me = {"member_id": town.member}
    person = town.world.id("person", HOME, "keeper")
    sweep = {"sweep_id": town.world.id("sweep", "one"), "branch": HOME}
    return {
        "Visit due": (
            contact.AidVisitDue(**me, org_code=HOME, occasion=AidOccasion.JULY_1, due_on=DUE),
            [keeper(HOME)],
        ),
        "Inquiry": (contact.InquiryAssigned(org_code=TOWN, person_id=person), [keeper(HOME)]),
        "Inquiry passed on": (contact.InquiryTransferred(to_org=OTHER, due_on=DUE), [keeper(OTHER)]),
        "Inquiry overdue": (contact.InquiryOverdue(org_code=TOWN, due_on=DUE), [secretary(TOWN)]),
        "Contact broken off": (contact.LostContactWatchOpened(**me, **BRANCH, missed_in_a_row=2), [secretary(HOME)]),
        "A step may be taken": (
            contact.LostContactDue(**me, **BRANCH, step=LostStep.START_SEARCH, due_on=DUE),
            [secretary(HOME)],
        ),
        "Yearly report overdue": (contact.ReportOverdue(**me, **BRANCH, due_on=DUE), [keeper(HOME)]),
        "Nobody keeps contact": (
            contact.ContactPersonUnassigned(**me, **BRANCH, person_id=person, still_needed=True),
            [secretary(HOME)],
        ),
        "Not taken in": (
            registry.HostDeclined(**me, host_branch=FAR, reason=next(iter(HostRefusal))),
            [keeper(HOME)],
        ),
        "No answer yet": (registry.HostAnswerOverdue(**me, host_branch=FAR, after_days=30), [keeper(HOME)]),
        "Please pass on a reminder": (registry.DuesReminded(**me, months_in_arrears=2), [keeper(HOME)]),
        "Arrears reported": (registry.DuesReportedUpward(**me, to_org=TOWN), [secretary(TOWN)]),
        "A case for the meeting": (registry.SixMonthCaseOpened(**me, **BRANCH, since="2025-09-01"), [secretary(HOME)]),
        "A period ends": (registry.ProbationReminded(**me, days_left=7, ends_on=DUE), [keeper(HOME)]),
        "No application": (registry.ProbationApplicationOverdue(**me, due_on=DUE), [keeper(HOME)]),
        "No application: passed up": (registry.ProbationEscalated(**me, to_org=TOWN), [secretary(TOWN)]),
        "Decision overdue": (registry.ProbationDecisionOverdue(**me, due_on=DUE), [secretary(TOWN)]),
        "A retention ends": (registry.RetentionReminded(**me, after_months=23, retain_until=DUE), [keeper(HOME)]),
        "A retention is over": (registry.RetentionOverdue(**me, due_on=DUE), [secretary(HOME)]),
        "A count has begun": (registry.SweepSheetOpened(**sweep, township=TOWN), [keeper(HOME)]),
        "A sheet was returned": (registry.SweepBranchReturned(**sweep), [keeper(HOME)]),
        "A sheet is late": (registry.SweepBranchOverdue(**sweep, due_on=DUE), [secretary(HOME)]),
        "A check is late": (registry.SweepTownshipOverdue(township=TOWN, due_on=DUE), [secretary(TOWN)]),
        "A correction is asked for": (
            registry.CorrectionRequested(**me, **BRANCH, fields=("sex",), reason=next(iter(CorrectionReason))),
            [secretary(TOWN)],
        ),
    }


async def test_each_reminder_reaches_whom_it_concerns(town: Sides) -> None:
    """One mail for each; the other side of an unanswered host, the sweep's own office, an empty post as well."""
    expected = cases(town)
    for subject, (payload, _) in expected.items():
        await town.world.happen(town.world.id("record", subject), payload)
    sweep, point = town.world.id("sweep", "all"), town.world.id("point", "one")
    planned = registry.SweepPlanned(
        kind=SweepKind.AD_HOC, year=2026, number=1, root_org=CITY, **dict.fromkeys(SWEEP_DAYS, DUE)
    )
    await town.world.happen(sweep, planned, registry.SweepCityOverdue(due_on=DUE))
    opened = contact.ServicePointOpened(
        level=ServicePointLevel.STATION, name="示例服务站", org_code=TOWN, area_code="654002"
    )
    gone = contact.ServicePointStaffLeft(person_id=town.member, unstaffed=True)
    await town.world.happen(point, opened, gone)
    await town.town.settle()
    person = town.world.id("person", FAR, "keeper")
    await town.world.happen(FAR, registry.ContactPersonReleased(org_code=FAR, person_id=person))
    head = town.world.id("person", TOWN, "secretary")
    await town.world.happen(TOWN, registry.SecretaryReleased(org_code=TOWN, person_id=head))
    told = await town.told()
    assert told.pop("A count is not closed") == [secretary(CITY)]
    assert told.pop("An answer is late") == [secretary(FAR)]
    assert told.pop("A service point without staff") == [secretary(TOWN)]
    assert told.pop("A post is empty") == [secretary(CITY), secretary(FAR)]
    by_prefix: dict[str, list[str]] = {}
    for subject, (_, who) in expected.items():
        by_prefix.setdefault(subject.partition(":")[0], []).extend(who)
    assert told == {subject: sorted(who) for subject, who in by_prefix.items()}


async def test_who_needs_nothing_is_told_nothing(town: Sides) -> None:
    """A contact person whose member is home, a point that has others left: nothing is queued."""
    person = town.world.id("person", HOME, "keeper")
    home = contact.ContactPersonUnassigned(member_id=town.member, branch=HOME, person_id=person, still_needed=False)
    await town.world.happen(town.member, home)
    opened = contact.ServicePointOpened(
        level=ServicePointLevel.STATION, name="示例服务站", org_code=TOWN, area_code="654002"
    )
    one = town.world.id("point", "one")
    await town.world.happen(one, opened, contact.ServicePointStaffLeft(person_id=person, unstaffed=False))
    assert await town.told() == {}
    assert await rows(town) == []


async def point(town: Sides, name: str, kind: ContactPointKind, value: str, **changes: Any) -> str:
    """The member has one more contact point; gives its id."""
    id_ = town.world.id("point", name)
    added = contact.ContactPointAdded(point_id=id_, member_id=town.member, kind=kind, **changes)
    await town.world.happen(id_, added, pii=ContactPointText(value=value))
    await town.town.settle()
    return id_


async def reached(town: Sides, kind: AddressKind) -> tuple[str, str | None] | None:
    """The member's address of a kind, with its contact point."""
    await town.town.settle()
    found = await town.addresses.find_address(town.member, kind)
    return None if found is None else (found.value, found.contact_point_id)


async def test_the_address_book_holds_a_members_own_points(town: Sides) -> None:
    """The one proved last goes before, then the newest; what is changed or closed is not used any more."""
    mobile, mail = ContactPointKind.MOBILE, ContactPointKind.EMAIL
    assert await reached(town, AddressKind.PHONE) is None
    old = await point(town, "old", mobile, "14000000001", valid_from="2026-01-01")
    new = await point(town, "new", mobile, "14000000002", valid_from="2026-02-01")
    address = await point(town, "mail", mail, "one@guiyan.example")
    assert await reached(town, AddressKind.PHONE) == ("14000000002", new)
    await town.world.happen(
        old, contact.ContactPointVerified(point_id=old, member_id=town.member, how=VerifiedHow.TALKED)
    )
    assert await reached(town, AddressKind.PHONE) == ("14000000001", old)
    changed = contact.ContactPointChanged(point_id=old, member_id=town.member)
    await town.world.happen(old, changed, pii=ContactPointText(value="14000000003"))
    assert await reached(town, AddressKind.PHONE) == ("14000000002", new)
    closed = contact.ContactPointClosed(point_id=new, member_id=town.member, reason=ContactPointEnd.NUMBER_DEAD)
    await town.world.happen(new, closed)
    assert await reached(town, AddressKind.PHONE) == ("14000000003", old)
    assert await reached(town, AddressKind.MAIL) == ("one@guiyan.example", address)
    await town.world.happen(town.world.id("erasure"), registry.DekDestroyed(person_id=town.member, key_ids=("dk-1",)))
    assert await reached(town, AddressKind.PHONE) is None
    assert await reached(town, AddressKind.MAIL) is None


async def test_nobody_is_reached_whose_processing_is_restricted(town: Sides) -> None:
    """From that moment no message leaves for the member (PIPL Art. 47, last paragraph)."""
    await point(town, "mail", ContactPointKind.EMAIL, "one@guiyan.example")
    assert await reached(town, AddressKind.MAIL) is not None
    await town.world.happen(town.world.id("erasure"), registry.ProcessingRestricted(person_id=town.member))
    assert await reached(town, AddressKind.MAIL) is None


@pytest.mark.parametrize("source", [ContactPointSource.FAMILY_BY_WISH, ContactPointSource.RELAY_PERSON])
async def test_no_message_leaves_for_family_or_a_relay_person(town: Sides, source: ContactPointSource) -> None:
    """Their numbers are for people's calls: automatic messages know nothing of them."""
    await point(town, "theirs", ContactPointKind.EMAIL, "family@guiyan.example", source=source)
    assert await reached(town, AddressKind.MAIL) is None


async def test_a_member_is_told_by_himself_else_by_whoever_keeps_contact(town: Sides) -> None:
    """With a mail address of his own: he alone, and a bounce names the point; without: somebody passes it on."""
    own = await point(town, "mail", ContactPointKind.EMAIL, "own@guiyan.example")
    dues = registry.DuesReminded(member_id=town.member, months_in_arrears=2)
    await town.world.happen(town.world.id("dues", "one"), dues)
    assert await town.told() == {"Reminder of a payment": ["own"]}
    (row,) = await rows(town)
    history = await town.town.http.get(f"/v1/notices/{row['id']}/history", headers=town.city)
    started = [one["data"] for one in history.json()["events"] if one["type"] == "NoticeSendStarted"]
    assert [one["contact_point_id"] for one in started] == [own]
    closed = contact.ContactPointClosed(point_id=own, member_id=town.member, reason=ContactPointEnd.BY_WISH)
    await town.world.happen(own, closed)
    await town.world.happen(town.world.id("dues", "two"), dues)
    assert await town.told() == {"Reminder of a payment": ["own"], "Please pass on a reminder": [keeper(HOME)]}
    (unreached,) = await rows(town, state="SUPPRESSED")
    assert (unreached["rule"], unreached["recipient_id"]) == ("dues_to_member", town.member)


async def test_an_erased_officer_has_no_address_left(town: Sides) -> None:
    """Name, phone and address of somebody who served go with the key."""
    person = town.world.id("person", HOME, "keeper")
    assert await town.posts.find_person(person) is not None
    await town.world.happen(town.world.id("erasure"), registry.DekDestroyed(person_id=person, key_ids=("dk-1",)))
    await town.town.settle()
    assert await town.posts.find_person(person) is None


def test_every_reminder_of_the_language_has_a_rule_or_a_reason() -> None:
    """The catalogue is walked: what is due, late, missed or passed up tells somebody, or says why not."""
    reminding = {name for name in EVENT_TYPES if re.search(REMINDING, name)}
    assert len(reminding) >= 30
    assert reminding - set(RULES) == set(UNTOLD)
    assert not set(RULES) & (set(UNTOLD) | set(AT_THE_DESK))
    assert set(AT_THE_DESK) <= set(EVENT_TYPES)
    assert all(len(reason) > 30 for reason in (*UNTOLD.values(), *AT_THE_DESK.values()))


def test_every_rule_can_pass_on_with_words_of_its_own() -> None:
    """A reminder that somebody passes on for a member is another template than the member's."""
    for rules in RULES.values():
        for rule in rules:
            if rule.through is not None:
                assert rule.through in STANDING
                assert BUILT_IN[rule.through] is not BUILT_IN[rule.template]
