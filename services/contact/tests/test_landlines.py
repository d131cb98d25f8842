"""A landline has one form, however it is written: what was found wrong comes back in no spelling (§2.6, P-10)."""

from __future__ import annotations

from datetime import date

import pytest
from services.contact.tests.test_registry_numbers import correct
from services.contact.tests.town import ContactTown

from guiyan.contact.domain.values import read_value
from guiyan.events.codes import ContactPointKind

SPELLINGS = (
    "0999-8021234", "09998021234", "0999 802 1234", "+86 999 8021234", "+86-0999-8021234", "86 0999 8021234",
    "0086 999 802 1234", "999-8021234",
)  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_a_wrong_landline_comes_back_in_no_spelling(town: ContactTown, spelling: str) -> None:
    """Found wrong, then told by the register in another way of writing: it is the same number, and stays closed."""
    member_id = await town.member(landline="0999-8021234")
    await town.leave(member_id)
    await town.town.settle()
    tried = {"channel": "PHONE", "outcome": "WRONG_NUMBER"}
    assert (await town.post(f"/v1/duties/{town.duty(member_id)}/attempt", tried)).status_code == 200
    await town.until(date(2026, 2, 20))
    await correct(town, member_id, landline=spelling)
    await town.town.settle()
    (row,) = (await town.get("/v1/contact-points", member_id=member_id)).json()["items"]
    assert (row["value"], row["end_reason"]) == ("099****1234", "WRONG_NUMBER")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("010-62345678", "010-62345678"), ("+86 10 6234 5678", "010-62345678"), ("0991 2345678", "0991-2345678"),
        ("０９９１－２３４５６７８", "0991-2345678"),
        ("8021234", "8021234"), ("0999-8021234-8", "0999-8021234-8"), ("0999-8021234-801", "0999-8021234-801"),
        ("400-123-4567", "400-123-4567"), ("400-8123456", "400-8123456"), ("+852 2345 6789", "+852 2345 6789"),
    ],
)  # fmt: skip
def test_a_landline_has_one_form(written: str, read: str) -> None:
    """Area code and number; what is none of the two is kept as written."""
    assert read_value(ContactPointKind.LANDLINE, written) == read


@pytest.mark.parametrize("written", ["13900001111", "+86 139 0000 1111", "139-0000-1111"])
def test_a_mobile_is_read_as_ever(written: str) -> None:
    """As E.164; not as a landline."""
    assert read_value(ContactPointKind.MOBILE, written) == "+8613900001111"
