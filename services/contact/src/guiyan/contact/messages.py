"""What contact tells a caller who cannot have their way, in both languages."""

from collections.abc import Mapping
from typing import Final

from guiyan.contact.care_messages import CARE
from guiyan.contact.lost_messages import LOST_MESSAGES
from guiyan.service.messages import Message

MESSAGES: Final[Mapping[str, Message]] = {
    **LOST_MESSAGES,
    "duty_not_found": Message("This member has no contact duty in that quarter.", "该党员在该季度没有联系任务。"),
    "duty_not_open": Message(
        "The duty is {state}; this can be done only while it is to be done (PLANNED, ATTEMPTED, PARTIAL).",
        "该联系任务的状态是 {state};只有待办的任务(PLANNED、ATTEMPTED、PARTIAL)可以这样办理。",
    ),
    "duty_not_missed": Message("The duty is {state}; only a missed one can be closed.", "只有未联系上的任务可以结束。"),
    "date_in_future": Message("The date lies after today, {today}.", "日期晚于今天({today})。"),
    "date_too_early": Message(
        "This cannot have happened before {earliest}. Check the year.", "日期不得早于 {earliest},请核对年份。"
    ),
    "outside_quarter": Message(
        "The date must lie from {opens_on} to {closes_on}; another quarter has a duty of its own.",
        "日期应在 {opens_on} 至 {closes_on} 之间;其他季度另有任务。",
    ),
    "dues_month_mismatch": Message(
        "Give the month with the answer PAID_TO, and only with it.", "仅“已交至”需要且必须填写月份。"
    ),
    "dues_month_too_far": Message(
        "Dues are paid a year ahead at most: {latest}.", "党费最多预交一年,最晚为 {latest}。"
    ),
    "host_not_known": Message(
        "No organisation with this code is known here. Check it, or leave host_branch out.",
        "本系统内没有此代码的党组织,请核对或不填 host_branch。",
    ),
    "host_is_origin": Message(
        "The branch of origin is not its member's host. Name the organisation at the destination, or leave it out.",
        "流出地支部不是流入地党组织,请填写流入地党组织或不填此项。",
    ),
    "host_already_contacted": Message(
        "The host organisation was contacted in this quarter already.", "本季度已联系过流入地党组织。"
    ),
    "too_few_attempts": Message(
        "At least {attempts} attempts on {channels} channels on {days} days are needed first.",
        "须先有至少 {attempts} 次、{channels} 种方式、{days} 天的联系尝试。",
    ),
    "contact_person_full": Message(
        "This person has been named for {most} members already; each has few.",
        "该联系人已联系 {most} 名党员,每名联系人只联系少数党员。",
    ),
    "not_of_the_branch": Message(
        "Name the branch's contact person, a member of the branch who is at home, or somebody who serves for it.",
        "请指定支部联系人、本支部在家党员或为本支部服务的服务点人员。",
    ),
    "nobody_named": Message("Nobody has been named for this member.", "该党员没有专人联系。"),
    "not_away": Message("This member is not away, or no contact is due.", "该党员不在外出,或无需联系。"),
    "no_host": Message(
        "No organisation at the destination has accepted the member.", "该党员尚未纳入流入地党组织,不能约定由其联系。"
    ),
    "for_the_origin_only": Message("Only the branch of origin may do this.", "只能由流出地党组织办理。"),
    "other_host": Message(
        "A host answers for itself alone. Leave this field out.", "流入地党组织只能反馈本组织的情况,请不填此项。"
    ),
    "before_the_host": Message(
        "This has been the host's since {earliest}. Give a day from then on, or leave it to the branch of origin.",
        "自 {earliest} 起方由流入地党组织办理,日期不得早于该日;此前的由流出地党组织登记。",
    ),
    "contact_point_of_origin": Message(
        "The numbers kept here are for the branch of origin to use. Leave contact_point_id out.",
        "此处登记的联系方式由流出地党组织管理,请不填 contact_point_id。",
    ),
    "relay_person_of_origin": Message(
        "Only the branch of origin turns to a relay person. Record the way by which you reached the member yourself.",
        "转达联系人由流出地党组织联系,请填写本组织自己的联系方式。",
    ),
    "host_duty_over": Message(
        "Nothing more is to be recorded in this duty by the host.", "流入地党组织在此任务中已无需办理。"
    ),
    "not_by_agreement": Message("Contact is not kept by the host organisation.", "该任务并非按约由流入地党组织联系。"),
    "exempted_by_itself": Message(
        "This reason follows by itself; name one of CONFIDENTIAL_POST, AT_SEA_OR_FIELD, SEEN_AT_HOME.",
        "此原因由系统自动记录,请选择:涉密岗位、远洋/野外作业、返乡已见面。",
    ),
    "other_departure": Message("The duty belongs to another trip.", "该任务属于另一次外出。"),
    "contact_point_not_found": Message("There is no such contact point.", "没有该联系方式。"),
    "contact_point_closed": Message("This contact point is closed.", "该联系方式已停用。"),
    "contact_point_exists": Message("This contact point was added already.", "该联系方式已登记。"),
    "contact_point_needed": Message(
        "The member had {count} numbers or addresses in use for this way on that day. Name the one that was wrong"
        " (contact_point_id; GET /v1/contact-points?member_id=… lists them).",
        "该党员当日有 {count} 个此方式可用的联系方式。请用 contact_point_id 写明有误的是哪一个"
        "(见 GET /v1/contact-points?member_id=…)。",
    ),
    "wish_document_missing": Message(
        "Only by the member's own written wish: give the document's number and the day it was signed"
        " (wish_document_no, wish_on).",
        "须有党员本人书面意愿:请填写书面材料编号和签署日期(wish_document_no、wish_on)。",
    ),
    "wish_after_act": Message(
        "The wish was signed after this act, {latest}. Give the day on which the member signed it.",
        "书面意愿的签署日期晚于本次办理日期({latest}),请核对签署日期。",
    ),
    "wish_withdrawn": Message(
        "The member withdrew the consent to contact the family on {withdrawn_on}. Only a wish signed after that day"
        " counts: give the new document's number and day (wish_document_no, wish_on).",
        "党员已于 {withdrawn_on} 撤回联系家属的同意。须有该日之后签署的新书面意愿,请填写新材料的编号和签署日期"
        "(wish_document_no、wish_on)。",
    ),
    "wish_of_family_only": Message(
        "A written wish belongs to a number of the family. Give the source FAMILY_BY_WISH, or leave the wish out.",
        "书面意愿只用于家属联系方式:请将来源填为 FAMILY_BY_WISH,或不填书面意愿。",
    ),
    "contact_value_form": Message("This is no usable number or address.", "不是可用的号码或地址。"),
    "service_point_not_found": Message("There is no such service point.", "没有该服务点。"),
    "service_point_exists": Message("This service point was opened already.", "该服务点已设立。"),
    "service_point_closed": Message("This service point is closed.", "该服务点已关闭。"),
    "service_point_level": Message(
        "A point of level {level} stands under one of level {wanted}.", "{level} 级服务点的上级应为 {wanted}。"
    ),
    "service_points_below": Message(
        "{count} service point(s) still stand under it. Close them first.", "其下还有 {count} 个服务点,请先关闭。"
    ),
    "serves_already": Message("This person serves here already.", "该人员已在岗。"),
    "serves_not_here": Message("This person does not serve here.", "该人员不在此服务点。"),
    "date_before_last": Message("This happened after {earliest} at the earliest.", "日期不得早于 {earliest}。"),
    "organisation_outside": Message(
        "This organisation lies outside your scope, or is not known.", "该党组织不在您的管辖范围内或不存在。"
    ),
    "organisation_ended": Message("This organisation has ended.", "该党组织已撤销。"),
    "inquiry_not_found": Message("There is no such inquiry.", "没有该咨询记录。"),
    "inquiry_exists": Message("This inquiry was taken already.", "该咨询已受理。"),
    "inquiry_wrong_state": Message(
        "The inquiry is {state}; this needs {expected}.", "该咨询的状态是 {state},此操作需要 {expected}。"
    ),
    "inquiry_is_outside": Message(
        "It went to a body outside, which has no person here. Pass it on to an organisation here first.",
        "已转外单位办理,本系统内无人可分派;请先转回本系统内的党组织。",
    ),
    "not_at_first_contact": Message(
        "In one go is what was answered on the day it came, without another body or a second time.",
        "“一次办结”指当日受理当日答复,且未转办、未重新办理。",
    ),
    "one_body": Message(
        "Name one body: an organisation here (to_org) or a title (to_title).",
        "请写明一个转办单位:本系统内的党组织(to_org)或单位名称(to_title)。",
    ),
    "answers_already": Message("This organisation has to answer it already.", "该党组织已在办理。"),
    "for_offices_only": Message(
        "Only an office fills this in; a member asks in the own name, for today.",
        "此项由工作人员填写;党员本人只能以自己的名义、按当天日期咨询。",
    ),
    "report_exists": Message("This report was recorded already.", "该汇报已登记。"),
    **CARE,
}
