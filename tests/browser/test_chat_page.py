"""A customer talks with the assistant on the chat page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.chat import ANSWERED, VAGUE, body, cut_off, exchange, last_reply, say, sent, settled
from tests.browser.conftest import OpenPage

if TYPE_CHECKING:
    from playwright.sync_api import Route

pytestmark = pytest.mark.browser


def test_a_question_is_answered_with_its_basis(open_page: OpenPage) -> None:
    page = open_page()
    reply = say(page, ANSWERED)
    message = last_reply(page)
    assert reply["action"] == "answer"
    shown = "".join(message.locator(".bubble > p").all_inner_texts())
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", reply["text"])
    assert page.locator(".from-customer .bubble").inner_text() == ANSWERED
    basis = message.locator("details")
    assert not basis.locator("li").first.is_visible()
    basis.locator("summary").click()
    listed = basis.inner_text()
    assert reply["citations"][0]["basis"][0] in listed
    assert reply["entry_id"] in listed


def test_a_related_question_is_one_click_away(open_page: OpenPage) -> None:
    page = open_page()
    related = say(page, ANSWERED)["related"]
    assert related
    chip = last_reply(page).locator(".chips .pick").first
    assert sent(page, chip.click)["text"] == related[0]["text"]


def test_every_sample_question_gets_an_answer(open_page: OpenPage) -> None:
    page = open_page()
    samples = page.locator(".message").first.locator(".pick")
    assert samples.count() >= 4
    for sample in samples.all():
        assert exchange(page, sample.click)["action"] == "answer", sample.inner_text()


def test_a_choice_is_sent_as_its_text(open_page: OpenPage) -> None:
    page = open_page()
    reply = say(page, VAGUE)
    assert reply["action"] == "clarify"
    choices = last_reply(page).locator(".choices .pick")
    texts = [choice["text"] for choice in reply["choices"]]
    assert choices.all_inner_texts() == texts
    assert 2 <= len(texts) <= 3
    asked = sent(page, choices.nth(1).click)
    assert asked["text"] == texts[1]
    assert asked["history"] == [VAGUE]
    assert page.locator(".from-customer .bubble").last.inner_text() == texts[1]


def test_a_person_can_always_be_asked_for(open_page: OpenPage) -> None:
    page = open_page()
    reply = exchange(page, page.get_by_role("button", name="转人工").click)
    assert (reply["action"], reply["reason"]) == ("handoff", "asked_for_person")
    assert "转人工" in last_reply(page).locator(".tag").inner_text()


def test_a_person_can_be_asked_for_while_a_question_hangs(open_page: OpenPage) -> None:
    page = open_page()

    def hang_once(route: Route) -> None:
        if body(route.request)["text"] == "转人工":
            route.continue_()

    page.route("**/v1/ask", hang_once)
    page.locator("#question").fill(ANSWERED)
    page.keyboard.press("Enter")
    page.locator(".typing").wait_for()
    page.locator("#question").fill("另一个问题")
    page.keyboard.press("Enter")
    assert page.locator("#question").input_value() == "另一个问题", "kept until the first one is through"
    page.locator("#person").click()
    settled(page)
    assert last_reply(page).locator(".tag").is_visible()
    assert page.locator(".typing").count() == 0
    assert page.locator(".notice").count() == 0
    page.unroute("**/v1/ask")
    assert sent(page, page.locator("#send").click)["history"] == [ANSWERED, "转人工"]


def test_a_lost_question_is_kept_and_sent_again(open_page: OpenPage) -> None:
    page = open_page()
    cut_off(page)
    page.locator("#question").fill(ANSWERED)
    page.keyboard.press("Enter")
    notice = page.get_by_role("alert")
    notice.wait_for()
    assert "网络不通" in notice.inner_text()
    assert page.locator(".from-customer.unsent .bubble").inner_text() == ANSWERED
    page.unroute("**/v1/ask")
    reply = exchange(page, notice.get_by_role("button", name="重试").click)
    assert reply["action"] == "answer"
    assert page.locator(".notice, .unsent").count() == 0
    assert page.locator(".from-customer").count() == 1


def test_lost_questions_are_not_history(open_page: OpenPage) -> None:
    page = open_page()
    cut_off(page)
    page.locator("#question").fill("丢了的问题")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    page.unroute("**/v1/ask")
    page.locator("#question").fill(ANSWERED)
    assert sent(page, lambda: page.keyboard.press("Enter"))["history"] == []


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (503, '{"error": {"code": "storage", "message": "x", "detail": null}}', "系统暂时出了点问题"),
        (429, '{"error": {"code": "busy", "message": "x", "detail": null}}', "问的人比较多"),
        (200, "<html>a proxy's page</html>", "系统暂时出了点问题"),
        (200, '{"no": "text"}', "系统暂时出了点问题"),
    ],
)
def test_a_failing_server_is_told_in_plain_words(
    open_page: OpenPage, status: int, body: str, words: str
) -> None:
    page = open_page()
    page.route("**/v1/ask", lambda route: route.fulfill(status=status, body=body))
    page.locator("#question").fill(ANSWERED)
    page.keyboard.press("Enter")
    notice = page.get_by_role("alert")
    notice.wait_for()
    assert words in notice.inner_text()
    assert notice.get_by_role("button", name="重试").is_visible()


def test_what_cannot_be_read_comes_back_into_the_field(open_page: OpenPage) -> None:
    page = open_page()
    page.locator("#question").fill("😀😀")
    page.keyboard.press("Enter")
    notice = page.get_by_role("alert")
    notice.wait_for()
    assert "用文字" in notice.inner_text()
    assert notice.get_by_role("button").count() == 0, "the same text would fail again"
    assert page.locator("#question").input_value() == "😀😀"


def test_the_last_ten_texts_go_along(open_page: OpenPage) -> None:
    page = open_page()
    texts = [f"{ANSWERED}{number}" for number in range(12)]
    for text in texts:
        say(page, text)
    page.locator("#question").fill(VAGUE)
    asked = sent(page, lambda: page.keyboard.press("Enter"))
    assert asked == {"text": VAGUE, "channel": "web", "history": texts[-10:]}


def test_markup_is_shown_as_text(open_page: OpenPage) -> None:
    page = open_page()
    hostile = "<img src=x onerror=document.title=1><b>报案</b>"
    reply = {
        "action": "clarify",
        "text": hostile,
        "choices": [{"text": hostile}],
        "related": [{"text": hostile}],
        "citations": [{"entry_id": hostile, "revision": 1, "source": "law", "basis": [hostile]}],
    }
    page.route("**/v1/ask", lambda route: route.fulfill(json=reply))
    say(page, hostile)
    assert page.locator("#log img, #log b").count() == 0
    assert page.locator("#log").get_by_text(hostile).count() >= 4
    assert page.title() == "保问 智能助手"


def test_lines_and_steps_of_an_answer_are_kept_apart(open_page: OpenPage) -> None:
    page = open_page()
    text = "请拨400-000-0001。1. 说时间；2. 说地点。\n保费120元，第110条，9:00-18:00，急救120。"
    reply = {"action": "answer", "text": text}
    page.route("**/v1/ask", lambda route: route.fulfill(json=reply))
    say(page, ANSWERED)
    lines = last_reply(page).locator(".bubble > p")
    assert lines.all_inner_texts() == [
        "请拨400-000-0001。",
        "1. 说时间；",
        "2. 说地点。",
        "保费120元，第110条，9:00-18:00，急救120。",
    ]
    links = lines.locator("a")
    assert [link.get_attribute("href") for link in links.all()] == ["tel:4000000001", "tel:120"]


def test_the_network_notice_comes_and_goes(open_page: OpenPage) -> None:
    page = open_page()
    notice = page.locator("#offline")
    page.context.set_offline(True)
    notice.get_by_text("网络断开了").wait_for()
    page.context.set_offline(False)
    notice.get_by_text("网络断开了").wait_for(state="detached")
