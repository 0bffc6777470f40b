"""Keeps account of the confidence that rows have been spent on.

Whoever calibrates again and again on the same rows finds, at last, a promise that holds by
chance. So the chance of error is spent in parts (alpha-spending, Lan and DeMets, Biometrika
70 (1983), 659-663): all certificates that rest on the same rows hold together with the
stated confidence, and when it is spent, new labels are asked for.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.types import Case
from knowledge_base.errors import InvalidInputError, StorageError
from knowledge_base.settings import make_private_folder

PARTS = (0.7, 0.15, 0.1, 0.05)
"""The share of the chance of error that each run on the same rows may spend."""

LEDGER = "spending.json"


@dataclass(frozen=True, slots=True)
class Spending:
    """One run's share.

    Attributes:
        run: Which run on these rows it is, from 1.
        level: The chance of error it spends.
        before: What runs before spent on them.
    """

    run: int
    level: float
    before: float


def row_key(case: Case) -> str:
    """Return what a row is known by: a hash of its id and text, so that no text is kept."""
    return hashlib.sha256(f"{case.id}\n{case.text}".encode()).hexdigest()[:16]


class Ledger:
    """The account, one file in the folder of the certificates."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / LEDGER

    def spend(self, cases: Sequence[Case], request: str, confidence: float) -> Spending:
        """Take this run's share and write it down.

        The same request on the same rows gets its old share again: it finds the same
        cuts, so nothing new is learnt.

        Args:
            cases: The rows.
            request: Names everything the outcome depends on.
            confidence: What all runs on these rows shall have together.

        Raises:
            InvalidInputError: The rows have nothing left to spend.
            StorageError: The account is damaged or cannot be written.
        """
        keys = {row_key(case) for case in cases}
        runs = self._read()
        earlier = [run for run in runs if keys & set(run["rows"])]
        for run in earlier:
            if run["request"] == request:
                return Spending(run["run"], run["level"], run["before"])
        before = sum(run["level"] for run in earlier)
        found = _next_share(len(earlier), before, confidence)
        if found is None:
            raise InvalidInputError(
                f"These rows were calibrated on {len(earlier)} times before, which has spent "
                f"{before:.4f} of the chance of error; with confidence {confidence!r} nothing is left. "
                "Label new rows and calibrate on those alone."
            )
        entry = {"request": request, "run": found.run, "level": found.level, "before": before}
        self._write([*runs, {**entry, "rows": sorted(keys)}])
        return found

    def _read(self) -> list[Mapping[str, Any]]:
        try:
            runs: list[Mapping[str, Any]] = json.loads(self._path.read_text(encoding="utf-8"))["runs"]
            for run in runs:
                {run["request"], run["run"], float(run["level"]), float(run["before"]), *run["rows"]}
        except FileNotFoundError:
            return []
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StorageError(
                f"The account of spent confidence {str(self._path)!r} cannot be read ({error!r}), so no "
                "calibration can be trusted. Restore it from a backup."
            ) from None
        return runs

    def _write(self, runs: Sequence[Mapping[str, Any]]) -> None:
        make_private_folder(self._path.parent)
        partial = self._path.with_suffix(f".{os.getpid()}.partial")
        partial.write_text(json.dumps({"runs": runs}) + "\n", encoding="utf-8")
        partial.replace(self._path)


def _next_share(runs: int, before: float, confidence: float) -> Spending | None:
    left = (1 - confidence) - before
    if runs >= len(PARTS) or left <= 1e-9:
        return None
    return Spending(runs + 1, min(PARTS[runs] * (1 - confidence), left), before)
