"""What a field's form is, in words: people are never shown a regular expression."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from pydantic import TypeAdapter

from guiyan.events import values
from guiyan.events.codes.base import Code


class Form(Code):
    """The forms of `guiyan.events.values`."""

    ID = "ID", "本系统给出的标识(UUID)", "an id as this system gives it (UUID)"
    ORG_CODE = "ORG_CODE", "12 位数字的党组织代码", "the organisation's code of 12 digits"
    SIX_DIGITS = "SIX_DIGITS", "6 位数字", "6 digits"
    MONTH = "MONTH", "年-月,如 2026-03", "year and month like 2026-03"
    QUARTER = "QUARTER", "年-季度,如 2026-Q1", "year and quarter like 2026-Q1"
    HALF_YEAR = "HALF_YEAR", "年-半年,如 2026-H1", "year and half like 2026-H1"
    CODE = "CODE", "代码:字母、数字、点、横线或下划线", "a code of letters, digits, dots, dashes or underscores"
    PHONE = "PHONE", "电话号码,如 0999-0000001", "a phone number like 0999-0000001"
    USCC = "USCC", "18 位统一社会信用代码", "a unified social credit code of 18 characters"
    ID_NO = "ID_NO", "18 位公民身份号码(或 15 位旧号码)", "an ID number of 18 characters (or an old one of 15)"


def _pattern(kind: Any) -> str:
    return str(TypeAdapter(kind).json_schema()["pattern"])


_BY_PATTERN: Final[Mapping[str, Form]] = MappingProxyType(
    {
        _pattern(kind): form
        for kind, form in (
            (values.Id, Form.ID),
            (values.OrgCode, Form.ORG_CODE),
            (values.AreaCode, Form.SIX_DIGITS),
            (values.Month, Form.MONTH),
            (values.Quarter, Form.QUARTER),
            (values.HalfYear, Form.HALF_YEAR),
            (values.Code, Form.CODE),
            (values.Phone, Form.PHONE),
            (values.Uscc, Form.USCC),
            (values.IdNo, Form.ID_NO),
        )
    }
)


def form_of(pattern: str) -> str:
    """The form in words, where it has any; else the pattern, which the interface's description tells as well."""
    return _BY_PATTERN.get(pattern, pattern)
