"""Insurance words that segmentation keeps whole, and regional terms."""

from __future__ import annotations

from functools import cache

import yaml

from knowledge_base.taxonomy import CONTENT

LEXICONS = CONTENT / "lexicons"


@cache
def insurance_terms() -> tuple[str, ...]:
    """Return the words of ``terms.txt``: one a line, ``#`` starts a comment."""
    lines = (LEXICONS / "terms.txt").read_text(encoding="utf-8").splitlines()
    words = (line.split("#", 1)[0].strip() for line in lines)
    return tuple(dict.fromkeys(word for word in words if word))


@cache
def regional_terms() -> tuple[tuple[str, str], ...]:
    """Return (regional, common) pairs of ``regional.yaml``, longest first.

    Both sides are simplified script. No common term contains a regional one,
    so that mapping twice equals mapping once (held by a test).
    """
    pairs: dict[str, str] = yaml.safe_load((LEXICONS / "regional.yaml").read_text(encoding="utf-8"))
    return tuple(sorted(pairs.items(), key=lambda pair: -len(pair[0])))
