"""The rule library and the parameters' changes (S-01, domain.md §2.14): given, when, then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields
from datetime import date

import pytest
from services.registry.tests.story import TODAY, Story

from guiyan.events.registry.policy import PolicyDocumentAdded
from guiyan.registry.domain.dates import Occasion
from guiyan.registry.domain.parameters import DEFAULTS, Parameters
from guiyan.registry.domain.policy_document import DOCUMENT, AddDocument, PolicyDocument, RepealDocument, document_id
from guiyan.registry.domain.policy_parameter import PARAMETER, ChangeParameter, PolicyParameter, neighbours
from guiyan.service.parameters import ASCENDING, PARAMETERS, defaults

NO, NEXT_NO = "示〔2026〕1号", "示〔2026〕2号"
IN_FORCE = PolicyDocument(NO, date(2026, 1, 1))
On = Callable[[date], Occasion]


def rule(number: str = NO, dated_on: date = date(2026, 1, 1)) -> PolicyDocumentAdded:
    """A rule for the library."""
    return PolicyDocumentAdded(document_no=number, title="示例通知", issuer="示例市委", dated_on=dated_on)


def change(value: str, from_on: date, document: PolicyDocument = IN_FORCE, cap: str | None = None) -> ChangeParameter:
    """Another value from a day on, told on 1 July 2026; the cap may have changed on 1 October 2026."""
    others = {"letter.valid_days_cap": PolicyParameter(((date(2026, 10, 1), cap),) if cap else ())}
    return ChangeParameter("letter.valid_days", value, from_on, NO, document, Occasion(TODAY, TODAY), others)


@pytest.fixture
def library(today: Occasion) -> Story:
    """A rule of 1 January 2026, added today."""
    told = Story(DOCUMENT, document_id(NO))
    told.when(AddDocument(rule(), today))
    return told


def test_a_number_is_one_rule(library: Story, today: Occasion) -> None:
    """However its signs are typed, the same number is the same rule, and is entered once."""
    assert library.refused(AddDocument(rule(), today)).status == 409
    assert document_id("示 (2026) 1号") == document_id("示（2026）1号") != document_id(NEXT_NO)


def test_a_rule_is_not_dated_in_the_future(today: Occasion) -> None:
    """What is not issued yet rests nothing."""
    told = Story(DOCUMENT, document_id(NO))
    assert told.refused(AddDocument(rule(dated_on=date(2026, 7, 2)), today)).pointer == "/dated_on"


def test_a_rule_is_repealed_once_by_another(library: Story, today: Occasion, on: On) -> None:
    """The successor stands in the library; the rule itself is none; before its date nothing is repealed."""
    assert library.refused(RepealDocument(NEXT_NO, PolicyDocument(), today)).code == "policy_document_unknown"
    assert library.refused(RepealDocument(NO, IN_FORCE, today)).code == "policy_document_itself"
    assert library.refused(RepealDocument(None, None, on(date(2025, 12, 31)))).code == "too_early"
    library.when(RepealDocument(NEXT_NO, PolicyDocument(NEXT_NO, date(2026, 6, 1)), today))
    assert library.state.repealed_on == TODAY
    assert library.refused(RepealDocument(None, None, today)).code == "policy_document_repealed"


def test_a_change_never_rewrites_the_past() -> None:
    """From today on at the earliest; also a day planned ahead is fine."""
    told = Story(PARAMETER, "letter-valid_days")
    assert told.refused(change("45", date(2026, 6, 30))).code == "rewrites_the_past"
    assert [one.type_name() for one in told.when(change("45", TODAY))] == ["PolicyParameterChanged"]
    assert len(told.when(change("60", date(2027, 1, 1)))) == 1
    days = (date(2026, 6, 30), TODAY, date(2026, 12, 31), date(2027, 1, 1))
    assert [told.state.value_on(day) for day in days] == [None, "45", "45", "60"]


@pytest.mark.parametrize(
    ("value", "from_on", "cap", "fits"),
    [
        ("90", TODAY, None, True),
        ("91", TODAY, None, False),
        ("60", TODAY, "45", False),
        ("45", TODAY, "45", True),
        ("60", date(2026, 10, 1), "45", False),
        ("91", TODAY, "120", False),
        ("91", date(2026, 10, 1), "120", True),
    ],
)
def test_what_is_one_rule_never_crosses(value: str, from_on: date, cap: str | None, fits: bool) -> None:  # noqa: FBT001 - a value that the test is tried with
    """§2.8, §2.9: a lower limit stays at or below its upper one on every day from the change on."""
    told = Story(PARAMETER, "letter-valid_days")
    asked = change(value, from_on, cap=cap)
    if fits:
        assert told.when(asked)
    else:
        assert told.refused(asked).code == "parameters_cross"


def test_a_later_change_back_is_seen_before_it() -> None:
    """A value planned for later stands, when an earlier one is told after it."""
    told = Story(PARAMETER, "letter-valid_days")
    told.when(change("40", date(2026, 12, 1)))
    assert told.refused(change("60", TODAY, cap="45")).code == "parameters_cross"
    told.when(change("44", TODAY, cap="45"))


def test_the_bands_of_dues_are_one_rule() -> None:
    """Every parameter of a rule knows the ones beside it, and every default is in order (§2.14)."""
    assert neighbours("dues.wage_10_up_to") == {"dues.wage_05_up_to", "dues.wage_15_up_to"}
    assert neighbours("contact.cycle") == frozenset()
    for row in ASCENDING:
        values = [PARAMETERS[key].default for key in row]
        assert values == sorted(values, key=lambda one: int(str(one)))


def test_a_change_names_a_rule_in_force() -> None:
    """Unknown, or repealed by the day from which the value is to hold: refused (S-01)."""
    told = Story(PARAMETER, "letter-valid_days")
    assert told.refused(change("45", TODAY, PolicyDocument())).code == "policy_document_unknown"
    repealed = PolicyDocument(NO, date(2026, 1, 1), repealed_on=date(2026, 8, 1))
    assert told.refused(change("45", date(2026, 8, 1), repealed)).code == "policy_document_repealed"
    assert told.when(change("45", date(2026, 7, 31), repealed))


def test_the_same_value_again_is_no_event() -> None:
    """A repeat changes nothing and writes nothing."""
    told = Story(PARAMETER, "letter-valid_days")
    told.when(change("45", TODAY))
    assert told.when(change("45", date(2026, 9, 1))) == []


def test_the_defaults_of_the_rules_are_those_of_the_table() -> None:
    """One table: the values a decider has before any document are the table's (domain.md §2.14)."""
    assert Parameters.of(defaults) == DEFAULTS
    changed = Parameters.of(lambda _: -1)
    assert all(getattr(changed, one.name) == -1 for one in fields(changed))
