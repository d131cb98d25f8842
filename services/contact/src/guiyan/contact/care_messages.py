"""What contact tells about aid, leads, ventures, reports, home visits and targets, in both languages."""

from collections.abc import Mapping
from typing import Final

from guiyan.service.messages import Message

CARE: Final[Mapping[str, Message]] = {
    "record_not_found": Message("There is no such record.", "没有该记录。"),
    "record_exists": Message("This was recorded already.", "已登记。"),
    "wrong_step": Message(
        "The record is {state}; this step is taken from: {wanted}.",
        "该记录的状态是 {state},此步骤只能在 {wanted} 时办理。",
    ),
    "family_contact_not_wished": Message(
        "The family is contacted only with the member's written wish. Record the consent FAMILY_CONTACT first.",
        "须有本人书面同意(FAMILY_CONTACT)方可联系家属,请先登记同意。",
    ),
    "aid_not_proposed": Message(
        "The assessment proposed no help. Close the case as NOT_ELIGIBLE, or raise a new one.",
        "评估未提出帮扶,请按不符合条件结案,或另行提出。",
    ),
    "aid_not_refused": Message(
        "NOT_ELIGIBLE follows an assessment that proposed no help.", "评估认为不予帮扶的,才能按不符合条件结案。"
    ),
    "lead_not_useful": Message(
        "Only a lead assessed as USEFUL is forwarded. Drop it instead.", "评估为有价值的信息才能转送,请按未采纳办理。"
    ),
    "venture_ended": Message("This record is closed.", "该记录已结束。"),
    "stage_not_new": Message(
        "The venture is at {stage} already; stages go forward.", "该创业已处于 {stage} 阶段,只能向前。"
    ),
    "visit_dates": Message("The last day lies before the first, {from_on}.", "离乡日期早于返乡日期({from_on})。"),
    "visit_reported": Message("The report of this visit was recorded already.", "该次返乡汇报已登记。"),
    "target_year": Message(
        "A target is agreed for the year of the day, {year}, or for the next.", "只能确定当年({year})或下一年的目标。"
    ),
    "target_year_runs": Message(
        "The year {year} is not over; it is looked at from 1 January on.", "{year} 年尚未结束,次年1月1日起核对。"
    ),
    "target_reviewed": Message("This year was looked at already.", "该年度已核对。"),
}
