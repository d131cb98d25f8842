"""The port of all ways to sign in: each ends with a bearer token that the services take."""

from dataclasses import dataclass, field
from typing import Final

from guiyan.console.i18n import mark

REFUSED: Final = mark("用户名或密码不正确,或验证码有误。")
CODE_WANTED: Final = mark("请输入动态验证码。")
LOCKED: Final = mark("连续多次登录失败,账户已暂时锁定。到时可再试,也可请系统管理员或安全管理员提前解锁。")
FAILED: Final = mark("登录没有完成,请重新登录。")
TOO_LARGE: Final = mark("身份提供方签发的令牌过大,无法建立会话。请管理员减少令牌内容。")
HELD: Final = mark("账户已由管理员锁定,直到管理员解锁为止,没有自动解锁的时间。请联系本单位的系统管理员或安全管理员。")
TOO_MANY: Final = mark("尝试次数过多,请稍候再试。")


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who came in: the token; whether its holder prolongs it by working, and has to see to the account first."""

    token: str = field(repr=False)
    renewable: bool = False
    account_first: bool = False


class SignInRefused(Exception):  # noqa: N818 - its text is what the page says
    """Nobody came in; says why, whether a second factor is wanted, and in how many seconds another try is looked at."""

    def __init__(self, text: str, *, wants_code: bool = False, seconds: int | None = None) -> None:
        super().__init__(text)
        self.text, self.wants_code, self.seconds = text, wants_code, seconds
