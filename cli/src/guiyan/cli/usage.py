"""What typer says about a wrong command line, as a sentence in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import typer

from guiyan.cli.failures import Misuse

_ENDINGS = (("No such command ", "没有命令 "), ("Got unexpected extra argument", "多余的参数"))


def misuse_of(error: typer.TyperException) -> Misuse:
    """The failure that a usage error means, with the command whose --help to read."""
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "guiyan"
    en = error.format_message().rstrip(".")
    zh = _KINDS.get(type(error).__name__, _other)(error)
    return Misuse(f"{en}. See `{path} --help`.", f"{zh}。详见 `{path} --help`。", code="usage", command=path)


def _other(error: Any) -> str:
    text = str(error.message).rstrip(".")
    for en, zh in _ENDINGS:
        if text.startswith(en):
            return zh + text.removeprefix(en).replace(". Did you mean ", "。是否想用 ")
    return f"命令用法有误:{text}"


def _missing(error: Any) -> str:
    return f"缺少 {_hint(error)}"


def _bad_parameter(error: Any) -> str:
    return f"{_hint(error)} 的值不对:{error.message.rstrip('.')}" if _hint(error) else str(error.message).rstrip(".")


def _no_such_option(error: Any) -> str:
    near = f"。是否想用 {', '.join(sorted(error.possibilities))}" if error.possibilities else ""
    return f"没有选项 {error.option_name}{near}"


def _bad_option_usage(error: Any) -> str:
    return f"选项 {error.option_name} 用法有误:{error.message.rstrip('.')}"


def _hint(error: Any) -> str:
    if error.param_hint:
        return str(error.param_hint)
    return str(error.param.get_error_hint()) if error.param is not None else ""


_KINDS: dict[str, Callable[[Any], str]] = {
    "MissingParameter": _missing,
    "BadParameter": _bad_parameter,
    "NoSuchOption": _no_such_option,
    "BadOptionUsage": _bad_option_usage,
}
