"""`/v1/members/{id}/card`: the registration card on paper; a print is an act, recorded and counted (S-09, no. 8)."""

from typing import Annotated, Any, Final

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from guiyan.events.values import Id
from guiyan.registry.commands.cards import Printed, print_cards
from guiyan.registry.commands.tools import Asker
from guiyan.registry.doors import roles
from guiyan.registry.doors.parts import ToolsHere
from guiyan.registry.forms.card import PrintReason
from guiyan.service.asks import Ask
from guiyan.service.caller import Commander, commands
from guiyan.service.printing import PDF_TYPE, pdf_answer

router = APIRouter(tags=["members"])
Printer = Annotated[Commander, commands(*roles.REVEAL)]
CARDS_MAX: Final = 30
"""Pages of one file: each takes some 4 MB while it is set (ADR 0016)."""
_PDF: Final[dict[int | str, dict[str, Any]]] = {
    200: {
        "description": "The cards; `Guiyan-Print-Count` tells how often each was printed by now",
        "content": {PDF_TYPE: {"schema": {"type": "string", "format": "binary"}}},
    }
}


class CardAsk(Ask):
    """Why the card is printed: it shows all masked fields in full, so the act is recorded."""

    reason: PrintReason


class CardsAsk(CardAsk):
    """Whose cards, each once, in the order of the pages."""

    member_ids: Annotated[list[Id], Field(min_length=1, max_length=CARDS_MAX)]


@router.post(
    "/v1/members/{member_id}/card", summary="Print the registration card", response_class=Response, responses=_PDF
)
async def print_card(member_id: str, body: CardAsk, caller: Printer, tools: ToolsHere) -> Response:
    """流动党员登记卡 as PDF; its QR code is the record's id, which `GET /v1/members/{id}` looks up. No name in it."""
    return _answer(await print_cards(tools, Asker.of_caller(caller), [member_id], body.reason), "card")


@router.post(
    "/v1/members/print-cards", summary="Print several registration cards", response_class=Response, responses=_PDF
)
async def print_several(body: CardsAsk, caller: Printer, tools: ToolsHere) -> Response:
    """One PDF with a page each; all are recorded, or none is printed."""
    members = list(dict.fromkeys(body.member_ids))
    return _answer(await print_cards(tools, Asker.of_caller(caller), members, body.reason), "cards")


def _answer(printed: Printed, name: str) -> Response:
    told = {
        "Guiyan-Print-Count": ", ".join(str(one) for one in printed.counts),
        "Guiyan-Sequence": str(printed.sequence),
    }
    if printed.unprintable:
        told["Guiyan-Unprintable"] = "true"
    return pdf_answer(printed.pdf, name, told)
