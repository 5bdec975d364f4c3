"""Numbers as Vietnamese writes them: a point groups thousands, a comma starts the decimals."""

import re

# "2.350", "8,5", "8.5", "1.234.567,8"; a comma or point counts only between digits.
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_THOUSANDS_ENGLISH = re.compile(r"\d{1,3}(?:,\d{3}){2,}(?:\.\d+)?")


def canonical(number: str) -> str:
    """One spelling for each value: no grouping, a point before the decimals, no idle zeros.

    "8.5" is read as eight and a half because sources mix both decimal signs; "2.350" groups thousands.

    >>> canonical("2.350"), canonical("8,5"), canonical("8.5"), canonical("05")
    ('2350', '8.5', '8.5', '5')
    """
    if _THOUSANDS.fullmatch(number):
        number = number.replace(".", "").replace(",", ".")
    elif _THOUSANDS_ENGLISH.fullmatch(number):
        number = number.replace(",", "")
    else:
        number = number.replace(",", ".")
    if number.count(".") > 1:  # a date such as 3.5.2024, or a version: compared part by part
        return ".".join(part.lstrip("0") or "0" for part in number.split("."))
    whole, _, decimals = number.partition(".")
    decimals = decimals.rstrip("0")
    return (whole.lstrip("0") or "0") + (f".{decimals}" if decimals else "")


def find_numbers(text: str) -> frozenset[str]:
    """The canonical values of all numbers written in digits.

    >>> sorted(find_numbers("Ngày 03/05/2024 có 2.350 hồ sơ, đạt 98,50%"))
    ['2024', '2350', '3', '5', '98.5']
    """
    found: set[str] = set()
    for match in NUMBER.finditer(text):
        value = canonical(match.group())
        found.update(value.split(".") if value.count(".") > 1 else [value])
    return frozenset(found)
