"""The ledger on a real server passes the suite, with the permissions that a service has."""

from __future__ import annotations

import pytest

from guiyan.ledger.testing.commands_conformance import CommandsConformance
from guiyan.ledger.testing.forgery_conformance import ForgeryConformance
from guiyan.ledger.testing.grouping_conformance import GroupingConformance
from guiyan.ledger.testing.ledger_conformance import LedgerConformance, World


@pytest.fixture
def world(nats_world: World) -> World:
    """A real server."""
    return nats_world


class TestNatsLedger(LedgerConformance):
    """The ledger's suite."""


class TestForgeryOnNats(ForgeryConformance):
    """The forgery suite."""


class TestCommandsOnNats(CommandsConformance):
    """The suite of the write path."""


class TestGroupingOnNats(GroupingConformance):
    """The suite of commands that are written down together."""
