"""What transfers tells a caller who cannot have their way, in both languages."""

from collections.abc import Mapping
from typing import Final

from guiyan.service.messages import Message
from guiyan.transfers.incoming_messages import INCOMING_MESSAGES

MESSAGES: Final[Mapping[str, Message]] = {
    **INCOMING_MESSAGES,
    "transfer_not_found": Message("There is no such transfer.", "没有该转接记录。"),
    "transfer_already_open": Message(
        "This member already has an open transfer. Finish or withdraw it first.",
        "该党员已有未办结的转接。请先办结或撤回。",
    ),
    "transfer_wrong_state": Message(
        "The transfer is {state}; this needs {expected}.", "该转接的状态是 {state},此操作需要 {expected}。"
    ),
    "date_in_future": Message("The date lies after today, {today}.", "日期晚于今天({today})。"),
    "date_out_of_order": Message(
        "The date lies before the step before it; the earliest is {earliest}.", "日期早于上一步,最早为 {earliest}。"
    ),
    "dues_month_unknown": Message(
        "It is not known up to which month dues are paid. Tell the month.", "不知道党费交至何月。请填写。"
    ),
    "dues_too_far_ahead": Message("Dues can be paid at most {limit} months ahead.", "党费最多可预交 {limit} 个月。"),
    "dues_too_far_back": Message(
        "Dues cannot be paid up to a month more than {limit} months ago. Check the month.",
        "党费交至月份不应早于 {limit} 个月前。请核对月份。",
    ),
    "same_branch": Message("The member already belongs to this branch.", "该党员已在此支部。"),
    "valid_days_out_of_range": Message("A letter is valid for 1 to {limit} days.", "介绍信有效期为 1 至 {limit} 天。"),
    "letter_expired": Message(
        "The letter was valid until {expired_on}. Return it, or ask for a new one.",
        "介绍信有效期至 {expired_on}。请退回或重新开具。",
    ),
    "letter_still_valid": Message("The letter is still valid.", "介绍信仍在有效期内。"),
    "no_other_channel": Message(
        "Name another channel out of the committee: PAPER or one of the online ones.",
        "请选择其他对外渠道:纸质介绍信或线上转接。",
    ),
    "certified_by_the_branch": Message(
        "The member's own branch certifies why a new letter is needed.", "重新开具须由党员所在支部出具证明。"
    ),
    "reissue_too_late": Message(
        "For graduates a new letter is issued until {latest}; after that a new transfer is needed.",
        "毕业生重新开具介绍信的期限为 {latest},逾期须重新申请转接。",
    ),
    "handed_over_otherwise": Message("A letter by {channel} does not travel this way.", "{channel}不能以此方式转递。"),
    "no_paper_letter": Message("By {channel} no paper can be lost.", "{channel}没有纸质介绍信可遗失。"),
    "no_letter_yet": Message("No letter has been issued yet. Issue it first.", "尚未开具介绍信,请先开具。"),
    "letter_void": Message("Letter {number} is void. Print the one that took its place.", "介绍信 {number} 已作废。"),
    "no_receipt_code": Message(
        "This is not the code of a receipt. Scan the code on the receipt part of an introduction letter.",
        "这不是回执联上的二维码。请扫描介绍信回执联上的码。",
    ),
    "receipt_not_known": Message(
        "No transfer of your office has this receipt. It may belong to another office or another installation.",
        "本单位没有与此回执对应的转接记录,可能属于其他单位或其他系统。",
    ),
    "receipt_already_returned": Message(
        "The receipt of letter {receipt_of} is recorded already. What remains is to paste it on the stub (archive).",
        "介绍信 {receipt_of} 的回执已登记,无需重复;请粘贴于存根并归档。",
    ),
    "receipt_of_replaced_letter": Message(
        "This is the receipt of letter {receipt_of}, which is void; letter {valid} took its place.",
        "此回执属于已作废的介绍信 {receipt_of},现行介绍信为 {valid}。",
    ),
    "receipt_of_void_letter": Message(
        "Letter {receipt_of} is void: its receipt proves nothing. Ask the receiver.",
        "介绍信 {receipt_of} 已作废,其回执无效。请与接收党委核实。",
    ),
    "receipt_days_missing": Message(
        "The receiver has no system here: tell the day it took the member in and the day on the receipt.",
        "接收党委不在本系统内:请填写接收日期和回执落款日期。",
    ),
    "nothing_on_paper": Message(
        "By {channel} there is no letter on paper; to print one, change the channel to PAPER.",
        "{channel}不使用纸质介绍信;需要纸质的,请先改为纸质渠道。",
    ),
    "member_text_gone": Message(
        "The member's name is not there to be printed: it was erased, or never told.",
        "没有可打印的姓名:该党员的个人信息已删除或从未登记。",
    ),
    "not_probationary": Message("Only of a probationary member.", "仅适用于预备党员。"),
    "converter_not_agreed": Message(
        "Probation ends on {ends_on}: both sides first agree who converts (agree-converter; the word of a"
        " side outside is told from its paper, with side).",
        "预备期将于 {ends_on} 届满,请转出、转入双方先商定由哪方办理转正"
        "(系统外一方的意见按其书面材料代为登记,注明 side)。",
    ),
    "side_ambiguous": Message(
        "You stand above both sides: say in side for which of them, ORIGIN or RECEIVER.",
        "您同时管辖转出方和转入方,请在 side 中注明代表哪一方(ORIGIN 或 RECEIVER)。",
    ),
    "receiver_is_here": Message(
        "The receiver records this itself; it has a system here.", "接收党委在本系统内,由其自行登记。"
    ),
    "received_outside_validity": Message(
        "The letter was valid from {issued_on} to {expires_on}.", "介绍信有效期为 {issued_on} 至 {expires_on}。"
    ),
    "letter_number_taken": Message("The letter's number was just given away. Try again.", "编号刚被占用。请重试。"),
    "internal_needs_no_letter": Message(
        "Inside one committee no letter is issued; let the committee receive the member.",
        "同一党委内部转接不开介绍信,请直接接收。",
    ),
    "not_one_committee": Message(
        "INTERNAL is for branches of the same committee only.", "“党委内部”仅限同一党委的支部之间。"
    ),
    "reason_text_mismatch": Message(
        "Give words with the reason OTHER_WITH_TEXT, and only with it.", "仅“其他”原因需要且必须附文字说明。"
    ),
    "receipt_date_impossible": Message(
        "The receipt's date must lie between the receiving and today's record.", "回执日期应在接收日期与登记日期之间。"
    ),
    "membership_ended": Message("This person's membership has ended.", "此人党籍已终止。"),
    "receiver_missing": Message(
        "Name the receiving committee or branch; /v1/transfers/receivers tells the nearest to an area.",
        "请填写接收党委或支部;可按地区代码查询就近接收组织。",
    ),
    "organisation_unknown": Message("No such organisation is at work here.", "没有该组织,或该组织已撤销。"),
    "receiver_without_power": Message(
        "This committee has no power to receive: it is no basic committee that may approve probationary members."
        " /v1/transfers/receivers tells the nearest that has.",
        "该组织不是具有预备党员审批权限的基层党委,无权接收组织关系。可按地区代码查询就近接收组织。",
    ),
    "branch_not_below_receiver": Message(
        "This branch does not stand below the receiving committee.", "该支部不属于接收党委。"
    ),
    "letter_number_incomplete": Message(
        "A letter's number is its issuer, year and serial together.", "介绍信编号须同时给出开具组织、年份和序号。"
    ),
    "wrong_side": Message("This step belongs to the other side of the transfer.", "此步骤由转接的另一方办理。"),
}
