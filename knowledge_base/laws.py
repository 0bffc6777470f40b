"""The laws and standards that answers may rest on."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from knowledge_base.errors import ContentError, InvalidInputError
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


@dataclass(frozen=True, slots=True)
class Replacement:
    """A version of a law that another one replaces.

    Attributes:
        since: The first day on which the new version holds and the old one does not.
    """

    law: str
    version: str
    by: str
    since: dt.date


class LawBook:
    """All known law versions, by short name and version."""

    def __init__(self, laws: Iterable[Law]) -> None:
        self._laws = {(law.id, law.version): law for law in laws}

    @property
    def laws(self) -> tuple[Law, ...]:
        """Return all versions of all laws, in the order of the list."""
        return tuple(self._laws.values())

    def find(self, basis: LegalBasis) -> Law | None:
        """Return the law version that ``basis`` names, if it is listed."""
        return self._laws.get((basis.law, basis.version))

    def require(self, name: str) -> str:
        """Return the short name of a law that is listed under ``name``, short or full.

        Raises:
            InvalidInputError: No law has that name; the message says which are near.
        """
        for law in self._laws.values():
            if name in (law.id, law.name):
                return law.id
        known = sorted({law.id for law in self._laws.values()})
        near = difflib.get_close_matches(name, known, n=3, cutoff=0.3) or known[:5]
        raise InvalidInputError(f"No law is called {name!r} in laws.yaml; near: {', '.join(near)}.")

    def versions(self, law_id: str) -> tuple[Law, ...]:
        """Return all versions of a law, the oldest first."""
        found = (law for law in self._laws.values() if law.id == law_id)
        return tuple(sorted(found, key=lambda law: law.in_force_from))

    def with_laws(self, others: Iterable[Law]) -> LawBook:
        """Return the book with further versions; a listed one is not changed by another of its name."""
        laws = {(law.id, law.version): law for law in others}
        return LawBook((laws | self._laws).values())

    def replaced(self, replacements: Iterable[Replacement]) -> LawBook:
        """Return the book with versions ended, and the ones that follow them added where missing."""
        laws = dict(self._laws)
        for one in replacements:
            old = laws.get((one.law, one.version))
            if old is None:
                continue  # a newer release dropped the version from its list
            end = one.since - dt.timedelta(days=1)
            ended = min(end, old.in_force_to) if old.in_force_to else end
            laws[one.law, one.version] = old.model_copy(update={"in_force_to": ended})
            new = old.model_copy(update={"version": one.by, "in_force_from": one.since, "in_force_to": None})
            laws.setdefault((one.law, one.by), new)
        return LawBook(laws.values())


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
