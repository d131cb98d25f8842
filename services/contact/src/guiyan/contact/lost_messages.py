"""What contact tells about lost contact, relay persons and their limits, in both languages."""

from collections.abc import Mapping
from typing import Final

from guiyan.service.messages import Message

LOST_MESSAGES: Final[Mapping[str, Message]] = {
    "lost_contact_not_found": Message("There is no such lost-contact case.", "没有该失联记录。"),
    "lost_contact_open": Message(
        "A lost-contact case of this member is open already; go on in that one.",
        "该党员已有在办的失联记录,请在原记录上办理。",
    ),
    "lost_contact_number_used": Message("This number of a case was used already.", "该失联记录编号已使用。"),
    "lost_contact_closed": Message("This case is closed: {how}.", "该失联记录已结案:{how}。"),
    "lost_contact_state": Message(
        "The case stands at {state}; this act needs it at {wanted}.",
        "该失联记录处于 {state} 阶段;此操作须在 {wanted} 阶段。",
    ),
    "lost_membership_not_normal": Message(
        "The membership does not stand as normal: nobody is to be watched.", "该党员党籍状态不是正常,不需列入关注。"
    ),
    "lost_last_seen_unknown": Message(
        "No attendance and no dues payment of this member is known: nothing can be counted from. Record the last one.",
        "没有该党员参加组织生活或交纳党费的记录,无法起算。请先补录最后一次。",
    ),
    "search_means_applies": Message(
        "This means is there and can be tried; it is not NOT_APPLICABLE.", "该查找途径可用,应当查找,不能记为“不适用”。"
    ),
    "search_means_missing": Message(
        "No relay person was nominated by the member on that day: record NOT_APPLICABLE.",
        "该日没有本人指定的转达联系人,请记为“不适用”。",
    ),
    "search_channel_mismatch": Message(
        "Give the channel with the result REACHED, and only with it.", "仅“已联系上”需要且必须填写联系方式。"
    ),
    "search_not_over": Message(
        "These means are not tried to their end: {means}. Record a step for each; NOT_APPLICABLE: it is not there.",
        "以下查找途径尚未查完:{means}。请逐项登记;没有该途径的记为“不适用”。",
    ),
    "search_never_made": Message(
        "Every means stands as NOT_APPLICABLE: nobody was searched for. Try at least one (a letter to the last address,"
        " the former branch) and record its result.",
        "全部查找途径都记为“不适用”,等于没有查找。请至少实际查找一种(如向最后地址寄挂号信、向原党支部了解)并登记结果。",
    ),
    "lost_outcome_decided": Message(
        "{outcome} was decided already. What was entered in error is closed (POST …/close);"
        " registry records decisions.",
        "已作出处理决定:{outcome}。登记有误的请结案(POST …/close);党籍决定由党籍登记办理。",
    ),
    "silence_too_short": Message(
        "Contact is lost after {months} months; the member was last seen on {since}: not before {earliest}.",
        "失去联系须满 {months} 个月;该党员最后一次见于 {since},最早为 {earliest}。",
    ),
    "lost_cause_missing": Message(
        "The branch has not told the cause yet (POST …/open); branch and committee confirm together.",
        "支部尚未认定失联原因(POST …/open);须由支部和基层党委共同确认。",
    ),
    "lost_cause_told": Message("The branch has told the cause already.", "支部已认定失联原因。"),
    "lost_committee_confirms": Message(
        "The basic committee {committee} confirms, or an organisation above it.",
        "须由基层党委 {committee} 或其上级确认。",
    ),
    "lost_probation_is_cancelled": Message(
        "Of a probationary member the probation is cancelled by decision; nothing is suspended or removed.",
        "预备党员不作停止党籍或除名处理,应按程序取消预备资格。",
    ),
    "removal_proposed_too_early": Message(
        "A removal may be proposed two years after the suspension: not before {earliest}.",
        "停止党籍满两年后方可提请除名,最早为 {earliest}。",
    ),
    "seen_since_suspension": Message(
        "The member was seen on {seen_on}, after the suspension: this is no removal for lost contact.",
        "停止党籍后该党员于 {seen_on} 有过联系,不能按失联除名。",
    ),
    "request_outside_period": Message(
        "The member's written request must lie from {first} to {last}.",
        "本人书面申请的日期应在 {first} 至 {last} 之间。",
    ),
    "correction_months": Message(
        "A correction period has 1 to {months} months, and no other outcome has any.",
        "限期改正须填写 1 至 {months} 个月;其他处理意见不填月数。",
    ),
    "outcome_and_category": Message(
        "A probation is ended for a probationary member only; a full member has the other outcomes.",
        "取消预备资格仅适用于预备党员;正式党员适用其他处理意见。",
    ),
    "lost_not_the_deciding_organisation": Message(
        "The member's branch or an organisation above it decides.", "应由党员所在支部或其上级党组织决定。"
    ),
    "relay_person_missing": Message(
        "The member has nobody nominated to pass messages on for that day.", "该日没有本人指定的转达联系人。"
    ),
    "relay_person_not_found": Message("There is no such relay person.", "没有该转达联系人。"),
    "relay_person_exists": Message("This relay person was nominated already.", "该转达联系人已登记。"),
    "relay_person_withdrawn": Message("This nomination was taken back already.", "该转达联系人已撤回。"),
    "relay_wish_in_writing": Message(
        "Only the member names a relay person: the office records it with the member's wish in writing.",
        "转达联系人只能由党员本人指定;组织代为登记须有本人书面意愿。",
    ),
}
