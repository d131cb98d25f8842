"""The two languages of answers: Chinese (the office's) and English; chosen by Accept-Language."""

from typing import Final, Literal

Language = Literal["zh-CN", "en"]
DEFAULT_LANGUAGE: Final[Language] = "zh-CN"
MAX_HEADER_CHARS: Final = 512


def negotiate(accept_language: str | None) -> Language:
    """The language of an answer by Accept-Language (RFC 9110 §12.5.4); Chinese when nothing known is asked for."""
    best: tuple[float, Language] | None = None
    for part in (accept_language or "")[:MAX_HEADER_CHARS].split(","):
        tag, _, parameters = part.strip().partition(";")
        language = _known(tag.strip().lower())
        quality = _quality(parameters)
        if language and quality > 0 and (best is None or quality > best[0]):
            best = (quality, language)
    return best[1] if best else DEFAULT_LANGUAGE


def _known(tag: str) -> Language | None:
    primary = tag.split("-", maxsplit=1)[0]
    return "en" if primary == "en" else "zh-CN" if primary == "zh" else None


def _quality(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0
