"""HTTP on the wire: uvicorn's protocol over httptools, with a limit on what may come before a request is whole."""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

HEAD_LIMIT_BYTES: Final = 64 * 1024
_TOO_LARGE: Final = STATUS_LINE[431] + b"content-length: 0\r\nconnection: close\r\n\r\n"


class LimitedHttp(HttpToolsProtocol):
    """A request's line and headers may take so many bytes; the parser itself would collect them without end.

    A head that is longer is answered with 431, and the connection is closed.
    """

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._in_head = True
        self._ended = False
        self._head_bytes = 0

    def data_received(self, data: bytes) -> None:
        """Parse what came; break off when a head goes on for too long."""
        self._ended = False
        super().data_received(data)
        if self._ended or not self._in_head:  # what came was a body, or its end
            return
        self._head_bytes += len(data)
        if self._head_bytes > HEAD_LIMIT_BYTES and not self.transport.is_closing():
            self.logger.warning("The head of a request is larger than %d bytes.", HEAD_LIMIT_BYTES)
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        """The head is whole: what follows is the body, which the application limits."""
        self._in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The next bytes begin another head."""
        self._in_head, self._ended, self._head_bytes = True, True, 0
        super().on_message_complete()
