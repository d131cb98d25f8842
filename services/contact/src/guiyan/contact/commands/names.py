"""Names of now, looked up when rows are shown: what a record keeps is whose it is."""

from collections.abc import Iterable

from guiyan.service.reads import Reads


async def names_of(reads: Reads, collection: str, ids: Iterable[str | None]) -> dict[str | None, str | None]:
    """The name of each document that is there, by its id; who is erased has none."""
    wanted = sorted({one for one in ids if one is not None})
    found = await reads.find(collection, {"_id": {"$in": wanted}}) if wanted else []
    return {one["_id"]: one["name"] for one in found}
