"""While the server's database is away nothing that a customer wrote is lost, doubled or hidden."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.api.test_streams import Server
from tests.browser.widget.customer import ANSWERED, expect, opened, own_texts, say, send, stored_texts, until
from tests.browser.widget.site import Site
from tests.databases import _postgresql_url
from tests.faults.relay import Relay

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FIRST, SECOND = "怎么退保", "要多久到账"


@pytest.fixture(scope="module")
def relay(postgresql: Any) -> Iterator[Relay]:
    """The wire to the database, which can be cut."""
    relay = Relay(f"{postgresql.query['host']}/.s.PGSQL.{postgresql.port or 5432}")
    yield relay
    relay.cut()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory, postgresql: Any, relay: Relay) -> Iterator[str]:
    """A server whose database is at the other end of the wire."""
    url = _postgresql_url(postgresql)
    url = url.set(host="127.0.0.1", port=relay.port).difference_update_query(["host"])
    server = Server(tmp_path_factory.mktemp("away"), url.render_as_string(hide_password=False)).start()
    yield f"http://127.0.0.1:{server.port}"
    server.stop()


@pytest.fixture
def site(browser: Browser, address: str) -> Iterator[Site]:
    """Its pages."""
    expect.set_options(timeout=20_000)
    site = Site(browser, address)
    yield site
    site.close()


def _write_while_away(page: Page, relay: Relay) -> None:
    """Say something that is answered, then two texts that the server can only keep."""
    say(page, ANSWERED)
    relay.cut()
    for text in (FIRST, SECOND):
        send(page, text)
    expect(page.locator(".held")).to_have_count(2)


def _all_is_stored_once(page: Page) -> None:
    expect(page.locator(".held, .unsent, .typing, .notice")).to_have_count(0)
    expect(page.locator(".log")).not_to_contain_text("您的消息已经存好")
    expected = [ANSWERED, FIRST, SECOND]
    assert until(page, lambda: stored_texts(page), expected) == expected
    expect(page.locator(".from-assistant")).to_have_count(1 + len(expected))  # the greeting's, too
    assert own_texts(page) == expected


@pytest.mark.parametrize("streams", [True, False], ids=["streams", "no-streams"])
def test_texts_stay_with_the_servers_words_until_they_are_stored(
    site: Site, relay: Relay, streams: bool
) -> None:
    page = site.visit("about:blank")
    if not streams:
        page.route("**/events", lambda route: route.abort())  # as some proxies do
    page.goto("/")
    _write_while_away(opened(page), relay)
    assert own_texts(page) == [ANSWERED, FIRST, SECOND]
    expect(page.locator(".told")).to_contain_text("系统暂时连不上，您的消息已经存好，恢复后会马上处理")
    expect(page.locator(".told .telephone").first).to_have_text("400-000-0000")
    expect(page.locator(".held").first).to_have_attribute("data-state", "已存好，恢复后处理")
    relay.mend()
    _all_is_stored_once(page)


def test_a_reload_while_it_is_away_changes_nothing(site: Site, relay: Relay) -> None:
    page = opened(site.visit())
    _write_while_away(page, relay)
    page.reload()
    expect(page.locator(".held")).to_have_count(2)
    assert own_texts(page) == [FIRST, SECOND]  # the rest cannot be fetched yet
    relay.mend()
    _all_is_stored_once(page)
