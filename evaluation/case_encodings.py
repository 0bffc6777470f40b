"""Which code a file of rows is written in: UTF-8, or what Excel in China saves a CSV as."""

from __future__ import annotations

import codecs
from collections.abc import Iterable

from knowledge_base.errors import InvalidInputError

UTF8, GB18030 = "utf-8-sig", "gb18030"
_TIMES = 9


def encoding_of(lines: Iterable[bytes], name: str) -> str:
    """Return ``UTF8`` or ``GB18030``.

    It is GB18030 where all lines can be read so and hardly any beyond ASCII as UTF-8: a file of
    UTF-8 with a few broken bytes is none, or its questions would turn into other characters.

    Raises:
        InvalidInputError: The file is UTF-16, Excel's "Unicode text".
    """
    readable, unreadable, chinese = 0, 0, True
    for number, line in enumerate(lines):
        if number == 0 and line.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            raise InvalidInputError(f"{name!r} is UTF-16 text; save it as CSV UTF-8 or as XLSX")
        if line.isascii():
            continue
        if _reads(line, "utf-8"):
            readable += 1
        else:
            unreadable += 1
            chinese = chinese and _reads(line, GB18030)
    return GB18030 if chinese and unreadable > _TIMES * readable else UTF8


def _reads(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
