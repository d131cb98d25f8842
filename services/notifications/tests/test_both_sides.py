"""Both sides of a transfer learn by events alone what the other one did: who gets which mail, once (§2.3, §2.4)."""

from __future__ import annotations

import asyncio
import email
import email.policy
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Final

import pytest
from services.notifications.tests.town import CITY, FAR, HOME, OTHER, PARENTS, TOWN, NoticeTown, a_town

from guiyan.events import EVENT_TYPES, Payload, new_id
from guiyan.events.codes import (
    ChangeType,
    FlowReason,
    MemberSource,
    PersonCategory,
    ReturnReason,
    TransferChannel,
    TransferSide,
    VoidReason,
)
from guiyan.events.registry import ContactPersonAppointed, MemberRegistered, SecretaryAppointed
from guiyan.events.registry.member import MemberText
from guiyan.events.registry.post import PersonText
from guiyan.events.transfers import (
    CertificateCheckDue,
    CertificateRequested,
    CertificateReturnOverdue,
    CertificateStepOverdue,
    IntroductionLetterIssued,
    LetterExpired,
    LetterLostReported,
    LetterReissued,
    LetterReminderSent,
    LetterVoided,
    ReceiptOverdue,
    RelationTransferred,
    TransferReceived,
    TransferRequested,
    TransferResubmitted,
    TransferReturned,
    TransferStepOverdue,
    TransferSuggested,
)
from guiyan.ledger import Context, Fact, Subject
from guiyan.ledger.grouping import Grouped
from guiyan.notifications.channels.mailbox import Mailbox
from guiyan.notifications.channels.pool import Member, Pools
from guiyan.notifications.domain.fields import FIELDS
from guiyan.notifications.domain.rules import RULES
from guiyan.notifications.policies.intents import Intents
from guiyan.notifications.receiving import Receiving
from guiyan.notifications.sender import Sender
from guiyan.service.testing import until

POSTS: Final = ("keeper", "secretary")
LETTER: Final = {"issuer": TOWN, "letter_year": 2026}
SAID: Final = {
    **LETTER,
    "to_title": "示例乡党委",
    "issued_on": "2026-03-10",
    "valid_days": 30,
    "expires_on": "2026-04-09",
    "dues_paid_to": "2026-01",
}


class Sides(NoticeTown):
    """A town whose organisations all have a secretary and a contact person, and one member who is to move."""

    def __init__(self, town: Any, folder: Path) -> None:
        super().__init__(town)
        self.folder = folder
        self.member = self.world.id("member", "one")
        self.transfer = self.world.id("transfer", "one")

    async def post(self, org: str, post: str) -> None:
        """Somebody serves; the address says where and as what."""
        person_id = self.world.id("person", org, post)
        kind = SecretaryAppointed if post == "secretary" else ContactPersonAppointed
        text = PersonText(name="张示例", email=f"{post}.{org}@guiyan.example")
        await self.world.happen(org, kind(org_code=org, person_id=person_id), pii=text)

    async def everybody(self) -> None:
        """All posts filled, the member of HOME entered."""
        for org in PARENTS:
            for post in POSTS:
                await self.post(org, post)
        registered = MemberRegistered(
            member_id=self.member, branch=HOME, person_category=PersonCategory.FULL, source=MemberSource.DEVELOPED
        )
        await self.world.happen(self.member, registered, pii=MemberText(name="李示例", id_no=None))
        await self.town.settle()

    async def asked(self, to_committee: str | None = OTHER) -> None:
        """The transfer is requested."""
        await self.happen(
            TransferRequested(
                member_id=self.member,
                channel=TransferChannel.PAPER,
                change_type=ChangeType.OUT_INSIDE,
                to_title="示例乡党委",
                to_committee=to_committee,
                dues_paid_to="2026-01",
                from_branch=HOME,
                from_committee=TOWN,
            )
        )

    async def issued(self) -> None:
        """The first letter of the year is out."""
        await self.happen(IntroductionLetterIssued(member_id=self.member, **SAID, letter_sn=1))

    async def happen(self, *payloads: Payload) -> None:
        """One commit of the transfer; what it calls for is sent before anything else happens."""
        await self.world.happen(self.transfer, *payloads)
        await self.sent()

    async def sent(self) -> list[tuple[str, EmailMessage]]:
        """Everything in the mailbox once nothing waits to be sent, as (address's name, mail)."""
        await self.town.settle()
        pools = Pools(Member(Mailbox(self.folder, "guiyan@guiyan.example", self.world.clock)))
        parts = self.town.parts
        receiving = Receiving(parts.commands, parts.clock, self.notices)
        leases = parts.store.leases
        grouped = Grouped(parts.ledger, parts.commands)
        sender = Sender(grouped, parts.clock, self.notices, self.planner, self.writer, pools, leases, receiving)
        task = asyncio.create_task(sender.run())
        await until(sender.at_rest)
        await sender.stop()
        await task
        mails = [_read(file) for file in sorted(self.folder.glob("*.eml"))]
        return [(str(mail["To"]).rpartition("<")[2].partition("@")[0], mail) for mail in mails]

    async def told(self) -> dict[str, list[str]]:
        """Who was told, by the English subject up to its first value."""
        found: dict[str, list[str]] = {}
        for name, mail in await self.sent():
            found.setdefault(str(mail["Subject"]).partition(" / ")[2].partition(":")[0], []).append(name)
        return {subject: sorted(names) for subject, names in found.items()}


def _read(file: Path) -> EmailMessage:
    found = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    return found


def keeper(org: str) -> str:
    """The contact person's address."""
    return f"keeper.{org}"


def secretary(org: str) -> str:
    """The secretary's address."""
    return f"secretary.{org}"


@pytest.fixture
async def town(tmp_path: Path) -> AsyncIterator[Sides]:
    """A small town in memory, running, all posts filled, the mailbox a folder."""
    async with a_town(tmp_path / "mailbox") as running:
        sides = Sides(running.town, tmp_path / "mailbox")
        await sides.everybody()
        yield sides


async def test_each_event_tells_the_side_it_concerns(town: Sides) -> None:
    """One mail for each cause, rule and recipient; the origin and the receiver each hear what is theirs."""
    member = {"member_id": town.member}
    await town.asked()
    await town.issued()
    await town.happen(LetterReminderSent(**member, day_offset=-3, expires_on="2026-04-09"))
    await town.happen(LetterExpired(**member, expires_on="2026-04-09"))
    await town.happen(TransferStepOverdue(**member, step="DECISION", responsible_org=TOWN, due_on="2026-04-20"))
    await town.happen(
        LetterVoided(**member, **LETTER, letter_sn=1, reason=VoidReason.EXPIRED),
        LetterReissued(**member, **SAID, letter_sn=2, replaces_year=2026, replaces_sn=1, certified_by=HOME),
    )
    await town.happen(TransferReceived(**member, to_committee=OTHER))
    await town.happen(
        TransferReturned(**member, by_side=TransferSide.RECEIVER, by_org=OTHER, reason=ReturnReason.FILE_INCOMPLETE)
    )
    moved = RelationTransferred(
        **member, from_branch=HOME, to_branch=FAR, to_committee=OTHER, transferred_on="2026-04-20"
    )
    await town.happen(moved)
    await town.happen(ReceiptOverdue(**member, due_on="2026-05-20", after_days=30))
    assert await town.told() == {
        "Letter due": [keeper(HOME), secretary(OTHER)],
        "Letter expired": [keeper(HOME), secretary(TOWN)],
        "Step overdue": [secretary(TOWN)],
        "Letter void": [secretary(OTHER)],
        "Transfer received": [keeper(HOME)],
        "Transfer returned": [keeper(HOME)],
        "Transfer done": sorted([keeper(HOME), keeper(FAR)]),
        "Receipt overdue": [secretary(OTHER)],
    }


async def test_suggestions_and_certificates_go_to_the_branch(town: Sides) -> None:
    """Who keeps contact with the member is told; people decide what follows."""
    certificate = town.world.id("certificate", "one")
    suggested = TransferSuggested(
        member_id=town.member, departure_id=town.world.id("trip"), branch=HOME, to_committee=OTHER
    )
    await town.happen(suggested)
    asked = CertificateRequested(member_id=town.member, branch=HOME, reason=FlowReason.MIGRANT_WORK)
    await town.world.happen(certificate, asked)
    await town.world.happen(certificate, CertificateCheckDue(member_id=town.member, due_on="2027-03-10"))
    await town.world.happen(certificate, CertificateReturnOverdue(member_id=town.member, due_on="2027-04-10"))
    assert await town.told() == {
        "Transfer suggested": [keeper(HOME)],
        "Certificate check due": [keeper(HOME)],
        "Certificate return due": [keeper(HOME)],
    }


async def test_a_void_letter_is_told_to_whom_it_was_written(town: Sides) -> None:
    """Set right for another receiver in the same breath: the one who may still hold the paper is told."""
    await town.asked()
    await town.issued()
    again = TransferResubmitted(
        member_id=town.member,
        channel=TransferChannel.PAPER,
        change_type=ChangeType.OUT_INSIDE,
        to_title="示例市委",
        to_committee=CITY,
        dues_paid_to="2026-01",
    )
    void = LetterVoided(member_id=town.member, **LETTER, letter_sn=1, reason=VoidReason.RETURNED)
    await town.happen(void, again)
    await town.happen(LetterReminderSent(member_id=town.member, day_offset=0, expires_on="2026-04-09"))
    assert await town.told() == {
        "Letter void": [secretary(OTHER)],
        "Letter due": [keeper(HOME), secretary(CITY)],
    }


async def test_a_lost_letter_is_checked_first_and_told_to_the_receiver(town: Sides) -> None:
    """§2.3: who issued it last checks; who may still see the paper is warned before anything is void."""
    await town.asked()
    await town.issued()
    await town.happen(LetterLostReported(member_id=town.member))
    assert await town.told() == {"Letter lost": [secretary(OTHER)], "Letter lost, to be checked": [secretary(TOWN)]}


async def test_a_late_step_of_a_certificate_is_told_to_whom_it_waits_for(town: Sides) -> None:
    """§2.4: the organisation that has to number, seal or hand out; where it is not known the member's branch."""
    certificate, member = town.world.id("certificate", "late"), {"member_id": town.member}
    asked = CertificateRequested(**member, branch=HOME, reason=FlowReason.MIGRANT_WORK)
    await town.world.happen(certificate, asked)
    late = {**member, "step": "SEALING", "due_on": "2027-03-10", "working_days": 10}
    await town.world.happen(certificate, CertificateStepOverdue(**late, responsible_org=TOWN))
    await town.world.happen(certificate, CertificateStepOverdue(**late))
    assert await town.told() == {"Certificate step overdue": sorted([secretary(HOME), secretary(TOWN)])}


async def test_told_twice_is_one_mail(town: Sides) -> None:
    """The same message to a service that has forgotten it: one intent, one mail."""
    await town.asked()
    await town.happen(TransferReceived(member_id=town.member, to_committee=OTHER))
    assert len(await town.sent()) == 1
    intents = next(one for one in town.town.composed.policies if isinstance(one, Intents))
    history = await town.world.ledger.read(Subject("transfers", "transfer", town.transfer))
    fact = Fact(history.events[-1], history.last_sequence, 0)
    for call in await intents.react(fact):
        context = Context(new_id(town.world.clock.now()), "system:notifications", CITY, "again", "again")
        await town.town.parts.commands.execute(call.decider, call.aggregate_id, call.command, context)
    (row,) = await rows(town)
    assert row["state"] == "SENT", "nothing is queued anew"
    assert len(await town.sent()) == 1


async def test_one_who_serves_both_sides_is_told_once(town: Sides) -> None:
    """The same person in both posts: one mail for one event."""
    both = PersonText(name="张示例", email="both@guiyan.example")
    for org in (HOME, FAR):
        appointed = ContactPersonAppointed(org_code=org, person_id=town.world.id("person", "both"))
        await town.world.happen(org, appointed, pii=both)
    await town.asked()
    await town.happen(
        RelationTransferred(
            member_id=town.member, from_branch=HOME, to_branch=FAR, to_committee=OTHER, transferred_on="2026-03-10"
        )
    )
    assert await town.told() == {"Transfer done": ["both"]}


async def test_a_receiver_outside_is_a_notice_that_says_so(town: Sides) -> None:
    """Nobody to write to: the origin alone is reminded; that the letter is void stands with it, unsent."""
    await town.asked(to_committee=None)
    await town.issued()
    await town.happen(LetterReminderSent(member_id=town.member, day_offset=-3, expires_on="2026-04-09"))
    await town.happen(LetterVoided(member_id=town.member, **LETTER, letter_sn=1, reason=VoidReason.LOST))
    assert await town.told() == {"Letter due": [keeper(HOME)]}
    (row,) = await rows(town, state="SUPPRESSED")
    assert (row["rule"], row["org_code"]) == ("letter_void_to_receiver", TOWN)
    shown = (await town.town.http.get(f"/v1/notices/{row['id']}", headers=town.city)).json()
    assert shown["changes"][-1]["reason"] == "NO_CONTACT_POINT"


async def test_a_gap_in_the_posts_is_a_notice_that_says_so(tmp_path: Path) -> None:
    """No contact person: the secretary; nobody at all: suppressed with its reason, where the gap is."""
    async with a_town(tmp_path) as running:
        town = Sides(running.town, tmp_path)
        await town.post(HOME, "secretary")
        await town.asked()
        await town.happen(TransferReceived(member_id=town.member, to_committee=OTHER))
        await town.happen(ReceiptOverdue(member_id=town.member, due_on="2026-05-20", after_days=30))
        assert await town.told() == {"Transfer received": [secretary(HOME)]}
        (row,) = await rows(town, state="SUPPRESSED")
        assert (row["rule"], row["org_code"]) == ("receipt_overdue_to_receiver", OTHER)


async def test_of_a_matter_not_known_here_somebody_is_told_as_well(town: Sides) -> None:
    """A transfer whose request was never seen: nobody can be written to, and that stands in the list of the branch."""
    await town.happen(ReceiptOverdue(member_id=town.member, due_on="2026-05-20", after_days=30))
    assert await town.told() == {}
    (row,) = await rows(town, state="SUPPRESSED")
    assert (row["rule"], row["org_code"]) == ("receipt_overdue_to_receiver", HOME)


async def rows(town: Sides, **asked: str) -> list[dict[str, Any]]:
    """The list of notices, as the city sees it."""
    await town.town.settle()
    found = await town.town.http.get("/v1/notices", params=asked, headers=town.city)
    return list(found.json()["items"])


async def test_no_mail_names_anybody_or_what_is_transferred(town: Sides) -> None:
    """Numbers and codes alone; neither subject nor text says of what kind the relation is."""
    await test_each_event_tells_the_side_it_concerns(town)
    for _, mail in await town.sent():
        text = f"{mail['Subject']}\n{mail.get_content()}"
        for word in ("李示例", "党", "Party", "member", "组织关系"):
            assert word not in text, (word, text)


def test_every_rule_has_its_event_and_its_words() -> None:
    """A rule names a type of the language and a template there is, and its name is used once."""
    names = [rule.name for rules in RULES.values() for rule in rules]
    assert len(names) == len(set(names))
    assert set(RULES) <= set(EVENT_TYPES)
    assert {rule.template for rules in RULES.values() for rule in rules} <= set(FIELDS)
