"""Settings of an installation, and the one folder everything is written to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

from platformdirs import user_data_path
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError
from sqlalchemy import URL

from knowledge_base.errors import InvalidInputError, StorageError

AnySettings = TypeVar("AnySettings", bound=BaseSettings)


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
        drift_minutes: How often a serving process looks whether the traffic still is that of
            the certificate.
        hnsw_above: Number of questions above which a graph is searched (HNSW).
        traditional: Whose traditional script customers get who write it: tw or hk.
        actor: Who edits and publishes; empty means the user of the operating system.
        four_eyes: Whoever wrote a revision does not publish it.
        vanishing_share: The largest share of published entries that may vanish at once.
        recommend_share: Share of rated conversations whose customer is also asked whether they
            would recommend the company; 0 asks nobody.
        poll_seconds: How often a running server looks for a newer snapshot.
        release_key: Public key (Ed25519, base64) of releases; set, nothing unsigned is served.
        price_wrong_answer: What a wrong answer costs in an evaluation, in conversations that an
            agent need not have had; the other prices likewise.
        price_needless_handoff: What an answerable question costs whose customer needs a person.
        price_missed_handoff: What a question for a person costs that was not handed over.
        dask: Address of a Dask scheduler whose workers evaluate; empty means this machine.
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
    replay_questions: int = Field(default=500, ge=0)
    replay_data: Path | None = None
    replay_worse: float = Field(default=0.02, ge=0, le=1)
    drift_minutes: float = Field(default=30, gt=0)
    hnsw_above: int = Field(default=50_000, ge=0)
    traditional: Literal["tw", "hk"] = "tw"
    actor: str = Field(default="", max_length=120)
    four_eyes: bool = True
    vanishing_share: float = Field(default=0.2, ge=0, le=1)
    recommend_share: float = Field(default=1.0, ge=0, le=1)
    poll_seconds: float = Field(default=1.0, gt=0, le=3600)
    release_key: str = ""
    price_wrong_answer: float = Field(default=5.0, ge=0, allow_inf_nan=False)
    price_needless_handoff: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    price_missed_handoff: float = Field(default=20.0, ge=0, allow_inf_nan=False)
    dask: str = ""


def read_settings(home: Path | None = None) -> Settings:
    """Read the settings from the environment; ``home`` goes before ``BAOWEN_HOME``.

    Raises:
        InvalidInputError: A variable has a value that cannot be used.
    """
    return from_environment(Settings, home=home) if home else from_environment(Settings)


def from_environment(kind: type[AnySettings], **given: Any) -> AnySettings:
    """Read settings of one kind from the environment; what is ``given`` goes before.

    Raises:
        InvalidInputError: A variable has a value that cannot be used.
    """
    try:
        return kind(**given)
    except SettingsError as error:  # a table that is not JSON; its text is not repeated
        message = f"The environment holds unusable settings: {error}; write it as JSON."
        raise InvalidInputError(message) from None
    except ValidationError as error:
        faults = tuple(
            f"BAOWEN_{str(e['loc'][0]).upper()}={e['input']!r}: {e['msg']}" if e["loc"] else e["msg"]
            for e in error.errors()
        )
        raise InvalidInputError(f"The environment holds unusable settings: {'; '.join(faults)}.") from None


def make_private_folder(folder: Path) -> None:
    """Create a folder of the home, for this user alone, where it is missing.

    Raises:
        StorageError: It cannot be created or is not a folder.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"The home folder {str(folder)!r} cannot be used ({error.strerror}). "
            "Choose another with --home or BAOWEN_HOME."
        ) from None


@dataclass(frozen=True, slots=True)
class Home:
    """The parts of the home folder; created on first use, for this user alone."""

    root: Path

    @classmethod
    def open(cls, root: Path) -> Home:
        """Create the folder where it is missing.

        Raises:
            StorageError: The folder cannot be created or is not a folder.
        """
        make_private_folder(root)
        return cls(root)

    @property
    def database(self) -> Path:
        """Return the path of the SQLite database."""
        return self.root / "baowen.sqlite3"

    @property
    def index_cache(self) -> Path:
        """Return the folder of question vectors."""
        return self.root / "index"

    @property
    def dictionary_cache(self) -> Path:
        """Return the folder of the segmentation dictionary."""
        return self.root / "dictionary"

    @property
    def content(self) -> Path:
        """Return the folder of this installation's own wording rules and lexicons."""
        return self.root / "content"

    @property
    def lexicons(self) -> Path:
        """Return the folder of this installation's own ``terms.txt`` and ``synonyms.yaml``."""
        return self.content / "lexicons"

    @property
    def bundles(self) -> Path:
        """Return the folder of bundles trained here."""
        return self.root / "bundles"

    @property
    def candidates(self) -> Path:
        """Return the folder of bundles that are tried beside the one in use."""
        return self.root / "candidates"

    @property
    def training(self) -> Path:
        """Return the folder of stages that an unfinished training run has done."""
        return self.root / "training"

    @property
    def certificates(self) -> Path:
        """Return the folder of threshold certificates."""
        return self.root / "certificates"

    @property
    def releases(self) -> Path:
        """Return the folder of signed releases."""
        return self.root / "releases"

    @property
    def attachments(self) -> Path:
        """Return the folder of files that customers and agents sent."""
        return self.root / "attachments"

    @property
    def collisions(self) -> Path:
        """Return the file of entries that get in each other's way, as they were found last."""
        return self.root / "collisions.json"

    @property
    def spool(self) -> Path:
        """Return the folder of messages that wait for the database."""
        return self.root / "spool"

    @property
    def reports(self) -> Path:
        """Return the folder of monthly and quarterly reports."""
        return self.root / "reports"

    def database_url(self, configured: str) -> str | URL:
        """Return the configured URL, or that of the SQLite file in this folder."""
        return configured or URL.create("sqlite", database=str(self.database))
