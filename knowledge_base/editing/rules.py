"""Gathers what the shipped content is checked against."""

from __future__ import annotations

import datetime as dt
import re

import yaml

from knowledge_base.company import CompanyProfile, read_company
from knowledge_base.editing.checks import Rules
from knowledge_base.errors import ContentError
from knowledge_base.laws import read_laws
from knowledge_base.taxonomy import CONTENT, shipped_taxonomy


def read_forbidden_wording() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return (pattern, suggestion) pairs of ``wording.yaml``.

    Raises:
        ContentError: A pattern is not a regular expression.
    """
    rows = yaml.safe_load((CONTENT / "wording.yaml").read_text(encoding="utf-8"))
    try:
        return tuple((re.compile(row["pattern"]), row["instead"]) for row in rows)
    except (re.error, KeyError, TypeError) as error:
        raise ContentError(f"wording.yaml is not usable ({error!r}).") from None


def shipped_rules(company: CompanyProfile | None = None, today: dt.date | None = None) -> Rules:
    """Return the rules that come with the package, for ``company`` as of ``today``."""
    products = yaml.safe_load((CONTENT / "products.yaml").read_text(encoding="utf-8"))
    return Rules(
        taxonomy=shipped_taxonomy(),
        laws=read_laws(),
        company=company or read_company(),
        products=frozenset(products),
        forbidden=read_forbidden_wording(),
        today=today or dt.date.today(),
    )
