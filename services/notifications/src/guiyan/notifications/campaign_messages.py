"""What campaigns tell when they refuse, in both languages."""

from collections.abc import Mapping
from typing import Final

from guiyan.service.messages import Message

CAMPAIGN_MESSAGES: Final[Mapping[str, Message]] = {
    "campaign_unknown": Message("There is no such campaign.", "没有该季度短信。"),
    "campaign_exists": Message(
        "This organisation has a campaign of this quarter and template already.",
        "该党组织本季度已有使用该模板的短信计划。",
    ),
    "campaign_outside_quarter": Message(
        "A campaign of this quarter begins between {first} and {last}.", "该季度的短信应在 {first} 至 {last} 之间开始。"
    ),
    "campaign_in_the_past": Message(
        "Its first day is past. Give today or a later day.", "开始日期已过,请填写今天或以后的日期。"
    ),
    "campaign_wrong_state": Message(
        "The campaign is {state}, which does not allow this.", "该季度短信当前状态为 {state},不允许此操作。"
    ),
    "campaign_template": Message(
        "A campaign knows the quarter alone. Use one of these templates: {known}.", "季度短信只能使用以下模板:{known}。"
    ),
    "campaign_answer_only": Message(
        "Note REPLIED or CALLED_BACK; all else is told by the notices.",
        "仅登记 REPLIED 或 CALLED_BACK,其余由通知回执得出。",
    ),
    "campaign_not_for_member": Message(
        "This campaign did not write to this member, or he is outside your scope.",
        "该季度短信未发给该党员,或不在您的范围内。",
    ),
}
