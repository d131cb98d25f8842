"""What is refused about members, corrections, records that may be one person, consents and honours."""

from collections.abc import Mapping
from typing import Final

from guiyan.service.messages import Message

MESSAGES: Final[Mapping[str, Message]] = {
    # members
    "member_unknown": Message("There is no such member in the register.", "名册中没有该党员。"),
    "membership_ended": Message("This membership has ended; nothing more can be recorded.", "该党员党籍已终止。"),
    "membership_status": Message(
        "The membership stands as {standing}, which does not allow this.", "党籍状态为 {standing},不允许此操作。"
    ),
    "not_the_deciding_organisation": Message(
        "The deciding organisation must be the member's branch or one above it.",
        "决定机关须为该党员所在支部或其上级党组织。",
    ),
    "probation_is_cancelled": Message(
        "Probationary membership is cancelled, not suspended or removed: record the end with how=PROBATION_CANCELLED.",
        "预备党员不适用停止党籍、除名或开除,请登记取消预备党员资格。",
    ),
    "not_on_probation": Message("The member is not on probation.", "该党员不是预备党员。"),
    # corrections
    "correction_unknown": Message("There is no such request.", "没有该更正申请。"),
    "correction_outdated": Message(
        "Meanwhile the record was set right in {fields}. Compare; reject the request as outdated, or ask for it anew.",
        "申请提出后,该记录的 {fields} 已另行更正。请核对后以“已被更新取代”退回,或重新申请。",
    ),
    "correction_state": Message(
        "The request is in state {state}, which does not allow this.", "该更正申请当前状态为 {state},不允许此操作。"
    ),
    "nothing_to_correct": Message(
        "The record says so already: name a field and its new value.", "记录中已是如此,请填写需更正的项目和新值。"
    ),
    "for_the_level_above": Message(
        "The organisation one level above who asked answers this, or the city.", "应由申请单位的上一级或市级审核。"
    ),
    "own_request": Message("Nobody answers the own request.", "不能审核本人提出的申请。"),
    "part_of_id_no": Message(
        "Sex and birth date are part of the ID number: correct that instead.",
        "性别和出生日期以身份证号为准,请更正身份证号。",
    ),
    "no_branch": Message(
        "A member's relation is with a branch, not with an organisation of kind {kind}.",
        "组织关系应在支部,不能在 {kind}。",
    ),
    "full_on_of_probationary": Message(
        "A probationary member has no date of full membership.", "预备党员不应有转正日期。"
    ),
    "one_search_term": Message(
        "Give exactly one of term, id_no, mobile and name.", "请只填写检索词、身份证号、电话、姓名之一。"
    ),
    "search_term_form": Message(
        "Type a whole ID number (15 or 18 digits), a whole telephone number, a name from its first character on, or "
        "its pinyin or initials (two letters or more).",
        "请输入完整的身份证号(15 或 18 位)、完整的电话号码、姓名(可只输开头),或姓名的全拼、首字母(至少两个字母)。",
    ),
    # records that may be one person
    "pair_unknown": Message("There is no such pair.", "没有该疑似重复记录。"),
    "pair_state": Message(
        "The pair is in state {state}, which does not allow this.", "该疑似重复记录当前状态为 {state},不允许此操作。"
    ),
    "same_record": Message("Name two different records.", "请填写两条不同的记录。"),
    "not_of_the_pair": Message("The leading record must be one of the two.", "为主的记录须是其中之一。"),
    "linked_elsewhere": Message(
        "Record {member_id} is linked to another one already: take that one, or unlink it first.",
        "记录 {member_id} 已并入其他记录,请改用该记录或先取消关联。",
    ),
    # consents, commendations, the reserve list
    "consent_unknown": Message("There is no such consent.", "没有该同意记录。"),
    "consent_of_another_kind": Message(
        "This takes the member's own consent to {purpose}.", "须有该党员本人对 {purpose} 的同意。"
    ),
    "consent_withdrawn": Message("The member withdrew this consent on {on}.", "该同意已于 {on} 撤回。"),
    "commendation_unknown": Message("There is no such commendation.", "没有该表彰记录。"),
    "commendation_state": Message(
        "The commendation is in state {state}, which does not allow this.", "该表彰当前状态为 {state},不允许此操作。"
    ),
    "for_an_organisation_above": Message(
        "An organisation above the branch that may approve probationary members does this.",
        "应由支部的上级党组织办理;预备党员转正须由有审批权的党委决定。",
    ),
    "reserve_listed": Message("The member stands on the reserve list already.", "该党员已在后备名单中。"),
    "reserve_not_listed": Message("The member does not stand on the reserve list.", "该党员不在后备名单中。"),
    # the desk
    "task_unknown": Message("There is no such task.", "没有该待办事项。"),
    "task_closed": Message("The task left the desk already ({how}).", "该待办事项已办结({how})。"),
    "task_overtaken_by_itself": Message(
        "Say DONE or NOT_NEEDED: what is overtaken leaves the desk by itself.",
        "请填写 DONE(已办)或 NOT_NEEDED(无需办理);情况已变的由系统撤下。",
    ),
}
