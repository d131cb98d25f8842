"""What the registry tells when it refuses, in both languages; placeholders hold codes, numbers and dates only."""

from collections.abc import Mapping
from typing import Final

from guiyan.registry.roster.problem import MESSAGES as ROSTER
from guiyan.service.messages import SHELL, Message

_OWN: Final[Mapping[str, Message]] = {
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
    # probation
    "probation_unknown": Message("There is no such probation.", "没有该预备期记录。"),
    "probation_state": Message(
        "The probation is in state {state}, which does not allow this. Look which step comes next.",
        "该预备期当前状态为 {state},不允许此操作,请核对办理步骤。",
    ),
    "application_too_early": Message(
        "The application is taken from {earliest} on.", "转正申请最早自 {earliest} 起受理。"
    ),
    "period_to_come": Message("This period has not begun yet.", "该期间尚未开始。"),
    "period_before_probation": Message(
        "The member was admitted on {joined_on}, after this period.", "该党员于 {joined_on} 接收,晚于该期间。"
    ),
    "quarter_discussed": Message("The discussion of {quarter} is recorded already.", "{quarter} 的讨论已登记。"),
    "report_given": Message("The report of {half_year} is recorded already.", "{half_year} 的书面汇报已登记。"),
    "notice_ends_before": Message("The notice ends before it was put up.", "公示截止日期早于公示日期。"),
    "notice_runs": Message(
        "The notice runs until {until}; the branch meets after that.", "公示至 {until},支部大会应在其后召开。"
    ),
    "vote_before_end": Message(
        "Probation lasts until {ends_on}; the branch meeting is not held before that day.",
        "预备期至 {ends_on} 届满,支部大会不得提前召开。",
    ),
    "vote_was_otherwise": Message(
        "The branch meeting resolved: {vote}. What is decided is its resolution; to decide otherwise, it votes again.",
        "支部大会决议为“{vote}”。上级审批须与支部大会决议一致;如有不同意见,请支部大会重新表决。",
    ),
    "probation_changed": Message(
        "The dates of this probation have changed. Look at it again, then decide.",
        "该预备期日期已变更,请重新核对后办理。",
    ),
    "extended_already": Message("A probation is extended once only.", "预备期只能延长一次。"),
    "extension_length": Message(
        "A probation is extended by {least} to {most} months.", "预备期延长时间为 {least} 至 {most} 个月。"
    ),
    "record_is_there": Message("The record of training is with that organisation.", "培养考察材料已在该党组织。"),
    "not_the_receiver": Message(
        "The record goes to the branch that has the member now, or to an organisation above it.",
        "材料应移交党员现所在支部或其上级党组织。",
    ),
    # retained relations
    "retention_unknown": Message("There is no such retained relation.", "没有该保留组织关系记录。"),
    "retention_state": Message(
        "The retained relation is in state {state}, which does not allow this.",
        "该保留组织关系当前状态为 {state},不允许此操作。",
    ),
    "retentions_left": Message(
        "{count} retained relations are kept here. Transfer them or end the retention first.",
        "本组织仍保留 {count} 名党员的组织关系,请先转出或办结。",
    ),
    "retention_extended_early": Message(
        "It is extended near its end; not before {earliest}.", "保留期将满时方可延期,最早 {earliest}。"
    ),
    "retention_length": Message(
        "The last day must be later than the present one, and {latest} at most.",
        "期满日应晚于现期满日,最晚为 {latest}。",
    ),
    "country_missing": Message(
        "Whoever goes abroad names the country or region (country).", "出国(境)须填写国家或地区(country)。"
    ),
    "relay_person_missing": Message(
        "Whoever studies abroad names a contact person at home (relay_person_id).",
        "出国(境)学习须指定境内联系人(relay_person_id)。",
    ),
    "contact_person_missing": Message(
        "Name a contact person, or appoint one to the branch first.", "请指定联系人,或先为该支部确定联系人。"
    ),
    "not_a_branch_of_the_holder": Message(
        "The member is put into a branch of the organisation that keeps the relation.",
        "应编入保留党组织所属的党支部。",
    ),
    "too_many_retentions": Message(
        "More than {limit} retained relations are recorded for this member. Ask the operator.",
        "该党员的保留组织关系记录已超过 {limit} 条,请联系系统管理员。",
    ),
    "after_what_happened": Message(
        "Something is recorded of this member on {on}: the day of joining cannot lie after that. Check both dates.",
        "该党员在 {on} 已有登记事项,入党日期不得晚于该日,请核对。",
    ),
    "meeting_before_end": Message(
        "The branch meeting on conversion was on {on}; by this date of joining probation lasts until {ends_on}. "
        "Check both dates.",
        "支部大会已于 {on} 召开,按此入党日期预备期至 {ends_on},请核对。",
    ),
    "since_missing": Message(
        "Give the day since when contact is lost, or the member is abroad.", "请填写失联或出国(境)起算日期。"
    ),
    "suspension_too_early": Message(
        "This ground needs {months} months: not before {earliest}.", "须满 {months} 个月,最早 {earliest}。"
    ),
    "request_after_decision": Message("The written request lies after the decision.", "书面申请日期晚于决定日期。"),
    "reinstatement_too_late": Message(
        "Reinstatement could be asked for until {until}; after that the membership can only be joined anew.",
        "申请恢复党籍的期限为 {until},逾期不再受理。",
    ),
    "removal_too_early": Message(
        "Who was suspended may be removed as lost after two years: not before {earliest}.",
        "停止党籍满两年后方可按自行脱党除名,最早 {earliest}。",
    ),
    "correction_period_open": Message("A correction period runs until {until}.", "限期改正至 {until},尚未结束。"),
    "correction_period_length": Message(
        "A correction period lasts from 1 to {months} months.", "限期改正期限为 1 至 {months} 个月。"
    ),
    "no_correction_period": Message("No correction period runs.", "没有正在进行的限期改正。"),
    "joined_outside": Message(
        "The day of admission must lie between the end of the old membership and the decision.",
        "入党日期应在原党籍终止之后、决定日期之前。",
    ),
    "branch_has_ended": Message(
        "The branch {branch} has ended and nothing took its place. Name the branch in which the relation goes on.",
        "支部 {branch} 已撤销且无承接组织。请指明(branch)今后所在支部。",
    ),
    "not_the_last_decision": Message(
        "Only the newest decision that stands can be taken back: name its event id (decision_id).",
        "只能更正最近一项有效决定,请填写其编号(decision_id)。",
    ),
    "id_no_taken": Message(
        "A member with this ID number is in the register already. Look the record up, or ask the organisation above.",
        "该身份证号已登记。请查找已有记录,或询问上级党组织。",
    ),
    "post_not_listed": Message(
        "This post code is not in the organisation's list; it was taken as told. Check it.",
        "工作岗位代码不在代码表中,已按填报登记,请核对。",
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
    # dues
    "no_months": Message("Name the months that were paid.", "请填写所交月份。"),
    "dues_too_far_back": Message("At most {months} months can be paid afterwards.", "补交党费不得超过 {months} 个月。"),
    "dues_too_far_ahead": Message("At most {months} months can be paid ahead.", "预交党费不得超过 {months} 个月。"),
    "month_named_twice": Message("A month stands in the list twice.", "月份重复。"),
    "month_already_paid": Message(
        "{month} has been paid already. If that payment is wrong, withdraw it first (withdraw-payment).",
        "{month} 的党费已交;如原登记有误,请先撤回该笔交纳(withdraw-payment)。",
    ),
    "month_exempted": Message(
        "For {month} an exemption stands. If it is wrong, withdraw it first (withdraw-terms).",
        "{month} 已批准减免;如登记有误,请先撤回(withdraw-terms)。",
    ),
    "dues_year_not_at_once": Message(
        "A whole year is not paid at once here: at most {months} months ahead (switch dues.annual_prepay_allowed).",
        "本地不实行全年党费一次交纳,最多预交 {months} 个月(开关 dues.annual_prepay_allowed)。",
    ),
    "not_hosted_there": Message(
        "Dues are paid at a host only where it has accepted the member, or with an activity certificate."
        " Record the hosting first, or give the certificate (certificate_id).",
        "仅在流入地党组织已接收或持有流动党员活动证时可在流入地交纳,请先登记接收或填写活动证编号(certificate_id)。",
    ),
    "dues_before_joining": Message(
        "Dues begin with {month}, the month of the admitting meeting.", "党费自接收为预备党员的当月({month})起交纳。"
    ),
    "amount_outside_class": Message(
        "Class {rate_class} comes to {least} to {most} fen a month. Check class and amount.",
        "{rate_class} 每月标准应为 {least} 至 {most} 分,请核对类别和金额。",
    ),
    "amount_year": Message(
        "Amounts are agreed for {year} or {next_year}, as of that day.",
        "该日期只能核定 {year} 或 {next_year} 年度的标准。",
    ),
    "month_of_another_year": Message("This month does not lie in {year}.", "月份不在 {year} 年度内。"),
    "amount_fixed_for_year": Message(
        "The amount of {year} is fixed for the year. If it was entered wrongly, withdraw it first (withdraw-terms).",
        "{year} 年度标准已核定,年内一般不变;如登记有误,请先撤回(withdraw-terms)。",
    ),
    "change_from_its_month": Message(
        "A change within the year holds from the month of change on: {month}.", "年内调整自变动当月({month})起执行。"
    ),
    "cycle_from": Message(
        "A cycle begins in the quarter at hand or up to a year ahead; a quarterly one with the first month of one.",
        "交纳周期自本季度起,最多提前一年;按季交纳应自季度首月起。",
    ),
    "exemption_needs_decision": Message(
        "Paying no dues needs the approval of the committee above: give decision_no and decided_by.",
        "免交党费须经上级党委批准,请填写文号和批准机关。",
    ),
    "exempt_too_far_ahead": Message(
        "Exempted at most {months} months ahead; then the branch looks at it again.",
        "减免最多提前 {months} 个月,期满由支部重新研究。",
    ),
    "no_reduction": Message(
        "For {month} {agreed} fen were agreed: what is left must be less.",
        "{month} 核定 {agreed} 分,减免后应低于此数。",
    ),
    "dues_entry_unknown": Message(
        "No such entry stands in this account: name its event id, as the history shows it.",
        "该党费账中没有此项有效登记,请按历史记录填写其事件编号。",
    ),
    "no_dues_case": Message("No six-month case is open for this member.", "该党员没有未办结的六个月未交党费事项。"),
    "case_not_paid_up": Message(
        "{months} month(s) in a row are still unpaid: record the payments first, or give another answer.",
        "仍连续欠交 {months} 个月,请先登记补交,或选择其他结论。",
    ),
    "case_needs_minutes": Message(
        "This answer needs the number of the minutes (decision_no).", "此结论须填写会议记录或决定文号(decision_no)。"
    ),
    # departures
    "departure_unknown": Message("There is no such departure.", "没有该外出记录。"),
    "departure_state": Message(
        "The departure is in state {state}, which does not allow this.", "该外出记录当前状态为 {state},不允许此操作。"
    ),
    "too_many_trips": Message(
        "More than {limit} trips are recorded for this member. Ask the operator.",
        "该党员的外出记录已超过 {limit} 条,请联系系统管理员。",
    ),
    "no_open_departure": Message("The member is not away, as far as is recorded.", "没有该党员正在外出的记录。"),
    "planned_in_the_past": Message(
        "The planned day lies before the announcement. If the member has left, record the leaving.",
        "拟外出日期早于报告日期;如已外出,请登记外出。",
    ),
    "return_before_leaving": Message("The expected return lies before the leaving.", "预计返回日期早于外出日期。"),
    "host_is_origin": Message("The host branch is the member's own branch.", "流入党组织就是本人所在支部。"),
    "not_reported_in": Message("The member has not reported to a host branch.", "该党员尚未向流入地党组织报到。"),
    # inflow records
    "inflow_unknown": Message("There is no such inflow record.", "没有该流入登记。"),
    "inflow_registered": Message("This inflow record has been entered already.", "该流入登记已存在。"),
    "inflow_open": Message(
        "This person has an open record with this branch already.", "该人员在本支部已有未办结的流入登记。"
    ),
    "too_many_inflows": Message(
        "There are more than {limit} records of this person.", "该人员的流入登记超过 {limit} 条。"
    ),
    "not_a_group_of_the_host": Message("This is no group of the host branch.", "该组织不是流入地支部所属小组。"),
    "inflow_ended": Message("This inflow record ended on {on}.", "该流入登记已于 {on} 结束。"),
    "inflow_paired": Message("This inflow record belongs to an outflow already.", "该流入登记已与外出记录配对。"),
    "other_member": Message("The outflow is of another member.", "该外出记录不是同一党员。"),
    "no_host_branch": Message("Only a branch takes somebody in.", "只有党支部可以接收流入党员。"),
    "not_recognised": Message(
        "Six calendar months are not over: the member is not recognised as mobile yet.",
        "外出未满六个月,尚未认定为流动党员。",
    ),
    "for_the_host_only": Message("Only the host branch may answer this.", "只能由流入地党组织办理。"),
    "for_the_origin_only": Message("Only the branch of origin may do this.", "只能由流出地党组织办理。"),
    # sweeps
    "sweep_unknown": Message("There is no such sweep.", "没有该摸底排查批次。"),
    "sweep_state": Message(
        "The sweep is in state {state}, which does not allow this.", "该批次当前状态为 {state},不允许此操作。"
    ),
    "sweep_window": Message(
        "A sweep begins today at the earliest, within a year, and lasts 92 days at most.",
        "摸底排查最早当天开始,一年之内,最长 92 天。",
    ),
    "sweep_not_longer": Message(
        "A sweep is only ever extended: give a later last day.", "摸底排查只能延长,请填写更晚的结束日期。"
    ),
    "township_takes_no_part": Message("This township takes no part in the sweep.", "该乡镇(街道)不参加此批次。"),
    "township_checked": Message("The township has checked its sheets already.", "该乡镇(街道)已完成审核。"),
    "for_the_township": Message("The township, or the city, gives a sheet back.", "应由乡镇(街道)或市级退回。"),
    "sheets_opening": Message(
        "The {branches} sheets are being opened. Try again in a moment.", "{branches} 个支部的表正在生成,请稍后再试。"
    ),
    "sheet_unknown": Message("This branch has no sheet in the sweep.", "该支部在此批次中没有摸底表。"),
    "sheet_state": Message(
        "The sheet is in state {state}, which does not allow this. The township can give it back.",
        "摸底表当前状态为 {state},不允许此操作;可请乡镇(街道)退回。",
    ),
    "sheet_incomplete": Message(
        "{count} member(s) have not been checked. Who cannot be reached is recorded as NOT_REACHED.",
        "还有 {count} 名党员未核查;联系不上的请记为未联系上。",
    ),
    "sheet_missing": Message(
        "Branch {branch} has not handed in. Ask for its sheet, or name it under `missing`.",
        "支部 {branch} 尚未上报,请催报,或在 missing 中列明。",
    ),
    "named_as_missing": Message(
        "Branch {branch} has handed in: it is not missing. Look at its sheet.",
        "支部 {branch} 已上报,请先审核其摸底表。",
    ),
    "not_on_the_sheet": Message("This member is not on the branch's sheet.", "该党员不在此支部的摸底表中。"),
    "on_another_sheet": Message(
        "Another sheet of this sweep has the member: everybody is counted once.", "该党员已在此批次其他支部的摸底表中。"
    ),
    "member_moved_on": Message(
        "The relation is with another branch by now, which keeps the record of trips. Record CHANGED here.",
        "该党员组织关系已转出,外出由现支部登记,此处请记为有变化。",
    ),
    "finding_rests_on_record": Message(
        "The finding rests on record {record_id}. Set that right first; the finding follows.",
        "该结果依据记录 {record_id},请先更正该记录,结果随之更新。",
    ),
    "facts_missing": Message(
        "FOUND_OUT takes a member and `leaving`, FOUND_IN takes `inflow` alone, every other finding a member alone.",
        "新发现流出须填党员和外出信息(leaving);新发现流入只填流入信息(inflow);其他结果只填党员。",
    ),
    # rosters
    "status_needs_decision": Message(
        "An end of membership is entered by a decision with its document number, not by a roster.",
        "党籍终止须凭决定文号登记,不能由名册导入。",
    ),
    "status_by_decision": Message(
        "A member is entered as standing normal (NORMAL). How the membership stands is a decision with its document "
        "number: enter the member, then use `/v1/members/{{id}}/suspend`, `/remove` or `/end-membership`.",
        "新登记党员的党籍状态只能为正常(NORMAL)。停止党籍、除名、开除、退党、去世等须凭决定文号登记:请先登记党员,"
        "再通过 `/v1/members/{{id}}/suspend`、`/remove` 或 `/end-membership` 办理。",
    ),
    "import_unreadable": Message("The file cannot be read as a roster: {reason}", "无法作为名册读取:{reason}"),
    "import_running": Message(
        "An import of this organisation is running. Wait until it is done.", "本组织有导入正在进行,请等待完成。"
    ),
    "no_file": Message(
        "Send the roster as the part `file` of a form, or as the body.", "请以表单的 file 部分或请求体上传名册。"
    ),
    "no_faulty_rows": Message("This import has no faulty rows, or they were deleted.", "此次导入没有问题行,或已删除。"),
}


def _sentence(text: str, end: str) -> str:
    return text if text.endswith(("。", ".", "}")) else text + end


MESSAGES: Final[Mapping[str, Message]] = {
    **{
        code: Message(_sentence(en, "."), _sentence(zh, "。")) for code, (zh, en) in ROSTER.items() if code not in SHELL
    },
    **_OWN,
}
