"""A server of accounts, and how a browser opens its pages."""

from __future__ import annotations

import datetime as dt
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api.accounts.passwords import choose_password
from api.accounts.roles import Role
from api.accounts.users import UserDetails, add_user
from api.errors import install_errors
from api.routes import accounts, pages
from api.schema import upgrade_schema
from api.security.installing import install_security
from api.security.settings import SecuritySettings
from knowledge_base.database import Database, open_engine
from knowledge_base.editing.types import Deed
from tests.browser.faults import note_faults

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

PASSWORD = "drei Birnen im Zug"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
SMALL = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
SCRIPT = "<img src=x onerror=document.title='x'>"

Opened = Callable[..., "Page"]


@dataclass(frozen=True)
class Site:
    """A running server of accounts and its database."""

    address: str
    database: Database

    def add(self, name: str, shown: str, *roles: Role, queues: tuple[str, ...] = ()) -> None:
        """Make an account."""
        details = UserDetails(shown, roles, queues)
        with self.database.transaction() as session:
            add_user(session, name, choose_password(PASSWORD), details, Deed("cli:test", "", now()))


def now() -> dt.datetime:
    """Return the present moment."""
    return dt.datetime.now(dt.UTC)


@contextmanager
def serving(folder: Path, **settings: Any) -> Iterator[Site]:
    """Serve accounts without bundle and index."""
    engine = open_engine(f"sqlite:///{folder / 'accounts.sqlite3'}")
    upgrade_schema(engine)
    app, database = FastAPI(), Database(engine)
    app.include_router(accounts.router)
    app.include_router(pages.router)
    install_errors(app)
    install_security(app, database, SecuritySettings(**settings))
    app.mount("/assets", StaticFiles(directory=pages.PAGES))
    listening = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield Site(f"http://127.0.0.1:{listening.getsockname()[1]}", database)
    finally:
        server.should_exit = True
        thread.join()
        listening.close()
        engine.dispose()


@contextmanager
def opening(browser: Browser, address: str) -> Iterator[Opened]:
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(path: str, **options: Any) -> Page:
        context = browser.new_context(base_url=address, locale="zh-CN", **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        note_faults(page, faults)
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "the page's own code failed"


def sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.get_by_label("账号").fill(name)
    page.get_by_label("密码", exact=True).fill(password)
    page.locator("#submit:enabled").wait_for()
    page.keyboard.press("Enter")
