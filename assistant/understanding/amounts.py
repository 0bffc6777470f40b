"""Sums of money as people write them: 3万5, 两千块, 1.2w, ¥5,000.

Written here rather than taken from cn2an 0.5, which refuses "1.2w" and finds no sums in sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

MOST = Decimal(10**12)
"""Largest sum taken for one, in yuan; 亿亿亿 is no sum."""

_HAN = ("零〇", "一壹", "二贰两", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
DIGITS = {char: value for value, chars in enumerate(_HAN) for char in chars}
_SMALL = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000, "k": 1000}
_LARGE = {"万": 10**4, "w": 10**4, "亿": 10**8}
_FIGURE = r"(?:(?:\d{1,3}(?:,\d{3})+(?!\d)|\d{1,8})(?:\.\d{1,4})?|[一二两三四五六七八九壹贰叁肆伍陆柒捌玖])"
_UNIT = r"[十拾百佰千仟万亿wk]"
# What shows that a number measures or counts something other than yuan.
_MEASURE = r"[公里米人次天个年岁月日名位户吨条号份步股分度平%美港欧英澳台辆倍小期周]"
_AMOUNT = re.compile(
    rf"(?<![\d.,a-z一二两三四五六七八九几])(?P<sign>[¥￥]|人民币|rmb)?[ ]?"
    rf"(?P<number>(?:{_FIGURE}[多余]?{_UNIT}{{1,2}}|[十拾](?={_FIGURE}|万|元|块))"
    rf"(?:[零〇]?{_FIGURE}?{_UNIT}{{1,2}})*(?:[零〇]?{_FIGURE}(?!{_MEASURE}|[\d.]))?|{_FIGURE})"
    rf"(?:[多余]?[ ]?(?P<currency>元|圆|块钱?|rmb|人民币)|(?![多余]?{_MEASURE}|[a-z]))",
    re.IGNORECASE,
)
_PIECE = re.compile(r"\d[\d,]*(?:\.\d+)?|[^多余]")


def find_amounts(text: str) -> Iterator[tuple[int, int, Decimal]]:
    """Yield start, end and yuan of the sums in a folded, simplified text."""
    for match in _AMOUNT.finditer(text):
        if _is_money(match) and (yuan := yuan_of(match["number"])) <= MOST:
            yield match.start(), match.end(), yuan


def _is_money(match: re.Match[str]) -> bool:
    """A currency shows it, or a unit that hardly counts anything else; 一块 also means together."""
    number, currency = match["number"].lower(), match["currency"]
    if currency == "块" and number in DIGITS:
        return False
    return bool(currency or match["sign"]) or any(char in number for char in "千仟万亿wk")


def yuan_of(number: str) -> Decimal:
    """Return the value of a written number; a bare last digit counts tenths of the unit before it."""
    total, section, pending = Decimal(0), Decimal(0), None
    last, after_zero = 1, False
    for piece in _PIECE.findall(number.lower()):
        if piece in _SMALL:
            section += (1 if pending is None else pending) * _SMALL[piece]
        elif piece in _LARGE:
            total, section = _raised(total, section + (pending or 0), _LARGE[piece])
        pending = _figure(piece)
        last = _SMALL.get(piece) or _LARGE.get(piece) or last
        after_zero = piece in "零〇" or (after_zero and pending is not None)
    if pending is not None:
        is_short = last > 1 and not after_zero and len(piece) == 1
        section += pending * last / 10 if is_short else pending
    yuan = total + section
    return Decimal(int(yuan)) if yuan == int(yuan) else yuan.normalize()


def _raised(total: Decimal, section: Decimal, unit: int) -> tuple[Decimal, Decimal]:
    """Return the total once ``unit`` closes a section: 亿 also raises the 万 before it (三万亿)."""
    if section == 0:
        return total * unit, Decimal(0)
    return total + section * unit, Decimal(0)


def _figure(piece: str) -> Decimal | None:
    if piece[0].isdigit() and piece.isascii():
        return Decimal(piece.replace(",", ""))
    return Decimal(DIGITS[piece]) if DIGITS.get(piece) else None
