"""Organisations: the rules of the tree and of who serves (domain.md §2.13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from services.registry.tests.story import Story

from guiyan.events.codes import OrganisationKind
from guiyan.events.registry.organisation import (
    OrganisationCreated,
    OrganisationDetailsCorrected,
    OrganisationRenamed,
)
from guiyan.events.registry.post import ContactPersonAppointed, PersonText, SecretaryAppointed
from guiyan.ledger import Refused
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.kinds import may_stand_under
from guiyan.registry.domain.organisation import Organisation
from guiyan.registry.domain.organisation_changes import (
    ORGANISATION,
    CorrectOrganisation,
    CreateOrganisation,
    DissolveOrganisation,
    Holds,
    MoveOrganisation,
    Post,
    RenameOrganisation,
)
from guiyan.registry.domain.organisation_posts import AppointContactPerson, AppointSecretary
from guiyan.registry.domain.unit_code import ALPHABET, require_uscc, uscc_check_digit

On = Callable[[date], Occasion]

CITY, TOWN, BRANCH = "654002000000", "654002001000", "654002001001"
PERSONS = ("019b76da-a800-7000-8000-000000000001", "019b76da-a800-7000-8000-000000000002")
PERSON = PersonText(name="张示例", phone="13900000000", email="a@guiyan.example")


def facts(kind: OrganisationKind, parent: str | None = None, **more: object) -> OrganisationCreated:
    """A creation of this kind."""
    return OrganisationCreated.model_validate(
        {"name": "示例党组织", "short_name": "示例", "kind": kind, "parent": parent, "area_code": "654002", **more}
    )


def standing(code: str, kind: OrganisationKind, **more: object) -> Organisation:
    """An organisation that stands since 2026-01-01."""
    return Organisation(code=code, kind=kind, created_on=date(2026, 1, 1), **more)  # type: ignore[arg-type] # the test says the rest


@pytest.fixture
def branch(on: On) -> Story:
    """A branch under a township since 2026-01-01."""
    told = Story(ORGANISATION, BRANCH)
    town = standing(TOWN, OrganisationKind.COMMITTEE)
    told.when(CreateOrganisation(BRANCH, facts(OrganisationKind.BRANCH, TOWN), town, on(date(2026, 1, 1))))
    return told


def test_only_a_committee_stands_at_the_top(today: Occasion) -> None:
    """A branch without a parent is refused, a committee without one is the top of the tree."""
    branch = CreateOrganisation(BRANCH, facts(OrganisationKind.BRANCH), None, today)
    assert Story(ORGANISATION, BRANCH).refused(branch).code == "kind_not_under_parent"
    city = CreateOrganisation(CITY, facts(OrganisationKind.COMMITTEE), None, today)
    assert [made.type_name() for made in Story(ORGANISATION, CITY).when(city)] == ["OrganisationCreated"]


@pytest.mark.parametrize("parent", list(OrganisationKind))
def test_a_group_stands_under_a_branch_only(parent: Any) -> None:
    """R10: a group is part of a branch, of nothing else."""
    assert may_stand_under(OrganisationKind.GROUP, parent) == parent.name.endswith("BRANCH") * (
        parent != OrganisationKind.GENERAL_BRANCH
    )


def test_a_code_is_taken_once(branch: Story, today: Occasion) -> None:
    """The central code names one organisation for ever, also after it has been dissolved."""
    again = CreateOrganisation(BRANCH, facts(OrganisationKind.BRANCH, TOWN), None, today)
    assert branch.refused(again).status == 409
    branch.when(DissolveOrganisation(Holds(), None, today))
    assert branch.refused(again).code == "organisation_code_taken"


@pytest.mark.parametrize(
    ("parent", "code"),
    [
        (None, "organisation_unknown"),
        (Organisation(), "organisation_unknown"),
        (
            standing(TOWN, OrganisationKind.COMMITTEE, dissolved_on=date(2026, 2, 1)),
            "organisation_dissolved",
        ),
    ],
)
def test_a_parent_exists_and_has_not_ended(today: Occasion, parent: Any, code: Any) -> None:
    """Nothing is created under an organisation that is not there, or no longer."""
    command = CreateOrganisation(BRANCH, facts(OrganisationKind.BRANCH, TOWN), parent, today)
    assert Story(ORGANISATION, BRANCH).refused(command).code == code


def test_only_a_basic_committee_approves_probation(today: Occasion) -> None:
    """R1 Art. 25: the power to approve probationary members is a basic committee's."""
    command = CreateOrganisation(CITY, facts(OrganisationKind.COMMITTEE, may_approve_probation=True), None, today)
    assert Story(ORGANISATION, CITY).refused(command).pointer == "/may_approve_probation"


def test_who_serves_is_entered_with_the_organisation(today: Occasion) -> None:
    """Secretary and contact person named at creation are events of the same commit, sealed for the person."""
    posts = (
        Post(SecretaryAppointed(org_code=CITY, person_id=PERSONS[0]), PERSON),
        Post(ContactPersonAppointed(org_code=CITY, person_id=PERSONS[1]), PERSON),
    )
    told = Story(ORGANISATION, CITY)
    told.when(CreateOrganisation(CITY, facts(OrganisationKind.COMMITTEE), None, today, posts))
    assert told.types() == ["OrganisationCreated", "SecretaryAppointed", "ContactPersonAppointed"]
    assert (told.state.secretary, told.state.contact_person) == PERSONS


def test_a_new_contact_person_takes_over_from_the_one_before(branch: Story, today: Occasion) -> None:
    """§2.6: the second appointment is a replacement that names who served until now."""
    for person in PERSONS:
        appointed = ContactPersonAppointed(org_code=BRANCH, person_id=person)
        branch.when(AppointContactPerson(appointed, PERSON, handed_over=True, when=today))
    assert branch.types()[1:] == ["ContactPersonAppointed", "ContactPersonReplaced"]
    assert branch.events[-1].data["from_person_id"] == PERSONS[0]
    assert branch.state.contact_person == PERSONS[1]


def test_a_secretary_is_succeeded(branch: Story, today: Occasion) -> None:
    """The later appointment holds."""
    for person in PERSONS:
        branch.when(AppointSecretary(SecretaryAppointed(org_code=BRANCH, person_id=person), PERSON, today))
    assert branch.state.secretary == PERSONS[1]


def test_a_move_makes_no_ring(branch: Story, today: Occasion) -> None:
    """An organisation never comes to stand under itself or under what stands below it."""
    below = standing("654002001002", OrganisationKind.COMMITTEE)
    ring = MoveOrganisation(below, frozenset({below.code, BRANCH, CITY}), None, today)
    assert branch.refused(ring).code == "would_be_a_ring"
    itself = MoveOrganisation(standing(BRANCH, OrganisationKind.COMMITTEE), frozenset({BRANCH}), None, today)
    assert branch.refused(itself).code == "would_be_a_ring"


def test_a_move_is_one_event(branch: Story, today: Occasion) -> None:
    """Whatever moves along is not told again."""
    city = standing(CITY, OrganisationKind.COMMITTEE)
    branch.when(MoveOrganisation(city, frozenset({CITY}), "示〔2026〕1号", today))
    assert branch.types()[1:] == ["OrganisationMoved"]
    assert branch.state.parent == CITY
    assert branch.when(MoveOrganisation(city, frozenset({CITY}), None, today)) == []


def test_the_same_name_again_is_no_event(branch: Story, today: Occasion) -> None:
    """A repeat changes nothing and writes nothing."""
    new = RenameOrganisation(OrganisationRenamed(name="新名", short_name="新"), today)
    assert len(branch.when(new)) == 1
    assert branch.when(new) == []


@pytest.mark.parametrize(("below", "members", "code"), [(1, 0, "organisations_below"), (0, 3, "members_left")])
def test_what_still_holds_something_is_not_dissolved(
    branch: Story, today: Occasion, below: int, members: int, code: Any
) -> None:
    """Neither organisations nor members are left without a place."""
    assert branch.refused(DissolveOrganisation(Holds(below, members), None, today)).code == code


def test_nothing_happens_to_an_organisation_after_its_end_or_before_its_beginning(
    branch: Story, today: Occasion, on: On
) -> None:
    """Changes lie between creation and dissolution; the future is refused."""
    rename = OrganisationRenamed(name="新名", short_name="新")
    assert branch.refused(RenameOrganisation(rename, on(date(2025, 12, 31)))).code == "too_early"
    tomorrow = Occasion(date(2026, 7, 2), date(2026, 7, 1))
    assert branch.refused(RenameOrganisation(rename, tomorrow)).code == "in_the_future"
    branch.when(DissolveOrganisation(Holds(), None, today))
    assert branch.refused(RenameOrganisation(rename, today)).code == "organisation_dissolved"


def test_there_is_nothing_to_change_before_a_creation(today: Occasion) -> None:
    """404: no organisation under this code."""
    told = Story(ORGANISATION, BRANCH).refused(DissolveOrganisation(Holds(), None, today))
    assert (told.code, told.status) == ("organisation_unknown", 404)


CHARACTERS = st.text(ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize("code", ["123456789012345679", "91110000600037341A", "9111000060003734IL"])
def test_a_unit_code_has_its_check_digit(branch: Story, today: Occasion, code: str) -> None:
    """§4.1, GB 32100-2015: a slip of the pen is told, on entry and on correction; a code that fits is taken."""
    town = standing(TOWN, OrganisationKind.COMMITTEE)
    new = CreateOrganisation(BRANCH, facts(OrganisationKind.BRANCH, TOWN, uscc=code), town, today)
    right = CorrectOrganisation(OrganisationDetailsCorrected(uscc=code), town, today)
    for told in (Story(ORGANISATION, BRANCH).refused(new), branch.refused(right)):
        assert (told.code, told.pointer) == ("uscc_check_digit", "/uscc")
    assert branch.when(CorrectOrganisation(OrganisationDetailsCorrected(uscc="91110000600037341L"), town, today))


@given(CHARACTERS, st.integers(0, 16), st.integers(1, 30))
def test_every_wrong_character_of_a_unit_code_is_found(body: str, place: int, by: int) -> None:
    """MOD 31-3: one character taken for another never fits."""
    code = body + uscc_check_digit(body)
    require_uscc(code)
    other = ALPHABET[(ALPHABET.index(code[place]) + by) % len(ALPHABET)]
    with pytest.raises(Refused):
        require_uscc(code[:place] + other + code[place + 1 :])
