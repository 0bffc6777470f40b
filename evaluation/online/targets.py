"""What the insurer wants to reach: the shipped targets with an installation's own over them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from evaluation.online.definitions import BY_ID
from knowledge_base.errors import ContentError
from knowledge_base.taxonomy import CONTENT
from knowledge_base.yaml_files import read_yaml

FILE = "targets.yaml"
UNTARGETED = frozenset({"handoff_elderly"})
"""What never gets a target (T/IAC 54-2025: no quota on elderly customers' use of people)."""


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Target(_Part):
    """What a measure is to reach: exactly one of ``at_least``, ``at_most`` and ``always``."""

    at_least: float | None = None
    at_most: float | None = None
    always: bool = False
    basis: str = Field(min_length=1)

    @model_validator(mode="after")
    def _one(self) -> Target:
        if (self.at_least is not None) + (self.at_most is not None) + self.always != 1:
            raise ValueError("a target is one of at_least, at_most and always: true")
        return self


class Baseline(_Part):
    """The period that waiting is compared with, first to last day."""

    since: dt.date
    until: dt.date

    @model_validator(mode="after")
    def _in_order(self) -> Baseline:
        if self.until < self.since:
            raise ValueError("the baseline ends before it begins")
        return self


class Targets(_Part):
    """All of ``targets.yaml``."""

    targets: Mapping[str, Target | None]
    baseline: Baseline | None = None

    @model_validator(mode="after")
    def _known(self) -> Targets:
        for name in self.targets:
            if name not in BY_ID or name in UNTARGETED:
                raise ValueError(f"{name!r} has no target; these may: {', '.join(sorted(BY_ID))}")
        return self

    def of(self, measure: str) -> Target | None:
        """Return the target of a measure, if it has one."""
        return self.targets.get(measure)


def read_targets(overrides: Path | None = None) -> Targets:
    """Return the targets of an installation.

    Args:
        overrides: A folder that may hold a ``targets.yaml`` with what differs, key by key.

    Raises:
        ContentError: A file cannot be read, or a target is not usable.
    """
    own = overrides / FILE if overrides else None
    places = [CONTENT / FILE, *([own] if own and own.is_file() else [])]
    merged: dict[str, Any] = {"targets": {}}
    for path in places:
        data = read_yaml(path, "Targets") or {}
        if not isinstance(data, dict) or not isinstance(data.get("targets") or {}, dict):
            raise ContentError(f"Targets {str(path)!r} are no mapping; see content/targets.yaml.")
        merged = {**merged, **data, "targets": {**merged["targets"], **(data.get("targets") or {})}}
    try:
        return Targets.model_validate(merged)
    except ValidationError as error:
        faults = tuple(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        told = f"Targets {str(places[-1])!r} are not usable: {'; '.join(faults)}."
        raise ContentError(told, faults) from None
