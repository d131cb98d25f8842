"""Pages that follow the ledger: a part of a page is asked for again and again, and is told 304 while it is the same.

No state anywhere: the mark of what is shown is a digest of the services' answer, so any replica may answer, and a page
that was cut off goes on where it was. What a page asks by itself keeps no session alive (`security/session.py`).
"""

import hashlib
import json
from typing import Any

from fastapi import Request
from starlette.responses import Response


def etag(*shown: Any) -> str:
    """The mark of what is shown."""
    text = json.dumps(shown, sort_keys=True, ensure_ascii=False, default=str)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:24]}"'


def unchanged(request: Request, mark: str) -> Response | None:
    """304 when who asks has what is shown already: asked before anything more is looked up or rendered for it."""
    if request.headers.get("if-none-match") == mark:
        return Response(status_code=304, headers={"ETag": mark})
    return None


def marked(response: Response, mark: str) -> Response:
    """The answer with its mark."""
    response.headers["ETag"] = mark
    return response
