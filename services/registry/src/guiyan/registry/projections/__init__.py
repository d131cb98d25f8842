"""What the registry computes from events: the member register with who is away, who has come, the organisations."""

from guiyan.registry.projections.accesses import Accesses
from guiyan.registry.projections.accounts import Accounts
from guiyan.registry.projections.codes import CodeTables
from guiyan.registry.projections.desk import Desk
from guiyan.registry.projections.inflows import Inflows
from guiyan.registry.projections.organisations import Organisations
from guiyan.registry.projections.policies import PolicyLibrary
from guiyan.registry.projections.register import Register
from guiyan.registry.projections.sweeps import Sweeps

__all__ = [
    "Accesses",
    "Accounts",
    "CodeTables",
    "Desk",
    "Inflows",
    "Organisations",
    "PolicyLibrary",
    "Register",
    "Sweeps",
]
