"""Looking somebody up within the own scope: by ID number, telephone, name or pinyin (ADR 0020).

ID numbers and telephones are found whole, by their blind indexes; names by the keys that the register keeps with them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from guiyan.events.id_numbers import ID_NO_PATTERN, tidy
from guiyan.ledger import Document, Refused
from guiyan.registry.commands.tools import Tools
from guiyan.registry.domain.spelling import is_pinyin, key_asked
from guiyan.registry.projections.members import MEMBERS
from guiyan.registry.roster.idnumber import InvalidIdNumberError, parse_id_number
from guiyan.registry.roster.phone import find_mobile
from guiyan.service.paging import all_of
from guiyan.service.problems import FieldProblem, Invalid
from guiyan.service.reads import Query
from guiyan.service.scope import Scope

FOUND_MAX: Final = 50
PINYIN_MIN: Final = 2
_ID_NO: Final = re.compile(ID_NO_PATTERN)
_PHONE: Final = re.compile(r"\+?[0-9]{5,15}")


@dataclass(frozen=True, slots=True)
class Found:
    """Who was found, by name, and whether there are more than are told."""

    members: list[Document]
    more: bool


async def find_members(tools: Tools, scope: Scope, wanted: dict[str, str]) -> Found:
    """Members of the scope who fit one thing asked for: `id_no`, `mobile`, `name`, or a `term` told apart by its shape.

    A name asked for as a term is found from its beginning, written or in pinyin, those of just that name first. Raises
    Invalid for none or several of them and for a term of no known shape, Refused for a number that cannot be right.
    """
    if len(wanted) != 1:
        raise Invalid([FieldProblem("", "one_search_term")])
    ((field, value),) = wanted.items()
    kind, value = read_term(value) if field == "term" else (field, value)
    within, found = scope.where("branch"), dict[str, Document]()
    for query in _queries(tools, kind, value, field):
        left = FOUND_MAX + 1 + len(found)  # those found already may come again
        more = await tools.register.find(MEMBERS, all_of(query, within), limit=left)
        found |= {one["_id"]: one for one in more if one["_id"] not in found and len(found) <= FOUND_MAX}
        if len(found) > FOUND_MAX:
            break
    first = list(found.values())[:FOUND_MAX]
    return Found(sorted(first, key=lambda one: (one["name"] or "", one["_id"])), len(found) > FOUND_MAX)


def read_term(text: str) -> tuple[str, str]:
    """What somebody typed into the one box: an ID number, a telephone, or the beginning of a name; raises Invalid."""
    plain, key = tidy(text), key_asked(text)
    if _ID_NO.fullmatch(plain):
        return "id_no", plain
    if _PHONE.fullmatch(plain):
        return "mobile", plain
    if not key or key.isdecimal() or (is_pinyin(key) and len(key) < PINYIN_MIN):
        raise Invalid([FieldProblem("/term", "search_term_form")])
    return "beginning", key


def _queries(tools: Tools, kind: str, value: str, field: str) -> list[Query]:
    """What is asked of the register, one after the other until enough are found."""
    match kind:
        case "id_no":
            return [{"id_index": tools.identities.index(_number(tools, value, f"/{field}"))}]
        case "mobile":
            index = tools.blind.of("mobile", find_mobile(value) or value)
            return [{"mobile_index": index}, {"phones.index": index}]
        case "name":
            return [{"name_keys": key_asked(value)}]
        case _:
            return [{"name_keys": value}, {"name_keys": {"$regex": f"^{re.escape(value)}"}}]


def _number(tools: Tools, text: str, pointer: str) -> str:
    try:
        return parse_id_number(text, tools.clock.today()).value
    except InvalidIdNumberError as error:
        raise Refused(error.code, pointer=pointer) from None
