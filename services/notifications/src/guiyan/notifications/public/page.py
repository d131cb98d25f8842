"""The page itself: Chinese first with English beside it, no script, nothing from elsewhere, for phone and paper."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Final

from jinja2 import Environment, StrictUndefined

from guiyan.ledger.clock import SHANGHAI
from guiyan.notifications.public.feeds import title_of
from guiyan.notifications.public.notices import Board

_FILES: Final = resources.files("guiyan.notifications.public")
_STYLE: Final = _FILES.joinpath("page.css").read_text("utf-8").strip()
_PAGE: Final = Environment(
    autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
).from_string(_FILES.joinpath("page.html").read_text("utf-8"))
_DIGEST: Final = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
POLICY: Final = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; form-action 'none'"
"""The page's own style and nothing else: no script, no picture, no form."""


def page(board: Board, root: str, base: str) -> bytes:
    """The board as HTML; `root` is the address of the board of all, `base` its own."""
    updated = board.modified_at.astimezone(SHANGHAI).strftime("%Y-%m-%d")
    told = _PAGE.render(board=board, title=title_of(board), style=_STYLE, root=root, base=base, updated=updated)
    return told.encode()
