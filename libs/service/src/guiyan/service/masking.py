"""Masks: how personal text is shown until somebody reveals it with a reason (domain.md §6)."""

import re

_MIDDLE_DOT = re.compile(r"[·•]")
_PHONE_HEAD, _PHONE_TAIL = 3, 4
_ID_HEAD, _ID_TAIL = 6, 2
_SHORTEST_PHONE = _PHONE_HEAD + _PHONE_TAIL


def mask_name(name: str | None) -> str:
    """A name as its first character and one star, whatever its length: 张三丰 -> 张*."""
    text = _MIDDLE_DOT.split((name or "").strip())[0]
    return f"{text[0]}*" if text else ""


def mask_phone(phone: str | None) -> str:
    """A phone number with its middle hidden: 13812341234 -> 138****1234; a short one is hidden wholly."""
    text = (phone or "").strip()
    if not text:
        return ""
    if len(text) <= _SHORTEST_PHONE:
        return "*" * len(text)
    return f"{text[:_PHONE_HEAD]}****{text[-_PHONE_TAIL:]}"


def mask_id_number(number: str | None) -> str:
    """An identity number with birth date and serial hidden: 654002********12."""
    text = (number or "").strip()
    if not text:
        return ""
    if len(text) <= _ID_HEAD + _ID_TAIL:
        return "*" * len(text)
    return text[:_ID_HEAD] + "*" * (len(text) - _ID_HEAD - _ID_TAIL) + text[-_ID_TAIL:]


def mask_email(address: str | None) -> str:
    """A mail address with its local part hidden but for the first character: z***@example.org."""
    local, at, domain = (address or "").strip().partition("@")
    return f"{local[:1]}***@{domain}" if at else "*" * len(local)


def mask_text(text: str | None) -> str:
    """Any other personal text: that there is one, and nothing of it."""
    return "***" if text else ""
