"""`/v1/letters`: the book of letters of an issuer and year (介绍信登记簿), used and void, without a gap (R4, §2.3)."""

from typing import Annotated, Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from guiyan.events.codes import PersonCategory, TransferState, VoidReason
from guiyan.ledger import Document
from guiyan.service.auth import OFFICE_ROLES, Role
from guiyan.service.caller import Caller, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.tables import Column, labels
from guiyan.transfers.doors.http import Here
from guiyan.transfers.projections.rows import TRANSFERS
from guiyan.transfers.projections.stubs import STUBS

router = APIRouter(tags=["transfers"])
Reader = Annotated[Caller, requires(*sorted(OFFICE_ROLES), Role.AUDITOR)]
SHOWN: Final = ("name", "person_category", "state")
"""What a stub shows of its transfer as it is now."""
LIST: Final = Listing(
    name="letters",
    collection=STUBS,
    title_zh="介绍信登记簿",
    title_en="Book of letters",
    ledger=True,
    columns=(
        Column("_id", "标识", "Id", 38),
        Column("number", "编号", "Number", 12),
        Column("name", "姓名", "Name", 10, mask=mask_name),
        Column("person_category", "类别", "Category", 10, labels=labels(PersonCategory)),
        Column("issuer", "开具党委", "Issuer", 16, book="organisation"),
        Column("to_title", "转入抬头", "To", 24),
        Column("issued_on", "开具日期", "Issued", 12),
        Column("valid_days", "有效期(天)", "Valid days", 8),
        Column("expires_on", "到期日", "Expires", 12),
        Column("dues_paid_to", "党费交至", "Dues paid to", 10),
        Column("void", "作废", "Void", 6),
        Column("void_reason", "作废原因", "Why void", 12, labels=labels(VoidReason)),
        Column("voided_on", "作废日期", "Void since", 12),
        Column("prints", "打印次数", "Prints", 8),
        Column("receipt_on", "回执日期", "Receipt", 12),
        Column("archived_on", "归档日期", "Archived", 12),
        Column("keep_until", "保存至", "Kept until", 12),
        Column("printed_on", "最近打印", "Printed last", 12, printed=False),
        Column("letter_year", "年度", "Year", 8, printed=False),
        Column("letter_sn", "序号", "Serial", 8, printed=False),
        Column("state", "转接状态", "Transfer", 18, labels=labels(TransferState), printed=False),
        Column("transfer_id", "转接标识", "Transfer id", 38),
    ),
    filters={
        "issuer": Filter(),
        "letter_year": Filter(Kind.INTEGER),
        "void": Filter(Kind.BOOLEAN),
        "number": Filter(),
        "issued_on": Filter(Kind.DATE),
        "keep_until": Filter(Kind.DATE),
        "transfer_id": Filter(),
        "receipt": Filter(Kind.BOOLEAN, field="receipt_on", present=True),
    },
    sorts=("letter_sn", "issued_on", "keep_until"),
    default_sort="-issued_on",
)


@router.get("/v1/letters", summary="The book of letters: every number given, used or void", **LIST.openapi())
async def list_letters(request: Request, caller: Reader, office: Here) -> Response:
    """Of the issuers in the own scope; `?issuer=…&letter_year=2026&sort=letter_sn` is one year's book."""

    async def with_transfers(stubs: list[Document]) -> list[Document]:
        found = await office.reads.find(TRANSFERS, {"_id": {"$in": [one["transfer_id"] for one in stubs]}})
        shown = {one["_id"]: {name: one[name] for name in SHOWN} for one in found}
        return [{**one, **shown.get(one["transfer_id"], {})} for one in stubs]

    return await LIST.answer(request, caller, office.reads, where=caller.scope.where("issuer"), complete=with_transfers)
