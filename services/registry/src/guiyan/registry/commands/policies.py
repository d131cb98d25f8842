"""Commands on the rule library and on the policy parameters (S-01, domain.md §2.14)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from guiyan.events.registry.policy import PolicyDocumentAdded
from guiyan.ledger import Outcome, Refused
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.policy_document import (
    DOCUMENT,
    AddDocument,
    PolicyDocument,
    RepealDocument,
    document_id,
)
from guiyan.registry.domain.policy_parameter import PARAMETER, ChangeParameter, neighbours, parameter_id
from guiyan.service.parameters import PARAMETERS, BadValue
from guiyan.service.problems import NotFound


async def add_document(tools: Tools, asker: Asker, facts: PolicyDocumentAdded, occurred_on: date | None) -> Outcome:
    """Enter a rule into the library under its number."""
    command = AddDocument(facts, tools.when(occurred_on))
    id_ = document_id(facts.document_no)
    return await tools.commands.execute(DOCUMENT, id_, command, asker.context, asker.expected_version)


async def repeal_document(
    tools: Tools, asker: Asker, id_: str, by_document_no: str | None, occurred_on: date | None
) -> Outcome:
    """Take a rule out of force; what rests on it stays as it is until another rule changes it."""
    await _get(tools, id_)
    successor = None if by_document_no is None else await _get(tools, document_id(by_document_no))
    command = RepealDocument(by_document_no, successor, tools.when(occurred_on))
    return await tools.commands.execute(DOCUMENT, id_, command, asker.context, asker.expected_version)


@dataclass(frozen=True, slots=True)
class NewValue:
    """What a parameter is to be, from which day on, by which rule."""

    value: str
    from_on: date
    document_no: str


async def change_parameter(tools: Tools, asker: Asker, key: str, new: NewValue) -> Outcome:
    """Give a parameter another value; raises NotFound for a key that the table does not have.

    Changes take turns, so that two at a time cannot together contradict each other.
    """
    value = read_value(key, new.value)
    document = await _get(tools, document_id(new.document_no))
    async with tools.parameters_turn.turn():
        others = {one: (await tools.load(PARAMETER, parameter_id(one)))[0] for one in neighbours(key)}
        command = ChangeParameter(key, value, new.from_on, new.document_no, document, tools.when(None), others)
        id_ = parameter_id(key)
        return await tools.commands.execute(PARAMETER, id_, command, asker.context, asker.expected_version)


def read_value(key: str, text: str) -> str:
    """The value as the event has it; raises NotFound, and Refused for what is no value of this parameter."""
    parameter = PARAMETERS.get(key)
    if parameter is None:
        raise NotFound
    try:
        return parameter.text(parameter.parse(text))
    except BadValue:
        raise Refused(
            "parameter_value", pointer="/value", least=parameter.least, most=parameter.most, unit=parameter.unit
        ) from None


async def _get(tools: Tools, id_: str) -> PolicyDocument:
    """A rule as the ledger has it; an empty one where there is none."""
    state, _ = await tools.load(DOCUMENT, id_)
    return state
