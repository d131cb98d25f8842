"""变动类别: which kind a transfer is (domain.md §4.1: 141, 151, 241, 251), by areas, else by the channel."""

from collections.abc import Mapping
from typing import Final

from guiyan.events.codes import ChangeType, TransferChannel
from guiyan.ledger import Refused

PROVINCE_DIGITS: Final = 2
REGIONS: Final = "12345678"
C = TransferChannel
IN: Final[Mapping[bool, ChangeType]] = {True: ChangeType.IN_SAME_PROVINCE, False: ChangeType.IN_OTHER_PROVINCE}
OUT: Final[Mapping[bool, ChangeType]] = {True: ChangeType.OUT_INSIDE, False: ChangeType.OUT_OTHER_PROVINCE}
"""By whether both ends lie in one province."""

_BY_CHANNEL: Final[Mapping[TransferChannel, bool]] = {
    C.INTERNAL: True, C.ONLINE_PROVINCE: True, C.ONLINE_NATIONAL: False,
}  # fmt: skip


def names_a_province(area: str | None, pointer: str) -> None:
    """GB/T 2260: the first digit is one of the eight regions; 000000 is no place, and no province follows from it.

    A code that no table knows is no reason to refuse: counties come and go.
    """
    if area is not None and area[0] not in REGIONS:
        raise Refused("area_code_no_place", pointer=pointer)


def change_type_of(
    kinds: Mapping[bool, ChangeType],
    told: ChangeType | None,
    channel: TransferChannel,
    *,
    here: str,
    there: str | None,
) -> ChangeType | None:
    """What was told, when it is not another than the areas say; else what these, or the channel, say; None: unknown.

    Paper goes everywhere, and says nothing. Raises Refused for a kind of the other direction, or of another province.
    """
    by_area = None if there is None else kinds[here[:PROVINCE_DIGITS] == there[:PROVINCE_DIGITS]]
    if told is not None:
        if told not in kinds.values():
            raise Refused("change_type_direction", pointer="/change_type")
        if by_area is not None and by_area is not told:
            raise Refused("change_type_contradicts_area", pointer="/change_type")
        return told
    if by_area is None and channel in _BY_CHANNEL:
        return kinds[_BY_CHANNEL[channel]]
    return by_area
