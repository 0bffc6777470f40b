"""What stands on the two pages of one conversation, to be compared with what the server stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

Said = tuple[str, str]
"""The author of a message and its text without white space, which pages set in their own way."""

_CUSTOMERS_LOG = """(log) => [...log.querySelectorAll(":scope > .message, :scope > .told")].map((one) => [
  one.matches(".told") ? "system" : one.className.match(/from-(\\w+)/)[1],
  one.querySelector(".bubble")?.innerText ?? one.innerText,
])"""
_AGENTS_LOG = """(rows) => rows.map((row) => [
  Number(row.dataset.seq), row.classList[1], row.querySelector(".text").innerText,
])"""


def squeezed(text: str) -> str:
    """Return a text without its white space."""
    return "".join(text.split())


def customers_log(page: Page) -> list[Said]:
    """Return what stands in the widget, without its greeting."""
    shown = page.locator(".log[role=log]").evaluate(_CUSTOMERS_LOG)
    return [(author, squeezed(text)) for author, text in shown[1:]]


def agents_log(page: Page) -> list[tuple[int, str, str]]:
    """Return the numbers, authors and texts of the open transcript."""
    shown = page.locator("#open .log li.message").evaluate_all(_AGENTS_LOG)
    return [(seq, author, squeezed(text)) for seq, author, text in shown]


def people(said: list[Said]) -> list[Said]:
    """Leave out what the assistant and the system said."""
    return [one for one in said if one[0] in ("customer", "agent")]


def in_page(page: Page, path: str) -> Any:
    """Ask the API with the page's own session."""
    return page.evaluate("async (path) => (await fetch(path)).json()", path)
