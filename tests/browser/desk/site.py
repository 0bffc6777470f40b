"""What the tests of the desk's pages do again and again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2
import pytest
from sqlalchemy.orm import Session

from knowledge_base.database import Database, open_engine
from tests.browser.desk import PASSWORD, Customer, customer_at

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

DESKTOP: dict[str, Any] = {"viewport": {"width": 1440, "height": 900}}
PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}

Opened = Callable[..., "Page"]

on_every_screen = pytest.mark.parametrize(
    "screen",
    [{"color_scheme": scheme, **size} for size in (PHONE, DESKTOP) for scheme in ("light", "dark")],
    ids=["phone-light", "phone-dark", "desktop-light", "desktop-dark"],
)


PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4


COMPLAINT = "你们无理拒赔，我要投诉你们"


class Colleague:
    """An agent who works without a page."""

    def __init__(self, address: str, name: str) -> None:
        self._client = httpx2.Client(base_url=f"{address}/v1", timeout=30, headers={"Origin": address})
        told = self._client.post("/session", json={"name": name, "password": PASSWORD})
        told.raise_for_status()
        self._client.headers["X-CSRF-Token"] = told.json()["csrf"]

    def leave(self) -> None:
        """Close the connection."""
        self._client.close()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Call a route below /v1."""
        answer = self._client.request(method, path, json=body)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def ticket_of(self, customer: Customer) -> dict[str, Any]:
        """Return the open ticket of a customer."""
        found = self.ask("GET", "/tickets?limit=200")["tickets"]
        return next(one for one in found if one["conversation"]["id"] == customer.id)

    def do(self, ticket: dict[str, Any], deed: str, body: Any = None) -> dict[str, Any]:
        """Do something with a ticket."""
        done: dict[str, Any] = self.ask("POST", f"/tickets/{ticket['id']}/{deed}", body)
        return done

    def resolve(self, ticket: dict[str, Any]) -> None:
        """Take a ticket and resolve it."""
        self.do(ticket, "take")
        self.do(ticket, "resolve", {"label": "answered", "entry_id": None})


def waiting_customer(address: str, *texts: str) -> Customer:
    """Return a customer who asked for a person and wrote something."""
    customer = customer_at(address)
    customer.hand_over()
    for text in texts:
        customer.say(text)
    return customer


@contextmanager
def changed(home: Path) -> Iterator[Session]:
    """Open a transaction on the database of a running server, to let time pass for one row."""
    engine = open_engine(f"sqlite:///{home / 'baowen.sqlite3'}")
    with Database(engine).transaction() as session:
        yield session
    engine.dispose()


def row(page: Page, text: str) -> Locator:
    """Return the button of a ticket in the list."""
    return page.locator("#tickets button", has_text=text)


def row_of(page: Page, ticket: dict[str, Any]) -> Locator:
    """Return the button of a ticket in the list, whatever was said last."""
    return page.locator(f'#tickets [data-ticket="{ticket["id"]}"]')


def take(page: Page, text: str) -> None:
    """Choose a ticket and take it."""
    row(page, text).click()
    page.get_by_role("button", name="接入", exact=True).click()
    page.get_by_label("回复客户").wait_for()


def show_about(page: Page) -> None:
    """Show what is known of the ticket; beside the conversation where there is room for both."""
    if page.locator(".views").is_visible():
        page.locator(".views").get_by_text("资料").click()
    page.locator("#about").get_by_role("heading", name="摘要").wait_for()
