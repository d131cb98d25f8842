"""核验 (domain.md §6 no. 22, §5.2): the auditor's part of a record: checked from the ledger, who looked, the file."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from guiyan.console.i18n import mark
from guiyan.console.listed import Rows, tables_of
from guiyan.console.section import Section, Subject
from guiyan.console.tales import tell
from guiyan.console.web.visitor import Visitor
from guiyan.service.auth import Role

CHECKS: Final[Mapping[str, tuple[str, str, str]]] = {
    "authentic": (
        mark("没有被改写"),
        mark("每条记录都带有本系统写入时留下的校验码,校验码全部正确。"),
        mark("有的记录流以校验码不对的内容结尾;这些内容已被搁置,没有采用。请通知运维人员。"),
    ),
    "complete": (
        mark("没有缺少"),
        mark("每个记录流的编号从 1 起连续,没有空号。"),
        mark("有的记录流编号不连续,说明缺少记录。请通知运维人员从备份核对。"),
    ),
    "same": (
        mark("页面与记录一致"),
        mark("用这些记录重新推算一遍,结果与页面所示逐项相同。"),
        mark("重新推算的结果与页面所示不同,说明页面数据被绕过记录改动。请通知运维人员重建。"),
    ),
}
"""For each check of registry: what it asks, what it means when it holds, and when it does not."""
ACCESSES: Final = Rows(
    mark("谁看过"), "registry", "/v1/accesses", ("at", "actor", "actor_org", "act", "fields", "reason")
)


async def load(here: Visitor, subject: Subject) -> dict[str, Any]:
    """What registry finds when it reads the ledger anew, and who was shown masked fields of the record."""
    path = f"/v1/members/{subject.member_id}/evidence"
    evidence, tables = await asyncio.gather(
        here.api.get("registry", path, subject.at), tables_of(here, subject, ACCESSES)
    )
    checks = [
        (*CHECKS[one["name"]], bool(one["ok"]), here.words.several(one["faults"]))
        for one in evidence["checks"]
        if one["name"] in CHECKS
    ]
    counted = [one for one in evidence["events"] if one["counted"]]
    return {
        "evidence": evidence,
        "checks": checks,
        "sound": all(one["ok"] for one in evidence["checks"]),
        "events": await tell(counted, here),
        "tables": tables,
        "query": "&".join(f"{name}={value}" for name, value in subject.at),
    }


SECTION = Section("proof", mark("核验"), 95, load, roles=frozenset({Role.AUDITOR}), past=True)
