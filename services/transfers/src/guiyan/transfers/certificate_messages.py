"""What transfers tells a caller about activity certificates, in both languages."""

from collections.abc import Mapping
from typing import Final

from guiyan.service.messages import Message

CERTIFICATE_MESSAGES: Final[Mapping[str, Message]] = {
    "certificate_not_found": Message("There is no such certificate.", "没有该活动证。"),
    "certificate_already_open": Message(
        "This member already has an activity certificate. Hand in, replace or void it first.",
        "该党员已有活动证。请先交回、补发或作废。",
    ),
    "certificate_is_lost": Message(
        "This member's certificate was reported lost. Replace it (replace), or void it.",
        "该党员的活动证已报失。请补发(replace)或作废。",
    ),
    "certificate_wrong_state": Message(
        "The certificate is {state}; this needs {expected}.", "该活动证的状态是 {state},此操作需要 {expected}。"
    ),
    "certificate_not_away": Message(
        "No open trip of this member is known. Record the leaving, or announce it, first.",
        "未登记该党员外出。请先登记外出或外出申报。",
    ),
    "certificate_transfer_open": Message(
        "A transfer of this member is open: the relation follows, no certificate is needed."
        " Finish it, or withdraw it first.",
        "该党员的组织关系正在转接,不办活动证。请先办结或撤回转接。",
    ),
    "certificate_not_for_this": Message(
        "For study, meetings, secondment and holidays a proof letter serves, not a certificate (R13).",
        "学习、会议、外派、休假等应开具党员证明信,不办活动证。",
    ),
    "certificate_must_transfer": Message(
        "{months} months or more at a fixed place: transfer the relation. If that is not possible for now, ask with"
        " ground TRANSFER_NOT_POSSIBLE and the obstacle.",
        "外出 {months} 个月以上且地点固定的,应转接组织关系。暂不能转接的,请选“暂不能转接组织关系”并注明原因。",
    ),
    "certificate_proof_letter_fits": Message(
        "For a short absence at a fixed place a proof letter serves (R5). If a certificate is wanted all the same, ask"
        " with ground SHORT_ABSENCE (R13).",
        "短期外出且地点固定的,开具党员证明信即可。确需办证的,请选“短期外出”。",
    ),
    "certificate_ground_does_not_hold": Message(
        "By what is recorded of the trip this ground does not hold. Correct the trip, or choose another ground.",
        "与外出登记的地点、时间不符。请更正外出登记或另选依据。",
    ),
    "certificate_obstacle_mismatch": Message(
        "Tell the obstacle with TRANSFER_NOT_POSSIBLE, and only with it.",
        "仅“暂不能转接组织关系”需要且必须注明原因。",
    ),
    "certificate_tracking_number": Message(
        "Tell the number of the postal item with POST, and only with it.", "邮寄须填邮件号,其他方式不填。"
    ),
    "certificate_arrival_impossible": Message(
        "The day of arrival lies between {earliest} and {latest}.", "到达日期应在 {earliest} 与 {latest} 之间。"
    ),
    "certificate_dues_too_early": Message(
        "On this certificate dues are written in for {earliest} and later: what was due before could not be paid any"
        " more when it was issued.",
        "本证只能登记 {earliest} 及以后月份的党费,更早的月份在发证时已不能补交。",
    ),
    "certificate_still_away": Message(
        "By what is recorded the member is away on that day. Record the coming home first, then hand it in.",
        "登记显示该党员当日仍在外。请先登记返回,再交回活动证。",
    ),
    "certificate_not_lost": Message("It was not reported lost.", "该活动证未报失。"),
    "certificate_number_taken": Message("The number was just given away. Try again.", "编号刚被占用。请重试。"),
    "certificate_not_signed": Message(
        "No key to sign certificates with is set. Tell the operator: GUIYAN_CERTIFICATE_KEYS_FILE.",
        "未配置活动证签名密钥,请通知运维人员设置 GUIYAN_CERTIFICATE_KEYS_FILE。",
    ),
    "certificate_code_unreadable": Message(
        "This is no code of an activity certificate, or a part of it is missing. Scan it again.",
        "不是活动证的二维码,或内容不完整。请重新扫描。",
    ),
    "certificate_code_unknown_key": Message("This code was made by another issuer.", "该二维码由其他机关签发。"),
    "certificate_code_tampered": Message(
        "This code was changed, or signed by somebody else: do not believe it.",
        "该二维码已被改动或并非发证机关所签,不可采信。",
    ),
    "certificate_code_of_another": Message("This code belongs to another certificate.", "该二维码属于另一活动证。"),
    "membership_suspended": Message("This person's membership is suspended.", "此人已停止党籍。"),
}
