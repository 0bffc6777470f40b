"""Checks of numbers that identify people and cars.

python-stdnum has the two checksums too, among 4 MB for all countries; its check of an identity
number also refuses districts that its table does not know.
"""

from __future__ import annotations

import datetime as dt
import re

_MOBILE = re.compile(r"1(?:3\d|4[014-9]|5[0-35-9]|6[2567]|7[0-8]|8\d|9[0-35-9])\d{8}")
# GA 36-2018: no I and no O; at most two letters among five; new-energy plates have six.
_PLATE = re.compile(
    r"[\u4e00-\u9fff][A-HJ-NP-Z](?:(?=(?:\d*[A-HJ-NP-Z]){0,2}\d*$)[A-HJ-NP-Z\d]{5}"
    r"|[A-HJK][A-HJ-NP-Z\d]\d{4}|\d{5}[A-HJK]"
    r"|(?=(?:\d*[A-HJ-NP-Z]){0,2}\d*[\u4e00-\u9fff]$)[A-HJ-NP-Z\d]{4}[学警港澳挂领])"
)


def is_identity_number(number: str, today: dt.date) -> bool:
    """Check an 18-digit number by GB 11643-1999: ISO 7064 MOD 11-2 and a past date of birth."""
    weighted = sum(int(digit) * (1 << 17 - place) for place, digit in enumerate(number[:17]))
    return number[17] == "10X98765432"[weighted % 11] and _is_past(number[6:14], today)


def is_old_identity_number(number: str, today: dt.date) -> bool | None:
    """Tell that a 15-digit number names no day; it has no check digit to prove it right."""
    return None if _is_past(f"19{number[6:12]}", today) else False


def is_bank_card(number: str) -> bool:
    """Check the Luhn digit (ISO/IEC 7812-1, annex B)."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in number[-2::-2])
    return (sum(map(int, number[::-2])) + sum(doubled)) % 10 == 0


def is_mobile_number(number: str) -> bool:
    """Tell whether a Chinese network hands out the prefix of an 11-digit number."""
    return _MOBILE.fullmatch(number) is not None


def is_plate(plate: str) -> bool:
    """Tell whether a plate without separators follows GA 36-2018, upper case."""
    return _PLATE.fullmatch(plate) is not None


def _is_past(compact: str, today: dt.date) -> bool:
    try:
        return dt.date(int(compact[:4]), int(compact[4:6]), int(compact[6:])) <= today
    except ValueError:
        return False
