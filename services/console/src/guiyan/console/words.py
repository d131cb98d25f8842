"""Values in words: roles, yes and no, moments in Shanghai time. Codes have their words from `guiyan.events` (§7)."""

from datetime import UTC, datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from guiyan.console.i18n import Words
from guiyan.events.codes import CODE_LISTS
from guiyan.service.auth import Role

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")
_MOMENT_CHARS: Final = 16
ROLES: Final[dict[Role, tuple[str, str]]] = {
    Role.BRANCH_CONTACT: ("支部联系人", "Contact person"),
    Role.BRANCH_SECRETARY: ("支部书记", "Branch secretary"),
    Role.STATION_STAFF: ("服务站工作人员", "Station staff"),
    Role.TOWNSHIP_OFFICER: ("乡镇(街道)组织员", "Township officer"),
    Role.CITY_OFFICER: ("市委组织部", "City officer"),
    Role.AUDITOR: ("审计员", "Auditor"),
    Role.OPS: ("运维人员", "Operations"),
    Role.SYS_ADMIN: ("系统管理员", "System administrator"),
    Role.SEC_ADMIN: ("安全管理员", "Security administrator"),
    Role.AUDIT_ADMIN: ("审计管理员", "Audit administrator"),
    Role.MEMBER: ("党员本人", "Member"),
}


def code_word(code_list: str, code: str, words: Words) -> str:
    """A code of a list in words; the code itself where the list has it not."""
    return dict(choices(code_list, words)).get(code, code)


def choices(code_list: str, words: Words) -> list[tuple[str, str]]:
    """All codes of a list with their words."""
    return [(one.value, one.label(words.language)) for one in CODE_LISTS[code_list]]


def in_words(value: Any, words: Words) -> str:
    """Any value of a document as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return words.pick("是", "yes") if value else words.pick("否", "no")
    if isinstance(value, list):
        return words.several(in_words(one, words) for one in value)
    text = str(value)
    return moment(text) if len(text) > _MOMENT_CHARS and text[10:11] == "T" and text[:4].isdigit() else text


def moment(text: str) -> str:
    """A record time in Shanghai's, to the minute; the text itself when it is none."""
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return text
    return found.replace(tzinfo=found.tzinfo or UTC).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")
