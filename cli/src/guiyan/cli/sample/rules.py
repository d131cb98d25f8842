"""The made-up city's own rules (S-01 to S-06): what its rule library holds when the sample begins.

The kinds of rule are those the seed article names; numbers, issuers and the city are made up.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from guiyan.cli.sample.names import CITY

COMMITTEE = f"中共{CITY}委员会"
DEPARTMENT = f"中共{CITY}委员会组织部"


class Rule(NamedTuple):
    """One local rule, in force since its day."""

    document_no: str
    title: str
    issuer: str
    dated_on: date

    def command(self) -> dict[str, str]:
        """The command that adds it to the rule library, in the field names of `PolicyDocumentAdded`."""
        return {
            "document_no": self.document_no,
            "title": self.title,
            "issuer": self.issuer,
            "dated_on": self.dated_on.isoformat(),
        }


RULES = (
    Rule("雁党发〔2007〕11号", "关于进一步加强流动党员教育管理的通知", COMMITTEE, date(2007, 4, 12)),
    Rule("雁组发〔2007〕19号", "流动党员登记制度", DEPARTMENT, date(2007, 5, 8)),
    Rule("雁组发〔2007〕20号", "流动党员学习制度", DEPARTMENT, date(2007, 5, 8)),
    Rule("雁组发〔2007〕21号", "流动党员定期汇报制度", DEPARTMENT, date(2007, 5, 8)),
    Rule("雁组发〔2007〕22号", "流动党员帮扶制度", DEPARTMENT, date(2007, 5, 8)),
    Rule("雁组发〔2008〕6号", "流动党员活动证管理办法", DEPARTMENT, date(2008, 3, 3)),
    Rule("雁组发〔2008〕14号", "流动党员季度联系制度", DEPARTMENT, date(2008, 6, 20)),
    Rule("雁组发〔2009〕5号", "党员服务中心(站)工作规程", DEPARTMENT, date(2009, 4, 1)),
    Rule("雁组发〔2009〕17号", "流动党员摸底排查工作办法", DEPARTMENT, date(2009, 9, 10)),
    Rule("雁组发〔2012〕8号", "党费收缴、使用和管理实施细则", DEPARTMENT, date(2012, 2, 15)),
    Rule("雁组发〔2016〕23号", "党员组织关系介绍信管理规定", DEPARTMENT, date(2016, 7, 4)),
    Rule("雁党发〔2025〕3号", "关于加强和改进流动党员管理工作的实施办法", COMMITTEE, date(2025, 1, 20)),
)
"""Twelve rules, oldest first."""
