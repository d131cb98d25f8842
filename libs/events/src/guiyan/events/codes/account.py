"""Codes about local accounts: who may do what, how a password came, why somebody was let in or not (domain.md §5.2)."""

from guiyan.events.codes.base import Code


class AccountRole(Code):
    """The roles of domain.md §6, as an account holds them."""

    BRANCH_CONTACT = "BRANCH_CONTACT", "支部联系人"
    BRANCH_SECRETARY = "BRANCH_SECRETARY", "支部书记"
    STATION_STAFF = "STATION_STAFF", "服务站工作人员"
    TOWNSHIP_OFFICER = "TOWNSHIP_OFFICER", "乡镇(街道)组织员"
    CITY_OFFICER = "CITY_OFFICER", "市委组织部"
    AUDITOR = "AUDITOR", "审计员"
    OPS = "OPS", "运维人员", "Operator"
    SYS_ADMIN = "SYS_ADMIN", "系统管理员", "System administrator"
    SEC_ADMIN = "SEC_ADMIN", "安全管理员", "Security administrator"
    AUDIT_ADMIN = "AUDIT_ADMIN", "审计管理员", "Audit administrator"
    MEMBER = "MEMBER", "党员本人"


class AccountState(Code):
    """The states of a local account."""

    OPEN = "OPEN", "正常"
    LOCKED = "LOCKED", "已锁定"
    CLOSED = "CLOSED", "已注销"


class PasswordOrigin(Code):
    """How an account came to its password; all but the holder's own choice are one-time passwords."""

    OPENED = "OPENED", "开户"
    RESET = "RESET", "重置"
    CHANGED = "CHANGED", "本人修改", "Changed by the holder"


class SecondFactorState(Code):
    """How far the second factor of an account is."""

    NONE = "NONE", "未绑定"
    ENROLLED = "ENROLLED", "待确认"
    CONFIRMED = "CONFIRMED", "已绑定"


class SecondFactorEnd(Code):
    """Why a second factor was taken away."""

    LOST_DEVICE = "LOST_DEVICE", "设备遗失"
    NEW_DEVICE = "NEW_DEVICE", "更换设备"
    SUSPECTED_MISUSE = "SUSPECTED_MISUSE", "疑似盗用"


class SignInFactor(Code):
    """What a sign-in rested on, beside the password."""

    PASSWORD = "PASSWORD", "仅密码", "Password alone"
    TOTP = "TOTP", "动态口令", "Time-based code"
    RECOVERY_CODE = "RECOVERY_CODE", "恢复码"


class SignInRefusal(Code):
    """Why a sign-in was refused; whoever tried is told none of it."""

    WRONG_PASSWORD = "WRONG_PASSWORD", "密码错误"
    WRONG_CODE = "WRONG_CODE", "验证码错误"
    ONE_TIME_EXPIRED = "ONE_TIME_EXPIRED", "一次性密码已过期"
    LOCKED = "LOCKED", "账号已锁定"
    CLOSED = "CLOSED", "账号已注销"


class AccountLockReason(Code):
    """Why an administrator locked an account."""

    ON_LEAVE = "ON_LEAVE", "离岗"
    SUSPECTED_MISUSE = "SUSPECTED_MISUSE", "疑似盗用"
    INQUIRY = "INQUIRY", "核查中", "Being looked into"
    OTHER = "OTHER", "其他"


class AccountEnd(Code):
    """Why an account was closed."""

    LEFT_POST = "LEFT_POST", "调离岗位"
    NOT_NEEDED = "NOT_NEEDED", "不再需要"
    OPENED_IN_ERROR = "OPENED_IN_ERROR", "误开"
    MISUSE = "MISUSE", "违规使用"


class SessionsEnd(Code):
    """Why all sessions of an account were ended."""

    BY_HOLDER = "BY_HOLDER", "本人退出全部登录"
    BY_ADMINISTRATOR = "BY_ADMINISTRATOR", "管理员强制下线"
