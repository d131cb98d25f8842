"""The record's own fields, with the words of the register (流动党员登记卡, domain.md §3.4)."""

from typing import Any, Final

from guiyan.console.i18n import mark
from guiyan.console.reasons import reasons
from guiyan.console.section import Section, Subject
from guiyan.console.web.acts import named_facts
from guiyan.console.web.visitor import Visitor

GROUPS: Final = (
    (
        mark("基本情况"),
        ("name", "former_name", "sex", "birth_date", "id_no", "education_code", "degree_code", "post_code"),
    ),
    (
        mark("党员情况"),
        ("person_category", "membership_status", "status_since", "joined_on", "full_on", "probation_ends_on",
         "admitting_branch", "branch", "group", "responsible", "relation_holding", "dues_paid_to"),
    ),
    (mark("联系方式"), ("mobile", "landline", "home_area_code", "home_address", "file_place")),
    (
        mark("流动情况"),
        ("member_kind", "is_migrant_worker", "departure_state", "away_since", "host_branch", "transfer_overdue_since",
         "retention_state", "probation_state"),
    ),
    (mark("登记"), ("source", "registered_on", "counted")),
)  # fmt: skip


async def load(here: Visitor, subject: Subject) -> dict[str, Any]:
    """The fields that hold anything, in groups, each with why it says so."""
    info = await here.lists.get(here.api, "registry", "/v1/members")
    groups = [(title, await named_facts(info, names, subject.member, here)) for title, names in GROUPS]
    why = await reasons(here, subject, info)
    return {"groups": [(title, facts) for title, facts in groups if facts], "why": why}


SECTION = Section("card", mark("登记卡"), 20, load, past=True)
