"""Settings of an installation, and the one folder everything is written to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import URL

from knowledge_base.errors import InvalidInputError, StorageError


class Settings(BaseSettings):
    """Read from the environment (``BAOWEN_HOME``, ``BAOWEN_PORT``...) and options.

    Attributes:
        home: The folder everything is written to.
        database_url: SQLAlchemy URL; empty means SQLite in the home folder.
        company_profile: YAML file of the company; empty means the sample company.
        bundle: Folder of the trained model; empty means the newest of the home
            folder, else the shipped one.
        host: Address the server binds to.
        port: Port the server binds to.
        collision_margin: Fused score by which a question must find its own entry before
            any other.
        validation_sample: Questions that a validation asks at most; of more, a random sample.
        replay_questions: Logged questions that are replayed before a publish; 0 for none.
        replay_data: Labelled questions that are replayed too.
        replay_worse: Share of the labelled ones, above which worse decisions refuse a publish.
        hnsw_above: Number of questions above which the dense search is approximate.
    """

    model_config = SettingsConfigDict(env_prefix="BAOWEN_", frozen=True, env_ignore_empty=True)

    home: Path = Field(default_factory=lambda: user_data_path("baowen", appauthor=False))
    database_url: str = ""
    company_profile: Path | None = None
    bundle: Path | None = None
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    collision_margin: float = Field(default=0.03, ge=0, le=1)
    validation_sample: int = Field(default=20_000, ge=1)
