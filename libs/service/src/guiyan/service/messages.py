"""The catalogue of messages: every code that reaches a caller, in both languages.

A service adds its own codes with `Catalogue.extend`; placeholders are filled from codes, numbers and dates, never
from what the caller sent.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from guiyan.events.codes.base import Code
from guiyan.service.language import Language


class Message(NamedTuple):
    """One message in both languages, with `{placeholders}`."""

    en: str
    zh: str

    def text(self, language: Language, params: Mapping[str, object] | None = None) -> str:
        """The message in a language, codes in its words; a placeholder that nobody fills shows as an ellipsis."""
        shown = {name: _shown(value, language) for name, value in (params or {}).items()}
        return (self.en if language == "en" else self.zh).format_map(_Filled(shown))


class _Filled(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "…"


def _shown(value: object, language: Language) -> object:
    """A code as people call it, several with their comma between them."""
    if isinstance(value, Code):
        return value.label(language)
    if isinstance(value, tuple):
        return (", " if language == "en" else "、").join(str(_shown(one, language)) for one in value)
    return value


# What the shell itself answers.
SHELL: Final[Mapping[str, Message]] = {
    "malformed": Message(
        "The request could not be read: it is not well-formed. Check its syntax and encoding (UTF-8).",
        "无法读取请求:格式有误。请检查语法和编码(UTF-8)。",
    ),
    "unauthenticated": Message(
        "A valid bearer token is needed. Ask for a new one and send it in the Authorization header.",
        "需要有效的访问令牌。请重新获取,并放入 Authorization 请求头。",
    ),
    "token_expired": Message("The token has expired. Ask for a new one.", "令牌已过期。请重新获取。"),
    "forbidden": Message("Your role does not allow this.", "您的角色无权进行此操作。"),
    "admin_roles_combined": Message(
        "One person may not hold two administrator roles. Ask the security administrator to correct the account.",
        "一人不得兼任两种管理员角色。请联系安全管理员更正账号。",
    ),
    "no_member_data": Message(
        "Administrators and operators do not see member data.", "系统、安全、审计管理员和运维人员不得查看党员数据。"
    ),
    "not_found": Message(
        "There is no such record within your organisation's scope.", "在您的组织管辖范围内没有该记录。"
    ),
    "no_such_address": Message("There is nothing at this address.", "该地址不存在。"),
    "method_not_allowed": Message("This address does not take this method.", "该地址不支持此方法。"),
    "wrong_state": Message("The record is not in a state that allows this.", "该记录的当前状态不允许此操作。"),
    "version_conflict": Message(
        "The record is at version {actual}, not {expected}. Load it again and repeat your change.",
        "该记录的版本是 {actual},不是 {expected}。请重新载入后再修改。",
    ),
    "contention": Message(
        "Many people are changing this record at this moment. Try again shortly.",
        "该记录正被多人同时修改。请稍后重试。",
    ),
    "person_erased": Message(
        "This person's data were erased. Register the person anew.", "此人的资料已删除。请重新登记。"
    ),
    "processing_restricted": Message(
        "Processing of this person's data is restricted: nothing of it is shown, printed or used. Numbers and addresses"
        " in use may only be closed.",
        "该人员的个人信息已限制处理,不再显示、打印和使用;在用的联系方式只能停用。",
    ),
    "personal_data_erased": Message(
        "This cannot be shown or used any more: the data were erased, or their key is missing from the key store.",
        "相关信息已删除或密钥缺失,无法显示和使用。",
    ),
    "too_large": Message(
        "The request is larger than {limit} bytes. Split it up.", "请求超过 {limit} 字节。请分批发送。"
    ),
    "unsupported_media_type": Message("The body must be of type {expected}.", "请求体的类型必须是 {expected}。"),
    "invalid": Message("{count} field(s) need correction.", "有 {count} 个字段需要更正。"),
    "too_many_requests": Message("Too many requests. Wait {seconds} seconds.", "请求过于频繁。请等待 {seconds} 秒。"),
    "unavailable": Message(
        "A part of the system is away for a moment. Nothing was changed; try again.",
        "系统的一部分暂时不可用。未作任何更改,请重试。",
    ),
    "outcome_unknown": Message(
        "It is not known whether the change was made. Repeat the request with the same Idempotency-Key.",
        "尚不清楚更改是否完成。请用相同的 Idempotency-Key 重发请求。",
    ),
    "not_yet_applied": Message(
        "What is read here has not yet caught up with sequence {sequence}. Try again.",
        "所查数据尚未更新到序号 {sequence}。请重试。",
    ),
    "starting": Message("The service is starting. Try again in a moment.", "服务正在启动。请稍后重试。"),
    "stopping": Message("The service is stopping. Try again in a moment.", "服务正在停止。请稍后重试。"),
    "internal": Message(
        "Something went wrong on our side. Tell the operator the correlation id {correlation_id}.",
        "系统内部出错。请把关联编号 {correlation_id} 告诉运维人员。",
    ),
    "no_such_projection": Message(
        "This service has no such projection. Ask for its status to see their names.",
        "本服务没有该投影。请查看状态以获知名称。",
    ),
    "not_parked": Message("Nothing of this id waits.", "没有此编号的待处理项。"),
    # fields
    "missing": Message("This field is missing.", "缺少此字段。"),
    "extra_forbidden": Message("This field is not known here.", "此处没有这个字段。"),
    "invalid_value": Message("This value is not allowed.", "此值不允许。"),
    "invalid_type": Message("This value is of the wrong kind.", "此值的类型不对。"),
    "too_short": Message("At least {min_length} needed.", "长度至少为 {min_length}。"),
    "too_long": Message("At most {max_length} allowed.", "长度不得超过 {max_length}。"),
    "too_small": Message("Must be at least {limit}.", "不得小于 {limit}。"),
    "too_big": Message("Must be at most {limit}.", "不得大于 {limit}。"),
    "pattern": Message("This text has another form; write {form}.", "格式有误,应为{form}。"),
    "enum": Message("Must be one of {expected}.", "必须是以下之一:{expected}。"),
    "date": Message("Must be a date like 2026-03-01.", "必须是日期,如 2026-03-01。"),
    "datetime": Message(
        "Must be a moment with its time zone, like 2026-03-01T08:00:00Z.",
        "必须是带时区的时间,如 2026-03-01T08:00:00Z。",
    ),
    "number": Message("Must be a number.", "必须是数字。"),
    "boolean": Message("Must be true or false.", "必须是 true 或 false。"),
    "not_printable": Message(
        "A text holds printable signs on one line and nothing hidden. Type it anew.",
        "文字只能是单行可见字符,不得含控制符或隐藏字符。请重新输入。",
    ),
    "not_an_address": Message(
        "Must be one mail address like sample@example.com.", "必须是一个邮箱地址,如 sample@example.com。"
    ),
    "document_number": Message(
        "Must be a document's number: signs of the office, year and serial like 伊党组〔2026〕12号, an internal number "
        "like 支字2026-3, or a code of 12 digits. No name, no reason, no other words.",
        "须为文号:机关代字加年份加序号,如伊党组〔2026〕12号;或内部编号,如支字2026-3;或 12 位编码。"
        "不得填写姓名、理由或其他文字。",
    ),
    "unknown_filter": Message("This list has no such filter. Known: {known}.", "此列表没有该筛选条件。可用:{known}。"),
    "unknown_parameter": Message(
        "This address takes no such parameter. Known: {known}.", "此地址没有该参数。可用:{known}。"
    ),
    "unknown_sort": Message("This list cannot be sorted so. Known: {known}.", "此列表不能这样排序。可用:{known}。"),
    "bad_cursor": Message(
        "This cursor is not from this list. Start again without a cursor.", "该游标不属于此列表。请不带游标重新开始。"
    ),
    "bad_if_match": Message(
        'If-Match must be a version in quotes, like "3".', 'If-Match 必须是带引号的版本号,如 "3"。'
    ),
    "idempotency_key_reused": Message(
        "This Idempotency-Key was used for another request. Use a new key for a new request.",
        "该 Idempotency-Key 已用于另一请求。新请求须用新的 Idempotency-Key。",
    ),
    "bad_idempotency_key": Message(
        "Idempotency-Key must be 1 to 128 visible ASCII characters.",
        "Idempotency-Key 须为 1 至 128 个可见 ASCII 字符。",
    ),
    # ingest
    "unknown_type": Message("This type of event is not taken here.", "此处不接收该类型的事件。"),
    "foreign_organisation": Message(
        "The event speaks for another organisation than the address it was sent to.", "事件所属组织与发送地址不符。"
    ),
    "not_an_event": Message(
        "This is not a CloudEvent 1.0 in structured JSON.", "这不是 CloudEvents 1.0 的 JSON 事件。"
    ),
    "type_mismatch": Message("The event's type differs from its subject's.", "事件类型与主题不一致。"),
    "event_id_taken": Message(
        "Another event with this id has had its effect. A new event needs a new id.",
        "同一 id 的另一事件已生效。新事件须用新 id。",
    ),
    "too_many_events": Message("At most {limit} events in one request.", "一次请求最多 {limit} 个事件。"),
    "member_not_found": Message("No such member is known to this organisation.", "该组织没有此党员。"),
}

# pydantic's kinds of fault, as our fewer codes.
PYDANTIC: Final[Mapping[str, str]] = {
    "missing": "missing",
    "extra_forbidden": "extra_forbidden",
    "string_too_short": "too_short",
    "too_short": "too_short",
    "string_too_long": "too_long",
    "too_long": "too_long",
    "greater_than_equal": "too_small",
    "greater_than": "too_small",
    "less_than_equal": "too_big",
    "less_than": "too_big",
    "string_pattern_mismatch": "pattern",
    "enum": "enum",
    "literal_error": "enum",
    "date_type": "date",
    "date_parsing": "date",
    "date_from_datetime_parsing": "date",
    "date_from_datetime_inexact": "date",
    "datetime_type": "datetime",
    "datetime_parsing": "datetime",
    "datetime_from_date_parsing": "datetime",
    "timezone_aware": "datetime",
    "int_type": "number",
    "int_parsing": "number",
    "int_from_float": "number",
    "int_parsing_size": "number",
    "float_type": "number",
    "float_parsing": "number",
    "finite_number": "number",
    "decimal_type": "number",
    "decimal_parsing": "number",
    "bool_type": "boolean",
    "bool_parsing": "boolean",
    "string_unicode": "not_printable",
}


class Catalogue:
    """Codes and their messages; one per service."""

    def __init__(self, *more: Mapping[str, Message]) -> None:
        self._messages = dict(SHELL)
        for messages in more:
            self.extend(messages)

    def extend(self, messages: Mapping[str, Message]) -> None:
        """Add a service's own codes; a code of the shell may not be redefined."""
        for code, message in messages.items():
            assert code not in SHELL, f"message code {code} belongs to the shell"  # noqa: S101 - programmer error
            self._messages[code] = message

    def text(self, code: str, language: Language, params: Mapping[str, object] | None = None) -> str:
        """The message for a code; an unlisted code is shown as itself, readable."""
        message = self._messages.get(code)
        return message.text(language, params) if message else code.replace("_", " ")

    def __contains__(self, code: object) -> bool:
        return code in self._messages
