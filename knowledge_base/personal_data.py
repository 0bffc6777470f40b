"""Masks personal data before a text is logged or stored outside its conversation."""

from __future__ import annotations

import re
import unicodedata

# Order matters: an identity number contains runs that look like phones, a bank
# card contains runs that look like both. Separators people type are allowed.
_SEP = r"[ .\-‐–—·_]{0,2}"
_HAN_DIGIT = "〇零一二三四五六七八九幺"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("[邮箱]", re.compile(r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63})+")),
    # GB 11643-1999: 17 digits and a check character; the old form has 15 digits.
    (
        "[证件号]",
        re.compile(
            rf"(?<!\d)[1-9]\d{{5}}{_SEP}(?:18|19|20)\d\d{_SEP}\d\d{_SEP}\d\d{_SEP}\d{{3}}[\dXx](?![\dA-Za-z])"
        ),
    ),
    ("[银行卡号]", re.compile(rf"(?<!\d)\d{{4}}(?:{_SEP}\d{{4}}){{3}}(?:{_SEP}\d{{1,3}})?(?!\d)")),
    ("[手机号]", re.compile(rf"(?<!\d)(?:(?:\+|00)?86{_SEP})?1{_SEP}[3-9](?:{_SEP}\d){{9}}(?!\d)")),
    (
        "[手机号]",
        re.compile(rf"(?<![{_HAN_DIGIT}])[一幺][三四五六七八九][{_HAN_DIGIT}]{{9}}(?![{_HAN_DIGIT}])"),
    ),
    ("[证件号]", re.compile(r"(?<!\d)[1-9]\d{14}(?!\d)")),
    # Passports and permits for Hong Kong, Macau and Taiwan: one or two letters, then digits.
    ("[证件号]", re.compile(r"(?<![A-Za-z\d])[A-Za-z]{1,2}(?:\d{7,10}|\d{6}\([\dAa]\))(?![A-Za-z\d])")),
    ("[电话]", re.compile(r"(?<![\d.])(?:\(0\d{2,3}\)|0\d{2,3})[ \-]?\d{3,4}[ \-]?\d{3,4}(?!\d)")),
    ("[电话]", re.compile(r"(?<!\d)(?:\+|00)\d(?:[ \-]?\d){8,13}(?!\d)")),
    ("[号码]", re.compile(r"(?<!\d)\d{9,}(?!\d)")),
)


def mask_personal_data(text: str) -> str:
    """Replace phones, identity numbers, bank cards, e-mails and other long numbers.

    Full-width digits are folded first (NFKC) and invisible characters dropped, so
    that neither can hide a number. The result is a fixed point: masking it again
    changes nothing.
    """
    masked, before = _fold(text), None
    while masked != before:
        before = masked
        for label, pattern in _PATTERNS:
            masked = pattern.sub(label, masked)
    return masked


def has_personal_data(text: str) -> bool:
    """Tell whether masking would change ``text`` beyond character width."""
    return mask_personal_data(text) != _fold(text)


def _fold(text: str) -> str:
    """Fold width; drop control and format characters and half surrogates, which databases refuse."""
    seen = "".join(c for c in text if c in "\n\t\r" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return unicodedata.normalize("NFKC", seen)
