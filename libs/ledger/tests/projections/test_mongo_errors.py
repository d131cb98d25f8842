"""What MongoDB answers, in the words of the port: an overload is no fault of a document, nor the other way round."""

import pytest
from pymongo.errors import BulkWriteError, OperationFailure

from guiyan.ledger.database import DatabaseError, MomentGone, StoreUnavailable, WriteRefused
from guiyan.ledger.mongo import _MOMENT_GONE, _OVERLOADED, _told

PLACE = "register_v1_g1__members"


def bulk(code: int) -> BulkWriteError:
    """As a bulk write answers when one of its operations failed."""
    return BulkWriteError({"writeErrors": [{"index": 0, "code": code, "errmsg": "...", "op": {"_id": "a"}}]})


@pytest.mark.parametrize(("code", "name"), _OVERLOADED.items(), ids=str)
def test_an_overload_is_never_a_refused_document(code: int, name: str) -> None:
    """A healthy event would be parked, and its aggregate held up until somebody looks: tried again it goes well."""
    for error in (bulk(code), OperationFailure("...", code)):
        with pytest.raises(StoreUnavailable, match=name), _told(PLACE):
            raise error


@pytest.mark.parametrize(("code", "name"), _MOMENT_GONE.items(), ids=str)
def test_a_moment_that_is_gone_is_told_as_that(code: int, name: str) -> None:
    """Whoever reads takes another one; it is no fault of what is read."""
    with pytest.raises(MomentGone, match=name), _told(PLACE):
        raise OperationFailure("...", code)


@pytest.mark.parametrize("code", [2, 121, 171, 10334, 17280], ids=str)
def test_a_document_that_cannot_be_stored_is_refused_by_name(code: int) -> None:
    """Tried again for ever it would hold up everything behind it."""
    with pytest.raises(WriteRefused) as refused, _told(PLACE):
        raise bulk(code)
    assert (refused.value.collection, refused.value.id) == (PLACE, "a")
    with pytest.raises(DatabaseError, match=f"code {code}"), _told(PLACE):
        raise OperationFailure("...", code)
