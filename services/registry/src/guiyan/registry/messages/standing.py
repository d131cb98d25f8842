"""What is refused about probation, retained relations and dues."""

from collections.abc import Mapping
from typing import Final

from guiyan.service.messages import Message

MESSAGES: Final[Mapping[str, Message]] = {
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
}
