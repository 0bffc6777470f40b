"""Masks personal data before a text is logged or stored outside its conversation."""

from __future__ import annotations

import re
import unicodedata

# Order matters: an identity number contains runs that look like phones, a bank
# card contains runs that look like both. Separators people type are allowed.
_SEP = r"[ \-]?"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("[邮箱]", re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63})+")),
    # GB 11643-1999: 17 digits and a check character; the old form has 15 digits.
    (
        "[证件号]",
        re.compile(rf"(?<!\d)[1-9]\d{{5}}{_SEP}(?:18|19|20)\d{{6}}{_SEP}\d{{3}}[\dXx](?![\dA-Za-z])"),
    ),
    ("[银行卡号]", re.compile(rf"(?<!\d)\d{{4}}(?:{_SEP}\d{{4}}){{3}}(?:{_SEP}\d{{1,3}})?(?!\d)")),
    ("[手机号]", re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_SEP})?1[3-9]\d{_SEP}\d{{4}}{_SEP}\d{{4}}(?!\d)")),
    ("[证件号]", re.compile(r"(?<!\d)[1-9]\d{14}(?!\d)")),
    ("[电话]", re.compile(r"(?<!\d)0\d{2,3}[ \-]?\d{7,8}(?!\d)")),
    ("[号码]", re.compile(r"(?<!\d)\d{9,}(?!\d)")),
)


def mask_personal_data(text: str) -> str:
    """Replace phones, identity numbers, bank cards, e-mails and other long numbers.

    Full-width digits are folded first (NFKC), so that they cannot hide a number.
    The result is a fixed point: masking it again changes nothing.
    """
    masked = unicodedata.normalize("NFKC", text)
    for label, pattern in _PATTERNS:
        masked = pattern.sub(label, masked)
    return masked


def has_personal_data(text: str) -> bool:
    """Tell whether masking would change ``text`` beyond character width."""
    return mask_personal_data(text) != unicodedata.normalize("NFKC", text)
