"""What the tests of the desk's pages start with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from api.accounts.passwords import choose_password
from api.accounts.roles import Role
from api.accounts.users import UserDetails, add_user
from assistant.desk.tables import FollowUpRow, TicketRow
from knowledge_base.editing.types import Deed
from tests.browser.desk import PASSWORD, Customer, add_agent, customer_at, open_desk
from tests.browser.desk.site import DESKTOP, Colleague, Opened, changed
from tests.browser.process import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="package")
def home(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Path:
    """The home folder of the server."""
    return tmp_path_factory.mktemp("desk")


@pytest.fixture(scope="package")
def address(home: Path) -> Iterator[str]:
    """A server with two agents, a supervisor, and an agent of one queue that nobody else waits in."""
    with serving(home) as address:
        add_agent(home, "li", "李莉")
        add_agent(home, "wang", "王强")
        add_agent(home, "zhao", "赵敏", Role.AGENT, Role.SUPERVISOR)
        with changed(home) as session:
            details = UserDetails("孙悦", (Role.AGENT,), ("presale",))
            deed = Deed("cli:test", "", dt.datetime.now(dt.UTC))
            add_user(session, "sun", choose_password(PASSWORD), details, deed)
        yield address


@pytest.fixture(scope="package")
def wang(address: str) -> Iterator[Colleague]:
    """An agent who works without a page."""
    colleague = Colleague(address, "wang")
    yield colleague
    colleague.leave()


@pytest.fixture
def resolved_claim(address: str, home: Path, wang: Colleague) -> Customer:
    """A customer whose claim was resolved eight days ago: a follow-up is due."""
    customer = customer_at(address)
    customer.hand_over()
    customer.say(f"午客户{customer.id[:8]}：理赔款什么时候到")
    ticket = wang.ticket_of(customer)
    wang.do(ticket, "transfer", {"queue": "claims", "reason": "理赔"})
    wang.resolve(ticket)
    with changed(home) as session:
        due = session.scalars(select(FollowUpRow).filter_by(ticket_id=ticket["id"])).one()
        due.due_at = due.due_at - dt.timedelta(days=8)
    return customer


@pytest.fixture
def number(resolved_claim: Customer, home: Path) -> str:
    """The number of the ticket that is to be followed up."""
    with changed(home) as session:
        found = select(TicketRow.number).filter_by(conversation_id=resolved_claim.id)
        return str(session.scalars(found).one())


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opened]:
    """Return a function that opens the desk of an agent; faults of its own code fail the test."""
    faults: list[str] = []
    contexts = []

    def open_page(name: str = "li", **options: Any) -> Page:
        page = open_desk(browser, address, name, faults, **(DESKTOP | options))
        contexts.append(page.context)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not faults, "the page's own code failed"
