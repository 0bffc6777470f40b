"""A customer sends files: which are taken, what is said of the others, what becomes of them."""

from __future__ import annotations

import zlib
from pathlib import Path
from struct import pack
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.widget.customer import ANSWERED, expect, opened, say, stored
from tests.browser.widget.site import PHONE, Site

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

MOST = 2**20  # of the configured server


def _png(size: int = 0) -> bytes:
    """Return a picture of one grey point, with bytes behind it up to a size."""

    def piece(kind: bytes, data: bytes) -> bytes:
        return pack(">I", len(data)) + kind + data + pack(">I", zlib.crc32(kind + data))

    head = piece(b"IHDR", pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    whole = b"\x89PNG\r\n\x1a\n" + head + piece(b"IDAT", zlib.compress(b"\0\x80")) + piece(b"IEND", b"")
    return whole + bytes(max(0, size - len(whole)))


PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def _send_file(page: Page, name: str, media_type: str, content: bytes) -> None:
    file: Any = {"name": name, "mimeType": media_type, "buffer": content}
    page.locator("input[type=file]").set_input_files(file)


def _stored_files(page: Page) -> list[tuple[str, int]]:
    found = [one["attachment"] for one in stored(page) if one["kind"] == "attachment"]
    return [(one["name"], one["bytes"]) for one in found]


def test_the_dialog_offers_what_the_server_takes(configured_site: Site) -> None:
    page = opened(configured_site.visit())
    taken = page.evaluate("fetch('/v1/company').then((told) => told.json())")["attachments"]
    assert taken["most_bytes"] == MOST
    expect(page.locator("input[type=file]")).to_have_attribute("accept", ",".join(taken["media_types"]))
    with page.expect_file_chooser():
        page.get_by_role("button", name="发送图片或 PDF").click()


@pytest.mark.parametrize(
    ("name", "media_type", "content"),
    [("现场 照片.png", "image/png", _png()), ("病历.pdf", "application/pdf", PDF)],
    ids=["image", "pdf"],
)
def test_a_file_is_kept_for_people_and_can_be_had_back(
    configured_site: Site, name: str, media_type: str, content: bytes
) -> None:
    page = opened(configured_site.visit(**PHONE))
    _send_file(page, name, media_type, content)
    sent = page.locator(".from-customer .file")
    expect(sent.locator(".file-name")).to_have_text(name)
    expect(page.locator(".standing")).to_contain_text("正在等待人工")
    expect(page.locator(".upload")).to_have_count(0)
    expect(page.locator(".told").first).to_contain_text("已收到您发来的文件")
    assert _stored_files(page) == [(name, len(content))]
    with page.expect_download() as download:
        sent.get_by_role("button", name=f"下载 {name}").click()
    assert Path(download.value.path()).read_bytes() == content


def test_a_file_in_a_conversation_comes_behind_what_was_said(configured_site: Site) -> None:
    page = opened(configured_site.visit())
    say(page, ANSWERED)
    _send_file(page, "现场.png", "image/png", _png())
    expect(page.locator(".from-customer")).to_have_count(2)
    expect(page.locator(".from-customer").last.locator(".file-name")).to_have_text("现场.png")
    page.reload()
    expect(page.locator(".from-customer").last.locator(".file-name")).to_have_text("现场.png")


def test_just_the_servers_limit_is_taken_and_a_byte_more_is_not_sent(configured_site: Site) -> None:
    page = opened(configured_site.visit())
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _send_file(page, "大.png", "image/png", _png(MOST + 1))
    expect(page.get_by_role("alert")).to_have_text("文件太大，请发送 1 MB 以内的文件。")
    assert not [url for url in asked if "attachments" in url]
    _send_file(page, "正好.png", "image/png", _png(MOST))
    expect(page.locator(".from-customer .file-name")).to_have_text("正好.png")
    expect(page.locator(".upload")).to_have_count(0)
    assert _stored_files(page) == [("正好.png", MOST)]


def test_another_kind_is_not_sent(configured_site: Site) -> None:
    page = opened(configured_site.visit())
    _send_file(page, "清单.txt", "text/plain", b"abc")
    expect(page.get_by_role("alert")).to_have_text("只能发送 PNG、JPEG、WEBP、PDF 文件。")
    _send_file(page, "空.png", "image/png", b"")
    expect(page.get_by_role("alert")).to_have_text("这个文件是空的，请换一个。")
    assert page.locator(".from-customer").count() == 0


def test_another_kind_under_a_false_name_is_refused_by_the_server(configured_site: Site) -> None:
    page = opened(configured_site.visit())
    _send_file(page, "假的.png", "image/png", b"MZ no picture")
    state = page.locator(".upload .state")
    expect(state).to_have_text("只能发送 PNG、JPEG、WEBP、PDF 文件。")
    page.get_by_role("button", name="取消").click()
    expect(page.locator(".upload")).to_have_count(0)
    assert _stored_files(page) == []


def _require_sent_at_a_click(page: Page) -> None:
    """Send a file in vain, and again once the way is free."""
    _send_file(page, "现场.png", "image/png", _png())
    expect(page.locator(".upload .state")).to_have_text("没有发送成功，请点“重试”。")
    page.unroute("**/attachments")
    page.get_by_role("button", name="重试").click()
    expect(page.locator(".upload")).to_have_count(0)
    assert _stored_files(page) == [("现场.png", len(_png()))]


def test_a_file_that_got_lost_is_sent_again_at_a_click(configured_site: Site) -> None:
    page = opened(configured_site.visit())
    page.route("**/attachments", lambda route: route.abort())
    _require_sent_at_a_click(page)


def test_a_file_whose_reply_got_lost_is_shown_once(configured_site: Site) -> None:
    page = opened(configured_site.visit())
    line = page.context.new_cdp_session(page)
    line.on(
        "Fetch.requestPaused",
        lambda held: line.send(
            "Fetch.failRequest", {"requestId": held["requestId"], "errorReason": "ConnectionReset"}
        ),
    )
    line.send("Fetch.enable", {"patterns": [{"urlPattern": "*/attachments", "requestStage": "Response"}]})
    say(page, ANSWERED)
    with page.expect_event("requestfailed", lambda request: request.url.endswith("/attachments")):
        _send_file(page, "现场.png", "image/png", _png())
    expect(page.locator(".from-customer .file-name")).to_have_text("现场.png")
    expect(page.locator(".upload")).to_have_count(0)
    assert _stored_files(page) == [("现场.png", len(_png()))]


def test_a_page_of_a_proxy_is_no_reply_to_a_file(configured_site: Site) -> None:
    page = opened(configured_site.visit())
    page.route("**/attachments", lambda route: route.fulfill(status=200, body="<html>sign in</html>"))
    _require_sent_at_a_click(page)


def test_the_panel_outlives_a_file_dialog_that_was_given_up(configured_site: Site) -> None:
    page = opened(configured_site.visit())
    page.locator("input[type=file]").dispatch_event("cancel")  # as Chromium does, and it bubbles
    expect(page.locator("dialog.panel")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog.panel")).to_be_hidden()
