"""Structured logs: one line an event, ids of the request on every line, personal data on none.

All loggers of the process (structlog, logging, uvicorn, nats, faststream) go through the same processors.
"""

import logging
import re
import sys
import traceback
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, Final, Literal, TextIO

import structlog

HIDDEN: Final = "[hidden]"
MAX_DEPTH: Final = 6
MAX_TEXT_CHARS: Final = 4_000
MAX_FRAMES: Final = 30
# A key of this name holds personal text or a secret, whoever logs it.
PERSONAL_KEYS: Final = frozenset(
    {"name", "full_name", "former_name", "id_no", "id_number", "id_card", "mobile", "phone", "telephone", "email"}
    | {"address", "dest_address", "dest_unit_name", "employer", "wechat", "qq", "pii", "plaintext", "password"}
    | {"token", "authorization", "cookie", "secret", "seed", "api_key", "private_key", "body", "payload", "data"}
    | {"params", "query_string"}
)
_PATTERNS: Final = (
    re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])\d{5}[\dXx](?![0-9A-Za-z])"),  # id number
    re.compile(
        r"(?<![0-9A-Za-z])[1-9]\d{5}\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}(?![0-9A-Za-z])"
    ),  # old id
    re.compile(r"(?<![0-9A-Za-z])(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?![0-9A-Za-z])"),  # mobile number
    re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}"),  # mail address
    re.compile(r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?"),  # bearer token
    re.compile(r"(?<=://)[^/\s:@]+:[^/\s@]+(?=@)"),  # credentials in an address
)
# Foreign errors of these kinds quote the value they could not take: their text is not logged.
_QUOTING_ERRORS: Final = (ValueError, LookupError)
# Set by logging and structlog themselves; not personal although some share a word.
_OWN_KEYS: Final = frozenset({"event", "level", "logger", "timestamp", "service"})

Event = MutableMapping[str, Any]


def configure(
    service: str, *, log_format: Literal["json", "console"] = "json", level: str = "INFO", stream: TextIO | None = None
) -> None:
    """Send every log line of this process through one chain to `stream` (default stderr)."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    last: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, exception, _service(service), redact]
    renderer: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=_safe_repr)
        if log_format == "json"
        else structlog.dev.ConsoleRenderer(colors=(stream or sys.stderr).isatty())
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()], processors=[*last, renderer]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access", "nats", "faststream", "pymongo", "httpx", "httpcore"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = name != "uvicorn.access"  # our own middleware tells each request
    for name in ("pymongo", "httpx", "httpcore", "asyncio"):
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.PositionalArgumentsFormatter(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _safe_repr(value: object) -> str:
    """A value that JSON has no form for, by its type alone: its text might hold anything."""
    return f"<{type(value).__name__}>"


def _service(service: str) -> Any:
    def add(_logger: Any, _method: str, event: Event) -> Event:
        event.setdefault("service", service)
        return event

    return add


def redact(_logger: Any, _method: str, event: Event) -> Event:
    """Hide personal keys, and what looks like an identity number, a phone number, a mail address or a token."""
    for key in list(event):
        event[key] = _clean(event[key], 0) if key in _OWN_KEYS or not _is_personal(key) else HIDDEN
    return event


def _is_personal(key: str) -> bool:
    return key.lower() in PERSONAL_KEYS


def _clean(value: Any, depth: int) -> Any:  # noqa: PLR0911 - one return per kind of value
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, bool | int | float) or value is None:
        return clean_text(str(value)) if isinstance(value, int) and abs(value) >= 10**10 else value
    if depth >= MAX_DEPTH:
        return HIDDEN
    if isinstance(value, Mapping):
        return {
            clean_text(str(key)): HIDDEN if _is_personal(str(key)) else _clean(item, depth + 1)
            for key, item in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(item, depth + 1) for item in value]
    if isinstance(value, BaseException):
        return exception_text(value)
    return (
        clean_text(str(value))
        if type(value).__module__.startswith(("guiyan.", "datetime", "uuid", "pathlib"))
        else _safe_repr(value)
    )


def clean_text(text: str) -> str:
    """A text with everything that looks personal replaced, cut to a bounded length."""
    for pattern in _PATTERNS:
        text = pattern.sub(HIDDEN, text)
    return text if len(text) <= MAX_TEXT_CHARS else text[:MAX_TEXT_CHARS] + "…"


def exception_text(error: BaseException) -> str:
    """An error by its type, with its message only where that cannot quote what somebody sent."""
    kind = type(error).__name__
    own = type(error).__module__.startswith("guiyan.")
    if isinstance(error, _QUOTING_ERRORS) and not own:
        return kind
    return clean_text(f"{kind}: {error}")


def exception(_logger: Any, _method: str, event: Event) -> Event:
    """Put an error on the line as its type, a safe message and its frames; source lines and values are left out."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = exception_text(error)
        event["frames"] = _frames(error.__traceback__)
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        if cause is not None:
            event["cause"] = exception_text(cause)
    return event


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-MAX_FRAMES:]
    return [f"{'/'.join(frame.filename.split('/')[-3:])}:{frame.lineno} {frame.name}" for frame in frames]
