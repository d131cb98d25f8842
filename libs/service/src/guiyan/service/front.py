"""The front of a service's port: answers that the process is alive while the service behind it is still starting."""

from typing import Final

from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from guiyan.service.messages import Catalogue
from guiyan.service.problems import Unavailable, render

STARTING: Final = {"alive": True, "started": False}


class Front:
    """ASGI application that hands everything to `app` once there is one; until then `/healthz` is 200, the rest 503."""

    def __init__(self) -> None:
        self.app: ASGIApp | None = None
        self._catalogue = Catalogue()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if self.app is not None:
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            alive = scope["path"] == "/healthz"
            answer = JSONResponse(STARTING) if alive else render(Unavailable("starting"), self._catalogue, "en", "-")
            await answer(scope, receive, send)
