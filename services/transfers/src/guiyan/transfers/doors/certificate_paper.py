"""The activity certificate on paper, and the public keys that its code is checked with, offline (§2.4; ADR 0024)."""

from typing import Annotated, Any, Final

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from guiyan.service.asks import Ask
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.printing import PDF_TYPE, pdf_answer
from guiyan.transfers.domain.commands import Act
from guiyan.transfers.doors import certificate_access as access
from guiyan.transfers.doors.certificates import Here
from guiyan.transfers.forms.certificate import CertificatePrintReason

router = APIRouter(tags=["certificates"])
Reader = Annotated[Caller, requires(*access.READ)]
Printer = Annotated[Commander, commands(*access.KEEP)]
_PDF: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The certificate; `Guiyan-Print-Count` tells how often it was printed by now",
        "content": {PDF_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class CertificatePrintAsk(Ask):
    """Why it is printed: it shows the name in full, so the act is recorded."""

    reason: CertificatePrintReason


@router.get("/v1/certificates/keys", summary="The public keys of the codes on certificates")
async def certificate_keys(caller: Reader, office: Here) -> JSONResponse:
    """A JWK Set: save it, and every code of this office is checked without a network; old keys stay in it."""
    await caller.wait.until_applied(office.reads)
    return JSONResponse(office.paper.signing().jwks)


@router.post(
    "/v1/certificates/{certificate_id}/print",
    summary="Print the activity certificate",
    response_class=Response,
    responses=_PDF,
)
async def print_certificate(certificate_id: str, body: CertificatePrintAsk, caller: Printer, office: Here) -> Response:
    """Two pages, to be folded: facts, seals and rights; hosts, dues and yearly checks. By the member's branch."""
    access.check_origin(caller, await office.get(certificate_id), await office.get_row(certificate_id))
    when = Act(**office.when(None))
    printed = await office.paper.print(certificate_id, when, body.reason, caller.context, caller.expected_version)
    told = {"Guiyan-Print-Count": str(printed.count), "Guiyan-Sequence": str(printed.sequence)}
    if printed.unprintable:
        told["Guiyan-Unprintable"] = "true"
    return pdf_answer(printed.pdf, "certificate", told)
