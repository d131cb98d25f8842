"""The indexes of all services' projections, as MongoDB takes them."""

from __future__ import annotations

import pytest

from guiyan.contact.app import BLUEPRINT as CONTACT
from guiyan.ledger import Projection
from guiyan.notifications.app import BLUEPRINT as NOTIFICATIONS
from guiyan.registry.app import BLUEPRINT as REGISTRY
from guiyan.transfers.app import BLUEPRINT as TRANSFERS

PROJECTIONS = [one for blueprint in (REGISTRY, TRANSFERS, CONTACT, NOTIFICATIONS) for one in blueprint.projections]


@pytest.mark.parametrize("projection", PROJECTIONS, ids=lambda one: type(one).__name__)
def test_no_index_is_asked_for_twice(projection: Projection) -> None:
    """MongoDB refuses the whole request then, and the follower never begins; the twin takes it."""
    assert len(set(projection.indexes)) == len(projection.indexes)
