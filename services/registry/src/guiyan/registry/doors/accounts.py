"""`/v1/accounts`: local accounts, kept by three administrators with different powers (domain.md §5.2, 8.1.5.1-3).

SYS_ADMIN opens, locks, closes and resets passwords; SEC_ADMIN grants and revokes roles; AUDIT_ADMIN reads. None of them
sees member data, and none decides about the own account.
"""

from datetime import date
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request
from pydantic import model_validator
from starlette.responses import JSONResponse, Response

from guiyan.events.codes import (
    AccountEnd,
    AccountLockReason,
    AccountRole,
    AccountState,
    SecondFactorEnd,
    SecondFactorState,
)
from guiyan.events.exact import Day
from guiyan.events.values import Id, OrgCode
from guiyan.registry.commands import accounts as handlers
from guiyan.registry.commands.tools import Asker
from guiyan.registry.domain.account import ACCOUNT
from guiyan.registry.domain.sign_in import SIGN_INS, sign_ins_id
from guiyan.registry.doors import roles
from guiyan.registry.doors.account_parts import AccountName, DeskHere, PersonName
from guiyan.registry.doors.parts import get_visible, shown
from guiyan.registry.projections.accounts import ACCOUNTS
from guiyan.service.asks import Ask
from guiyan.service.caller import Caller, Commander, commands, requires
from guiyan.service.filters import Filter, Kind
from guiyan.service.listing import Listing
from guiyan.service.masking import mask_name
from guiyan.service.resources import AtTime, answer, get_history, history_answer
from guiyan.service.tables import Column, labels

router = APIRouter(tags=["accounts"])
Reader = Annotated[Caller, requires(*roles.SEE_ACCOUNTS, member_data=False)]
Opener = Annotated[Commander, commands(*roles.OPEN_ACCOUNTS, member_data=False)]
Granter = Annotated[Commander, commands(*roles.GRANT_ROLES, member_data=False)]
Locker = Annotated[Commander, commands(*roles.LOCK_ACCOUNTS, member_data=False)]
OfMonth = Annotated[Day | None, Query(description="Any day of the month that is asked for; else this month")]

LIST: Final = Listing(
    name="accounts",
    collection=ACCOUNTS,
    title_zh="账号",
    title_en="Accounts",
    columns=(
        Column("_id", "标识", "Id", 38, name="account_id"),
        Column("name", "登录名", "Sign-in name", 20),
        Column("display_name", "使用人", "Holder", 10, mask=mask_name),
        Column("org_code", "党组织", "Organisation", 24, book="organisation"),
        Column("roles", "角色", "Roles", 30, labels=labels(AccountRole)),
        Column("state", "状态", "State", 10, labels=labels(AccountState)),
        Column("reason", "原因", "Reason", 14, labels=labels(AccountLockReason) | labels(AccountEnd)),
        Column("second_factor", "双因素", "Second factor", 10, labels=labels(SecondFactorState)),
        Column("one_time_password", "一次性密码", "One-time password", 8),
        Column("password_until", "密码有效至", "Password until", 12),
        Column("signed_in_at", "最近登录", "Last signed in", 20),
        Column("refused", "登录失败次数", "Refused since", 8),
        Column("refused_at", "最近失败", "Last refused", 20),
        Column("paused_until", "暂停登录至", "Paused until", 20),
        Column("opened_on", "开户日期", "Opened on", 12),
        Column("opened_by", "开户人", "Opened by", 38),
        Column("closed_on", "注销日期", "Closed on", 12),
        Column("member_id", "党员编号", "Member", 38),
        Column("version", "版本", "Version", 8),
    ),
    filters={
        "org_code": Filter(),
        "name": Filter(),
        "roles": Filter(choices=tuple(AccountRole)),
        "state": Filter(choices=tuple(AccountState)),
        "second_factor": Filter(choices=tuple(SecondFactorState)),
        "one_time_password": Filter(Kind.BOOLEAN),
        "password_until": Filter(Kind.DATE),
        "opened_on": Filter(Kind.DATE),
    },
    sorts=("_id", "name", "signed_in_at"),
)


class NewAccount(Ask):
    """Who is to sign in: under which name, acting for which organisation; `member_id` for a member's own account."""

    name: AccountName
    display_name: PersonName | None = None
    org_code: OrgCode
    member_id: Id | None = None

    @model_validator(mode="after")
    def _has_a_holder(self) -> "NewAccount":
        """An account is one person's: no shared ones (8.1.4.2)."""
        if self.display_name is None and self.member_id is None:
            raise ValueError("an account needs its holder's name, or the member whose own account it is")
        return self


class ForRole(Ask):
    """Which role."""

    role: AccountRole


class Lock(Ask):
    """Why it is locked."""

    reason: AccountLockReason


class Close(Ask):
    """Why it ends."""

    reason: AccountEnd


class RemoveFactor(Ask):
    """Why the device counts no more."""

    reason: SecondFactorEnd


@router.get("/v1/accounts", summary="Accounts of the own scope", **LIST.openapi())
async def list_accounts(request: Request, caller: Reader, desk: DeskHere) -> Response:
    """Who may sign in, with which roles, and how sign-ins went lately."""
    return await LIST.answer(request, caller, desk.accounts, where=caller.scope.where("org_code"))


@router.post("/v1/accounts", status_code=201, summary="Open an account")
async def open_account(body: NewAccount, caller: Opener, desk: DeskHere) -> JSONResponse:
    """With a one-time password, shown this once: hand it over, it must be changed. Roles come from SEC_ADMIN."""
    new = handlers.NewAccount(body.name, body.display_name, body.org_code, body.member_id)
    made = await handlers.open_account(desk, Asker.of_caller(caller), new)
    location = f"/v1/accounts/{made.outcome.id}"
    return answer(made.outcome, location=location, one_time_password=made.one_time_password)


@router.get("/v1/accounts/{account_id}", summary="One account")
async def get_account(account_id: str, caller: Reader, desk: DeskHere) -> JSONResponse:
    """As it stands."""
    found = await get_visible(caller, desk.accounts, ACCOUNTS, account_id, caller.scope.where("org_code"))
    return await shown(desk.accounts, LIST.columns, found)


@router.get("/v1/accounts/{account_id}/history", summary="Every event of one account")
async def account_history(account_id: str, caller: Reader, desk: DeskHere, at: AtTime) -> JSONResponse:
    """Oldest first: who opened it, granted, locked; names and hashes stay sealed."""
    await get_visible(caller, desk.accounts, ACCOUNTS, account_id, caller.scope.where("org_code"))
    return history_answer(await get_history(desk.tools.ledger, ACCOUNT, account_id), at=at)


@router.get("/v1/accounts/{account_id}/sign-ins", summary="Sign-ins of one account in one month")
async def account_sign_ins(account_id: str, caller: Reader, desk: DeskHere, month_of: OfMonth = None) -> JSONResponse:
    """Let in, refused and why, paused, signed out; oldest first."""
    await get_visible(caller, desk.accounts, ACCOUNTS, account_id, caller.scope.where("org_code"))
    day: date = month_of or desk.tools.clock.today()
    history = await desk.tools.ledger.read(SIGN_INS.subject(sign_ins_id(account_id, day)))
    return history_answer(history)


@router.post("/v1/accounts/{account_id}/grant-role", summary="Grant a role")
async def grant_role(account_id: str, body: ForRole, caller: Granter, desk: DeskHere) -> JSONResponse:
    """Nobody grants the own account one; nobody becomes two administrators, or one with member data."""
    return answer(await handlers.grant_role(desk, Asker.of_caller(caller), account_id, body.role))


@router.post("/v1/accounts/{account_id}/revoke-role", summary="Revoke a role")
async def revoke_role(account_id: str, body: ForRole, caller: Granter, desk: DeskHere) -> JSONResponse:
    """Effective everywhere within minutes: the next token has it no more."""
    return answer(await handlers.revoke_role(desk, Asker.of_caller(caller), account_id, body.role))


@router.post("/v1/accounts/{account_id}/lock", summary="Lock an account")
async def lock_account(account_id: str, body: Lock, caller: Locker, desk: DeskHere) -> JSONResponse:
    """Until it is unlocked; its sessions end."""
    return answer(await handlers.lock_account(desk, Asker.of_caller(caller), account_id, body.reason))


@router.post("/v1/accounts/{account_id}/unlock", summary="Unlock an account")
async def unlock_account(account_id: str, caller: Locker, desk: DeskHere) -> JSONResponse:
    """Whether an administrator had locked it or too many failures."""
    return answer(await handlers.unlock_account(desk, Asker.of_caller(caller), account_id))


@router.post("/v1/accounts/{account_id}/close", summary="Close an account")
async def close_account(account_id: str, body: Close, caller: Opener, desk: DeskHere) -> JSONResponse:
    """For good; nobody else gets its name."""
    return answer(await handlers.close_account(desk, Asker.of_caller(caller), account_id, body.reason))


@router.post("/v1/accounts/{account_id}/reset-password", summary="Give out another one-time password")
async def reset_password(account_id: str, caller: Opener, desk: DeskHere) -> JSONResponse:
    """Shown this once; sessions end, failures are forgotten, the second factor stays."""
    made = await handlers.reset_password(desk, Asker.of_caller(caller), account_id)
    return answer(made.outcome, one_time_password=made.one_time_password)


@router.post("/v1/accounts/{account_id}/remove-second-factor", summary="Take a lost device away")
async def remove_second_factor(account_id: str, body: RemoveFactor, caller: Granter, desk: DeskHere) -> JSONResponse:
    """By SEC_ADMIN, who cannot reset passwords: nobody takes an account over alone."""
    return answer(await handlers.remove_second_factor(desk, Asker.of_caller(caller), account_id, body.reason))


@router.post("/v1/accounts/{account_id}/end-sessions", summary="End all sessions of an account")
async def end_sessions(account_id: str, caller: Locker, desk: DeskHere) -> JSONResponse:
    """Tokens end by themselves within minutes, and are not renewed."""
    return answer(await handlers.end_sessions(desk, Asker.of_caller(caller), account_id))
