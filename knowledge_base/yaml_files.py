"""Reads the YAML files that people edit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from knowledge_base.errors import ContentError


def read_yaml(path: Path, what: str) -> Any:
    """Return what a file holds, None if it is empty; ``what`` names it in the error.

    Raises:
        ContentError: The file is missing or is not YAML.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:  # bad bytes and bad dates are ValueErrors
        problem = " ".join(str(error).split())
        raise ContentError(f"{what} {str(path)!r} cannot be read ({problem}).") from None
