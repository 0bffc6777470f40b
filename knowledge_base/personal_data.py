"""Masks personal data before a text is logged or stored outside its conversation."""

from __future__ import annotations

import re
import unicodedata
from functools import partial
from typing import Literal, NamedTuple

from knowledge_base.database import storable

PersonalKind = Literal[
    "policy_number", "claim_number", "plate", "email", "id", "bank_card", "phone", "passport", "number"
]

# Order matters: an identity number contains runs that look like phones, a bank
# card contains runs that look like both. Separators people type are allowed.
_SEP = r"[ .\-‐–—·_]{0,2}"
_TAKEN = "\uffff"
_HAN_DIGIT = "〇零一二三四五六七八九幺"
_GOES_BEFORE = r"(?:编号|編號|号码|號碼|号|號)?[ ]?(?:是|为|為|:)?[ ]?"
_CUED = _GOES_BEFORE + r"(?P<number>(?=[A-Za-z\-]*\d)[A-Za-z\d][A-Za-z\d\-]{5,29})(?![A-Za-z\d@])"
_PROVINCES = "京津沪滬渝冀豫云雲辽遼黑湘皖鲁魯新苏蘇浙赣贛鄂桂甘晋晉蒙陕陝吉闽閩贵貴粤粵青藏川宁寧琼瓊"


class PersonalPattern(NamedTuple):
    """How one kind of personal data is written; a named group is the datum, else all of it."""

    kind: PersonalKind
    label: str
    pattern: re.Pattern[str]


_SOURCES: tuple[tuple[PersonalKind, str, str], ...] = (
    ("policy_number", "[号码]", rf"(?:保单|保單|保险单|保險單|合同){_CUED}"),
    ("claim_number", "[号码]", rf"(?:报案|報案|案件|赔案|賠案|理赔|理賠|受理){_CUED}"),
    ("email", "[邮箱]", r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63})+"),
    # GA 36-2018, loosely: what only nearly is a plate identifies a car as well.
    (
        "plate",
        "[车牌]",
        rf"[{_PROVINCES}][A-Za-z][ .·•\-]?(?=(?:[A-Za-z]*\d){{3}})"
        r"(?:[A-Za-z\d]{5,6}|[A-Za-z\d]{4}[学學警港澳挂掛领領])(?![A-Za-z\d])",
    ),
    # GB 11643-1999: 17 digits and a check character; the old form has 15 digits.
    (
        "id",
        "[证件号]",
        rf"(?<!\d)[1-9]\d{{5}}{_SEP}(?:18|19|20)\d\d{_SEP}\d\d{_SEP}\d\d{_SEP}\d{{3}}[\dXx](?![\dA-Za-z])",
    ),
    ("bank_card", "[银行卡号]", rf"(?<!\d)\d{{4}}(?:{_SEP}\d{{4}}){{3}}(?:{_SEP}\d{{1,3}})?(?!\d)"),
    ("phone", "[手机号]", rf"(?<!\d)(?:(?:\+|00)?86{_SEP})?1{_SEP}[3-9](?:{_SEP}\d){{9}}(?!\d)"),
    (
        "phone",
        "[手机号]",
        rf"(?<![{_HAN_DIGIT}])[一幺][三四五六七八九][{_HAN_DIGIT}]{{9}}(?![{_HAN_DIGIT}])",
    ),
    ("id", "[证件号]", r"(?<!\d)[1-9]\d{14}(?!\d)"),
    # Passports and permits for Hong Kong, Macau and Taiwan: one or two letters, then digits.
    ("passport", "[证件号]", r"(?<![A-Za-z\d])[A-Za-z]{1,2}(?:\d{7,10}|\d{6}\([\dAa]\))(?![A-Za-z\d])"),
    ("phone", "[电话]", r"(?<![\d.])(?:\(0\d{2,3}\)|0\d{2,3})[ \-]?\d{3,4}[ \-]?\d{3,4}(?!\d)"),
    ("phone", "[电话]", r"(?<!\d)(?:\+|00)\d(?:[ \-]?\d){8,13}(?!\d)"),
    ("number", "[号码]", r"(?<!\d)\d{9,}(?!\d)"),
)
PATTERNS = tuple(PersonalPattern(kind, label, re.compile(source)) for kind, label, source in _SOURCES)

_POSSIBLE = re.compile(rf"[\d@]|[{_HAN_DIGIT}]{{9}}")
"""What every pattern needs: most messages have none of it, and are spared the rest."""

LABELS = re.compile("|".join(sorted({re.escape(pattern.label) for pattern in PATTERNS})))
"""What stands in a masked text instead of personal data."""


def mask_personal_data(text: str) -> str:
    """Replace phones, identity and policy numbers, plates, bank cards, e-mails, other long numbers.

    Full-width digits are folded first (NFKC) and invisible characters dropped, so
    that neither can hide a number. The result is a fixed point: masking it again
    changes nothing.
    """
    return _masked(fold(text))


def personal_spans(text: str) -> list[tuple[PersonalKind, int, int]]:
    """Return kind, start and end of all personal data in a folded text, by the order of patterns."""
    found: list[tuple[PersonalKind, int, int]] = []
    known = -1
    while known != len(found):
        known = len(found)
        for kind, _, pattern in PATTERNS:
            spans = [match.span(match.lastgroup or 0) for match in pattern.finditer(text)]
            found.extend((kind, start, end) for start, end in spans)
            for start, end in spans:
                text = text[:start] + _TAKEN * (end - start) + text[end:]
    return found


def _masked(folded: str) -> str:
    masked, before = folded, None
    if not _POSSIBLE.search(folded):
        return folded
    while masked != before:
        before = masked
        for _, label, pattern in PATTERNS:
            masked = pattern.sub(partial(_labelled, label), masked)
    return masked


def _labelled(label: str, match: re.Match[str]) -> str:
    start, end = match.span(match.lastgroup or 0)
    return match.string[match.start() : start] + label + match.string[end : match.end()]


def has_personal_data(text: str) -> bool:
    """Tell whether masking would change ``text`` beyond character width."""
    folded = fold(text)
    return _masked(folded) != folded


def mask_where_needed(text: str) -> str:
    """Mask a text that people read: one without personal data keeps the width it was typed in.

    What databases refuse is dropped either way.
    """
    folded = fold(text)
    masked = _masked(folded)
    return masked if masked != folded else storable(text)


def fold(text: str) -> str:
    """Fold width; drop control and format characters and half surrogates, which databases refuse."""
    seen = "".join(c for c in text if c in "\n\t\r" or unicodedata.category(c) not in {"Cc", "Cf", "Cs"})
    return unicodedata.normalize("NFKC", seen)
