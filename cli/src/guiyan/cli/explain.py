"""Errors of libraries and of the system as sentences a person can act on: nobody is shown a traceback."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from typing import Any

import httpx
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from nats.errors import TimeoutError as NatsTimeoutError

from guiyan.cli.failures import Failure, NotFound, Unreachable, snake_case
from guiyan.cli.servers.problems import ServersError
from guiyan.ledger.errors import HoleInLedger, LedgerError, LedgerUnavailable
from guiyan.ledger.mac import KeysUnusable


def explain(error: Exception) -> Failure:
    """The failure that an error means; `internal` when it means nothing we know of."""
    if isinstance(error, Failure):
        return error
    found = next((tell(error) for kind, tell in _KINDS if isinstance(error, kind)), None)
    return found or _internal(error)


def _servers(error: ServersError) -> Failure:
    return Failure(error.say("en"), error.say("zh-CN"), code=snake_case(type(error).__name__))


def _no_responders(_: Exception) -> Failure:
    return Unreachable(
        "NATS answers, but nobody listens for this. See that all services run, with `guiyan projections status`.",
        "NATS 有应答,但没有服务接收此请求。请用 `guiyan projections status` 查看各服务是否运行。",
        code="service_not_running",
    )


def _nats_silent(_: Exception) -> Failure:
    return Unreachable(
        "NATS or a service did not answer in time. Try again; if it stays so, see the service's log and its /readyz.",
        "NATS 或服务未及时应答。请重试;若仍如此,请查看该服务的日志和 /readyz。",
        code="no_answer",
    )


def _nats(error: NatsError) -> Failure:
    reason = str(error).removeprefix("nats: ") or type(error).__name__
    return Unreachable(
        f"NATS refused: {reason}. See that this installation's servers run and that the keys are its own.",
        f"NATS 拒绝了请求:{reason}。请确认本系统的服务器正在运行,且密钥属于本系统。",
        code="nats_refused",
    )


def _ledger(error: LedgerError) -> Failure:
    known = {
        LedgerUnavailable: "账本暂时无法读取。请确认 NATS 正在运行后重试",
        HoleInLedger: "账本缺少消息。请从备份或副本恢复",
        KeysUnusable: "密钥文件无法使用。请恢复正确的密钥文件",
    }
    zh = known.get(type(error), "账本操作未能完成")
    return Failure(_ended(str(error)), f"{zh}({error})。", code=snake_case(type(error).__name__))


def _http_status(error: httpx.HTTPStatusError) -> Failure:
    answer = error.response
    detail = problem_text(answer)
    return Failure(
        f"{_address(error.request)} answered {answer.status_code}: {detail}",
        f"{_address(error.request)} 返回 {answer.status_code}:{detail}",
        code="refused",
        status=answer.status_code,
    )


def _http(error: httpx.HTTPError) -> Failure:
    where = _address(error.request) if getattr(error, "_request", None) else "the service"
    return Unreachable(
        f"{where} does not answer ({_words(error)}). See that the service runs, and that the address is right.",
        f"{where} 没有应答({_words(error)})。请确认服务正在运行,且地址正确。",
        code="service_unreachable",
    )


def _os(error: OSError) -> Failure:
    name = str(error.filename) if error.filename is not None else ""
    reason = error.strerror or str(error) or type(error).__name__
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            at = f" ({name})" if name else ""
            return Failure(
                f"The disk is full{at}. Free some space and run the command again; what was acknowledged is not lost.",
                f"磁盘已满{at}。请释放空间后重新运行;已确认的数据不会丢失。",
                code="disk_full",
            )
        case errno.ENOENT:
            return NotFound(
                f"There is no file {name}. Correct its name, or the folder in GUIYAN_DATA or GUIYAN_KEYS.",
                f"没有文件 {name}。请更正文件名,或 GUIYAN_DATA、GUIYAN_KEYS 中的文件夹。",
                code="no_such_file",
            )
        case errno.EACCES | errno.EPERM:
            return Failure(
                f"{name or 'A file'} may not be read or written by this user. Run as its owner, or take another place.",
                f"当前用户无权读写 {name or '某个文件'}。请以其所有者身份运行,或另选位置。",
                code="no_permission",
            )
        case errno.ECONNREFUSED | errno.EHOSTUNREACH | errno.ENETUNREACH | errno.ETIMEDOUT | errno.ECONNRESET:
            return Unreachable(
                f"A server does not answer ({reason}). See that it runs, and that its address is right.",
                f"服务器没有应答({reason})。请确认它正在运行,且地址正确。",
            )
        case _:
            at = f"{name}: " if name else ""
            return Failure(
                f"The system refused: {at}{reason}. Put that right and run the command again.",
                f"操作系统拒绝:{at}{reason}。请排除后重新运行。",
                code="system_error",
            )


def _internal(error: Exception) -> Failure:
    what = f"{type(error).__name__}: {_words(error)}"
    return Failure(
        f"Something went wrong inside guiyan ({what}). Run it again with GUIYAN_DEBUG=1 and report what it prints.",
        f"guiyan 内部出错({what})。请设置 GUIYAN_DEBUG=1 重新运行,并反馈其输出。",
        code="internal",
    )


_KINDS: tuple[tuple[type[Exception], Callable[[Any], Failure]], ...] = (
    (ServersError, _servers),
    (NoRespondersError, _no_responders),
    (NatsTimeoutError, _nats_silent),
    (NatsError, _nats),
    (LedgerError, _ledger),
    (httpx.HTTPStatusError, _http_status),
    (httpx.HTTPError, _http),
    (OSError, _os),
)


def problem_text(answer: httpx.Response) -> str:
    """What a service's problem document says (RFC 9457), or the beginning of its text."""
    try:
        problem = answer.json()
        faults = "; ".join(str(one.get("detail", "")) for one in problem.get("errors") or ())
        return " ".join(part for part in (str(problem.get("detail") or ""), faults) if part) or "-"
    except (ValueError, AttributeError):
        return answer.text[:200].strip() or "-"


def debugging() -> bool:
    """Whether tracebacks are wanted: GUIYAN_DEBUG is set."""
    return bool(os.environ.get("GUIYAN_DEBUG"))


def _address(request: httpx.Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc.decode('ascii', 'replace')}"


def _words(error: Exception) -> str:
    return " ".join(str(error).split())[:300] or type(error).__name__


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."
