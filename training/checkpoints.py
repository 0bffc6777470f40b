"""Finished stages of a training run, kept until the run ends: a killed run goes on from them."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

Arrays = Mapping[str, NDArray[Any]]


def run_key(*facts: Sequence[str]) -> str:
    """Return the name of a run: a hash of all it depends on, the training code included."""
    digest = hashlib.sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    for fact in facts:
        digest.update("\n".join(fact).encode() + b"\0")
    return digest.hexdigest()[:16]


class Checkpoints:
    """Arrays of finished stages in a folder of one run.

    Args:
        folder: Holds the folders of all runs; only this run's is touched.
        key: The run's name (``run_key``).
    """

    def __init__(self, folder: Path, key: str) -> None:
        self._folder = folder / key

    def stage(self, name: str, make: Callable[[], Arrays]) -> Arrays:
        """Return the arrays of a stage: kept ones if a run that was cut off finished it, else made."""
        path = self._folder / f"{name}.safetensors"
        try:
            return dict(load_file(path))
        except (OSError, SafetensorError):  # not there yet, or damaged: it is made anew
            arrays = make()
        self._folder.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(f".{os.getpid()}.partial")
        save_file({key: np.ascontiguousarray(array) for key, array in arrays.items()}, partial)
        partial.replace(path)
        return arrays

    def forget(self) -> None:
        """Remove the run's folder; its result stands elsewhere by now."""
        shutil.rmtree(self._folder, ignore_errors=True)
