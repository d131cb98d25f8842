"""Schema evolution: old events are lifted when read, and never rewritten."""

from collections.abc import Iterator
from typing import Annotated, Any, ClassVar

import pytest

from guiyan.events import Event, Facts, MissingUpcaster, Payload, UnreadableEvent, add_upcaster
from guiyan.events.classes import P1, P3
from guiyan.events.payload import Pii
from guiyan.events.testing import event_of, temporary_types
from guiyan.events.upcasters import remove_upcaster

MEMBER = "019b8be1-f57b-798c-b34e-aa3c8a7f40f3"


class WalkText(Facts):
    """The plaintext of today: one name."""

    full_name: Annotated[str, P3("The name.")]


class WalkTaken(Payload, abstract=True):
    """Someone took a walk: a type that exists in these tests only, in its third version."""

    service: ClassVar[str] = "registry"
    aggregate: ClassVar[str] = "walk"
    schema_version: ClassVar[int] = 3
    person_field: ClassVar[str] = "member_id"
    personal: ClassVar[type[Facts] | None] = WalkText
    member_id: Annotated[str, P1("Who.")]
    minutes: Annotated[int, P1("How long.")]
    pii: Pii = None


@pytest.fixture(autouse=True)
def _steps() -> Iterator[None]:
    """Version 1 counted hours and named the member `member`; version 2 renamed, version 3 counts minutes."""
    add_upcaster(
        "WalkTaken",
        1,
        lambda data: {"member_id": data["member"], "hours": data["hours"]},
        lambda text: {"full_name": f"{text['family']}{text['given']}"},
    )
    add_upcaster("WalkTaken", 2, _hours_to_minutes)
    with temporary_types(WalkTaken):
        yield
    remove_upcaster("WalkTaken", 1)
    remove_upcaster("WalkTaken", 2)


def _hours_to_minutes(data: Any) -> dict[str, Any]:
    """Lift version 2 to 3."""
    return {"member_id": data["member_id"], "minutes": data["hours"] * 60}


def stored(version: int, **data: Any) -> Event:
    """Make an event as some version wrote it."""
    today = event_of(WalkTaken(member_id=MEMBER, minutes=1), MEMBER)
    return today.model_copy(update={"dataschema": f"guiyan:WalkTaken:{version}", "data": data})


@pytest.mark.parametrize(
    "event",
    [
        stored(1, member=MEMBER, hours=2),
        stored(2, member_id=MEMBER, hours=2),
        stored(3, member_id=MEMBER, minutes=120),
        stored(4, member_id=MEMBER, minutes=120, weather="FINE"),
    ],
    ids=["version 1", "version 2", "today", "a version to come"],
)
def test_every_version_reads_as_today(event: Event) -> None:
    """Readers see one shape, whichever version wrote the event."""
    assert event.payload == WalkTaken(member_id=MEMBER, minutes=120)


def test_lifting_leaves_the_stored_event_alone() -> None:
    """What is stored is what was written: reading changes nothing in it."""
    event = stored(1, member=MEMBER, hours=2)
    _ = event.payload
    assert event.data == {"member": MEMBER, "hours": 2}


def test_sealed_text_is_lifted_as_well() -> None:
    """The plaintext of an old sealed block reads as today's."""
    assert stored(1).read_personal({"family": "李", "given": "示例"}) == WalkText(full_name="李示例")
    assert stored(3).read_personal({"full_name": "李示例"}) == WalkText(full_name="李示例")


def test_a_forgotten_step_is_told() -> None:
    """A version that nothing lifts names the type, the version and what to do."""
    remove_upcaster("WalkTaken", 1)
    with pytest.raises(MissingUpcaster, match=r"WalkTaken version 1 .* register an upcaster"):
        _ = stored(1, member=MEMBER, hours=2).payload
    add_upcaster("WalkTaken", 1, dict)


def test_a_step_is_registered_once() -> None:
    """Two ways to lift one version would be two histories."""
    with pytest.raises(ValueError, match="already has an upcaster from version 2"):
        add_upcaster("WalkTaken", 2, dict)


def test_sealed_text_that_does_not_fit_is_told_without_its_value() -> None:
    """An error on personal text names the field, never the text."""
    with pytest.raises(UnreadableEvent, match="/full_name") as caught:
        stored(3).read_personal({"full_name": ["秘密"]})
    assert "秘密" not in str(caught.value)
