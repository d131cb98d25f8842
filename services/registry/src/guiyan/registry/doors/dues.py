"""`/v1/dues`: the ledger of dues (no. 12), what is asked of members, what they paid, and the six-month cases (R7)."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from fastapi import Query as QueryParameter
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import DuesCaseAnswer, DuesCycle, DuesMonthState, DuesPayer, DuesRateClass, MembershipStatus
from guiyan.events.values import Year
from guiyan.ledger import Document
from guiyan.registry import queries
from guiyan.registry.commands import dues as handlers
from guiyan.registry.commands import members
from guiyan.registry.commands.tools import Asker, Tools
from guiyan.registry.domain.dues import DUES as DECIDER
from guiyan.registry.doors import dues_forms as forms
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import (
    COUNTED,
    OUTSIDE,
    ToolsHere,
    get_visible,
    shown,
    shown_then,
    unless_asked,
    visible,
)
from guiyan.registry.projections.dues import DUES, with_months
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.subtree import TREE_PARAMETERS, OfTree
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["dues"])
Reader = Annotated[Caller, requires(*roles.READ_OWN)]
Cashier = Annotated[Commander, commands(*roles.KEEP_TRIPS)]
Secretary = Annotated[Commander, commands(*roles.REGISTER)]
Decider = Annotated[Commander, commands(*roles.DECIDE)]
OfYear = Annotated[Year | None, QueryParameter(description="Whose twelve months are shown; this year when absent")]

PLACES: Final = {"HOME": ("本地", "Home branch"), "HOST": ("流入地", "Host")}
_STATES: Final = labels(DuesMonthState) | {DuesMonthState.NOT_DUE.value: ("", "")}
_MONTHS: Final = tuple(
    Column(f"months.{n:02d}", f"{n}月", f"Month {n}", 6, labels=_STATES, name=f"month_{n:02d}") for n in range(1, 13)
)
LIST: Final = Listing(
    name="dues",
    collection=DUES,
    title_zh="党费交纳台账",
    ledger=True,
    title_en="Dues",
    columns=(
        Column("_id", "党员编号", "Member", 38),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("branch", "所在党支部", "Branch", 16, book="organisation"),
        Column("rate_class", "类别", "Class", 14, labels=labels(DuesRateClass), printed=False),
        Column("monthly_amount_yuan", "标准(元/月)", "Yuan a month", 12, number_format="0.00"),
        Column("agreed_year", "核定年度", "Agreed for", 10),
        Column("cycle", "交纳周期", "Cycle", 10, labels=labels(DuesCycle), printed=False),
        Column("year", "年度", "Year", 8, printed=False),
        *_MONTHS,
        Column("paid_to", "交至", "Paid to", 10),
        Column("months_in_arrears", "连续欠交月数", "Unpaid in a row", 12, printed=False),
        Column("months_unpaid", "欠交月数", "Months unpaid", 10),
        Column("arrears_since", "欠交起始月", "Unpaid since", 10, printed=False),
        Column("paid_where", "交纳地", "Paid at", 10, labels=PLACES),
        Column("proxy", "代交人", "Handed in by", 10, labels=labels(DuesPayer)),
        Column("last_paid_on", "最近交纳", "Last paid on", 12, printed=False),
        Column("exempt_decision_no", "减免批准", "Exemption approved by", 16),
        Column("reported_on", "上报日期", "Reported upward", 12, printed=False),
        Column("case_open", "六个月事项待办", "Case open", 12, printed=False),
        Column("case_since", "事项起算", "Case since", 12, printed=False),
        Column("case_answer", "事项结论", "Case answer", 14, labels=labels(DuesCaseAnswer), printed=False),
        Column("case_decision_no", "结论文号", "Case minutes", 22, printed=False),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "branch": Filter(),
        "months_in_arrears": Filter(Kind.INTEGER, description="Unpaid months in a row; also _from and _to"),
        "months_unpaid": Filter(Kind.INTEGER, description="Unpaid months in all; also _from and _to"),
        "agreed_year": Filter(Kind.INTEGER, field="agreed_years", description="An amount was agreed for this year"),
        "paid_to": Filter(),
        "membership_status": Filter(choices=tuple(MembershipStatus)),
        "counted": COUNTED,
        "outside": OUTSIDE,
        "case_open": Filter(Kind.BOOLEAN),
        "cycle": Filter(choices=tuple(DuesCycle)),
    },
    sorts=("_id", "branch", "paid_to", "months_in_arrears", "months_unpaid"),
    own_parameters=(*TREE_PARAMETERS, "year"),
)


@router.get("/v1/dues", summary="The ledger of dues of the own scope", **LIST.openapi())
async def list_dues(request: Request, caller: Reader, tools: ToolsHere, tree: OfTree, year: OfYear = None) -> Response:
    """Whose dues are kept here, each with the twelve months of a year; a member sees the own account."""
    here = unless_asked(request, visible(caller, "_id", "branch"))
    where, today = await tree.narrowed(caller, tools, here), tools.clock.today()

    async def complete(documents: list[Document]) -> list[Document]:
        return [with_months(document, year or today.year, today) for document in documents]

    return await LIST.answer(request, caller, tools.register, where=where, complete=complete)


@router.get("/v1/dues/{member_id}", summary="One member's dues")
async def get_dues(member_id: str, caller: Reader, tools: ToolsHere, at: AtTime, year: OfYear = None) -> JSONResponse:
    """As the account stands, or as it stood on a business date and as far as was recorded by a moment."""
    found = await _visible(caller, tools, member_id)
    day = at.day(tools.clock.today())
    if at.is_now:
        return await shown(tools.register, LIST.columns, with_months(found, year or day.year, day), **_more(found))
    document, sequence = await queries.dues_at(tools, found, at)
    return shown_then(LIST.columns, with_months(document, year or day.year, day), sequence, **_more(document))


@router.get("/v1/dues/{member_id}/history", summary="Every event of one member's dues")
async def dues_history(member_id: str, caller: Reader, tools: ToolsHere, at: AtTime) -> JSONResponse:
    """Oldest first; what was withdrawn stays in it."""
    await _visible(caller, tools, member_id)
    return history_answer(await get_history(tools.ledger, DECIDER, member_id), at=at)


async def _visible(caller: Caller, tools: Tools, member_id: str) -> Document:
    return await get_visible(caller, tools.register, DUES, member_id, visible(caller, "_id", "branch"))


def _more(document: Document) -> Document:
    """What one account tells besides its line in the ledger: the last payments and what is agreed, with their ids."""
    account = document["account"]
    return {name: account[name] for name in ("payments", "amounts", "exemptions", "cycles")}


@router.post("/v1/dues/{member_id}/set-amount", summary="Class and monthly amount agreed for a year")
async def set_amount(member_id: str, body: forms.AmountAsk, caller: Secretary, tools: ToolsHere) -> JSONResponse:
    """Fixed at the start of the year, within the bounds of the class; never income (R7)."""
    return answer(await handlers.set_amount(tools, Asker.of_caller(caller), member_id, body.told()))


@router.post("/v1/dues/{member_id}/agree-cycle", summary="The branch agrees to monthly or quarterly payment")
async def agree_cycle(member_id: str, body: forms.CycleAsk, caller: Secretary, tools: ToolsHere) -> JSONResponse:
    """Quarterly by the branch's consent (R7)."""
    return answer(await handlers.agree_cycle(tools, Asker.of_caller(caller), member_id, body.told()))


@router.post("/v1/dues/{member_id}/exempt", summary="Less or no dues for some months, by decision")
async def exempt(member_id: str, body: forms.ExemptionAsk, caller: Decider, tools: ToolsHere) -> JSONResponse:
    """The branch studied it, a committee above approved it (R7)."""
    asker, months, left = Asker.of_caller(caller), tuple(body.months), body.monthly_amount_fen
    return answer(await handlers.exempt(tools, asker, member_id, body.paper(), months=months, left_fen=left))


@router.post("/v1/dues/{member_id}/pay", summary="Paid by the member to the formal branch")
async def pay(member_id: str, body: forms.PaymentAsk, caller: Cashier, tools: ToolsHere) -> JSONResponse:
    """For whole months, at most six back and six ahead (R7)."""
    payment = members.Payment(tuple(body.months), DuesPayer.SELF, None, body.occurred_on)
    return answer(await members.record_dues(tools, Asker.of_caller(caller), member_id, payment))


@router.post("/v1/dues/{member_id}/pay-by-proxy", summary="Paid by a relative or another member")
async def pay_by_proxy(member_id: str, body: forms.ProxyAsk, caller: Cashier, tools: ToolsHere) -> JSONResponse:
    """To the formal branch (R7)."""
    payment = members.Payment(tuple(body.months), DuesPayer(body.paid_by), None, body.occurred_on)
    return answer(await members.record_dues(tools, Asker.of_caller(caller), member_id, payment))


@router.post("/v1/dues/{member_id}/pay-at-host", summary="Paid to the host organisation")
async def pay_at_host(member_id: str, body: forms.HostPaymentAsk, caller: Cashier, tools: ToolsHere) -> JSONResponse:
    """Where the host had accepted the member, or a certificate stood; recorded by either side (R7, R13)."""
    who = DuesPayer(body.paid_by)
    payment = members.Payment(tuple(body.months), who, body.host_branch, body.occurred_on, body.certificate_id)
    return answer(await handlers.pay_at_host(tools, Asker.of_caller(caller), member_id, payment))


@router.post("/v1/dues/{member_id}/withdraw-payment", summary="A payment was recorded in error")
async def withdraw_payment(
    member_id: str, body: forms.PaymentWithdrawal, caller: Secretary, tools: ToolsHere
) -> JSONResponse:
    """On the wrong person, for the wrong months, or twice; both stay in the history. No refund: a correction."""
    asker, on = Asker.of_caller(caller), body.occurred_on
    done = await handlers.withdraw_payment(tools, asker, member_id, body.payment_id, error=body.error, occurred_on=on)
    return answer(done)


@router.post("/v1/dues/{member_id}/withdraw-terms", summary="An amount, exemption or cycle was recorded in error")
async def withdraw_terms(
    member_id: str, body: forms.TermsWithdrawal, caller: Secretary, tools: ToolsHere
) -> JSONResponse:
    """It counts as if it had never been in this account; both stay in the history."""
    asker, on = Asker.of_caller(caller), body.occurred_on
    done = await handlers.withdraw_terms(tools, asker, member_id, body.entry_id, error=body.error, occurred_on=on)
    return answer(done)


@router.post("/v1/dues/{member_id}/decide-case", summary="The branch meeting answered a six-month case")
async def decide_case(member_id: str, body: forms.CaseAnswer, caller: Secretary, tools: ToolsHere) -> JSONResponse:
    """First of all, was there a good reason; it changes no membership (R1 Art. 31(6))."""
    asker, number, on = Asker.of_caller(caller), body.decision_no, body.decided_on
    done = await handlers.decide_case(tools, asker, member_id, body.answer, decision_no=number, decided_on=on)
    return answer(done)
