"""What is refused about rosters and their imports."""

from collections.abc import Mapping
from typing import Final

from guiyan.registry.roster.problem import MESSAGES as PROBLEMS
from guiyan.service.messages import SHELL, Message


def _sentence(text: str, end: str) -> str:
    return text if text.endswith(("。", ".", "}")) else text + end


MESSAGES: Final[Mapping[str, Message]] = {
    **{
        code: Message(_sentence(en, "."), _sentence(zh, "。"))
        for code, (zh, en) in PROBLEMS.items()
        if code not in SHELL
    },
    "status_needs_decision": Message(
        "An end of membership is entered by a decision with its document number, not by a roster.",
        "党籍终止须凭决定文号登记,不能由名册导入。",
    ),
    "status_by_decision": Message(
        "A member is entered as standing normal (NORMAL). How the membership stands is a decision with its document "
        "number: enter the member, then use `/v1/members/{{id}}/suspend`, `/remove` or `/end-membership`.",
        "新登记党员的党籍状态只能为正常(NORMAL)。停止党籍、除名、开除、退党、去世等须凭决定文号登记:请先登记党员,"
        "再通过 `/v1/members/{{id}}/suspend`、`/remove` 或 `/end-membership` 办理。",
    ),
    "import_unreadable": Message("The file cannot be read as a roster: {reason}", "无法作为名册读取:{reason}"),
    "import_running": Message(
        "An import of this organisation is running. Wait until it is done.", "本组织有导入正在进行,请等待完成。"
    ),
    "import_not_done": Message(
        "This import has not ended yet. Wait until it is done.", "此次导入尚未结束,请等待完成。"
    ),
    "import_not_dry": Message(
        "This was an import, not a dry run: there is nothing to confirm.", "这已是正式导入,无需再次确认。"
    ),
    "import_file_gone": Message(
        "The file is no longer kept (seven days, or everything of it is entered). Send it again.",
        "名册文件已不再保存(满七天,或已全部导入)。请重新上传。",
    ),
    "no_file": Message(
        "Send the roster as the part `file` of a form, or as the body.", "请以表单的 file 部分或请求体上传名册。"
    ),
    "no_faulty_rows": Message("This import has no faulty rows, or they were deleted.", "此次导入没有问题行,或已删除。"),
}
