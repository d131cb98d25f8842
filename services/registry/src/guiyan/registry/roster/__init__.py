"""Reading member rosters as offices write them, and giving faulty rows back with reasons."""

from guiyan.registry.roster.archive import Limits
from guiyan.registry.roster.branch import Branches, BranchIndex, BranchName
from guiyan.registry.roster.corrected import Corrections
from guiyan.registry.roster.errors import RosterUnreadable
from guiyan.registry.roster.headers import Column, Dropped, Header
from guiyan.registry.roster.problem import Problem
from guiyan.registry.roster.reader import Roster, read_roster
from guiyan.registry.roster.row import Departure, FaultyRow, RosterRow
from guiyan.registry.roster.template import write_template
from guiyan.registry.roster.workbook import write_faulty

__all__ = [
    "BranchIndex",
    "BranchName",
    "Branches",
    "Column",
    "Corrections",
    "Departure",
    "Dropped",
    "FaultyRow",
    "Header",
    "Limits",
    "Problem",
    "Roster",
    "RosterRow",
    "RosterUnreadable",
    "read_roster",
    "write_faulty",
    "write_template",
]
