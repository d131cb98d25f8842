"""What forms share: the fields that many ask, kinds of organisations, whose record it is; each declared once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from guiyan.console.act import Field, Prepared, leads_to
from guiyan.console.i18n import mark
from guiyan.console.web.acts import told_facts
from guiyan.console.web.visitor import Visitor

BRANCHES: Final = ("BRANCH", "JOINT_BRANCH", "TEMPORARY_BRANCH", "MOBILE_BRANCH", "GENERAL_BRANCH")
COMMITTEES: Final = ("COMMITTEE", "WORK_COMMITTEE")
MEMBER: Final = Field("member_id", "", "hidden")
"""Whom a form is about that makes something new: told by the address."""
TO_THE_RECORD: Final = leads_to("/members/{id}")


def day(title: str, name: str = "occurred_on") -> Field:
    """On which day it happened; the service takes today where it is left open."""
    return Field(name, title, "date", hint=mark("不填为今天"))


DAY: Final = day(mark("日期"))


async def of_member(here: Visitor, id_: str, given: Mapping[str, str]) -> Prepared:
    """Whose record it is: what the address says of the member, in words."""
    del id_
    member = await here.api.get("registry", f"/v1/members/{given['member_id']}") if given.get("member_id") else {}
    info = await here.lists.get(here.api, "registry", "/v1/members")
    shown = ("name", "branch", "person_category", "joined_on", "departure_state")
    return Prepared(facts=await told_facts(info, shown, member, here))
