"""What is reported by itself, by settings."""

from __future__ import annotations

from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class ReportSettings(BaseSettings):
    """Read from the environment (``BAOWEN_REPORT_EVERY``...).

    Attributes:
        every: Which reports a server writes by itself once their period is over, a JSON list of
            ``month`` and ``quarter``; none by default.
        after_days: Days after the end that it waits, so that what is known a week later is in it.
    """

    model_config = SettingsConfigDict(env_prefix="BAOWEN_REPORT_", frozen=True, env_ignore_empty=True)

    every: frozenset[Literal["month", "quarter"]] = frozenset()
    after_days: int = Field(default=8, ge=0, le=60)
