"""The one way in: runs a command and turns whatever ends it into an exit code and one sentence, never a traceback.

Exit codes: 0 done, 1 failed (Ctrl-C and a reader that went away included), 2 asked in a way the command does not take.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from typing import Any

import typer

from guiyan.cli.explain import debugging, explain
from guiyan.cli.failures import FAILED, USAGE, Failure
from guiyan.cli.help import in_the_callers_language
from guiyan.cli.output import Output
from guiyan.cli.usage import misuse_of

INTERRUPTED = 130  # what typer makes of Ctrl-C
JSON = "--json"


class Guiyan(typer.Typer):
    """The command line as a whole: calling it ends the process."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Run what the process was started with; `kwargs` are typer's own."""
        del args, kwargs
        sys.exit(run(self, sys.argv[1:]))


def run(app: typer.Typer, arguments: Sequence[str]) -> int:
    """Run one command line; gives its exit code."""
    as_json = JSON in (arguments[: arguments.index("--")] if "--" in arguments else arguments)
    _take_any_text(as_json=as_json)
    output = Output(as_json=as_json)
    try:
        code = _run(app, arguments, output)
        sys.stdout.flush()
    except BrokenPipeError:  # `| head` has seen enough
        _write_nowhere()
        return FAILED
    return code


def _run(app: typer.Typer, arguments: Sequence[str], output: Output) -> int:
    given: Any
    try:
        command = in_the_callers_language(typer.main.get_command(app))
        given = command.main(list(arguments), prog_name="guiyan", standalone_mode=False)
    except SystemExit as ended:
        given = ended.code
    except (KeyboardInterrupt, typer.Abort):
        given = INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:  # noqa: BLE001 - the last door: what is not told here would be a traceback
        return _failed(output, error)
    if given == INTERRUPTED:
        return _interrupted(output)
    return given if isinstance(given, int) else 0


def _failed(output: Output, error: Exception) -> int:
    if type(error).__name__ == "NoArgsIsHelpError" and not output.as_json:
        sys.stderr.write(f"{error}\n")  # its text is the help
        return USAGE
    if isinstance(error, typer.TyperException):
        return _ended(output, misuse_of(error))
    if debugging():
        traceback.print_exc()
    return _ended(output, explain(error))


def _ended(output: Output, failure: Failure) -> int:
    output.failure(failure)
    return failure.exit_code


def _interrupted(output: Output) -> int:
    return _ended(
        output,
        Failure(
            "Stopped by Ctrl-C. What was acknowledged stays; the command can be run again.",
            "已由 Ctrl-C 停止。已确认的内容保留,可重新运行该命令。",
            code="interrupted",
        ),
    )


def _take_any_text(*, as_json: bool) -> None:
    """A name that the terminal cannot show must not end a command; JSON is UTF-8 whatever the locale is."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace", **({"encoding": "utf-8"} if as_json else {}))


def _write_nowhere() -> None:
    """Nobody reads standard output any more: what Python still wants to flush at its end goes nowhere."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):  # a captured stream has no number
        return
