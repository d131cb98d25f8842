"""What is on paper: the introduction letter printed, and its receipt scanned (domain.md §2.3, §6 no. 5)."""

from datetime import date
from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import HandedOverHow
from guiyan.service.asks import Ask
from guiyan.service.printing import PDF_TYPE, pdf_answer
from guiyan.service.problems import FieldProblem, Invalid, NotFound
from guiyan.service.resources import answer
from guiyan.transfers.domain import commands as ask
from guiyan.transfers.domain.receipt_code import ReceiptCode
from guiyan.transfers.domain.state import Transfer
from guiyan.transfers.doors import access, bodies
from guiyan.transfers.doors.access import Side
from guiyan.transfers.doors.http import Here, Officer
from guiyan.transfers.forms.letter import PrintReason

router = APIRouter(tags=["transfers"])
_PDF: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The letter; `Guiyan-Print-Count` tells how often it was printed by now",
        "content": {PDF_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class ScanAsk(bodies.Body):
    """What the scanner read, and the days written on the receipt: both are asked where the receiver is outside."""

    code: Annotated[str, bodies.scanned(200), Field(description="The text of the receipt's code")]
    received_on: Annotated[date | None, Field(description="The day the receiver took the member in")] = None
    receipt_on: Annotated[date | None, Field(description="The day on the receipt; the business date when absent")] = (
        None
    )
    how: HandedOverHow | None = None


class PrintAsk(Ask):
    """Why the letter is printed: it shows masked fields in full, so the act is recorded."""

    reason: PrintReason


@router.post(
    "/v1/transfers/{transfer_id}/print",
    summary="Print the introduction letter",
    response_class=Response,
    responses=_PDF,
)
async def print_letter(transfer_id: str, body: PrintAsk, caller: Officer, office: Here) -> Response:
    """Stub, letter and receipt on one sheet (R4), by the origin committee; the receipt's code tells no name."""
    access.check(caller, await office.get(transfer_id), Side.ORIGIN_COMMITTEE)
    act = ask.Print(**office.when(None), reason=body.reason)
    printed = await office.paper.print(transfer_id, act, caller.context, caller.expected_version)
    told = {"Guiyan-Print-Count": str(printed.count), "Guiyan-Sequence": str(printed.sequence)}
    if printed.unprintable:
        told["Guiyan-Unprintable"] = "true"
    return pdf_answer(printed.pdf, "letter", told)


@router.post("/v1/transfers/scan-receipt", summary="A receipt came back on paper and was scanned")
async def scan_receipt(body: ScanAsk, caller: Officer, office: Here) -> JSONResponse:
    """By the origin committee or the receiving one: the receipt of the letter in force, once (R4).

    Of a receiver outside it records receiving, moving and receipt, each as of its own day.
    """
    read = ReceiptCode.read(body.code)
    found = await office.desk.find(read.transfer_id)
    try:
        access.check_receipt(caller, found[0] if found else Transfer())
    except NotFound:
        raise Invalid([FieldProblem("/code", "receipt_not_known")]) from None
    act = ask.ScanReceipt(
        **office.when(body.occurred_on),
        letter_year=read.letter_year,
        letter_sn=read.letter_sn,
        received_on=body.received_on,
        receipt_on=body.receipt_on,
        handed_over_how=body.how,
    )
    return answer(await office.record_receipt(read.transfer_id, act, caller.context, caller.expected_version))
