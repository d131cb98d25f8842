"""Capital numerals (大写数字): how figures stand on letters and certificates, so that nobody adds a stroke (R4).

A year is read sign by sign (贰零贰陆), everything else as a number (壹拾壹月, 叁拾天), as the offices' forms ask.
"""

from datetime import date
from typing import Final

DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
MOST: Final = 999
_PLACES: Final = ((100, "佰"), (10, "拾"))


def capital_digits(figures: str) -> str:
    """Each figure by itself, as years are written: 2026 → 贰零贰陆; ValueError for anything but figures."""
    if not (figures.isascii() and figures.isdigit()):
        raise ValueError("figures 0 to 9 only")
    return "".join(DIGITS[int(figure)] for figure in figures)


def capital_number(number: int) -> str:
    """A number from 0 to 999 in capitals: 11 → 壹拾壹, 90 → 玖拾, 105 → 壹佰零伍; ValueError beyond."""
    if not 0 <= number <= MOST:
        raise ValueError(f"0 to {MOST} only")
    told, left, gap = "", number, False
    for worth, sign in _PLACES:
        count, left = divmod(left, worth)
        if count:
            told += ("零" if gap else "") + DIGITS[count] + sign
        gap = bool(told) and not count
    if left or not told:
        told += ("零" if gap else "") + DIGITS[left]
    return told


def capital_month(year: int, month: int) -> str:
    """A month as a letter tells it: 贰零贰陆年壹拾壹月."""
    return f"{capital_digits(f'{year:04d}')}年{capital_number(month)}月"


def capital_date(day: date) -> str:
    """A day likewise: 贰零贰陆年壹拾壹月贰拾柒日."""
    return f"{capital_month(day.year, day.month)}{capital_number(day.day)}日"
