"""Agents' accounts, customers over HTTP, and signed-in pages of the desk."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx2

from api.accounts.passwords import choose_password
from api.accounts.roles import Role
from api.accounts.users import UserDetails, add_user
from knowledge_base.database import Database, open_engine
from knowledge_base.editing.types import Deed
from knowledge_base.taxonomy import shipped_taxonomy
from tests.browser.faults import note_faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PASSWORD = "drei Birnen im Zug"


@dataclass(frozen=True)
class Customer:
    """A conversation of a customer at a running server."""

    address: str
    id: str
    token: str

    def say(self, text: str) -> dict[str, Any]:
        """Write a message."""
        return self.post("messages", {"text": text, "client_id": uuid.uuid4().hex})

    def hand_over(self) -> dict[str, Any]:
        """Ask for a person; returns the ticket."""
        ticket: dict[str, Any] = self.post("handoff", {})["ticket"]
        return ticket

    def messages(self) -> list[dict[str, Any]]:
        """Return all that was said."""
        found: list[dict[str, Any]] = self._ask("GET", "messages")["messages"]
        return found

    def post(self, what: str, body: dict[str, Any]) -> dict[str, Any]:
        """Call one of the conversation's routes."""
        return self._ask("POST", what, body)

    def send_file(self, name: str, content: bytes) -> None:
        """Send a file."""
        answer = httpx2.post(
            f"{self.address}/v1/conversations/{self.id}/attachments",
            files={"file": (name, content)},
            data={"client_id": uuid.uuid4().hex},
            headers={"Authorization": f"Bearer {self.token}"},
            timeout=30,
        )
        answer.raise_for_status()

    def _ask(self, method: str, what: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.address}/v1/conversations/{self.id}/{what}"
        answer = httpx2.request(method, url, json=body, headers=headers, timeout=30)
        assert answer.is_success, f"{url} gave {answer.status_code}: {answer.text}"
        told: dict[str, Any] = answer.json() if answer.content else {}
        return told


def customer_at(address: str, question: str = "") -> Customer:
    """Start a conversation, and ask something."""
    told = httpx2.post(f"{address}/v1/conversations", json={"channel": "web"}, timeout=30).json()
    customer = Customer(address, told["id"], told["token"])
    if question:
        customer.say(question)
    return customer


def add_agent(where: Path | str, name: str, shown: str, *roles: Role) -> None:
    """Make the account of an agent of every queue in a server's home, or in its database."""
    engine = open_engine(where if isinstance(where, str) else f"sqlite:///{where / 'baowen.sqlite3'}")
    details = UserDetails(shown, roles or (Role.AGENT,), tuple(shipped_taxonomy().queues))
    with Database(engine).transaction() as session:
        deed = Deed("cli:test", "", dt.datetime.now(dt.UTC))
        add_user(session, name, choose_password(PASSWORD), details, deed)
    engine.dispose()


def open_desk(
    browser: Browser,
    address: str,
    name: str,
    faults: list[str],
    before: Callable[[Page], object] | None = None,
    **options: Any,
) -> Page:
    """Sign in and open the desk; what fails in the page's own code is added to ``faults``."""
    page = browser.new_context(base_url=address, locale="zh-CN", **options).new_page()
    page.set_default_timeout(10_000)
    if before:
        before(page)
    note_faults(page, faults)
    page.goto("/desk")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.locator("#submit:enabled").wait_for()
    page.keyboard.press("Enter")
    page.get_by_text("已连接").wait_for()
    return page
