"""Looking somebody up within the scope: by whole numbers over blind indexes, by how a name or its pinyin begins."""

from __future__ import annotations

from typing import Any

import pytest
from services.registry.tests.city import FAR, HOME, NEXT, CityOfTests, id_number
from services.registry.tests.commands.test_desk import tell

from guiyan.events.codes import ContactPointEnd, ContactPointKind, ContactPointSource
from guiyan.events.contact.contact_point import ContactPointAdded, ContactPointClosed
from guiyan.events.registry.member import MemberTextChange
from guiyan.ledger import Refused
from guiyan.registry.commands.finding import FOUND_MAX, find_members, read_term
from guiyan.registry.commands.members import Correction, correct_member
from guiyan.service.problems import Invalid
from guiyan.service.scope import Scope

HERE = Scope(HOME, frozenset({HOME}))
EVERYWHERE = Scope(HOME, frozenset({HOME, NEXT, FAR}))
NUMBER = id_number(17)
WIDE = str.maketrans("0123456789X", "０１２３４５６７８９ｘ")


async def found(city: CityOfTests, scope: Scope = HERE, **asked: Any) -> list[str]:
    """The ids of those found."""
    await city.settle()
    return [one["_id"] for one in (await find_members(city.tools, scope, asked)).members]


@pytest.mark.parametrize(
    "asked",
    [
        {"id_no": NUMBER},
        {"term": NUMBER},
        {"term": NUMBER.translate(WIDE)},
        {"term": f" {NUMBER[:6]} {NUMBER[6:14]}-{NUMBER[14:].lower()} "},
        {"term": NUMBER[:6] + NUMBER[8:17]},
        {"mobile": "+86 139 1234 0017"},
        {"term": "13912340017"},
        {"term": "139-1234-0017"},
        {"name": "李示例"},
        {"term": "李示例"},
        {"term": "李"},
        {"term": "lishili"},
        {"term": "lsl"},
    ],
    ids=str,
)
async def test_somebody_is_found_within_the_scope(city: CityOfTests, asked: dict[str, str]) -> None:
    """However it is written, and never past the scope (domain.md §3.6)."""
    member = (await city.register(HOME, id_no=NUMBER, mobile="13912340017")).id
    assert await found(city, HERE, **asked) == [member]
    assert await found(city, Scope(NEXT, frozenset({NEXT})), **asked) == []


async def test_a_name_asked_for_as_a_name_is_that_name(city: CityOfTests) -> None:
    """By `name` just those of the name; by `term` also those whose names begin so."""
    member = (await city.register(HOME)).id
    assert await found(city, name="李示") == []
    assert await found(city, term="李示") == [member]


async def test_by_any_telephone_that_is_in_use(city: CityOfTests) -> None:
    """P-10: a second number that the contact service keeps finds the member until it is closed."""
    member = (await city.register(HOME, mobile="13912340018")).id
    index, point = city.tools.blind.of("mobile", "+8613800000001"), "019f1b67-9100-7c32-80c6-9f76b2e05695"
    added = ContactPointAdded(
        point_id=point,
        member_id=member,
        kind=ContactPointKind.MOBILE,
        source=ContactPointSource.MEMBER,
        value_index=index,
    )
    await tell(city, "contact_point", point, added)
    assert await found(city, mobile="13800000001") == [member]
    assert await found(city, term="13912340018") == [member]
    closed = ContactPointClosed(point_id=point, member_id=member, reason=ContactPointEnd.REPLACED)
    await tell(city, "contact_point", point, closed)
    assert await found(city, mobile="13800000001") == []


async def test_who_is_renamed_is_found_by_the_new_name(city: CityOfTests) -> None:
    """A corrected name takes its keys along; a former name that is told keeps the old ones."""
    member = (await city.register(HOME)).id
    await correct_member(city.tools, city.asker(), member, Correction({}, MemberTextChange(name="赵新名")))
    assert (await found(city, term="zxm"), await found(city, term="lsl")) == ([member], [])
    await correct_member(city.tools, city.asker(), member, Correction({}, MemberTextChange(former_name="李示例")))
    assert (await found(city, term="zxm"), await found(city, term="lsl")) == ([member], [member])


async def test_those_of_just_that_name_come_first_and_the_rest_is_told(city: CityOfTests) -> None:
    """At most fifty are told, and that there are more; who bears just the name is among them."""
    for number in range(1, FOUND_MAX + 2):
        await city.register(HOME, id_no=id_number(number))
    member = (await city.register(FAR, id_no=id_number(99))).id
    await correct_member(city.tools, city.asker(), member, Correction({}, MemberTextChange(name="李示")))
    await city.settle()
    answer = await find_members(city.tools, EVERYWHERE, {"term": "李示"})
    assert (len(answer.members), answer.more) == (FOUND_MAX, True)
    assert member in {one["_id"] for one in answer.members}
    assert not (await find_members(city.tools, EVERYWHERE, {"name": "李示"})).more


@pytest.mark.parametrize("term", ["", " ", "12", "0017", "z", "·", "?", "*" * 9, "1" * 40])
def test_a_term_of_no_known_shape_is_refused(term: str) -> None:
    """Parts of numbers find nobody: only whole ones have a blind index; one letter is no name."""
    with pytest.raises(Invalid) as refused:
        read_term(term)
    assert [(one.pointer, one.code) for one in refused.value.errors] == [("/term", "search_term_form")]


async def test_a_number_that_cannot_be_right_is_told_so(city: CityOfTests) -> None:
    """The check digit is looked at before anybody is looked for, and the field is named."""
    wrong = NUMBER[:-1] + ("1" if NUMBER[-1] != "1" else "2")
    with pytest.raises(Refused) as refused:
        await find_members(city.tools, HERE, {"term": wrong})
    assert (refused.value.code, refused.value.pointer) == ("id_no_check_digit", "/term")


async def test_nothing_of_a_name_reaches_the_ledger(city: CityOfTests) -> None:
    """ADR 0020: the keys of names stand in the register alone, which an erasure purges; no event holds any."""
    await city.register(HOME)
    await city.settle()
    (document,) = (await city.documents("members")).values()
    assert {"lsl", "lishili", "李示例"} <= set(document["name_keys"])
    long = [key.encode() for key in document["name_keys"] if len(key.encode()) > 6]  # shorter ones come about by chance
    assert all(key not in one.body for key in long for one in city.ledger.log.messages)
