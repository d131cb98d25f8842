"""How many intents an event calls for, told from the table of rules alone: what was queued is held against it.

Nobody who queues notices is asked. Not counted are whoever keeps contact with the members of a study activity, whoever
passes a word on to a member without an address, and the organisation above one whose secretary left: they are known to
whoever queues their notices, which are accounted for from then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from guiyan.events import Payload
from guiyan.notifications.domain.matters import Known, Matter, matter_of
from guiyan.notifications.domain.rules import RULES, Rule, Whom

POSTS: Final = frozenset({Whom.CONTACT_PERSON, Whom.SECRETARY})


@dataclass(frozen=True, slots=True)
class CalledFor:
    """One intent that has to come: its rule, on whose behalf, and the member it is about."""

    rule: Rule
    org_code: str | None
    member_id: str | None


def called_for(payload: Payload, aggregate_id: str, known: Known) -> list[CalledFor]:
    """One intent a rule that tells a post or the member; a side without a system here only where it must be told."""
    if payload.type_name() not in RULES:
        return []
    matter = matter_of(payload, aggregate_id, known)
    return [
        CalledFor(rule, matter.sides.get(rule.side) or matter.on_behalf, matter.member_id)
        for rule in RULES[payload.type_name()]
        if _calls(rule, matter)
    ]


def _calls(rule: Rule, matter: Matter) -> bool:
    if rule.whom is Whom.MEMBER:
        return matter.member_id is not None
    return rule.whom in POSTS and (rule.must or rule.side in matter.sides)
