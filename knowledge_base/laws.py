"""The laws and standards that answers may rest on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from knowledge_base.errors import ContentError
from knowledge_base.taxonomy import CONTENT
from knowledge_base.types import LegalBasis


class Law(BaseModel):
    """One version of a law; ``in_force_to`` is None while it holds."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    name: str
    version: str
    in_force_from: dt.date
    in_force_to: dt.date | None

    def in_force_on(self, day: dt.date) -> bool:
        """Tell whether this version holds on ``day`` (both bounds inclusive)."""
        return self.in_force_from <= day and (self.in_force_to is None or day <= self.in_force_to)


class LawBook:
    """All known law versions, by short name and version."""

    def __init__(self, laws: Iterable[Law]) -> None:
        self._laws = {(law.id, law.version): law for law in laws}

    def find(self, basis: LegalBasis) -> Law | None:
        """Return the law version that ``basis`` names, if it is listed."""
        return self._laws.get((basis.law, basis.version))


def read_laws(path: Path = CONTENT / "laws.yaml") -> LawBook:
    """Read the list of laws.

    Raises:
        ContentError: The file cannot be read or a row is bad.
    """
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))
        return LawBook(TypeAdapter(list[Law]).validate_python(rows))
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise ContentError(f"List of laws {str(path)!r} is not usable ({error}).") from None
