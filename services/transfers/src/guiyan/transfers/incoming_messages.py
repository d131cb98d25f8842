"""What is told about transfers that come from outside, in both languages."""

from collections.abc import Mapping
from typing import Final

from guiyan.service.messages import Message

INCOMING_MESSAGES: Final[Mapping[str, Message]] = {
    "relation_outside": Message(
        "This member's relation is with an organisation outside. Enter the transfer from there (…/incoming).",
        "该党员组织关系在系统外的党组织,请先登记系统外转入。",
    ),
    "relation_is_here": Message(
        "This member's relation is with a branch here. Let that branch request the transfer.",
        "该党员组织关系在本系统内的支部,请由该支部发起转接。",
    ),
    "member_not_entered": Message(
        "Nobody is registered under this number. Enter the member first (POST /v1/members with `incoming`).",
        "未登记此人。请先登记党员(来源:转入,预登记)。",
    ),
    "one_of_member_or_number": Message(
        "Tell the member's id or the ID number, one of them.", "党员编号与身份证号须填且只填一项。"
    ),
    "receiver_of_others": Message(
        "Another committee is to take the member in; it enters the letter itself.",
        "接收党委不在您的管辖范围,由其自行登记。",
    ),
    "incoming_by_letter": Message(
        "From outside a member comes by letter or online, never inside one committee.",
        "系统外转入不适用“党委内部”渠道。",
    ),
    "letter_from_outside": Message(
        "This letter was issued outside. Return it or cancel; set right, it is entered anew.",
        "介绍信由系统外组织开具。可退回或撤销;更正后请重新登记。",
    ),
    "letter_date_impossible": Message(
        "The letter's days cannot be: issued by the day it was shown, valid from then on.",
        "介绍信日期有误:开具日期不得晚于登记日期,到期日不得早于开具日期。",
    ),
    "letter_before_leaving": Message(
        "The relation went outside on {left_on}; a letter from there is not older.",
        "组织关系于 {left_on} 转出,介绍信开具日期不应更早。",
    ),
    "letter_number_missing": Message(
        "A paper letter has a year and a serial number.", "纸质介绍信须填写编号(年份和序号)。"
    ),
    "letter_validity_missing": Message(
        "Tell the letter's last day, or for how many days it is valid.", "请填写介绍信到期日或有效天数。"
    ),
    "letter_year_impossible": Message(
        "A letter's number is of the year it was issued in, or of the year before: {years}.",
        "介绍信编号年份应为开具当年或上一年:{years}。",
    ),
    "area_code_no_place": Message(
        "This area code is of no province. Tell the code of GB/T 2260, or leave it out and tell the change type.",
        "该地区代码不属于任何省级行政区。请按 GB/T 2260 填写,或不填而填写变动类别。",
    ),
    "letter_seen_before": Message(
        "A letter of this issuer and number was entered for another member: transfer {other}.",
        "同一单位同一编号的介绍信已为另一党员登记(转接 {other})。",
    ),
    "change_type_direction": Message("This change type is of the other direction.", "变动类别与转入、转出方向不符。"),
    "change_type_contradicts_area": Message(
        "Change type and area code contradict each other.", "变动类别与地区代码不一致。"
    ),
    "change_type_unknown": Message(
        "Tell the area code of the issuing body, or the change type.", "请填写转出地代码或变动类别。"
    ),
}
