"""What the tests of the knowledge pages do again and again."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import httpx2
import openpyxl

from tests.browser.desk import PASSWORD
from tests.browser.desk.site import DESKTOP, PHONE, on_every_screen
from tests.browser.everybody import require_for_everybody
from tests.browser.faults import note_faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = [
    "DESKTOP",
    "PHONE",
    "Client",
    "Opened",
    "deed",
    "fill_and_send",
    "on_every_screen",
    "open_knowledge",
    "require_everywhere",
    "sheet",
    "upload",
]

Opened = Callable[..., "Page"]
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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


def require_everywhere(page: Page) -> None:
    """Check what stands on an open page on a dark phone, then on a bright desktop."""
    for screen, scheme in ((PHONE, "dark"), (DESKTOP, "light")):
        page.set_viewport_size(screen["viewport"])
        page.emulate_media(color_scheme=scheme)
        require_for_everybody(page)


def sheet(*headings: str, rows: Iterable[Sequence[str]]) -> bytes:
    """Return a workbook as an editor would send it."""
    book = openpyxl.Workbook()
    for row in (headings, *rows):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def upload(page: Page, content: bytes, name: str = "分公司.xlsx") -> None:
    """Choose a file on the page of imports and wait for its preview."""
    page.get_by_label("选择文件").set_input_files({"name": name, "mimeType": _XLSX, "buffer": content})
    page.get_by_role("heading", name=name).wait_for()


def deed(page: Page, name: str) -> None:
    """Press a button of the page."""
    page.get_by_role("button", name=name, exact=True).click()


def fill_and_send(page: Page, label: str, text: str, action: str) -> None:
    """Fill the one field of a dialog, press its button, and wait until it is gone."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(label).fill(text)
    dialog.get_by_role("button", name=action, exact=True).click()
    dialog.wait_for(state="hidden")
