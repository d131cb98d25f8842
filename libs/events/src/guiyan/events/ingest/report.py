"""What a report is: the `data` a township system may send for one event type, before anything of it is stored.

Unlike ledger payloads, reports carry personal text in clear (they are sealed by the service that takes them in) and
refuse fields they do not know: what was sent is either understood whole or rejected, never half lost in silence.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, model_validator

from guiyan.events.classes import P1, P3
from guiyan.events.exact import Exact
from guiyan.events.payload import Payload
from guiyan.events.values import Id, IdNo

_REPORTS: dict[str, type["Report"]] = {}

INGEST_TYPES: Mapping[str, type["Report"]] = MappingProxyType(_REPORTS)
"""The event types a township system may report (contract.md §4), each with the model of its report."""


class Report(Exact):
    """The `data` of one reported event; a subclass names the event type it becomes."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True, hide_input_in_errors=True)

    of: ClassVar[type[Payload]]
    """The event type of the ledger that it becomes."""
    schema_version: ClassVar[int] = 1
    """The version of this report; `dataschema` names it, absent means today's."""

    def __init_subclass__(cls, *, of: type[Payload] | None = None, **kwargs: Any) -> None:
        """Take the class argument `of`; the subclass is entered under that type's name."""
        super().__init_subclass__(**kwargs)
        if of is not None:
            cls.of = of
            _REPORTS[of.__name__] = cls

    def facts(self) -> dict[str, Any]:
        """Give what goes into the ledger payload in clear: the fields both have, absent ones left out."""
        shared = self.of.model_fields.keys() & type(self).model_fields.keys() - {"member_id"}
        values = ((name, getattr(self, name)) for name in sorted(shared))
        return {name: value for name, value in values if value is not None}

    def personal(self) -> BaseModel | None:
        """Give what has to be sealed, as the plaintext model of the type; None when nothing personal was told."""
        model = self.of.personal
        if model is None:
            return None
        names = model.model_fields.keys() & type(self).model_fields.keys()
        values = {name: value for name in names if (value := getattr(self, name)) is not None}
        return model.model_validate(values) if values else None


class MemberReport(Report):
    """A report about one member, named by `member_id`, or by `id_no` where the sender has no member id."""

    member_id: Annotated[Id | None, P1("The member, when the sender knows the id.")] = None
    id_no: Annotated[
        IdNo | None, P3("The member's ID number, when the sender has no member id; sealed on arrival.")
    ] = None

    @model_validator(mode="after")
    def _name_one_member(self) -> Self:
        """Ask for exactly one of the two names, so that they can never contradict each other."""
        if (self.member_id is None) == (self.id_no is None):
            raise ValueError("name the member by exactly one of member_id and id_no")
        return self
