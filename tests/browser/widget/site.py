"""Pages with the widget in browsers of their own, and the screens they are looked at on."""

from __future__ import annotations

import json
import urllib.request
from typing import TYPE_CHECKING, Any

from tests.browser.faults import note_faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page, Route

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL: dict[str, Any] = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
NO_MOTION: dict[str, Any] = {"reduced_motion": "reduce"}

FITS = "document.documentElement.scrollWidth <= innerWidth"


class Site:
    """The pages of a server in browsers of their own; faults of the pages' code are kept."""

    def __init__(self, browser: Browser, server: str) -> None:
        self.browser, self.server = browser, server
        self.contexts: list[BrowserContext] = []
        self.faults: list[str] = []

    def visit(self, path: str = "/", **options: Any) -> Page:
        """Open a page in a new browser context."""
        return self.tab(self.context(**options), path)

    def context(self, **options: Any) -> BrowserContext:
        """Return a browser that was never here before."""
        context = self.browser.new_context(base_url=self.server, locale="zh-CN", **options)
        self.contexts.append(context)
        return context

    def tab(self, context: BrowserContext, path: str = "/") -> Page:
        """Open a page in a browser that may know the site already."""
        page = context.new_page()
        page.set_default_timeout(20_000)
        note_faults(page, self.faults)
        page.goto(path)
        return page

    def close(self) -> None:
        """Close all pages; their code must not have failed."""
        for context in self.contexts:
            context.close()
        assert not self.faults, "the page's own code failed"


def pass_on(route: Route) -> None:
    """Send a held request to the server, past the browser; ``route.fetch`` would wait for the page."""
    sent = route.request
    headers = {name: value for name, value in sent.headers.items() if not name.startswith(":")}
    request = urllib.request.Request(
        sent.url, data=sent.post_data_buffer, headers=headers, method=sent.method
    )
    with urllib.request.urlopen(request, timeout=20) as response:
        response.read()


def reply_with(page: Page, reply: dict[str, Any], text: str) -> None:
    """Let the server answer each message with a reply that only a bad knowledge base would give."""

    def answer(route: Route) -> None:
        asked = json.loads(route.request.post_data or "{}")
        at = "2026-11-26T02:00:00+00:00"
        common = {"kind": "text", "at": at, "agent": None, "attachment": None}
        own = {**common, "seq": 1, "author": "customer", **asked, "reply": None}
        said = {**common, "seq": 2, "author": "assistant", "client_id": None, "text": text, "reply": reply}
        told = {"messages": [own, said], "state": "assistant", "spooled": False, "notice": None}
        route.fulfill(status=201, json=told)

    page.route("**/messages", answer)
    page.route("**/events", lambda route: route.abort())
