"""An editor imports a spreadsheet with two bad rows, mends them in the preview, and confirms."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.knowledge.site import PHONE, Client, Opened, require_everywhere, sheet, upload

ANSWER = "可以在应用里提交申请，也可以到柜台办理；需要的材料和时间以合同约定和实际受理为准，请先看一下条款。"
QUESTIONS = ("保险合同寄丢了怎么再要一份纸质的", "保单能改成电子版吗", "满期保险金的利息怎么领取")
pytestmark = pytest.mark.browser


HEADINGS = ("客户怎么问", "标准答案", "类别")


def test_two_bad_rows_are_mended_and_all_is_imported(opened: Opened, li: Client) -> None:
    first, second, third = QUESTIONS
    page = opened("li", "#/import", bypass_csp=True, **PHONE)
    rows = [(first, ANSWER, "保单补发与发票"), (second, "", "保单补发与发票"), (third, ANSWER, "没有的类别")]
    upload(page, sheet(*HEADINGS, rows=rows))

    page.get_by_text("还没有哪一列对应“标准问题”").wait_for()
    page.get_by_label("客户怎么问", exact=True).select_option("标准问题")
    page.get_by_text("还有 2 行有问题").wait_for()
    require_everywhere(page)
    page.set_viewport_size(PHONE["viewport"])
    confirm = page.get_by_role("button", name="导入 1 条")
    assert confirm.is_disabled()

    row = page.locator("article").filter(has_text=second)
    row.get_by_text("回答：没有填写，请补上。").wait_for()
    row.get_by_label("回答", exact=True).fill(f"我们保证赔付，{ANSWER}")
    row.get_by_role("button", name="保存这一行").click()
    row.get_by_text("不能对客户说").first.wait_for()
    row.get_by_label("回答", exact=True).fill(ANSWER)
    row.get_by_role("button", name="保存这一行").click()
    page.get_by_text("还有 1 行有问题").wait_for()
    row = page.locator("article").filter(has_text=third)
    row.get_by_label("类别").select_option("生存金年金红利领取")
    row.get_by_role("button", name="保存这一行").click()

    page.get_by_text("新增 3 条，修改 0 条").wait_for()
    assert li.ask("GET", f"/entries?q={first}&limit=5")["entries"] == []  # nothing before the confirmation
    page.get_by_role("button", name="导入 3 条").click()
    page.get_by_text("已导入：新增 3 条，修改 0 条，已提交审核").wait_for()
    told = li.ask("GET", f"/entries?q={first}&limit=5")["entries"]
    assert [(one["question"], one["status"]) for one in told] == [(first, "in_review")]


@pytest.mark.parametrize(("form", "name"), [("CSV", "a.csv"), ("JSONL", "a.jsonl"), ("YAML", "a.yaml")])
def test_what_is_exported_is_imported_as_unchanged_in_every_format(
    opened: Opened, li: Client, form: str, name: str
) -> None:
    question = "想把纸质合同换成电子的怎么办"
    if not li.ask("GET", f"/entries?q={question}")["total"]:
        entry = {"intent": "policy_change", "question": question, "answer": ANSWER, "short_answer": "可以。"}
        li.ask("POST", "/entries", {"entry": entry})
    page = opened("li", "#/import", bypass_csp=True)
    page.get_by_label("内容", exact=True).select_option("草稿和待审核的条目")
    formats = page.get_by_label("格式", exact=True)
    formats.select_option(next(one for one in formats.locator("option").all_inner_texts() if form in one))
    with page.expect_download() as got:
        page.get_by_role("button", name="导出", exact=True).click()
    content = Path(got.value.path()).read_bytes()
    assert question in content.decode("utf-8-sig") or question.encode("unicode_escape") in content
    upload(page, content, name)
    (told,) = [one for one in li.ask("GET", "/imports")["imports"] if one["name"] == name]
    assert (told["counts"]["new"], told["counts"]["changed"]) == (0, 0)
    assert told["counts"]["unchanged"] > 0
    require_everywhere(page)
    page.get_by_role("button", name="放弃").last.click()
    page.get_by_role("dialog").get_by_role("button", name="放弃").click()
    page.get_by_role("heading", name="导入导出").wait_for()


def test_what_others_saved_meanwhile_is_shown_before_it_is_imported(opened: Opened, wang: Client) -> None:
    question = "合同里的电话写错了怎么更正"
    page = opened("li", "#/import", bypass_csp=True)
    upload(page, sheet(*HEADINGS, rows=[(question, ANSWER, "保单变更")]))
    page.get_by_label("客户怎么问", exact=True).select_option("标准问题")
    page.get_by_role("button", name="导入 1 条").wait_for()
    their_row = (question, ANSWER.replace("可以", "您可以"), "保单变更")
    theirs = {"file": ("a.xlsx", sheet(*HEADINGS, rows=[their_row]))}
    told = wang.upload("/imports", theirs)
    mapping = {"客户怎么问": "question", "标准答案": "answer", "类别": "intent"}
    told = wang.ask("PATCH", f"/imports/{told['id']}", {"revision": 1, "mapping": mapping})
    wang.ask("POST", f"/imports/{told['id']}/confirm", {"revision": told["revision"]})
    page.get_by_role("button", name="导入 1 条").click()
    page.get_by_text("有人改过其中的条目").wait_for()
    page.locator("del").filter(has_text="您可以").first.wait_for()
    page.get_by_role("button", name="放弃").last.click()
    page.get_by_role("dialog").get_by_role("button", name="放弃").click()
    page.get_by_role("heading", name="导入导出").wait_for()
    require_everywhere(page)
