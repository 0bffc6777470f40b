"""What every command shares: settings, opened services, progress."""

from __future__ import annotations

import datetime as dt
import getpass
import logging
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import structlog
from rich.console import Console

from api.services import Services, load_entries, open_database, open_services
from knowledge_base.database import Database
from knowledge_base.editing.shipping import ShippedUpdate
from knowledge_base.editing.types import RELEASE, Deed
from knowledge_base.errors import InvalidInputError
from knowledge_base.settings import Home, Settings

_LISTED = 5
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class CliContext:
    """Settings of this call."""

    settings: Settings

    def open(self) -> Services:
        """Open all services, showing a spinner on a terminal.

        Raises:
            BaowenError: A part is not usable.
        """
        with busy("Opening the knowledge base and its index"):
            services = open_services(self.settings)
        tell_update(services.shipped_update)
        return services

    def open_content(self) -> Database:
        """Open the database alone, with the shipped content of this release in it.

        Raises:
            BaowenError: It is not usable.
        """
        database = open_database(self.settings, Home.open(self.settings.home))
        _, update = load_entries(database)
        tell_update(update)
        return database

    def open_accounts(self) -> Database:
        """Open the database alone, for accounts.

        Raises:
            BaowenError: It is not usable.
        """
        return open_database(self.settings, Home.open(self.settings.home))

    def account_deed(self) -> Deed:
        """Return who changes accounts at the command line; the audit log marks it as such.

        Raises:
            InvalidInputError: Nobody is named.
        """
        deed = self.deed("", "")
        return replace(deed, actor=f"cli:{deed.actor}"[:_LONGEST_NAME])

    def deed(self, actor: str, reason: str) -> Deed:
        """Return who does something now: the option, else BAOWEN_ACTOR, else the system's user.

        Raises:
            InvalidInputError: Nobody is named, or the name is kept for releases.
        """
        name = (actor or self.settings.actor or _system_user()).strip()
        if not name or name == RELEASE or len(name) > _LONGEST_NAME:
            raise InvalidInputError(
                f"{name!r} cannot be who does this: the history needs a name of at most {_LONGEST_NAME} "
                f"characters, and {RELEASE!r} is kept for releases. Give one with --actor or BAOWEN_ACTOR."
            )
        return Deed(name, reason, dt.datetime.now(dt.UTC))


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container may know no names
        return ""


def given_command() -> str:
    """Return the command as it was typed, quoted for a shell."""
    return shlex.join(["baowen", *sys.argv[1:]])


def console() -> Console:
    """Return the console for progress and notes: stderr, so that stdout stays data."""
    return Console(stderr=True, highlight=False)


@contextmanager
def busy(message: str) -> Iterator[None]:
    """Show that something is going on, where someone is looking."""
    with console().status(message):
        yield


def configure_logging() -> None:
    """Log to stderr in one line an event, warnings and above."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )


def tell_update(update: ShippedUpdate) -> None:
    """Say what a newer release changed; the first filling is not worth a word."""
    if not (update.updated or update.retired or update.kept):
        return
    notes = console()
    parts = (("added", update.added), ("updated", update.updated), ("retired", update.retired))
    changes = ", ".join(f"{len(ids)} {what}: {_some(ids)}" for what, ids in parts if ids) or "nothing changed"
    notes.print(f"Shipped content is newer: {changes}.", markup=False)
    if update.kept:
        notes.print(f"Kept as edited here: {_some(update.kept)}. See 'baowen kb export'.", markup=False)


def _some(ids: list[str]) -> str:
    more = f" and {len(ids) - _LISTED} more" if len(ids) > _LISTED else ""
    return ", ".join(ids[:_LISTED]) + more
