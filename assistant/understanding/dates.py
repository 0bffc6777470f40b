"""Days, months and years as people write them, seen from a reference date."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from assistant.understanding.amounts import DIGITS, yuan_of

_YEARS = {"前年": -2, "去年": -1, "今年": 0, "明年": 1}
_DAYS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2}
_SHIFTS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1}
_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_MONTH_DAY = rf"(?P<month>{_N})月份?(?:(?P<day>{_N})[日号]?(?![\d天个年]))?"
_DATE = re.compile(
    rf"(?:(?P<year>(?<!\d)\d{{4}}|[一二][〇零一二三四五六七八九]{{3}})年|(?P<said_year>前年|去年|今年|明年))"
    rf"(?:{_MONTH_DAY})?"
    r"|(?<![\d.\-])(?P<y>(?:19|20)\d\d)(?P<sep>[\-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?![\d.\-])"
    r"|(?<!\d)(?P<y8>(?:19|20)\d\d)(?P<m8>0[1-9]|1[0-2])(?P<d8>[0-3]\d)(?!\d)"
    rf"|(?P<shift>上上|上|这|本|下)个?(?:(?P<is_month>月)(?:(?P<month_day>{_N})[日号])?"
    r"|(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天1-6])?)"
    rf"|(?P<ago>(?<!\d){_N}|两)(?P<unit>天|周|个星期|个礼拜|个月)(?:之|以)?前"
    r"|(?P<said_day>大前|前|昨|今|明|后)(?:天|日|晚|早(?!期))"
    rf"|(?<![\d个一二三四五六七八九十])(?P<bare_month>{_N})月(?:份|(?P<bare_day>{_N})[日号](?![\d天个年]))"
)


def find_dates(text: str, today: dt.date) -> Iterator[tuple[int, int, str, bool]]:
    """Yield start, end, ISO value and whether such a day exists.

    Args:
        text: Folded, in simplified script.
        today: The day that 昨天 and 去年 are seen from.

    Yields:
        The value is as exact as the text: ``2025``, ``2025-03``, ``2025-03-09``, or ``--03-09``
        (ISO 8601:2000) without a year; a week is given by its Monday.
    """
    for match in _DATE.finditer(text):
        yield match.start(), match.end(), *_read(match, today)


def _read(match: re.Match[str], today: dt.date) -> tuple[str, bool]:
    got = {name: value for name, value in match.groupdict().items() if value is not None}
    if "shift" in got:
        return _shifted(got, today)
    if "ago" in got:
        return _ago(_number(got["ago"]), got["unit"], today)
    if "said_day" in got:
        return (today + dt.timedelta(days=_DAYS[got["said_day"]])).isoformat(), True
    if "bare_month" in got:
        return _written(None, got["bare_month"], got.get("bare_day"))
    for year, month, day in (("y", "m", "d"), ("y8", "m8", "d8")):
        if year in got:
            return _written(int(got[year]), got[month], got[day])
    year_of = today.year + _YEARS[got["said_year"]] if "said_year" in got else _number(got["year"])
    return _written(year_of, got.get("month"), got.get("day"))


def _written(year: int | None, month: str | None, day: str | None) -> tuple[str, bool]:
    numbers = [_number(part) for part in (month, day) if part]
    value = "-".join([f"{year:04}" if year else "-", *(f"{number:02}" for number in numbers)])
    month_of, day_of = [*numbers, 1, 1][:2]
    try:
        dt.date(year or 2000, month_of, day_of)
    except ValueError:
        return value, False
    return value, True


def _shifted(got: dict[str, str], today: dt.date) -> tuple[str, bool]:
    shift = _SHIFTS[got["shift"]]
    if "is_month" in got:
        return _month(shift, today, got.get("month_day"))
    monday = today + dt.timedelta(weeks=shift, days=-today.weekday())
    named = got.get("weekday")
    day = 0 if named is None else 6 if named in "日天" else _number(named) - 1
    return (monday + dt.timedelta(days=day)).isoformat(), True


def _month(shift: int, today: dt.date, day: str | None) -> tuple[str, bool]:
    year, month = divmod(today.year * 12 + today.month - 1 + shift, 12)
    return _written(year, str(month + 1), day)


def _ago(count: int, unit: str, today: dt.date) -> tuple[str, bool]:
    if unit == "个月":
        return _month(-count, today, None)
    days = count if unit == "天" else 7 * count
    return (today - dt.timedelta(days=days)).isoformat(), True


def _number(text: str) -> int:
    """Return a number of digits, of Chinese numerals, or of Chinese digits read one by one."""
    if text.isdigit() and text.isascii():
        return int(text)
    if len(text) == 4:
        return int("".join(str(DIGITS[char]) for char in text))
    return int(yuan_of(text))
