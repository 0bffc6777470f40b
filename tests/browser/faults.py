"""What fails in a page's own code."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Page


def note_faults(page: Page, faults: list[str]) -> None:
    """Add what fails in the page's own code, or its security policy forbids, to ``faults``."""
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None,
    )
