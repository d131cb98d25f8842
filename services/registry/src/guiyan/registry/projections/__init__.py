"""What the registry computes from events: the member register with who is away, and the organisations."""

from guiyan.registry.projections.organisations import Organisations
from guiyan.registry.projections.register import Register

__all__ = ["Organisations", "Register"]
