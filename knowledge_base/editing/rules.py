"""What entries are checked against, gathered from the content and an installation's own folder."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from knowledge_base.company import CompanyProfile, read_company
from knowledge_base.editing.wording import ForbiddenWording, read_wordings
from knowledge_base.laws import LawBook, read_laws
from knowledge_base.taxonomy import CONTENT, Taxonomy, shipped_taxonomy


@dataclass(frozen=True, slots=True)
class Rules:
    """What entries are checked against.

    Attributes:
        products: Names an entry's ``products`` may have.
        forbidden: Wording no answer may have.
        today: The day the checks look from.
    """

    taxonomy: Taxonomy
    laws: LawBook
    company: CompanyProfile
    products: frozenset[str]
    forbidden: tuple[ForbiddenWording, ...]
    today: dt.date


def read_products() -> dict[str, str]:
    """Return the product lines that an entry may be limited to, with their Chinese names."""
    lines: dict[str, dict[str, Any]] = yaml.safe_load((CONTENT / "products.yaml").read_text(encoding="utf-8"))
    return {line: str(facts["name"]) for line, facts in lines.items()}


def shipped_rules(
    company: CompanyProfile | None = None,
    today: dt.date | None = None,
    overrides: Path | None = None,
    laws: LawBook | None = None,
    forbidden: tuple[ForbiddenWording, ...] | None = None,
) -> Rules:
    """Return the rules that come with the package.

    Args:
        company: The profile whose placeholders exist; the sample company without one.
        today: The day to look from; today without one.
        overrides: The home folder's ``content``, whose ``wording.yaml`` goes before ours.
        laws: The laws as this installation knows them; the shipped list without them.
        forbidden: The wording rules that count; those of the files without them.

    Raises:
        ContentError: A file is not usable.
    """
    return Rules(
        taxonomy=shipped_taxonomy(),
        laws=laws or read_laws(),
        company=company or read_company(),
        products=frozenset(read_products()),
        forbidden=read_wordings(overrides) if forbidden is None else forbidden,
        today=today or dt.date.today(),
    )
