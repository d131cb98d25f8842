"""One organisation now, and what its events make of it (domain.md §2.13)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from guiyan.events import Event, Payload
from guiyan.events.codes import DestUnitKind, OrganisationChange, OrganisationKind
from guiyan.events.registry.organisation import (
    CommitteeTermStarted,
    OfficePhoneListed,
    OfficePhoneUnlisted,
    OrganisationChangeImpeded,
    OrganisationChangePlanned,
    OrganisationChangeWithdrawn,
    OrganisationCreated,
    OrganisationDetailsCorrected,
    OrganisationDissolved,
    OrganisationMerged,
    OrganisationMoved,
    OrganisationRenamed,
    OrganisationSplit,
)
from guiyan.events.registry.post import (
    ContactPersonAppointed,
    ContactPersonReleased,
    ContactPersonReplaced,
    SecretaryAppointed,
    SecretaryReleased,
)
from guiyan.ledger import Refused
from guiyan.registry.domain.tree import Parents, placed

_DETAILS = (
    "kind", "area_code", "unit_situation", "unit_name", "unit_kind", "uscc", "founded_on", "is_basic_committee",
    "may_approve_probation", "address", "postcode",
)  # fmt: skip
_CARRIED_OUT: Mapping[type[Payload], OrganisationChange] = {
    OrganisationRenamed: OrganisationChange.RENAME,
    OrganisationMoved: OrganisationChange.MOVE,
    OrganisationMerged: OrganisationChange.MERGE,
    OrganisationSplit: OrganisationChange.SPLIT,
    OrganisationDissolved: OrganisationChange.DISSOLVE,
}


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation now; `created_on` is None while there is none under this code.

    `parents` is its place over time, `changed_on` the day of its last change of place, `planned` what was decided for
    days to come, `details` what a correction may change, `successors` what took its place when it was merged or split.
    """

    code: str = ""
    name: str = ""
    short_name: str = ""
    kind: OrganisationKind | None = None
    parent: str | None = None
    area_code: str = ""
    is_basic_committee: bool = False
    may_approve_probation: bool = False
    created_on: date | None = None
    dissolved_on: date | None = None
    secretary: str | None = None
    contact_person: str | None = None
    parents: Parents = ()
    planned: tuple[OrganisationChangePlanned, ...] = ()
    phones: frozenset[str] = frozenset()
    term_no: int = 0
    term_since: date | None = None
    unit_kind: DestUnitKind | None = None
    details: tuple[tuple[str, object], ...] = ()
    successors: tuple[str, ...] = ()

    @property
    def active(self) -> bool:
        """It has been created and not dissolved."""
        return self.created_on is not None and self.dissolved_on is None

    @property
    def placed_on(self) -> date | None:
        """Since when it stands where it stands."""
        return self.parents[-1][0] if self.parents else self.created_on


def require_active(organisation: Organisation | None, *, pointer: str | None = None) -> Organisation:
    """The organisation, when it exists and has not been dissolved."""
    if organisation is None or organisation.created_on is None:
        raise Refused("organisation_unknown", pointer=pointer, status=422 if pointer else 404)
    if organisation.dissolved_on is not None:
        raise Refused("organisation_dissolved", pointer=pointer, on=organisation.dissolved_on.isoformat())
    return organisation


def require_there_on(organisation: Organisation | None, day: date, pointer: str) -> Organisation:
    """The organisation, when it exists, has not been dissolved, and was there on the day of what refers to it."""
    found = require_active(organisation, pointer=pointer)
    if found.created_on is not None and found.created_on > day:
        raise Refused("organisation_not_yet", pointer=pointer, on=found.created_on.isoformat())
    return found


def evolve(state: Organisation, event: Event) -> Organisation:
    """The organisation after one more event; types that change nothing here leave it as it is."""
    done = _CARRIED_OUT.get(type(event.payload))
    if done is not None:
        kept = tuple(one for one in state.planned if (one.change, one.effective_on) != (done, event.occurredon))
        state = replace(state, planned=kept)
    return _served(_changed(state, event), event)


def _changed(state: Organisation, event: Event) -> Organisation:  # noqa: PLR0911 - one return an event
    on = event.occurredon
    match event.payload:
        case OrganisationCreated() as facts:
            return _created(event.aggregate_id, facts, on)
        case OrganisationRenamed() as facts:
            return replace(state, name=facts.name, short_name=facts.short_name)
        case OrganisationMoved() as facts:
            return replace(state, parent=facts.to_parent, parents=placed(state.parents, on, facts.to_parent))
        case OrganisationDissolved():
            return replace(state, dissolved_on=on)
        case OrganisationMerged() as facts:
            return replace(state, dissolved_on=on, successors=(facts.into,))
        case OrganisationSplit() as facts:
            return replace(state, dissolved_on=on, successors=facts.into)
        case OrganisationDetailsCorrected() as facts:
            return _corrected(state, facts)
        case OrganisationChangePlanned() as facts:
            return replace(state, planned=(*state.planned, facts))
        case OrganisationChangeWithdrawn() | OrganisationChangeImpeded() as facts:
            return replace(state, planned=tuple(one for one in state.planned if one.change_id != facts.change_id))
        case _:
            return state


def _created(code: str, facts: OrganisationCreated, on: date) -> Organisation:
    return Organisation(
        code=code,
        name=facts.name,
        short_name=facts.short_name,
        kind=facts.kind,
        parent=facts.parent,
        area_code=facts.area_code,
        is_basic_committee=facts.is_basic_committee,
        may_approve_probation=facts.may_approve_probation,
        created_on=on,
        parents=((on, facts.parent),),
        unit_kind=facts.unit_kind,
        details=tuple((name, getattr(facts, name)) for name in _DETAILS),
    )


def _corrected(state: Organisation, facts: OrganisationDetailsCorrected) -> Organisation:
    details = {name: new if (new := getattr(facts, name)) is not None else old for name, old in state.details}
    own = ("kind", "area_code", "is_basic_committee", "may_approve_probation", "unit_kind")
    return replace(state, details=tuple(details.items()), **{name: details[name] for name in own})  # type: ignore[arg-type] # the names are those of the state


def _served(state: Organisation, event: Event) -> Organisation:  # noqa: PLR0911 - one return an event
    """The same for who serves it and its phones."""
    match event.payload:
        case SecretaryAppointed() as facts:
            return replace(state, secretary=facts.person_id)
        case SecretaryReleased() as facts if facts.person_id == state.secretary:
            return replace(state, secretary=None)
        case ContactPersonAppointed() | ContactPersonReplaced() as facts:
            return replace(state, contact_person=facts.person_id)
        case ContactPersonReleased() as facts if facts.person_id == state.contact_person:
            return replace(state, contact_person=None)
        case CommitteeTermStarted() as facts:
            return replace(state, term_no=facts.term_no, term_since=facts.starts_on)
        case OfficePhoneListed() as facts:
            return replace(state, phones=state.phones | {facts.phone})
        case OfficePhoneUnlisted() as facts:
            return replace(state, phones=state.phones - {facts.phone})
        case _:
            return state
