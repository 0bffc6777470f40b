"""An editor writes: what stands against it is mended beside the field, and nothing written is ever lost."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.everybody import require_for_everybody
from tests.browser.knowledge.site import DESKTOP, PHONE, Client, Opened, on_every_screen, require_everywhere

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

pytestmark = pytest.mark.browser

ID = "payment_method.change_card"
RIVAL = "payment_method.frequency"
PROMISE = "您放心，材料交齐后保证赔付，绝不拖延。具体进度可以打{hotline}，工作人员会逐项说明清楚。"

PASTE = """(text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
  document.activeElement.dispatchEvent(event);
}"""

MOVED = """() => new Promise((done) => {
  let moved = 0;
  const add = (list) => list.getEntries().forEach(({ value }) => (moved += value));
  new PerformanceObserver(add).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(moved), 1000);
})"""


def written(page: Page, entry_id: str = ID) -> Page:
    """Open an entry and wait until it is checked."""
    page.goto(f"/knowledge#/entries/{entry_id}")
    page.get_by_role("heading", name="编辑条目").wait_for()
    page.locator(".summary").filter(has_text=re.compile("必须改")).wait_for()
    return page


def answer(page: Page) -> Locator:
    return page.get_by_label("答案", exact=True)


def text_of(client: Client, entry_id: str) -> dict[str, Any]:
    view: dict[str, Any] = client.ask("GET", f"/entries/{entry_id}")
    return view


def edited(client: Client, entry_id: str, **changes: Any) -> dict[str, Any]:
    """Save a change by the API, as a colleague would."""
    view = text_of(client, entry_id)
    entry = {name: value for name, value in view["entry"].items() if name != "id"} | changes
    saved: dict[str, Any] = client.ask(
        "PUT", f"/entries/{entry_id}", {"entry": entry, "based_on": view["revision"]}
    )
    return saved


def test_a_forbidden_promise_is_held_back_and_mended_with_one_press(opened: Opened, li: Client) -> None:
    page = opened(hash_="#/new")
    page.get_by_role("heading", name="新建条目").wait_for()
    page.get_by_label("问题", exact=True).fill("保费能不能用外币账户来交？")
    page.get_by_label("意图").select_option("payment_method")
    answer(page).fill(PROMISE)
    page.get_by_label("短答案").fill("保费以人民币计收。")
    page.get_by_role("button", name="＋ 加一个问法").click()
    page.evaluate(PASTE, "美元户头能交吗\n港币卡扣得了续期吗\n")
    page.keyboard.press("Alt+ArrowUp")
    assert page.get_by_label("问法 1", exact=True).input_value() == "港币卡扣得了续期吗"
    finding = page.locator('.finding[data-code="wording"]')
    finding.get_by_text("“保证赔付”不能对客户说").wait_for()
    page.keyboard.press("Control+Enter")
    page.get_by_text("还有必须改的地方").wait_for()
    assert answer(page).evaluate("box => box.value.slice(box.selectionStart, box.selectionEnd)") == "保证赔付"
    finding.get_by_role("button", name="改成").click()
    page.locator(".summary", has_text="没有必须改的地方").wait_for()
    assert "保证赔付" not in answer(page).input_value()
    page.get_by_role("group", name="客户看到的样子").get_by_text("400-000-0000").wait_for()
    page.get_by_role("textbox", name="试一问").fill("港币卡扣得了续期吗")
    page.keyboard.press("Enter")
    page.get_by_role("group", name="发布草稿后").get_by_text("保费能不能用外币账户来交？").first.wait_for()
    page.keyboard.press("Control+s")
    page.get_by_text("已保存。").wait_for()
    made = page.url.partition("#/entries/")[2]
    assert made.startswith("payment_method.")
    assert text_of(li, made)["entry"]["variants"] == ["港币卡扣得了续期吗", "美元户头能交吗"]
    page.keyboard.press("Control+Enter")
    page.locator(".standing").get_by_text("待审核").wait_for()
    assert text_of(li, made)["status"] == "in_review"
    page.get_by_role("link", name="历史和意见").click()
    page.wait_for_url(f"**/knowledge#/entries/{made}/history")
    page.go_back()
    page.locator(".standing").get_by_text("待审核").wait_for()
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('baowen-entry'))") == []


def test_a_collision_is_shown_beside_its_rival_and_moved_there(opened: Opened, li: Client) -> None:
    rival = text_of(li, RIVAL)
    page = written(opened())
    page.get_by_role("button", name="＋ 加一个问法").click()
    page.keyboard.type("保费可以分期交吗")
    shown = page.locator(f'.rival[data-entry="{RIVAL}"]')
    shown.get_by_text("会先找到对方的").wait_for()
    assert rival["entry"]["answer"] in shown.get_by_role("group", name="对方").inner_text()
    shown.get_by_role("button", name="移给对方").first.click()
    page.get_by_text("已移到").wait_for()
    shown.wait_for(state="detached")
    assert text_of(li, RIVAL)["entry"]["variants"][-1] == "保费可以分期交吗"
    page.get_by_text("已保存。").wait_for()


def test_two_editors_collide_and_both_sides_are_put_together(
    opened: Opened, li: Client, wang: Client
) -> None:
    entry_id = "payment_method.auto_debit_off"
    page = written(opened(bypass_csp=True), entry_id)
    before = text_of(wang, entry_id)["entry"]
    mine, theirs = before["answer"] + "我补一句。", before["answer"].replace("可以随时", "您随时")
    answer(page).fill(mine)
    page.get_by_role("button", name="＋ 加一个问法").click()
    page.keyboard.type("我方新增问法怎么弄")
    edited(
        wang,
        entry_id,
        answer=theirs,
        variants=[*before["variants"], "对方新增问法怎么弄"],
        products=["motor"],
    )
    page.keyboard.press("Control+s")
    page.get_by_role("heading", name="别人先保存了").wait_for()
    require_for_everybody(page)
    assert text_of(wang, entry_id)["entry"]["answer"] == theirs
    both = page.locator('.choice[data-field="answer"]')
    both.get_by_role("radio", name="用王强的").check()
    joined = both.get_by_role("textbox", name="合并后的答案")
    assert joined.input_value() == theirs
    joined.fill(theirs + "我补一句。")
    page.get_by_role("button", name="保存合并后的内容").click()
    page.get_by_text("已保存合并后的内容").wait_for()
    now = text_of(li, entry_id)["entry"]
    assert now["answer"] == theirs + "我补一句。"
    assert now["variants"][-2:] == ["对方新增问法怎么弄", "我方新增问法怎么弄"]
    assert now["products"] == ["motor"]


def test_a_conflict_is_put_together_by_finger(opened: Opened, wang: Client) -> None:
    entry_id = "payment_method.lump_sum"
    page = written(opened(bypass_csp=True, **PHONE), entry_id)
    before = text_of(wang, entry_id)["entry"]
    mine, theirs = f"{before['answer']}我补一句。", f"您好，{before['answer']}"
    answer(page).fill(mine)
    edited(wang, entry_id, answer=theirs)
    page.get_by_role("button", name="保存草稿").tap()
    page.get_by_role("heading", name="别人先保存了").wait_for()
    require_everywhere(page)
    page.set_viewport_size(PHONE["viewport"])
    page.get_by_role("button", name="先不保存，回去编辑").tap()
    assert answer(page).input_value() == mine
    page.get_by_role("button", name="保存草稿").tap()
    page.locator('.choice[data-field="answer"]').get_by_role("radio", name="用王强的").tap()
    page.get_by_role("button", name="保存合并后的内容").tap()
    page.get_by_text("已保存合并后的内容").wait_for()
    assert text_of(wang, entry_id)["entry"]["answer"] == theirs
    wang.ask("POST", f"/entries/{entry_id}/discard", {"based_on": text_of(wang, entry_id)["revision"]})


def test_what_was_not_saved_is_offered_again_and_waits_for_the_connection(opened: Opened, li: Client) -> None:
    entry_id = "payment_method.lump_sum"
    page = written(opened(), entry_id)
    page.on("dialog", lambda dialog: dialog.accept())
    before = text_of(li, entry_id)["entry"]["short_answer"]
    page.get_by_label("短答案").fill("没来得及保存的短答案。")
    page.get_by_text("已留在这台电脑上").wait_for()
    page.wait_for_timeout(500)
    page.reload()
    offer = page.get_by_role("region", name="没保存的内容")
    offer.get_by_text("看看改了什么").click()
    assert "没来得及" in "".join(offer.locator("ins").all_inner_texts())
    assert page.get_by_label("短答案").input_value() == before
    offer.get_by_role("button", name="恢复").click()
    assert page.get_by_label("短答案").input_value() == "没来得及保存的短答案。"
    page.context.set_offline(True)
    page.keyboard.press("Control+s")
    page.get_by_text("恢复后自动保存").wait_for()
    assert text_of(li, entry_id)["entry"]["short_answer"] == before
    page.context.set_offline(False)
    page.get_by_text("已保存。").wait_for()
    assert text_of(li, entry_id)["entry"]["short_answer"] == "没来得及保存的短答案。"
    page.get_by_role("button", name="还原").click()
    page.get_by_role("dialog").get_by_role("button", name="还原").click()
    page.locator(".standing").get_by_text("已发布").wait_for()
    assert page.get_by_label("短答案").input_value() == before


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_an_opened_entry_alarms_nobody_and_nothing_moves(opened: Opened, screen: dict[str, Any]) -> None:
    page = written(opened(**screen), "claim_documents.car_damage")
    page.get_by_text("原来就抢问法").wait_for()
    assert page.locator(".lost, .finding.grave").count() == 0
    page.reload()
    page.locator(".from-assistant").first.wait_for()
    assert page.evaluate(MOVED) < 0.005


@on_every_screen
def test_writing_is_for_everybody(opened: Opened, screen: dict[str, Any]) -> None:
    page = written(opened(bypass_csp=True, **screen))
    page.get_by_role("group", name="客户看到的样子").get_by_text("依据").wait_for()
    answer(page).fill(PROMISE)
    page.get_by_role("button", name="＋ 加一个问法").click()
    page.keyboard.type("保费可以分期交吗")
    page.get_by_text("不能对客户说").wait_for()
    page.locator(".rival[open]").wait_for()
    require_for_everybody(page)
    page.get_by_role("button", name="繁體").click()
    page.get_by_role("button", name="大字").click()
    page.get_by_text("怎麼更換扣保費的銀行卡").first.wait_for()
    require_for_everybody(page)
