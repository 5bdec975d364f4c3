"""Years: what is said of 2024 answers no question about 2023."""

import re
from collections.abc import Collection

from index.vietnamese import mentioned_years

_COMPARED = re.compile(r"\bso với (?:cùng kỳ )?(?:cuối |đầu )?(?:năm )?\d{4}\b", re.IGNORECASE)
_RANGE = re.compile(r"\b(\d{4})\s*(?:[-–]|(?:đến|tới)(?: hết)?(?: năm)?)\s*(\d{4})\b")
_SINCE = re.compile(r"\b(\d{4}) (?:đến|tới) nay\b")
_FOREVER = 10_000  # years have four digits


def names_one_of(asked: Collection[int], text: str) -> bool:
    """Whether the digits of a year asked about stand in a text."""
    return any(str(year) in text for year in asked)


def only_other_years(asked: Collection[int], text: str) -> bool:
    """Whether a text names years, but none of those asked for, nor a span of years around one.

    >>> only_other_years({2023}, "Bốn tháng đầu năm 2024, xã nhận 868 hồ sơ.")
    True
    >>> only_other_years({2023}, "Giai đoạn 2021 - 2025, xã làm 12 km."), only_other_years({2023}, "Xã có 12 thôn.")
    (False, False)
    >>> only_other_years({2023}, "Từ năm 2021 đến nay, xã làm 12 km.")
    False
    """
    if not asked:
        return False
    told = mentioned_years(_COMPARED.sub("", text))
    spans = [range(int(first), int(last) + 1) for first, last in _RANGE.findall(text)]
    spans += [range(int(first), _FOREVER) for first in _SINCE.findall(text)]
    return bool(told) and not any(year in told or any(year in span for span in spans) for year in asked)
