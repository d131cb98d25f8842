"""The registry's policy parameters (domain.md §2.14): every number that a document may change, with its source."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Parameters:
    """The values valid on some business date; those here are the table's defaults.

    `mobile_recognise_after_months`: R2 (2024). `host_answer_within_days`: domain.md §2.2, this product's own.
    `dues_backpay_max_months`: R7. `dues_prepay_max_months`: local. `lost_confirm_after_months`,
    `lost_remove_after_suspension_months`, `reinstate_request_within_months`, `abroad_suspend_after_months`: R1 Art. 24.
    `sweep_*`: domain.md §2.12 and S-30, this product's own. `correction_max_months`: R1 Art. 30.
    `dues_*`: R7; the switches and the report upward are local. `selfleft_threshold_months`: R1 Art. 31(6).
    `parked_months`: R1 Art. 34, for graduates and for relations that are only parked (P-09).
    `task_within_days`, `no_host_days` (P-04), `missed_months` (P-01), `arrears_months`: the desk's own.
    `members_per_person`: how many members a contact person should serve (§2.6), local.
    `probation_months`, `probation_extension_*`: R8 Art. 32; `probation_decide_within_months`: R8 Art. 33;
    the other limits of a probation: domain.md §2.8, this product's own. `retention_*`: domain.md §2.10, likewise.
    """

    mobile_recognise_after_months: int = 6
    host_answer_within_days: int = 30
    dues_backpay_max_months: int = 6
    dues_prepay_max_months: int = 6
    dues_annual_prepay_allowed: bool = False
    dues_change_within_year: bool = False
    dues_exempt_ahead_months: int = 12
    dues_report_upward: bool = True
    dues_report_upward_after_months: int = 3
    dues_minimum_fen: int = 20
    dues_farmer_max_fen: int = 100
    dues_wage_05_up_to_yuan: int = 3000
    dues_wage_10_up_to_yuan: int = 5000
    dues_wage_15_up_to_yuan: int = 10_000
    dues_pension_05_up_to_yuan: int = 5000
    selfleft_threshold_months: int = 6
    lost_confirm_after_months: int = 6
    lost_remove_after_suspension_months: int = 24
    reinstate_request_within_months: int = 24
    abroad_suspend_after_months: int = 60
    correction_max_months: int = 12
    probation_months: int = 12
    sweep_plan_before_days: int = 30
    sweep_branch_within_days: int = 3
    sweep_township_within_days: int = 7
    sweep_city_within_days: int = 15
    parked_months: int = 24
    task_within_days: int = 14
    no_host_days: int = 60
    missed_months: int = 2
    arrears_months: int = 3
    members_per_person: int = 10
    probation_extension_min_months: int = 6
    probation_extension_max_months: int = 12
    probation_decide_within_months: int = 3
    probation_apply_before_days: int = 60
    probation_remind_days: tuple[int, ...] = (7, 30, 60)
    probation_overdue_after_days: int = 1
    probation_escalate_after_days: int = 30
    probation_last_months: int = 3
    retention_employed_max_months: int = 6
    retention_extend_within_months: int = 6
    retention_settled_max_months: int = 6
    retention_demobilised_max_months: int = 12
    retention_remind_months: tuple[int, ...] = (12, 18, 21, 23, 24)

    @classmethod
    def of(cls, value: Callable[[str], Any]) -> Self:
        """The values that `value` tells by their keys in the table."""
        return cls(
            mobile_recognise_after_months=value("mobile.recognise_after"),
            host_answer_within_days=value("host.answer_within"),
            dues_backpay_max_months=value("dues.backpay_max"),
            dues_prepay_max_months=value("dues.prepay_max"),
            dues_annual_prepay_allowed=value("dues.annual_prepay_allowed"),
            dues_change_within_year=value("dues.change_within_year"),
            dues_exempt_ahead_months=value("dues.exempt_ahead"),
            dues_report_upward=value("dues.report_upward"),
            dues_report_upward_after_months=value("dues.report_upward_after"),
            dues_minimum_fen=value("dues.minimum"),
            dues_farmer_max_fen=value("dues.farmer_max"),
            dues_wage_05_up_to_yuan=value("dues.wage_05_up_to"),
            dues_wage_10_up_to_yuan=value("dues.wage_10_up_to"),
            dues_wage_15_up_to_yuan=value("dues.wage_15_up_to"),
            dues_pension_05_up_to_yuan=value("dues.pension_05_up_to"),
            selfleft_threshold_months=value("selfleft.threshold"),
            lost_confirm_after_months=value("lost.confirm_after"),
            lost_remove_after_suspension_months=value("lost.remove_after_suspension"),
            reinstate_request_within_months=value("lost.reinstate_within"),
            abroad_suspend_after_months=value("abroad.suspend_after"),
            correction_max_months=value("correction.max"),
            probation_months=value("probation.length"),
            sweep_plan_before_days=value("sweep.plan_before"),
            sweep_branch_within_days=value("sweep.branch_within"),
            sweep_township_within_days=value("sweep.township_within"),
            sweep_city_within_days=value("sweep.city_within"),
            parked_months=value("graduate.retain_max"),
            task_within_days=value("desk.act_within"),
            no_host_days=value("desk.no_host_after"),
            missed_months=value("desk.missed_after"),
            arrears_months=value("desk.arrears_from"),
            members_per_person=value("contact.members_per_person"),
            probation_extension_min_months=value("probation.extension_min"),
            probation_extension_max_months=value("probation.extension_max"),
            probation_decide_within_months=value("probation.decide_within"),
            probation_apply_before_days=value("probation.apply_before"),
            probation_remind_days=value("probation.remind_days"),
            probation_overdue_after_days=value("probation.application_overdue_after"),
            probation_escalate_after_days=value("probation.escalate_after"),
            probation_last_months=value("probation.last_months"),
            retention_employed_max_months=value("retention.employed_max"),
            retention_extend_within_months=value("retention.extend_within"),
            retention_settled_max_months=value("retention.settled_max"),
            retention_demobilised_max_months=value("retention.demobilised_max"),
            retention_remind_months=value("retention.remind_months"),
        )


DEFAULTS = Parameters()
