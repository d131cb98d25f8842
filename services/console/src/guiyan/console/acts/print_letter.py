"""Print the introduction letter in its three parts: ID number in full, so the print is an act that is recorded (R4)."""

from guiyan.console.act import Act, Field
from guiyan.console.i18n import mark

ACT = Act(
    name="print-letter",
    title=mark("打印介绍信(三联)"),
    service="transfers",
    about="/v1/transfers/{id}",
    post="/v1/transfers/{id}/print",
    list_path="/v1/transfers",
    facts=("number", "name", "from_branch", "to_title", "issued_on", "expires_on", "state", "prints"),
    fields=(
        Field(
            "reason",
            mark("原因"),
            "taps",
            options=(
                ("HANDING_OVER", mark("转递")),
                ("SPOILED", mark("原件损毁重印")),
                ("FILING", mark("归档")),
            ),
            required=True,
            hint=mark("介绍信显示全部信息,打印行为将被记录"),
        ),
    ),
    submit=mark("打印介绍信(三联)"),
    checks_version=False,
    file="letter.pdf",
)
