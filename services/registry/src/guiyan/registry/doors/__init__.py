"""Where requests and reports come in: HTTP, one module a resource, and the ingest of township systems."""

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter

from guiyan.registry.doors import (
    accesses,
    accounts,
    cards,
    codes,
    commendations,
    consents,
    corrections,
    data_quality,
    departures,
    distribution,
    dues,
    duplicates,
    evidence,
    files,
    import_rows,
    imports,
    inflows,
    members,
    memberships,
    organisation_posts,
    organisations,
    own_account,
    parameters,
    policy_documents,
    probations,
    reserves,
    retentions,
    sessions,
    summary,
    sweep_lists,
    sweep_sheets,
    sweeps,
    tasks,
)

ROUTERS: Final[Sequence[APIRouter]] = tuple(
    resource.router
    for resource in (
        organisations,
        organisation_posts,
        members,
        files,
        cards,
        memberships,
        probations,
        retentions,
        corrections,
        duplicates,
        departures,
        inflows,
        consents,
        commendations,
        reserves,
        summary,
        distribution,
        sweeps,
        sweep_sheets,
        sweep_lists,
        tasks,
        dues,
        data_quality,
        imports,
        import_rows,
        parameters,
        policy_documents,
        codes,
        sessions,
        own_account,
        accounts,
        accesses,
        evidence,
    )
)
"""Every resource's router; they find tools and imports in the application's state."""
