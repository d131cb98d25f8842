"""`guiyan verify-certificate`: checks the scanned code of an activity certificate, without any network."""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Final

import typer

from guiyan.cli.failures import Failure, Misuse
from guiyan.cli.installation import Installation
from guiyan.cli.output import Output
from guiyan.ledger import SHANGHAI
from guiyan.ledger.mac import KeysUnusable
from guiyan.service.paper_code import BadCode, CertificateCode, PublicKeys, Verdict

WORDS: Final = {
    Verdict.CHECK_OVERDUE: (
        "The certificate was issued; its yearly check was due on {due}. Look for a later one on it, or ask the issuer.",
        "该活动证确由发证机关发放,但应于 {due} 前年审:请查看证上是否有其后的年审记录,或向发证机关核实。",
    ),
    Verdict.NOT_YET_ISSUED: (
        "The certificate was issued on {issued}: on the day asked about there was none. Judge by a later day.",
        "该活动证于 {issued} 发放,所查日期尚未发证。请按之后的日期查验。",
    ),
    Verdict.TAMPERED: (
        "This code was changed, or signed by somebody else: do not believe it. Ask the issuer.",
        "该二维码已被改动或并非发证机关所签,不可采信。请向发证机关核实。",
    ),
    Verdict.UNKNOWN_KEY: (
        "No key of the file made this code: another issuer's, or newer than the file. Get that issuer's keys anew.",
        "密钥文件中没有签发该二维码的密钥:可能由其他机关签发,或密钥文件已过时。请向该机关重新获取公钥。",
    ),
    Verdict.UNREADABLE: (
        "This is no code of an activity certificate, or a part of it is missing. Scan it again.",
        "不是活动证的二维码,或内容不完整。请重新扫描。",
    ),
}


def verify_certificate(
    text: Annotated[str, typer.Argument(help="The scanned text; - reads it from standard input.")],
    *,
    keys: Annotated[
        Path | None, typer.Option("--keys", help="File with the issuer's public keys; else this installation's own.")
    ] = None,
    on: Annotated[datetime | None, typer.Option("--on", formats=["%Y-%m-%d"], help="Judge by this day.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Answer in JSON.")] = False,
) -> None:
    """Check the code of an activity certificate offline; exit code 0: to be believed and not overdue."""
    known = _keys(keys)
    code = _read(known, sys.stdin.read() if text == "-" else text)
    facts = {name: str(getattr(code, name)) for name in CertificateCode.__slots__}
    verdict = code.verdict(on.date() if on else _today())
    if verdict is not Verdict.VALID:
        en, zh = (words.format(due=code.check_due_on, issued=code.issued_on) for words in WORDS[verdict])
        raise Failure(en, zh, code=verdict.lower(), **facts)
    Output(as_json=as_json).result(
        {"verdict": verdict.value, **facts},
        f"Issued by {code.issuer} on {code.issued_on} under number {code.number}; next yearly check by "
        f"{code.check_due_on}. Whether it was lost or void since, only the issuer knows.",
        f"由 {code.issuer} 于 {code.issued_on} 发放,证号 {code.number},下次年审不晚于 {code.check_due_on}。"
        "此后是否遗失或作废,以发证机关答复为准。",
    )


def _read(keys: PublicKeys, text: str) -> CertificateCode:
    try:
        return keys.read(text)
    except BadCode as bad:
        raise Failure(*WORDS[bad.verdict], code=bad.verdict.lower()) from None


def _keys(path: Path | None) -> PublicKeys:
    """The keys of the file named, else the public part of this installation's own."""
    file = path or Installation.folder_keys().certificate_keys_file()
    if not file.is_file():
        raise Misuse(
            f"There is no key file {file}. Save the answer of GET /v1/certificates/keys and name it with --keys.",
            f"没有密钥文件 {file}。请保存 GET /v1/certificates/keys 的内容,并用 --keys 指明。",
            code="no_keys",
        )
    try:
        return PublicKeys.load(file)
    except KeysUnusable as error:
        raise Failure(f"{error}.", f"密钥文件无法使用:{error}。", code="broken_key") from None


def _today() -> date:
    return datetime.now(SHANGHAI).date()
