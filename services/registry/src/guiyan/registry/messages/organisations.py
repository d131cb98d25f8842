"""What is refused about organisations, their posts, phones and changes."""

from collections.abc import Mapping
from typing import Final

from guiyan.service.messages import Message

MESSAGES: Final[Mapping[str, Message]] = {
    # dates
    "in_the_future": Message(
        "This date lies in the future. Give the day it happened.", "日期在将来,请填写实际发生日。"
    ),
    "too_early": Message("This cannot have happened before {earliest}.", "发生日期不得早于 {earliest}。"),
    "before_joining": Message(
        "This lies before the day the member joined. Check both dates.", "该日期早于入党日期,请核对两个日期。"
    ),
    "relation_outside": Message(
        "This member's relation is with an organisation outside. It comes here by a transfer from there.",
        "该党员组织关系在系统外的党组织,须经转入手续后办理。",
    ),
    "incoming_is_transferred": Message(
        "Who is expected from outside has the source TRANSFER_IN and a relation that is neither kept nor parked.",
        "预登记的转入党员,登记来源应为“转入”,且组织关系不得登记为保留或挂靠。",
    ),
    # organisations
    "organisation_unknown": Message("There is no organisation under this code.", "没有此代码的党组织。"),
    "organisation_dissolved": Message("This organisation ended on {on}.", "该党组织已于 {on} 撤销。"),
    "organisation_not_yet": Message("This organisation was there from {on} on.", "该党组织自 {on} 起设立。"),
    "successor_itself": Message("An organisation cannot take its own place.", "不能由其自身承接。"),
    "successor_kind": Message(
        "An organisation of kind {other} cannot take the place of one of kind {kind}.", "{other} 不能承接 {kind}。"
    ),
    "split_into_several": Message("A split needs two organisations at least.", "分设至少需要两个党组织。"),
    "named_twice": Message("A member or organisation is named by two shares.", "同一党员或党组织被重复分配。"),
    "too_far_ahead": Message("A change can be planned until {latest} at most.", "变更最多可预定至 {latest}。"),
    "change_planned_already": Message(
        "Such a change is planned for that day already. Withdraw it first.", "该日已预定同类变更,请先撤回。"
    ),
    "change_begun_already": Message(
        "Such a change ({change}) of {on} has begun and will be finished. Ask for the same, or withdraw it first.",
        "{on} 的变更({change})已经开始,系统将予完成。请按原内容重新提交,或先撤回。",
    ),
    "change_unknown": Message("No such change is planned.", "没有该预定变更。"),
    "nobody_serves": Message("Nobody serves in this post.", "该岗位目前无人任职。"),
    "term_ends_before": Message(
        "The term ends before it begins. Check both dates.", "任期届满日期早于(或等于)任期开始日期,请核对两个日期。"
    ),
    "term_length": Message("A term lasts {years} years at most.", "任期最长 {years} 年。"),
    "term_number": Message("The last term's number is {last}.", "上一届为第 {last} 届。"),
    "phone_not_listed": Message("This phone is not in the directory.", "名录中没有该电话。"),
    "organisation_code_taken": Message(
        "An organisation has been entered under this code already.", "该代码已登记过党组织。"
    ),
    "kind_not_under_parent": Message(
        "An organisation of kind {kind} cannot stand under one of kind {parent}.", "{kind} 不能设在 {parent} 之下。"
    ),
    "powers_from_above": Message(
        "The powers of an organisation are given by one above it, not by itself.",
        "审批和转接权限由上级党组织核定,不能由本组织自行登记。",
    ),
    "mobile_branch_by_city": Message(
        "A mobile branch is approved by a committee of county level or higher; the city's officer enters it.",
        "流动党员党支部须经县级以上党委批准,由市级组织员登记。",
    ),
    "uscc_check_digit": Message(
        "This is no unified social credit code: its check digit does not fit. Check it against the unit's certificate.",
        "统一社会信用代码校验位不符,请对照证照核对。",
    ),
    "not_a_committee": Message("Only a committee can be a basic committee.", "只有党委(工委)可以是基层党委。"),
    "not_a_basic_committee": Message(
        "Only a basic committee may approve probationary members.", "只有基层党委有权审批预备党员。"
    ),
    "would_be_a_ring": Message(
        "An organisation cannot stand under itself or under what is below it.", "党组织不能隶属于自身或其下级。"
    ),
    "organisations_below": Message(
        "{count} organisation(s) still stand under it. Move or dissolve them first.",
        "其下还有 {count} 个党组织,请先调整或撤销。",
    ),
    "members_left": Message(
        "{count} member(s) still belong to it. Transfer them first.", "还有 {count} 名党员,请先转接组织关系。"
    ),
    "guests_left": Message(
        "It still hosts {count} member(s) from elsewhere. End the hosting, or report them in elsewhere, first.",
        "还编有 {count} 名流入党员,请先结束接收或改由其他党支部接收。",
    ),
    "top_is_the_own_organisation": Message(
        "Only your own organisation may be entered without a parent.", "只有本组织可以不填上级。"
    ),
    "outside_scope": Message("This organisation lies outside your scope.", "该党组织不在您的管辖范围内。"),
    # code tables
    "code_listed": Message("This code is valid since {since} already.", "该代码自 {since} 起已启用。"),
    "code_unknown": Message("There is no such code.", "没有该代码。"),
    "area_unknown": Message(
        "This county code is not in the table; it was taken as told. Check it.",
        "行政区划代码不在代码表中,已按填报登记,请核对。",
    ),
    "range_contradicts": Message(
        "The range cannot be that of this county code; it was taken as told. Check it.",
        "流动范围与流向代码不符,已按填报登记,请核对。",
    ),
    "area_not_valid": Message(
        "This county code is not valid on that day; it was taken as told. Check it.",
        "行政区划代码在该日期无效,已按填报登记,请核对。",
    ),
    # rules
    "policy_document_unknown": Message(
        "The rule library has no document of this number. Add it first.", "制度文件库中没有此文号,请先登记该文件。"
    ),
    "policy_document_taken": Message(
        "A document of this number is in the rule library already.", "制度文件库中已有此文号。"
    ),
    "policy_document_repealed": Message("This document was repealed on {on}.", "该文件已于 {on} 废止。"),
    "policy_document_itself": Message("A document cannot take its own place.", "文件不能由其自身替代。"),
    "parameters_cross": Message(
        "From {on} on this would leave {lower} above {upper}; these figures are one rule. Change the other one first.",
        "自 {on} 起 {lower} 将大于 {upper};这些参数属同一规定,请先变更另一个。",
    ),
    "parameter_value": Message(
        "This is no value of the parameter. Give {unit}, from {least} to {most}.",
        "参数值有误,应为 {least} 至 {most}({unit})。",
    ),
    "rewrites_the_past": Message(
        "A change never rewrites the past: it can hold from {earliest} on.", "参数变更不溯及既往,最早自 {earliest} 起。"
    ),
}
