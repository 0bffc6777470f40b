"""What the system itself says in a conversation, and reasons in words for the desk."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.desk.complaint_steps import PauseReason
from assistant.desk.types import TicketReason
from knowledge_base.company import CompanyProfile, placeholders_in
from knowledge_base.errors import ContentError
from knowledge_base.taxonomy import CONTENT
from knowledge_base.yaml_files import read_yaml

FILE = "notices.yaml"

Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Notices:
    """Chinese texts of the system; nothing is generated."""

    texts: Texts
    company: CompanyProfile

    def text(self, name: str, section: str = "notices", **values: object) -> str:
        """Return a text with its placeholders filled.

        Args:
            name: The text's key.
            section: ``notices``, ``complaint`` or ``follow_ups``.
            **values: What stands for the placeholders beside those of the company.

        Raises:
            KeyError: There is no such text, or a value is missing.
        """
        known = {**self.company.values, **{key: str(value) for key, value in values.items()}}
        # What is filled in is not looked at again: a name with braces stays a name.
        return string.Formatter().vformat(self.texts[section][name], (), known)

    def reason(self, reason: TicketReason) -> str:
        """Return in words why a ticket came to people."""
        return self.texts["reasons"][reason]

    def pause(self, reason: PauseReason) -> str:
        """Return in words what a stopped clock waits for."""
        return self.texts["pauses"][reason]

    def step(self, step: str) -> str:
        """Return what the customer reads of a complaint's step or deed."""
        return self.texts["steps"][step]


def read_notices(company: CompanyProfile, overrides: Path | None = None) -> Notices:
    """Read the shipped texts with an installation's own over them.

    Args:
        company: Fills the placeholders that are the company's.
        overrides: A folder that may hold a ``notices.yaml`` with the texts that differ.

    Raises:
        ContentError: A file cannot be read, a text is not known, or has a placeholder that
            the shipped one has not.
    """
    shipped = _read(CONTENT / FILE)
    path = overrides / FILE if overrides else None
    own = _read(path) if path and path.is_file() else {}
    for section, texts in own.items():
        for name, text in texts.items():
            _require_alike(f"{section}.{name}", text, shipped.get(section, {}).get(name), company)
    merged = {section: {**texts, **own.get(section, {})} for section, texts in shipped.items()}
    return Notices(merged, company)


def _require_alike(name: str, text: str, shipped: str | None, company: CompanyProfile) -> None:
    if shipped is None:
        raise ContentError(f"Notice {name!r} is not known; the names are those of the shipped {FILE}.")
    strangers = placeholders_in(text) - placeholders_in(shipped) - company.values.keys()
    if strangers:
        raise ContentError(
            f"Notice {name!r} has placeholders that nothing fills: {', '.join(sorted(strangers))}; "
            f"known ones: {', '.join(sorted(placeholders_in(shipped) | company.values.keys()))}."
        )


def _read(path: Path) -> dict[str, dict[str, str]]:
    data: Any = read_yaml(path, "Notices") or {}
    sections = data.items() if isinstance(data, dict) else [("", None)]
    for section, texts in sections:
        if not isinstance(texts, dict) or not all(isinstance(text, str) for text in texts.values()):
            raise ContentError(f"Notices {str(path)!r}: {section!r} is no mapping of names to texts.")
    return data  # type: ignore[no-any-return]
