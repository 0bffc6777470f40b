"""How the desk's keeper works, by settings."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class DeskSettings(BaseSettings):
    """Read from the environment (``BAOWEN_DESK_ASSIGN``...).

    Attributes:
        assign: ``pull``: agents take tickets; ``push``: who is free and idle longest gets them.
        keep_seconds: How often the keeper looks.
        silent_minutes: A conversation with the assistant that was silent so long is closed.
    """

    model_config = SettingsConfigDict(env_prefix="BAOWEN_DESK_", frozen=True, env_ignore_empty=True)

    assign: Literal["pull", "push"] = "pull"
    keep_seconds: float = Field(default=5.0, gt=0, le=3600)
    silent_minutes: float = Field(default=60.0, gt=0)
