"""What the tests of the knowledge pages do again and again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx2

from tests.browser.desk import PASSWORD
from tests.browser.desk.site import DESKTOP, PHONE, on_every_screen
from tests.browser.faults import note_faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["DESKTOP", "PHONE", "Client", "Opened", "on_every_screen", "open_knowledge"]

Opened = Callable[..., "Page"]


class Client:
    """A colleague who calls the API without a page."""

    def __init__(self, address: str, name: str) -> None:
        self._client = httpx2.Client(base_url=f"{address}/v1", timeout=30, headers={"Origin": address})
        told = self._client.post("/session", json={"name": name, "password": PASSWORD})
        told.raise_for_status()
        self._client.headers["X-CSRF-Token"] = told.json()["csrf"]

    def leave(self) -> None:
        """Close the connection."""
        self._client.close()

    def call(self, method: str, path: str, body: Any = None) -> httpx2.Response:
        """Call a route below /v1, whatever it answers."""
        return self._client.request(method, path, json=body)

    def upload(self, path: str, files: Any) -> Any:
        """Send a file to a route below /v1 and return what it tells."""
        answer = self._client.post(path, files=files)
        assert answer.is_success, f"{path} gave {answer.status_code}: {answer.text}"
        return answer.json()

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Call a route below /v1 and return what it tells; a refusal fails the test."""
        answer = self.call(method, path, body)
        assert answer.is_success, f"{path} gave {answer.status_code}: {answer.text}"
        return answer.json() if answer.content else None


def open_knowledge(
    browser: Browser, address: str, name: str, faults: list[str], hash_: str = "", **options: Any
) -> Page:
    """Sign in and open the knowledge pages; what fails in the page's own code is added to ``faults``."""
    page = browser.new_context(base_url=address, locale="zh-CN", **options).new_page()
    page.set_default_timeout(10_000)
    note_faults(page, faults)
    page.goto(f"/knowledge{hash_}")
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.locator("#submit:enabled").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: url.startswith(f"{address}/knowledge"))
    page.locator("main h2").first.wait_for()
    return page
