"""What is told of a template that cannot be used, in both languages."""

from collections.abc import Mapping
from typing import Final

from guiyan.service.messages import Message

TEMPLATE_MESSAGES: Final[Mapping[str, Message]] = {
    "channel_not_worded": Message(
        "This channel has no words of its own. Write for one of: {known}.",
        "该渠道没有单独的文字,请为下列渠道编写:{known}。",
    ),
    "wording_twice": Message(
        "This channel has words in this language already. Leave one of the two out.",
        "该渠道、该语言的文字重复,请只保留一份。",
    ),
    "wording_missing": Message(
        "Words for {channel} in {language} are needed: without them not everybody could be told.",
        "缺少“{channel}”渠道({language})的文字,否则会有人收不到通知。",
    ),
    "subject_missing": Message("A mail needs a subject.", "邮件须有标题。"),
    "subject_not_taken": Message("An SMS has no subject. Leave it empty.", "短信没有标题,请留空。"),
    "subject_empty": Message(
        "With sample {number} nothing is left of the subject. Say something in every case.",
        "按第 {number} 组样例,标题为空。请保证任何情况下都有内容。",
    ),
    "body_empty": Message(
        "With sample {number} nothing is left of the text. Say something in every case.",
        "按第 {number} 组样例,正文为空。请保证任何情况下都有内容。",
    ),
    "template_unreadable": Message(
        "Line {line} cannot be read. A field is written {{{{ name }}}}, a condition {{% if name %}} … {{% endif %}}.",
        "第 {line} 行无法识别。字段写作 {{{{ name }}}},条件写作 {{% if name %}} … {{% endif %}}。",
    ),
    "template_not_allowed": Message(
        "Line {line} uses what no template may use. There are fields, conditions and these filters: {filters}.",
        "第 {line} 行使用了不允许的写法。只能使用字段、条件和这些过滤器:{filters}。",
    ),
    "template_field_unknown": Message(
        "It names a field that this template does not have. There are: {known}.",
        "使用了该模板没有的字段。可用字段:{known}。",
    ),
    "template_holds_number": Message(
        "It holds a phone or ID number or a mail address. Use the field phone; whom it is about stands in no template.",
        "文字中含有电话、证件号码或邮箱。请使用字段 phone;模板中不得出现个人信息。",
    ),
    "person_in_subject": Message(
        "A subject names nobody: it is read on locked screens. Put the name into the text.",
        "标题中不得出现姓名(锁屏时可见),请写入正文。",
    ),
    "field_not_in_sms": Message(
        "An SMS takes these fields only: {allowed}. The number may have been given to somebody else.",
        "短信只能使用这些字段:{allowed}。号码可能已换机主。",
    ),
    "template_reveals": Message(
        "These words may tell strangers where somebody belongs: {words}. Ask to call the office instead.",
        "这些词可能向他人透露身份:{words}。请改为请对方回电。",
    ),
    "sms_without_phone": Message(
        "An SMS asks to call back: name the field phone.", "短信须请对方回电:请写入字段 phone。"
    ),
    "digest_without_entries": Message(
        "Without the field {field} nobody is told what waits. Name it in the text.",
        "未写入字段 {field},收件人看不到各项内容。请写入正文。",
    ),
    "entries_in_subject": Message(
        "The field {field} is many lines long. Name it in the text, and count alone in the subject.",
        "字段 {field} 为多行内容,不能放在标题中。请写入正文,标题中可用 count。",
    ),
    "sms_too_long": Message(
        "It is sent as {segments} parts ({units} places in {encoding}); at most {limit} are allowed. Say it shorter.",
        "将拆成 {segments} 条发送({encoding},{units} 个字位),最多 {limit} 条。请缩短。",
    ),
    "template_misuses": Message(
        "Line {line} shows or compares a value as another kind than it is: |day takes a date, |quarter a quarter, "
        "|words a code, |plural a count and two words; counts compare with counts, dates with dates.",
        "第 {line} 行中某个值的类型与写法不符:|day 用于日期,|quarter 用于季度,|words 用于代码,"
        "|plural 用于数量并带两个词;数量与数量比较,日期与日期比较。",
    ),
    "template_fails_on_sample": Message(
        "With sample {number} it cannot be filled: a value is compared with, or shown as, another kind than it is.",
        "按第 {number} 组样例无法生成:某个值的类型与写法不符。",
    ),
    "template_same": Message(
        "Version {version}, in use now, says the same already.", "现用的第 {version} 版文字与此相同。"
    ),
    "template_built_in": Message(
        "The program's own words cannot be retired. Publish a version of yours: it goes before them.",
        "系统自带的版本不能停用。请发布自己的版本,发布后优先使用。",
    ),
    "template_version_unknown": Message("There is no such version of this template.", "该模板没有这一版本。"),
}
