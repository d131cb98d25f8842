"""What is refused about local accounts and sign-ins; nothing here tells whether a name exists."""

from collections.abc import Mapping
from typing import Final

from guiyan.service.messages import Message

MESSAGES: Final[Mapping[str, Message]] = {
    "sign_in_refused": Message(
        "Name, password or code is not right, or the account is closed. Check them; an administrator can reset them.",
        "登录名、密码或验证码不正确,或账号已注销。请核对,或请系统管理员重置。",
    ),
    "account_locked": Message(
        "Too many failed sign-ins. Try again in {minutes} minute(s), or ask an administrator to unlock the account.",
        "登录失败次数过多,请 {minutes} 分钟后再试,或请管理员解锁。",
    ),
    "account_held": Message(
        "An administrator has locked this account. Ask the system administrator.",
        "账号已被管理员锁定,请联系系统管理员。",
    ),
    "second_factor_required": Message(
        "This account signs in with two factors. Send the code that the device shows.",
        "该账号需双因素登录,请输入动态口令。",
    ),
    "too_many_sign_ins": Message(
        "Too many people sign in at this moment. Try again in a few seconds.", "当前登录人数较多,请稍后再试。"
    ),
    "no_local_accounts": Message(
        "This installation has no local accounts. Sign in with the identity provider.",
        "本系统未启用本地账号,请通过统一身份认证登录。",
    ),
    "no_session": Message(
        "This token is not of a local account. Sign in with one.", "该令牌不属于本地账号,请使用本地账号登录。"
    ),
    "session_ended": Message("The session has ended. Sign in again.", "登录已结束,请重新登录。"),
    "account_name_taken": Message(
        "Another account has this sign-in name. Choose another one.", "该登录名已被使用,请另选。"
    ),
    "account_unknown": Message("There is no such account.", "没有该账号。"),
    "account_closed": Message("The account is closed. Open a new one.", "账号已注销,请另行开户。"),
    "member_has_account": Message("This member has an account already.", "该党员已有账号。"),
    "own_account": Message(
        "Nobody decides about the own account. Ask another administrator.", "不得处理本人账号,请由其他管理员办理。"
    ),
    "admin_roles_one_person": Message(
        "Another account of a person with this name is an administrator already; nobody is two of them. If they are"
        " two people, tell their names apart.",
        "同名使用人的另一账号已任管理员,三员分立,一人不得兼任。如确非同一人,请在使用人姓名中加以区分。",
    ),
    "admin_with_member_data": Message(
        "Administrators and operators see no member data: they have no other role beside.",
        "管理员和运维人员不得接触党员数据,不能兼有其他角色。",
    ),
    "member_role_alone": Message(
        "A member's own account has the role MEMBER and no other. Open another account for the office.",
        "党员本人账号只能有“党员本人”角色,履职请另开账号。",
    ),
    "member_role_needs_member": Message(
        "The role MEMBER belongs to an account that was opened for a member of the register.",
        "“党员本人”角色仅限按党员档案开立的账号。",
    ),
    "password_too_short": Message("The password has fewer than {least} signs.", "密码少于 {least} 个字符。"),
    "password_too_long": Message("The password has more than {most} signs.", "密码超过 {most} 个字符。"),
    "password_too_plain": Message(
        "Use {kinds} of these: small letters, capitals, digits, other signs.",
        "密码应包含大写字母、小写字母、数字、其他字符中的 {kinds} 种。",
    ),
    "password_holds_name": Message(
        "The password holds your name. Choose another one.", "密码中含有姓名或登录名,请另选。"
    ),
    "password_guessable": Message(
        "This password is easily guessed: a common word, a row of keys, a date. Choose another one.",
        "该密码容易被猜中(常用词、键盘顺序、日期等),请另选。",
    ),
    "password_used_before": Message(
        "This is one of the last {count} passwords. Choose another one.", "不得与最近 {count} 次密码相同,请另选。"
    ),
    "wrong_password": Message("This is not the present password.", "当前密码不正确。"),
    "wrong_code": Message(
        "The code is not right. Check the device's clock, and take the code that it shows now.",
        "验证码不正确。请核对设备时间,并输入当前显示的验证码。",
    ),
    "code_used": Message("This code was used already. Wait for the next one.", "该验证码已使用,请等待下一个。"),
    "recovery_code_used": Message("This recovery code was used already.", "该恢复码已使用。"),
    "second_factor_there": Message("A device is enrolled already. Give it up first.", "已绑定设备,请先解除绑定。"),
    "second_factor_not_enrolled": Message(
        "No device waits for its first code. Enrol one first.", "没有待确认的设备,请先绑定。"
    ),
}
