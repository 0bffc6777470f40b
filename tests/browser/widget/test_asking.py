"""A customer asks: answers with their basis, choices, suggestions, people, the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

import pytest

from knowledge_base.taxonomy import shipped_taxonomy
from knowledge_base.types import Source
from tests.browser.widget.customer import (
    ANSWERED,
    DISPUTE,
    VAGUE,
    expect,
    opened,
    own_texts,
    say,
    send,
    stored,
    until,
)
from tests.browser.widget.site import DESKTOP, Site, reply_with

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser


def test_an_answer_comes_with_its_basis_and_day(site: Site) -> None:
    page = opened(site.visit())
    expect(page.locator(".log")).to_contain_text("由程序自动回复")
    reply = say(page, ANSWERED)
    answer = stored(page)[1]
    shown = "".join(reply.locator(":is(.bubble, .also) > p:not(.basis-line)").all_inner_texts())
    assert re.sub(r"\s", "", shown) == re.sub(r"\s", "", answer["text"])
    expect(reply.locator(".basis-line").first).to_have_text(re.compile("依据：《.+》第.+条"))
    expect(reply.locator(".basis li").first).to_be_hidden()
    reply.locator("summary").first.click()
    expect(reply.locator(".basis li").first).to_contain_text(answer["reply"]["entry_id"])
    expect(reply.locator(".basis li").last).to_have_text(re.compile("内容截至 [0-9]{4}年"))


def test_a_related_question_is_one_click_away(site: Site) -> None:
    page = opened(site.visit())
    related = say(page, ANSWERED).locator(".chips .pick").first
    text = related.inner_text()
    related.click()
    until(page, lambda: own_texts(page), [ANSWERED, text])


def test_every_question_of_the_moment_gets_an_answer(site: Site) -> None:
    page = opened(site.visit())
    questions = page.locator(".message").first.locator(".pick")
    texts = questions.all_inner_texts()
    assert len(texts) >= 4
    for number, question in enumerate(questions.all()):
        question.click()
        expect(page.locator(".from-assistant:not(:has(.typing))")).to_have_count(number + 2)
    messages = stored(page)
    assert [one["text"] for one in messages[::2]] == texts
    assert {one["reply"]["action"] for one in messages[1::2]} == {"answer"}


def test_a_choice_is_sent_as_its_text(site: Site) -> None:
    page = opened(site.visit())
    choices = say(page, VAGUE).locator(".choices .pick")
    texts = choices.all_inner_texts()
    assert 2 <= len(texts) <= 3
    assert texts == [one["text"] for one in stored(page)[1]["reply"]["choices"]]
    choices.nth(1).click()
    until(page, lambda: own_texts(page), [VAGUE, texts[1]])


def test_suggestions_are_taken_with_the_keys(site: Site) -> None:
    page = opened(site.visit(**DESKTOP))
    page.locator("#question").press_sequentially("退保", delay=30)
    option = page.locator("[role=option]").first
    option.wait_for()
    page.keyboard.press("ArrowDown")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(page.locator("#question")).to_have_attribute("aria-activedescendant", "suggestion-0")
    text = option.inner_text()
    page.keyboard.press("Enter")
    expect(page.locator(".from-customer .bubble")).to_have_text(text)
    expect(page.locator("[role=listbox]")).to_be_hidden()


def test_a_dispute_waits_for_people_and_may_go_back(site: Site) -> None:
    page = opened(site.visit())
    say(page, DISPUTE)
    expect(page.locator(".standing")).to_contain_text("正在等待人工：投诉专席")
    expect(page.locator(".standing")).to_contain_text(re.compile("投诉编号 TS[0-9]+"))
    page.get_by_role("button", name="返回智能助手").click()
    expect(page.locator(".log")).to_contain_text("已取消排队")
    say(page, ANSWERED)
    assert "answer" in {(one["reply"] or {}).get("action") for one in stored(page)}


def test_a_person_is_one_click_away(site: Site) -> None:
    page = opened(site.visit())
    page.get_by_role("button", name="转人工").click()
    expect(page.locator(".standing")).to_contain_text("正在等待人工")
    page.get_by_role("button", name="转人工").click()
    expect(page.locator(".standing.waiting")).to_have_count(1)


def test_a_person_can_be_asked_for_while_a_question_hangs(site: Site) -> None:
    page = opened(site.visit())
    page.route("**/messages", lambda route: None)
    send(page, ANSWERED)
    page.locator(".typing").wait_for()
    page.get_by_role("button", name="转人工").click()
    expect(page.locator(".standing")).to_contain_text("正在等待人工")
    expect(page.locator(".typing")).to_have_count(0)


def test_it_is_rated_when_it_is_over(site: Site) -> None:
    page = opened(site.visit())
    say(page, ANSWERED)
    page.get_by_role("button", name="结束对话").click()
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".survey .fault")).to_contain_text("请先选")
    page.get_by_label("解决了", exact=True).check()
    page.get_by_label("4 分").check()
    page.get_by_label("还想说的话").fill("很清楚")
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".survey")).to_have_count(0)
    expect(page.get_by_text("感谢您的评价。")).to_be_visible()
    page.get_by_role("button", name="提交").click()
    expect(page.locator(".recommendation .fault")).to_contain_text("请选一个分数")
    page.get_by_label("0 分，完全不愿意", exact=True).focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowLeft")
    expect(page.get_by_label("10 分，非常愿意")).to_be_checked()
    page.keyboard.press("Enter")
    expect(page.locator(".recommendation")).to_have_count(0)
    expect(page.locator(".tail")).to_have_text("感谢您的评价。")
    say(page, ANSWERED)
    expect(page.get_by_text("感谢您的评价。")).to_have_count(0)


def test_the_question_of_recommending_can_be_skipped_for_good(site: Site) -> None:
    page = opened(site.visit())
    say(page, ANSWERED)
    page.get_by_role("button", name="结束对话").click()
    page.get_by_label("解决了", exact=True).check()
    page.get_by_label("4 分").check()
    page.get_by_role("button", name="提交").click()
    page.get_by_role("button", name="跳过").click()
    expect(page.locator(".tail")).to_have_text("感谢您的评价。")
    page.reload()
    expect(page.locator(".log")).to_contain_text("评价")
    expect(page.locator(".recommendation")).to_have_count(0)


def test_markup_is_text(site: Site) -> None:
    page = opened(site.visit())
    evil = '<img src=x onerror="window.hit=1"><script>window.hit=1</script>'
    say(page, evil)
    assert own_texts(page) == [evil]
    page.reload()
    expect(page.locator(".from-customer .bubble")).to_have_text(evil)
    assert page.evaluate("window.hit") is None
    assert page.locator(".log img, .log script").count() == 0


def test_markup_in_a_reply_is_text_too(site: Site) -> None:
    page = opened(site.visit())
    evil = "<img src=x onerror='window.hit=1'><b>报案</b>"
    citation = {"entry_id": evil, "revision": 1, "source": "law", "basis": [evil]}
    named = [{"text": evil, "entry_id": "x"}]
    reply = {"action": "clarify", "choices": named, "related": named, "citations": [citation]}
    reply_with(page, reply, evil)
    shown = say(page, ANSWERED)
    assert shown.locator("img, b").count() == 0
    assert shown.get_by_text(evil).count() >= 4
    assert page.evaluate("window.hit") is None


def test_lines_and_steps_of_an_answer_are_kept_apart(site: Site) -> None:
    page = opened(site.visit())
    text = "请拨400-000-0001。1. 说时间；2. 说地点。\n保费120元，第110条，9:00-18:00，急救120。"
    reply_with(page, {"action": "answer"}, text)
    lines = say(page, ANSWERED).locator(".bubble > p")
    assert lines.all_inner_texts() == [
        "请拨400-000-0001。",
        "1. 说时间；",
        "2. 说地点。",
        "保费120元，第110条，9:00-18:00，急救120。",
    ]
    links = lines.locator("a")
    assert [link.get_attribute("href") for link in links.all()] == ["tel:4000000001", "tel:120"]


def test_a_button_of_the_site_asks(site: Site) -> None:
    page = site.visit()
    page.locator("[data-ask='怎么变更受益人？']").click()
    expect(page.locator(".from-customer .bubble")).to_have_text("怎么变更受益人？")
    expect(page.locator(".from-assistant .basis").first).to_be_visible()


def test_words_for_queues_and_sources_are_those_of_the_product(site: Site) -> None:
    read = "import('/assets/widget/words.js').then(({ wordsFor }) => wordsFor('zh-CN')[%r])"
    page = site.visit("/login")
    assert page.evaluate(read % "queues") == shipped_taxonomy().queues
    assert page.evaluate(read % "sources").keys() == set(get_args(Source))


def _certified(page: Page, certified: bool) -> None:
    """Let the server tell that its thresholds are certified, or nothing."""
    page.route(
        "**/v1/company*",
        lambda route: route.fulfill(json={"certified": True}) if certified else route.abort(),
    )


@pytest.mark.parametrize(("told", "shown"), [(None, 1), (False, 1), (True, 0)])
def test_that_nothing_is_certified_is_said_until_the_server_knows_better(
    site: Site, told: bool | None, shown: int
) -> None:
    page = site.visit("about:blank")
    if told is not None:
        _certified(page, told)
    page.goto("/chat")
    notice = page.get_by_text("未经本机构真实流量认证")
    page.wait_for_load_state("networkidle")
    expect(notice.filter(visible=True)).to_have_count(shown)
