"""The payload of an event: one frozen model per event type, registered under its class name.

Errors: EventError
        ├── UnknownEventType   no type of that name: a follower may treat it as "not wanted"
        └── UnreadableEvent    a known type whose data does not fit its model
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from guiyan.events.classes import P3

_Base64 = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/_-]*={0,2}$", max_length=65_536)]


class EventError(Exception):
    """An event cannot be used."""


class UnknownEventType(EventError):  # noqa: N818 - the name says it
    """No event type of that name is known here: skip the event, or update this package."""

    def __init__(self, name: str) -> None:
        super().__init__(f"event type {name!r} is not known to this version of guiyan-events")
        self.name = name


class UnreadableEvent(EventError):  # noqa: N818 - the name says it
    """The data of an event does not fit the model of its type: set the event aside and look at its writer."""


class Facts(BaseModel):
    """A frozen set of fields; what it does not know it ignores, so that older readers read newer events."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)


class Sealed(Facts):
    """Personal text, encrypted with the data key of one person (architecture.md §6)."""

    kid: Annotated[str, Field(min_length=1, max_length=128, description="Which data key seals it.", examples=["dk-1"])]
    alg: Annotated[Literal["A256GCM"], Field(description="The cipher: AES-256-GCM.")] = "A256GCM"
    nonce: Annotated[_Base64, Field(min_length=16, description="The nonce, base64.", examples=["AAAAAAAAAAAAAAAA"])]
    ct: Annotated[
        _Base64, Field(min_length=24, description="The sealed text and its tag, base64.", examples=["c2VhbGVk" * 4])
    ]


Pii = Annotated[Sealed | None, P3("Personal text, sealed for the person named by the type's person_field.")]
"""The sealed block of a payload; absent when there is no such text or when its key was destroyed before a copy."""

_TYPES: dict[str, type["Payload"]] = {}

EVENT_TYPES: Mapping[str, type["Payload"]] = MappingProxyType(_TYPES)
"""The current version of every event type, by name."""


class Payload(Facts):
    """The `data` of one event type: the class name is the type, the class variables say where it lives."""

    service: ClassVar[str]
    """The one service that writes it."""
    aggregate: ClassVar[str]
    """The kind of aggregate it belongs to."""
    schema_version: ClassVar[int] = 1
    """The version of this model; older data comes through upcasters."""
    personal: ClassVar[type[BaseModel] | None] = None
    """The plaintext model of `pii`, for types that carry personal text."""
    person_field: ClassVar[str] = ""
    """The field that holds the id of the person (or contact point) whose key seals `pii`."""

    def __init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        """Take the class argument `abstract`; registration waits until pydantic knows the fields."""
        super().__init_subclass__(**kwargs)

    @classmethod
    def __pydantic_init_subclass__(cls, *, abstract: bool = False, **kwargs: Any) -> None:
        """Register a concrete type; `abstract=True` marks what is only a base of others."""
        super().__pydantic_init_subclass__(**kwargs)
        if not abstract:
            register(cls)

    @classmethod
    def type_name(cls) -> str:
        """Give the `type` attribute of such events."""
        return cls.__name__

    @classmethod
    def dataschema(cls) -> str:
        """Give the `dataschema` attribute of such events: `guiyan:<Type>:<n>`."""
        return f"guiyan:{cls.__name__}:{cls.schema_version}"


def register(payload: type[Payload]) -> None:
    """Add an event type to the language.

    Raises:
        TypeError: its name is taken, or it does not say its service, aggregate, or whose personal text it carries.
    """
    name = payload.__name__
    known = _TYPES.get(name)
    if known is not None and (known.__module__, known.__qualname__) != (payload.__module__, payload.__qualname__):
        raise TypeError(f"event type {name} is already defined in {known.__module__}; choose another name")
    if not getattr(payload, "service", "") or not getattr(payload, "aggregate", ""):
        raise TypeError(f"event type {name} must name its service and its aggregate")
    sealed = "pii" in payload.model_fields
    if sealed != (payload.personal is not None) or (sealed and payload.person_field not in payload.model_fields):
        raise TypeError(f"event type {name} needs all of `pii`, `personal` and a `person_field` of its own, or none")
    _TYPES[name] = payload


def unregister(payload: type[Payload]) -> None:
    """Take a type out of the language again; for tests that define one of their own."""
    if _TYPES.get(payload.__name__) is payload:
        del _TYPES[payload.__name__]


def get_type(name: str) -> type[Payload]:
    """Give the current model of an event type.

    Raises:
        UnknownEventType: there is no such type in this version.
    """
    try:
        return _TYPES[name]
    except KeyError:
        raise UnknownEventType(name) from None
