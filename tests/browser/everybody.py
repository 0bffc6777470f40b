"""What every page keeps, so that everybody can use it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

LEAST_TARGET = 44  # CSS pixels, WCAG 2.5.5

_SMALL_TARGETS = """(least) => [...document.querySelectorAll("button, a, input, select, textarea")]
  .filter((one) => one.checkVisibility() && !one.closest("label"))
  .filter((one) => one.getBoundingClientRect().height < least - 0.5)
  .map((one) => one.outerHTML)"""


def require_for_everybody(page: Page) -> None:
    """Check with axe, and that nothing is too wide for the screen or too small for a finger."""
    axe = pytest.importorskip("axe_playwright_python.base").AXE_SCRIPT
    page.evaluate(axe)
    found = page.evaluate(
        "axe.run().then((done) => done.violations.map((one) => [one.id, one.nodes[0].html]))"
    )
    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(_SMALL_TARGETS, LEAST_TARGET) == []
