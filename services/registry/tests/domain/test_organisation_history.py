"""Organisations as history (domain.md §2.13): ended in favour of others, planned ahead, served for a term."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from services.registry.tests.domain.test_organisation import BRANCH, PERSON, PERSONS, TOWN, facts, standing
from services.registry.tests.story import TODAY, Story

from guiyan.events.codes import DestUnitKind, OrganisationChange, OrganisationKind, PhonePurpose
from guiyan.events.registry.organisation import (
    OfficePhoneListed,
    OrganisationChangePlanned,
    OrganisationDetailsCorrected,
    OrganisationRenamed,
)
from guiyan.events.registry.post import ContactPersonAppointed, SecretaryAppointed
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.organisation_changes import (
    ORGANISATION,
    CorrectOrganisation,
    CreateOrganisation,
    Holds,
    MergeOrganisation,
    RenameOrganisation,
    SplitOrganisation,
)
from guiyan.registry.domain.organisation_plans import BeginChange, ImpedeChange, PlanChange, WithdrawChange
from guiyan.registry.domain.organisation_posts import (
    AppointContactPerson,
    AppointSecretary,
    ListPhone,
    ReleaseContactPerson,
    ReleaseSecretary,
    StartTerm,
    UnlistPhone,
)

On = Callable[[date], Occasion]
TOWN_STATE = standing(TOWN, OrganisationKind.COMMITTEE)
ONE, TWO = (standing(f"65400200100{n}", OrganisationKind.BRANCH) for n in (2, 3))
CHANGE = PERSONS[0]


@pytest.fixture
def branch(on: On) -> Story:
    """A village branch under a township since 2026-01-01."""
    told = Story(ORGANISATION, BRANCH)
    village = facts(OrganisationKind.BRANCH, TOWN, unit_kind=DestUnitKind.VILLAGE)
    told.when(CreateOrganisation(BRANCH, village, TOWN_STATE, on(date(2026, 1, 1))))
    return told


def renaming(day: date) -> OrganisationChangePlanned:
    """Another name from a day on."""
    return OrganisationChangePlanned(
        change_id=CHANGE, change=OrganisationChange.RENAME, effective_on=day, name="新名", short_name="新"
    )


def test_a_merger_ends_it_in_favour_of_another(branch: Story, today: Occasion) -> None:
    """One event with the successor; afterwards nothing more happens to it."""
    branch.when(MergeOrganisation(ONE, Holds(), "示〔2026〕1号", today))
    assert (branch.state.dissolved_on, branch.state.successors) == (TODAY, (ONE.code,))
    assert branch.refused(MergeOrganisation(TWO, Holds(), None, today)).code == "organisation_dissolved"


def test_what_is_done_already_is_not_done_again(branch: Story, today: Occasion, on: On) -> None:
    """Whoever finishes what another has finished in between changes nothing; another day or successor is refused."""
    branch.when(SplitOrganisation((ONE, TWO), Holds(), None, today))
    assert branch.when(SplitOrganisation((ONE, TWO), Holds(), "示1号", today)) == []
    others = (SplitOrganisation((TWO, ONE), Holds(), None, today), MergeOrganisation(ONE, Holds(), None, today))
    for other in (*others, SplitOrganisation((ONE, TWO), Holds(), None, on(date(2026, 6, 1)))):
        assert branch.refused(other).code == "organisation_dissolved"


def test_a_change_begun_goes_on_and_no_other_begins(branch: Story, today: Occasion) -> None:
    """Once for a day and a successor, whoever asks, whatever the document; until it has ended or is withdrawn."""
    merging = OrganisationChangePlanned(
        change_id=CHANGE, change=OrganisationChange.MERGE, effective_on=TODAY, into=ONE.code
    )
    assert len(branch.when(BeginChange(merging, TODAY))) == 1
    same = merging.model_copy(update={"change_id": PERSONS[0], "document_no": "示1号"})
    assert branch.when(BeginChange(same, TODAY)) == []
    for told in ({"into": TWO.code}, {"effective_on": date(2026, 6, 30)}, {"change": OrganisationChange.SPLIT}):
        other = merging.model_copy(update={"change_id": PERSONS[0], **told})
        assert branch.refused(BeginChange(other, TODAY)).code == "change_begun_already"
    branch.when(WithdrawChange(CHANGE, None, TODAY))
    assert len(branch.when(BeginChange(merging.model_copy(update={"into": TWO.code}), TODAY))) == 1
    branch.when(MergeOrganisation(TWO, Holds(), None, today))
    assert branch.state.planned == ()


@pytest.mark.parametrize(
    ("into", "holds", "code"),
    [
        (ONE, Holds(members=1), "members_left"),
        (ONE, Holds(organisations=1), "organisations_below"),
        (ONE, Holds(last_left_on=date(2026, 7, 2)), "too_early"),
        (standing(BRANCH, OrganisationKind.BRANCH), Holds(), "successor_itself"),
        (TOWN_STATE, Holds(), "successor_kind"),
        (standing(ONE.code, OrganisationKind.MOBILE_BRANCH), Holds(), "successor_kind"),
        (standing(ONE.code, OrganisationKind.BRANCH, dissolved_on=TODAY), Holds(), "organisation_dissolved"),
    ],
)
def test_a_merger_leaves_nobody_behind(branch: Story, today: Occasion, into: object, holds: Holds, code: str) -> None:
    """Nothing is left in it, and the successor may hold what it held (R1 Art. 32: a mobile branch none)."""
    assert branch.refused(MergeOrganisation(into, holds, None, today)).code == code  # type: ignore[arg-type] # each of the table is an organisation


def test_nothing_refers_to_what_is_not_there_yet(branch: Story, on: On) -> None:
    """No organisation takes over, or stands above another, before the day it was founded."""
    late = replace(ONE, created_on=date(2026, 6, 1))
    assert branch.refused(MergeOrganisation(late, Holds(), None, on(date(2026, 5, 31)))).code == "organisation_not_yet"
    told, early = Story(ORGANISATION, TWO.code), on(date(2025, 12, 31))
    refused = told.refused(CreateOrganisation(TWO.code, facts(OrganisationKind.BRANCH, TOWN), TOWN_STATE, early))
    assert refused.code == "organisation_not_yet"


def test_a_split_needs_several(branch: Story, today: Occasion) -> None:
    """Into one is a merger; each part is told by its place."""
    assert branch.refused(SplitOrganisation((ONE, ONE), Holds(), None, today)).code == "split_into_several"
    assert branch.refused(SplitOrganisation((ONE, TOWN_STATE), Holds(), None, today)).pointer == "/into/1/org_code"
    branch.when(SplitOrganisation((ONE, TWO), Holds(), None, today))
    assert branch.state.successors == (ONE.code, TWO.code)


def test_a_planned_change_waits_for_its_day(branch: Story, on: On) -> None:
    """Planned once for a kind and day; done on its day it is planned no more; at most two years ahead."""
    day = date(2026, 9, 1)
    branch.when(PlanChange(renaming(day), TODAY))
    assert branch.refused(PlanChange(renaming(day), TODAY)).status == 409
    assert branch.refused(PlanChange(renaming(date(2028, 7, 2)), TODAY)).code == "too_far_ahead"
    assert branch.state.name == "示例党组织"
    branch.when(RenameOrganisation(OrganisationRenamed(name="新名", short_name="新"), Occasion(day, day)))
    assert (branch.state.name, branch.state.planned) == ("新名", ())


def test_a_planned_change_is_withdrawn_or_impeded(branch: Story) -> None:
    """The decision taken back, or a rule against it on its day: an event either way, never silence."""
    day = date(2026, 9, 1)
    branch.when(PlanChange(renaming(day), TODAY))
    branch.when(WithdrawChange(CHANGE, None, TODAY))
    assert branch.refused(WithdrawChange(CHANGE, None, TODAY)).code == "change_unknown"
    assert branch.when(ImpedeChange(CHANGE, "members_left", day)) == []
    branch.when(PlanChange(renaming(day), TODAY))
    assert [one.type_name() for one in branch.when(ImpedeChange(CHANGE, "members_left", day))] == [
        "OrganisationChangeImpeded"
    ]


def test_details_are_set_right(branch: Story, today: Occasion) -> None:
    """Only what differs; kind and powers fit afterwards as well."""
    right = OrganisationDetailsCorrected(area_code="654021", address="示例路1号")
    assert len(branch.when(CorrectOrganisation(right, TOWN_STATE, today))) == 1
    assert branch.when(CorrectOrganisation(right, TOWN_STATE, today)) == []
    assert branch.state.area_code == "654021"
    basic = OrganisationDetailsCorrected(is_basic_committee=True)
    assert branch.refused(CorrectOrganisation(basic, TOWN_STATE, today)).code == "not_a_committee"
    group = OrganisationDetailsCorrected(kind=OrganisationKind.GROUP)
    assert branch.refused(CorrectOrganisation(group, TOWN_STATE, today)).code == "successor_kind"


def test_who_leaves_a_post_leaves_a_gap(branch: Story, today: Occasion) -> None:
    """S-11: only who serves can leave, and nobody serves afterwards."""
    assert branch.refused(ReleaseSecretary(today)).code == "nobody_serves"
    branch.when(AppointSecretary(SecretaryAppointed(org_code=BRANCH, person_id=PERSONS[0]), PERSON, today))
    contact = ContactPersonAppointed(org_code=BRANCH, person_id=PERSONS[1])
    branch.when(AppointContactPerson(contact, PERSON, handed_over=False, when=today))
    branch.when(ReleaseSecretary(today))
    branch.when(ReleaseContactPerson(today))
    assert (branch.state.secretary, branch.state.contact_person) == (None, None)


def test_a_term_is_five_years_in_a_village_else_three(branch: Story, today: Occasion, on: On) -> None:
    """R10: end and number follow from the rule; no term is longer, none begins before the last."""
    (started,) = branch.when(StartTerm(date(2026, 3, 1), None, None, today))
    assert (started.term_no, started.ends_on) == (1, date(2031, 2, 28))
    assert branch.refused(StartTerm(date(2026, 3, 1), None, None, today)).code == "too_early"
    assert branch.refused(StartTerm(date(2026, 4, 1), date(2032, 1, 1), None, today)).code == "term_length"
    assert branch.refused(StartTerm(date(2026, 4, 1), date(2026, 3, 31), None, today)).code == "term_ends_before"
    assert branch.refused(StartTerm(date(2026, 4, 1), date(2026, 4, 1), None, today)).code == "term_ends_before"
    assert branch.refused(StartTerm(date(2026, 4, 1), None, 1, today)).code == "term_number"
    assert branch.refused(StartTerm(date(2026, 7, 2), None, None, today)).pointer == "/starts_on"
    town = Story(ORGANISATION, TOWN)
    town.when(CreateOrganisation(TOWN, facts(OrganisationKind.COMMITTEE), None, on(date(2026, 1, 1))))
    (other,) = town.when(StartTerm(date(2026, 3, 1), None, None, today))
    assert other.ends_on == date(2029, 2, 28)


def test_a_phone_stands_in_the_directory_once(branch: Story, today: Occasion) -> None:
    """S-23: listed, and taken out again; what is not in it cannot leave it."""
    branch.when(ListPhone(OfficePhoneListed(phone="0999-8020000", purpose=PhonePurpose.INQUIRY), today))
    branch.when(UnlistPhone("0999-8020000", today))
    assert branch.refused(UnlistPhone("0999-8020000", today)).code == "phone_not_listed"
