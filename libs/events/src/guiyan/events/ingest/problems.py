"""Problems of a report: where, a stable code, and a sentence in English and Chinese; never the value itself."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

_MAX_PROBLEMS = 50

_SENTENCES = {
    "malformed_json": ("This is not readable JSON.", "不是可读的 JSON。"),
    "not_an_object": ("An object with fields is expected here.", "此处应为对象。"),
    "required": ("This field is required.", "此项必填。"),
    "unknown_field": ("This field is not known; leave it out.", "未知字段,请删去。"),
    "unknown_code": ("This is not a code of the list for this field.", "不是该项代码表中的代码。"),
    "bad_form": ("The form of this value is wrong.", "格式不正确。"),
    "too_long": ("This value is too long.", "内容过长。"),
    "too_short": ("This value is too short.", "内容过短。"),
    "out_of_range": ("This number is out of range.", "数值超出范围。"),
    "not_a_date": ("A date yyyy-mm-dd is expected here.", "应为日期 yyyy-mm-dd。"),
    "not_a_time": ("A time with its zone is expected here.", "应为带时区的时间。"),
    "wrong_type": ("This kind of value is not expected here.", "值的类型不正确。"),
    "not_printable": (
        "A text holds printable signs on one line and nothing hidden.",
        "文字只能是单行可见字符,不得含控制符或隐藏字符。",
    ),
    "document_number": (
        "The number of a document is expected here, like 伊示组发〔2026〕3号, or an internal one like 支字2026-3.",
        "此处应为文号,如“伊示组发〔2026〕3号”,或内部编号如“支字2026-3”。",
    ),
    "name_one_member": (
        "Name the member by exactly one of member_id and id_no.",
        "请用 member_id 或 id_no 之一(且只用一个)指明党员。",
    ),
    "unknown_type": ("This event type may not be reported.", "不接受此类事件。"),
    "schema_mismatch": ("dataschema must be guiyan:<type>:<version> of this type.", "dataschema 与事件类型不符。"),
    "schema_too_new": ("This schema version is newer than what is understood here.", "该数据版本尚不支持。"),
    "no_business_date": ("Give occurredon, or time to take the date from.", "请提供 occurredon 或 time。"),
}

_CODES = {
    "json_invalid": "malformed_json",
    "model_type": "not_an_object",
    "model_attributes_type": "not_an_object",
    "dict_type": "not_an_object",
    "missing": "required",
    "extra_forbidden": "unknown_field",
    "enum": "unknown_code",
    "literal_error": "unknown_code",
    "string_pattern_mismatch": "bad_form",
    "string_too_long": "too_long",
    "string_too_short": "too_short",
    "too_long": "too_long",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "timezone_aware": "not_a_time",
    "not_printable": "not_printable",
    "document_number": "document_number",
    "value_error": "name_one_member",
}


class Problem(BaseModel):
    """One thing that is wrong with a report; the shape of a receipt's `problems` (contract.md §4)."""

    model_config = ConfigDict(frozen=True)

    pointer: str = Field(description="Where: an RFC 6901 pointer into the event; empty for the whole.")
    code: str = Field(description="What, as a stable code.")
    message_en: str = Field(description="What, in English.")
    message_zh: str = Field(description="What, in Chinese.")


def problem(code: str, pointer: str = "") -> Problem:
    """Make a problem from one of the codes of this module."""
    english, chinese = _SENTENCES[code]
    return Problem(pointer=pointer, code=code, message_en=english, message_zh=chinese)


def problems_of(error: ValidationError, root: str = "") -> tuple[Problem, ...]:
    """Turn the faults of a model into problems, pointers below `root`; at most the first fifty."""
    faults = error.errors(include_input=False, include_url=False, include_context=False)[:_MAX_PROBLEMS]
    return tuple(problem(_code_of(fault["type"]), _pointer(root, fault["loc"])) for fault in faults)


def _code_of(kind: str) -> str:
    """Translate pydantic's kind of fault into a code of ours."""
    if kind in _CODES:
        return _CODES[kind]
    if kind.startswith("datetime"):
        return "not_a_time"
    if kind.startswith("date"):
        return "not_a_date"
    return "wrong_type"


def _pointer(root: str, location: Iterable[Any]) -> str:
    """Write a location as an RFC 6901 pointer."""
    steps = (str(step).replace("~", "~0").replace("/", "~1") for step in location)
    return root + "".join(f"/{step}" for step in steps)
