"""What is refused about departures, inflow records, sweeps."""

from collections.abc import Mapping
from typing import Final

from guiyan.service.messages import Message

MESSAGES: Final[Mapping[str, Message]] = {
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
}
