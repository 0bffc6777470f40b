"""What every command shares: settings, opened services, progress."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog
from rich.console import Console

from api.services import Services, open_services
from knowledge_base.editing.shipping import ShippedUpdate
from knowledge_base.settings import Settings

_LISTED = 5


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
