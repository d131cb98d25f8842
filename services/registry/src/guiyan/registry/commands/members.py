"""Commands on members and their dues."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from guiyan.events.codes import DuesPayer, FlowState, MembershipStatus, Sex
from guiyan.events.registry.member import MemberDetailsCorrected, MemberRegistered, MemberText, MemberTextChange
from guiyan.ledger import Outcome, Refused
from guiyan.registry.commands.hosting import may_pay_at_host
from guiyan.registry.commands.scoping import check_scope, get_in_scope
from guiyan.registry.commands.texts import read_text
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.commands.trips import read_trips
from guiyan.registry.domain.admission import NOTHING, Lived, standing_admission
from guiyan.registry.domain.departure import DEPARTURE
from guiyan.registry.domain.dues import DUES, RecordDues
from guiyan.registry.domain.duplicate import likeness, normal_name
from guiyan.registry.domain.member import MEMBER, CorrectDetails, RegisterMember
from guiyan.registry.domain.probation import PROBATION
from guiyan.registry.domain.probation_record import probation_id
from guiyan.registry.domain.record import Member, require_known, require_not_ended
from guiyan.registry.domain.standing import membership_of_member
from guiyan.registry.roster.idnumber import IdNumber, InvalidIdNumberError, parse_id_number
from guiyan.registry.roster.phone import find_mobile
from guiyan.service.problems import NotFound


@dataclass(frozen=True, slots=True)
class NewMember:
    """A member to be entered: the codes of the record without its id, and the personal text as it was told."""

    codes: dict[str, Any]
    text: MemberText
    occurred_on: date | None = None


async def register_member(tools: Tools, asker: Asker, new: NewMember) -> Outcome:
    """Enter a member with a branch of the asker's scope; nobody is entered twice, whatever races (ADR 0007)."""
    require_standing_normal(new.codes)
    branch = await get_in_scope(tools, asker, new.codes["branch"], "/branch")
    when = tools.when(new.occurred_on)
    number = read_id_number(new.text.id_no, when.today)
    agree(number, new.codes.get("sex"), new.text.birth_date)
    text = new.text.model_copy(
        update={"id_no": number.value, "birth_date": number.birth_date, "mobile": read_mobile(new.text.mobile)}
    )
    index = tools.identities.index(number.value)
    member_id = await tools.identities.claim(index, asker.new_id("member"))
    facts = MemberRegistered.model_validate(
        {
            **new.codes,
            "member_id": member_id,
            "sex": number.sex,
            "id_index": index,
            "mobile_index": mobile_index(tools, text.mobile),
            "match_index": match_index(tools, text.name, number.birth_date),
        }
    )
    command = RegisterMember(facts, text, branch, when)
    return await tools.commands.execute(MEMBER, member_id, command, asker.context, asker.expected_version)


def require_standing_normal(codes: Mapping[str, Any]) -> None:
    """Whoever is entered stands normal: another status, and since when, is a decision (domain.md §2.11)."""
    if codes.get("membership_status", MembershipStatus.NORMAL) != MembershipStatus.NORMAL:
        raise Refused("status_by_decision", pointer="/membership_status")
    if codes.get("status_since") is not None:
        raise Refused("status_by_decision", pointer="/status_since")


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to be set right: the codes and the text that change, nothing else."""

    codes: dict[str, Any]
    text: MemberTextChange
    occurred_on: date | None = None


async def correct_member(tools: Tools, asker: Asker, member_id: str, correction: Correction) -> Outcome:
    """Set details of a record right; a corrected ID number is claimed as a new one is."""
    state = await get_member(tools, asker, member_id)
    command = await prepare_correction(tools, state, correction)
    await claim_number(tools, state, command)
    return await tools.commands.execute(MEMBER, member_id, command, asker.context, asker.expected_version)


async def prepare_correction(
    tools: Tools, state: Member, correction: Correction, correction_id: str | None = None
) -> CorrectDetails:
    """What was told, checked against the record and as the record keeps it; raises Refused."""
    require_known(state)
    when = tools.when(correction.occurred_on)
    change, more = correction.text, dict[str, Any]()
    if change.id_no is not None:
        number = read_id_number(change.id_no, when.today)
        more |= {"id_index": tools.identities.index(number.value), "sex": number.sex}
        change = change.model_copy(update={"id_no": number.value, "birth_date": number.birth_date})
    elif change.birth_date is not None or correction.codes.get("sex") is not None:
        # Sex and birth date are part of the number: they change only with it.
        raise Refused("part_of_id_no", pointer="/birth_date" if change.birth_date is not None else "/sex")
    if change.mobile is not None:
        change = change.model_copy(update={"mobile": read_mobile(change.mobile)})
        more["mobile_index"] = mobile_index(tools, change.mobile)
    told_days = change.id_no is not None or correction.codes.get("joined_on") is not None
    known = dict[str, Any]()
    if change.name is not None or told_days:
        known = await read_text(tools, state.id) | change.model_dump(mode="json", exclude_none=True)
    if change.name is not None or change.id_no is not None:
        more["match_index"] = match_index(tools, known.get("name"), known.get("birth_date"))
    told = {**correction.codes, **more, "member_id": state.id, "correction_id": correction_id}
    facts = MemberDetailsCorrected.model_validate(told)
    text = change if change.model_fields_set and any(change.model_dump().values()) else None
    lived = NOTHING if facts.joined_on is None else await lived_by(tools, state)
    born = known.get("birth_date") if told_days else None
    command = CorrectDetails(facts, text, when, lived, date.fromisoformat(born) if born else None)
    MEMBER.decide(command, state)  # what would be refused anyway claims no number
    return command


async def lived_by(tools: Tools, state: Member) -> Lived:
    """The first trip of this membership, and what its probation knows: a corrected day of joining lies before them."""
    history = await tools.ledger.read(MEMBER.subject(state.id))
    number = standing_admission(history.events)
    probation, _ = await tools.commands.load(PROBATION, probation_id(state.id, number))
    joined_on = None if state.core is None else state.core.joined_on
    trips = [DEPARTURE.fold(one.events) for one in await read_trips(tools.ledger, state.id) if one.commits]
    real = [one for one in trips if one.state != FlowState.CLOSED or one.closed_by is not None]  # not entered in error
    begun = [one.begun_on for one in real if one.begun_on and (joined_on is None or one.begun_on >= joined_on)]
    acted = [probation.first_act_on] if probation.first_act_on else []
    voted_on = probation.voted_on if probation.open and not probation.months_extended else None
    return Lived(min([*begun, *acted], default=None), voted_on)


async def claim_number(tools: Tools, state: Member, command: CorrectDetails) -> None:
    """Claim a corrected ID number; raises Refused when somebody else has it."""
    index = command.facts.id_index
    if index is not None and index != state.id_index:
        await tools.identities.pass_to(index, state.id)


@dataclass(frozen=True, slots=True)
class Payment:
    """Dues paid for whole months."""

    months: tuple[str, ...]
    paid_by: DuesPayer = DuesPayer.SELF
    host_branch: str | None = None
    occurred_on: date | None = None
    certificate_id: str | None = None


async def record_dues(tools: Tools, asker: Asker, member_id: str, payment: Payment) -> Outcome:
    """Record a payment of dues (R7): to the host only where an accepted hosting or a certificate stood on that day."""
    state = await get_member(tools, asker, member_id)
    return await write_payment(tools, asker, state, payment)


async def write_payment(tools: Tools, asker: Asker, state: Member, payment: Payment) -> Outcome:
    """The same of a member whom the asker may write payments of."""
    core, when, host = require_not_ended(state), tools.when(payment.occurred_on), payment.host_branch
    command = RecordDues(
        state.id,
        core.branch,
        payment.months,
        payment.paid_by,
        when,
        host,
        await tools.parameters(when.occurred_on),
        membership_of_member(state),
        host is not None and await may_pay_at_host(tools, state.id, host, payment.certificate_id, when.occurred_on),
        payment.certificate_id,
    )
    return await tools.commands.execute(DUES, state.id, command, asker.context, asker.expected_version)


async def get_member(tools: Tools, asker: Asker, member_id: str) -> Member:
    """The member's state from the ledger; raises NotFound when there is none in the asker's scope."""
    state, _ = await tools.load(MEMBER, member_id)
    await check_scope(tools, asker, state.branch)
    return state


async def get_member_for(tools: Tools, asker: Asker, member_id: str, *, own_record: bool) -> Member:
    """The same for a door that is a member's as well: who asks about the own record finds no other one."""
    if not own_record:
        return await get_member(tools, asker, member_id)
    if member_id != asker.context.actor:
        raise NotFound
    state, _ = await tools.load(MEMBER, member_id)
    if state.core is None:
        raise NotFound
    return state


def read_id_number(text: str | None, today: date) -> IdNumber:
    """The number, checked (GB 11643, ISO 7064 MOD 11-2), 15-digit ones converted; raises Refused."""
    if not text:
        raise Refused("id_no_missing", pointer="/id_no")
    try:
        return parse_id_number(text, today)
    except InvalidIdNumberError as error:
        raise Refused(error.code, pointer="/id_no") from None


def agree(number: IdNumber, sex: str | None, birth_date: date | None) -> None:
    """Sex and birth date, where told, are those inside the number (domain.md §4.3)."""
    if sex in {Sex.MALE, Sex.FEMALE} and sex != number.sex:
        raise Refused("sex_mismatch", pointer="/sex")
    if birth_date is not None and birth_date != number.birth_date:
        raise Refused("birth_date_mismatch", pointer="/birth_date")


def read_mobile(text: str | None) -> str | None:
    """The mobile number as E.164 (domain.md §4.1); raises Refused for what is none."""
    if text is None:
        return None
    mobile = find_mobile(text)
    if mobile is None:
        raise Refused("mobile_format", pointer="/mobile")
    return mobile


def mobile_index(tools: Tools, mobile: str | None) -> str | None:
    """The blind index of a mobile number."""
    return None if mobile is None else tools.blind.of("mobile", mobile)


def match_index(tools: Tools, name: str | None, birth_date: date | str | None) -> str | None:
    """The blind index of what two records of one person have in common: name and birth date (domain.md §3.6)."""
    if not name or not birth_date or not normal_name(name):
        return None
    day = date.fromisoformat(birth_date) if isinstance(birth_date, str) else birth_date
    return tools.blind.of("name_birth", likeness(name, day))
