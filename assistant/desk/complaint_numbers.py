"""The number of a complaint that a customer can quote: TS, the day, five digits, a check digit."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import unicodedata
from zoneinfo import ZoneInfo

_NUMBER = re.compile(r"TS(\d{11})(\d)")
_SIGNS = re.compile(r"[\s\-–—.]")


def new_number(now: dt.datetime, time_zone: str) -> str:
    """Return a number that cannot be guessed from another one, of the day in a time zone."""
    digits = f"{now.astimezone(ZoneInfo(time_zone)):%y%m%d}{secrets.randbelow(10**5):05d}"
    return f"TS{digits}{_check_digit(digits)}"


def read_number(typed: str) -> str | None:
    """Return the number that somebody typed, None if it is none: a digit is wrong or two are swapped."""
    plain = _SIGNS.sub("", unicodedata.normalize("NFKC", typed)).upper()
    found = _NUMBER.fullmatch(plain)
    return plain if found and plain.isascii() and _check_digit(found[1]) == found[2] else None


def _check_digit(digits: str) -> str:
    """Return the check digit (ISO/IEC 7064, MOD 11,10): finds every single wrong digit."""
    check = 10
    for digit in digits:
        check = ((check + int(digit)) % 10 or 10) * 2 % 11
    return str((11 - check) % 10)
