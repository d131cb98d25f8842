"""Two records of what may be one person: flagged, decided, shown as one or apart (domain.md §3.6; registry)."""

from collections.abc import Mapping
from typing import Final

from guiyan.console.act import Act, Field, Prepared, leads_to
from guiyan.console.forms import DAY, MEMBER
from guiyan.console.i18n import mark
from guiyan.console.screens import OFFICERS
from guiyan.console.web.visitor import Visitor

ABOUT: Final = "/v1/duplicates/{id}"
FACTS: Final = ("rule", "state", "name", "branch", "other_name", "other_branch", "flagged_on")
TO_IT: Final = leads_to("/ledgers/duplicates/{id}")


async def _either(here: Visitor, id_: str, given: Mapping[str, str]) -> Prepared:
    """The two records, one of which is to be shown; none where one of them is out of sight."""
    del given
    pair = await here.api.get("registry", f"/v1/duplicates/{id_}")
    if "one" not in pair:
        return Prepared()
    codes = {str(pair[side]["branch"]) for side in ("one", "other")}
    await here.books.learn(here.api, codes)
    sides = (("member_id", pair["one"]), ("other_member_id", pair["other"]))
    told = [(str(pair[name]), f"{one['name']} · {here.books.organisation(one['branch'])}") for name, one in sides]
    return Prepared(choices={"leading_member_id": told})


def _act(name: str, title: str, verb: str, *fields: Field, chosen: bool = False) -> Act:
    return Act(
        name=f"pair-{name}",
        title=title,
        service="registry",
        about=ABOUT,
        post=f"{ABOUT}/{verb}",
        list_path="/v1/duplicates",
        facts=FACTS,
        fields=(*fields, DAY),
        onward=TO_IT,
        roles=OFFICERS,
        prepare=_either if chosen else None,
    )


ACT = (
    Act(
        name="pair-flag",
        title=mark("标记为疑似重复"),
        service="registry",
        post="/v1/duplicates",
        fields=(
            MEMBER,
            Field("other_member_id", mark("另一条党员记录的编号"), required=True, hint=mark("在该记录的地址中可见")),
            DAY,
        ),
        onward=TO_IT,
        roles=OFFICERS,
    ),
    _act("confirm", mark("认定为同一人"), "confirm"),
    _act("dismiss", mark("不是同一人"), "dismiss"),
    _act(
        "link",
        mark("合并显示"),
        "link",
        Field("leading_member_id", mark("以哪一条为主"), "choice", required=True),
        chosen=True,
    ),
    _act("unlink", mark("取消合并"), "unlink"),
)
