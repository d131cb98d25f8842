"""What study activities tell a caller who cannot have their way, in both languages."""

from collections.abc import Mapping
from typing import Final

from guiyan.service.messages import Message

STUDY: Final[Mapping[str, Message]] = {
    "activity_unknown": Message("There is no such activity.", "没有该学习活动。"),
    "activity_exists": Message("This activity was noted already.", "该学习活动已登记。"),
    "activity_wrong_state": Message(
        "The activity is in state {state}; this is done in {expected}.",
        "该活动的状态是 {state},此操作适用于 {expected}。",
    ),
    "activity_is_past": Message(
        "The activity starts on {starts_on}, which is past. Change its time, or record that it was held.",
        "该活动的开始日期 {starts_on} 已过,请先更改时间,或登记为已开展。",
    ),
    "activity_out_of_reach": Message(
        "Give a time in the years from {first} to {last}.", "活动时间应在 {first} 年至 {last} 年之间。"
    ),
    "activity_not_held": Message(
        "The activity is in state {state}; attendance is told once it has been held.",
        "该活动的状态是 {state},登记开展之后才能登记参加人员。",
    ),
    "notice_too_short": Message(
        "{days} days ahead; the rule asks for {wanted}. Choose a later day, or give the reason in short_notice.",
        "距活动开始仅 {days} 天,按规定应提前 {wanted} 天预告。请改期,或在 short_notice 中填写原因。",
    ),
    "held_before_start": Message(
        "It was announced for {starts_on}. Change the time first, so that everybody is told.",
        "该活动预告于 {starts_on} 开始。如已提前开展,请先更改时间并通知。",
    ),
    "date_before_last": Message(
        "What happened last was on {earliest}; give that day or a later one.",
        "上一步办理于 {earliest},日期不应早于该日。",
    ),
    "lecture_form_only": Message("A form of lecture is given for lectures alone.", "讲授形式仅适用于党课。"),
    "topic_of_skills": Message("A skills training has one of the topics {wanted}.", "技能培训的主题应为 {wanted}。"),
    "public_holds_number": Message(
        "Everybody may read this: take the phone or ID number or mail address out, or do not make it public.",
        "公开内容人人可见,不得含有电话、证件号码或邮箱;请删去,或不公开。",
    ),
    "place_or_online": Message(
        "Say where it takes place, or that one can take part online.", "请填写地点,或注明可线上参加。"
    ),
    "always_online": Message("Online study is always online.", "线上学习不能取消线上参加。"),
    "not_online": Message("One cannot take part in this activity online.", "该活动不能线上参加。"),
    "not_a_guest": Message(
        "The member belongs to the branch that held it: IN_PERSON or ONLINE.",
        "该党员属于举办支部,请选择现场或线上。",
    ),
    "attendance_closed": Message(
        "The record of this activity is closed. Open it again first.", "该活动已归档,请先重新打开记录。"
    ),
    "attendance_unknown": Message("No attendance of this member is recorded.", "没有该党员的参加记录。"),
    "activity_mismatch": Message(
        "The activity known under this id is of another branch or kind.", "该编号的活动属于其他支部或形式不同。"
    ),
    "feedback_of_those_there": Message(
        "Only members who were there say whether it was of use.", "只有参加者可以评价。"
    ),
    "member_needed": Message("Name the member for whom you answer.", "请填写所代表的党员。"),
    "organisation_outside": Message(
        "This organisation is unknown, has ended, or lies outside your scope.",
        "该党组织不存在、已撤销或不在您的范围内。",
    ),
    "not_a_branch": Message("Name the branch that holds it.", "请填写举办活动的支部。"),
    "sweep_unknown": Message("There is no such sweep for this branch.", "该支部没有该摸底排查批次。"),
    "outside_sweep": Message(
        "The sweep's window is from {opens_on} to {closes_on}.", "该批次的窗口为 {opens_on} 至 {closes_on}。"
    ),
    "material_unknown": Message("There is no such dispatch.", "没有该寄送记录。"),
    "material_exists": Message("This dispatch was recorded already.", "该寄送已登记。"),
    "material_wrong_state": Message("The dispatch is {state}; it is settled.", "该寄送的状态是 {state},已办结。"),
    "tracking_by_post_only": Message("Only what goes by post has its number.", "仅邮寄物品有邮件编号。"),
}
