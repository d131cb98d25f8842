"""What can go wrong with a roster file as a whole.

RosterUnreadable   the file cannot be read at all; nothing of it was used
"""

from __future__ import annotations

_REASONS: dict[str, tuple[str, str]] = {
    "empty": ("文件是空的, 请选择有内容的花名册。", "The file is empty; choose a roster with content."),
    "too_large": (
        "文件超过 {limit_mb} MB, 请拆分后再导入。",
        "The file is larger than {limit_mb} MB; split it and import the parts.",
    ),
    "encrypted": (
        "文件设有打开密码, 请在 Excel 中取消密码后再导入。",
        "The file is protected by a password; remove the password in Excel and try again.",
    ),
    "old_xls": (
        "这是旧版 Excel 文件 (.xls), 请另存为 .xlsx 后再导入。",
        "This is an old Excel file (.xls); save it as .xlsx and try again.",
    ),
    "not_xlsx": (
        "文件不是有效的 .xlsx 工作簿或已损坏, 请用 Excel 打开并另存后再导入。",
        "The file is not a valid .xlsx workbook or is damaged; open it in Excel, save it anew and try again.",
    ),
    "bomb": (
        "文件解压后过大 (超过 {limit_mb} MB), 未予读取。",
        "The file unpacks to more than {limit_mb} MB and was not read.",
    ),
    "too_many_cells": (
        "工作表占用的区域过大 (行数×列数超过 {limit}), 请删除数据以外的空行空列后再导入。",
        "A sheet's used area is too large (rows × columns over {limit}); delete empty rows and columns and try again.",
    ),
    "too_many_merged": (
        "工作表中的合并单元格过多 (超过 {limit} 处), 请取消合并后再导入。",
        "A sheet has more than {limit} merged ranges; unmerge its cells and try again.",
    ),
    "cell_too_long": (
        "有单元格内容超过 {limit} 个字符, 这不像花名册, 未予读取。",
        "A cell holds more than {limit} characters, which no roster has; the file was not read.",
    ),
    "wrong_encoding": (
        "无法识别文本编码, 请将 CSV 另存为 UTF-8 或 GB18030 后再导入。",
        "The text encoding is not known; save the CSV as UTF-8 or GB18030 and try again.",
    ),
    "broken_csv": (
        "CSV 文件格式有误 (如引号不成对), 请检查后再导入。",
        "The CSV file is malformed (an unpaired quote, for instance); correct it and try again.",
    ),
    "no_header": (
        "前 {limit} 行中没有找到表头 (至少应有“姓名”和另外两个认识的栏目), 请参照模板。",
        "No header was found in the first {limit} rows (it needs 姓名 and two more known columns); see the template.",
    ),
}


class RosterUnreadable(Exception):  # noqa: N818  the name says what happened, as every refusal of this product does
    """The file cannot be read as a roster; `code` is stable, `message_zh` and `message_en` are one sentence each."""

    def __init__(self, code: str, **params: object) -> None:
        message_zh, message_en = _REASONS[code]
        self.code = code
        self.message_zh = message_zh.format(**params)
        self.message_en = message_en.format(**params)
        super().__init__(self.message_en)
