"""The port of all ways to sign in: each ends with a bearer token that the services take."""

from dataclasses import dataclass
from typing import Final

from guiyan.console.i18n import mark

REFUSED: Final = mark("用户名或密码不正确,或验证码有误。")
CODE_WANTED: Final = mark("请输入动态验证码。")
LOCKED: Final = mark("连续多次登录失败,账户已暂时锁定。请稍后再试,或联系安全管理员。")
FAILED: Final = mark("登录没有完成,请重新登录。")
TOO_LARGE: Final = mark("身份提供方签发的令牌过大,无法建立会话。请管理员减少令牌内容。")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who came in: the token; whether the password has to be changed first."""

    token: str
    must_change_password: bool = False


class SignInRefused(Exception):  # noqa: N818 - its text is what the page says
    """Nobody came in; says why, and whether a second factor is wanted."""

    def __init__(self, text: str, *, wants_code: bool = False, minutes: int | None = None) -> None:
        super().__init__(text)
        self.text, self.wants_code, self.minutes = text, wants_code, minutes
