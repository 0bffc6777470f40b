"""Spreadsheets of editors: read whatever program wrote them, looked at, mended, confirmed; and exported."""

import csv
import io
import json
import zipfile
from dataclasses import replace

import openpyxl

from api.accounts.roles import Role
from tests.api.conftest import code_of

ANSWER = "可以在应用里提交申请，也可以到柜台办理；需要的材料和时间以合同约定和实际受理为准，请先看一下条款。"
TABLE = [
    ["分公司常见问题汇总", "", "", "", ""],
    ["问题", "标准答案", "相似问（每行一个）", "业务分类", "法律依据"],
    [
        "保险合同寄丢了怎么再要一份纸质的",
        ANSWER,
        "合同没了\n重新寄合同给我",
        "保单补发与发票",
        "《保险法》第十三条",
    ],
    ["怎么领取满期保险金的利息", ANSWER, "利息怎么领|满期利息", "", ""],
]


def as_xlsx(rows):
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_csv(rows, delimiter=",", encoding="utf-8"):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def as_dicts(rows):
    return [dict(zip(rows[1], row, strict=True)) for row in rows[2:]]


def upload(someone, content, name="faq.xlsx", status=201):
    answer = someone.client.post("/v1/imports", files={"file": (name, content)})
    assert answer.status_code == status, answer.text
    return answer.json()


def rows_of(someone, told, **query):
    return someone.get(f"/imports/{told['id']}", params=query)["rows"]


FILES = [
    ("faq.xlsx", as_xlsx(TABLE)),
    ("faq.csv", as_csv(TABLE, encoding="utf-8-sig")),
    ("faq.csv", as_csv(TABLE, ";", "gb18030")),
    ("faq.tsv", as_csv(TABLE, "\t", "utf-16")),
    ("faq.jsonl", "\n".join(json.dumps(row, ensure_ascii=False) for row in as_dicts(TABLE)).encode()),
    ("faq.yaml", json.dumps(as_dicts(TABLE), ensure_ascii=False).encode()),
]


def test_every_format_is_understood_alike_and_changes_nothing_before_the_confirmation(li):
    for name, content in FILES:
        told = upload(li, content, name)
        fields = {one["heading"]: one["field"] for one in told["columns"]}
        assert list(fields.values()) == ["question", "answer", "variants", "intent", "legal_basis"], name
        assert told["columns"][0]["samples"] == [TABLE[2][0], TABLE[3][0]]
        assert told["counts"] == {"new": 2, "changed": 0, "unchanged": 0, "faulty": 0, "skipped": 0}, name
        first, second = rows_of(li, told)
        assert first["values"]["intent"] == "保单补发与发票"
        assert first["values"]["legal_basis"] == "保险法（2015）第13条"
        assert first["values"]["variants"] == "合同没了\n重新寄合同给我"
        assert second["values"]["variants"] == "利息怎么领\n满期利息"
        assert (first["filled"], second["filled"]) == (["short_answer"], ["intent", "short_answer"])
        li.post(f"/imports/{told['id']}", status=204, method="DELETE")
    assert li.get("/imports")["imports"] == []


def test_bad_rows_are_told_mended_and_imported_as_they_were_seen(li, wang):
    bad = [
        ["保单能改成电子版吗", "", "", "保单补发与发票", ""],
        ["车险怎么报案", ANSWER, "", "没有的类别", "火星法第3条"],
        ["理赔一定能赔吗", "我们保证赔付，" + ANSWER, "", "", ""],
    ]
    told = upload(li, as_xlsx([*TABLE, *bad]))
    assert (told["counts"]["new"], told["counts"]["faulty"]) == (2, 3)
    faulty = rows_of(li, told, state="faulty")
    assert [row["line"] for row in faulty] == [5, 6, 7]
    codes = [[(one["field"], one["code"]) for one in row["faults"]] for row in faulty]
    assert codes[0] == [("answer", "missing")]
    assert codes[1] == [("intent", "bad_intent"), ("legal_basis", "bad_legal_basis")]
    assert "火星法" in faulty[1]["faults"][1]["text"]
    refused = li.client.post(f"/v1/imports/{told['id']}/confirm", json={"revision": told["revision"]})
    assert code_of(refused) == (422, "invalid_input")
    file = li.client.get(f"/v1/imports/{told['id']}/faults")
    sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
    assert [row[-1].value for row in sheet.iter_rows(min_row=2)] == ["5", "6", "7"]

    mended = [
        {"number": 3, "fields": {"answer": ANSWER}},
        {"number": 4, "fields": {"intent": "报案", "legal_basis": ""}},
        {"number": 5, "fields": {}, "skip": True},
    ]
    change = {"revision": told["revision"], "rows": mended}
    now = li.post(f"/imports/{told['id']}", change, method="PATCH")
    assert (now["counts"]["new"], now["counts"]["faulty"], now["counts"]["skipped"]) == (4, 0, 1)
    late = wang.client.patch(f"/v1/imports/{told['id']}", json=change)
    assert code_of(late) == (409, "conflict")
    order = {"revision": now["revision"], "submit": True, "reason": "分公司的表"}
    done = li.post(f"/imports/{told['id']}/confirm", order)
    assert (done["state"], len(done["result"]["new"])) == ("confirmed", 4)
    assert li.post(f"/imports/{told['id']}/confirm", order)["result"] == done["result"]
    drafts = li.client.get("/v1/entries/export?what=drafts&format=jsonl").text.splitlines()
    assert {json.loads(line)["status"] for line in drafts} == {"in_review"}


def test_known_entries_keep_what_the_file_does_not_have_and_differences_are_shown(li, app):
    entry = next(e for e in app.state.live.serving.services.snapshot.entries.values() if e.kind == "answer")
    told = upload(li, as_csv([["问题", "答案"], [entry.question, ANSWER]]), "faq.csv")
    assert told["counts"]["changed"] == 1
    (row,) = rows_of(li, told)
    assert row["entry_id"] == entry.id
    assert {one["field"] for one in row["diff"]} == {"answer"}
    li.post(f"/imports/{told['id']}/confirm", {"revision": told["revision"]})
    (draft,) = li.client.get("/v1/entries/export?what=drafts&format=jsonl").text.splitlines()
    said = json.loads(draft)
    assert (said["answer"], tuple(said["variants"])) == (ANSWER, entry.variants)


def test_what_others_saved_since_the_preview_is_not_overwritten(li, wang, save, app):
    entry = next(e for e in app.state.live.serving.services.snapshot.entries.values() if e.kind == "answer")
    told = upload(li, as_csv([["编号", "问题", "答案"], [entry.id, entry.question, ANSWER]]), "faq.csv")
    save(replace(entry, answer=ANSWER.replace("可以", "您可以")), wang)
    refused = li.client.post(f"/v1/imports/{told['id']}/confirm", json={"revision": told["revision"]})
    assert code_of(refused) == (409, "stale_edit")
    detail = refused.json()["error"]["detail"]
    assert (detail["total"], [one["entry_id"] for one in detail["entries"]]) == (1, [entry.id])
    (both,) = [one for one in detail["entries"][0]["fields"] if one["field"] == "answer"]
    assert (both["base"], both["mine"], both["both"]) == (entry.answer, ANSWER, True)
    assert both["newest"].startswith("您可以") and detail["entries"][0]["author_name"] == "编辑wang"
    seen = li.get(f"/imports/{told['id']}")
    assert seen["upload"]["revision"] == told["revision"] + 1
    assert seen["rows"][0]["diff"][0]["before"].startswith("您可以")
    done = li.post(f"/imports/{told['id']}/confirm", {"revision": seen["upload"]["revision"]})
    assert done["result"]["changed"] == [entry.id]


def test_columns_are_chosen_by_hand_and_impossible_choices_refused(li):
    rows = [["甲", "乙", "丙"], ["保险合同寄丢了怎么再要一份纸质的", ANSWER, "合同没了、重新寄合同给我"]]
    told = upload(li, as_csv(rows), "faq.csv")
    assert told["missing"] == ["question", "answer"]
    wanted = {"甲": "question", "乙": "answer", "丙": "variants"}
    change = {"revision": 1, "mapping": wanted, "separator": "pause"}
    now = li.post(f"/imports/{told['id']}", change, method="PATCH")
    assert (now["missing"], now["counts"]["new"]) == ([], 1)
    assert rows_of(li, told)[0]["values"]["variants"] == "合同没了\n重新寄合同给我"
    for mapping in ({"甲": "answer", "乙": "answer"}, {"甲": "nothing"}, {"丁": "answer"}):
        answer = li.client.patch(f"/v1/imports/{told['id']}", json={"revision": 2, "mapping": mapping})
        assert answer.status_code == 422, mapping


def bomb():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book, book.open("xl/a.xml", "w") as part:
        for _ in range(200):
            part.write(b"0" * 2**20)
    return out.getvalue()


HOSTILE = [
    ("old.xls", b"\xd0\xcf\x11\xe0", "no known suffix"),
    ("none.xlsx", b"not a workbook", "no XLSX workbook"),
    ("long.csv", as_csv([["问题", "答案"], *[["问", "答"]] * 10_001]), "more than 10000 rows"),
    ("wide.csv", as_csv([[f"列{i}" for i in range(200)], ["x"] * 200]), "columns"),
    ("cell.csv", as_csv([["问题", "答案"], ["问", "答" * 40_000]]), "characters"),
    ("bad.csv", b"\xff\xff\xff\x00\x81", "neither UTF-8"),
    ("empty.csv", b"", "no rows"),
    ("laughs.yaml", b"- &a [x, x]\n- &b [*a, *a]\n- {question: [*b, *b]}\n", "aliases"),
    ("deep.jsonl", b'{"question":' + b"[" * 100_000, "no rows"),
    ("deep.yaml", b"[" * 100_000, "broken YAML"),
]


def test_hostile_files_are_refused_in_a_sentence(li):
    """One after the other: none leaves anything that could disturb the next."""
    for name, content, said in (("bomb.xlsx", bomb(), "unpacks to more"), *HOSTILE):
        assert said in upload(li, content, name, 422)["error"]["message"], name
    assert li.get("/imports")["imports"] == []


def test_bad_lines_among_good_ones_are_rows_to_mend(li):
    good = json.dumps({"question": TABLE[2][0], "answer": ANSWER}, ensure_ascii=False)
    told = upload(li, f'{good}\nno json\n["a"]\n'.encode(), "faq.jsonl")
    assert (told["counts"]["new"], told["counts"]["faulty"]) == (1, 2)


def test_exports_come_back_unchanged_and_hold_no_formula(li, app, save):
    entry = next(e for e in app.state.live.serving.services.snapshot.entries.values() if e.kind == "answer")
    save(replace(entry, answer="=HYPERLINK(1)" + entry.answer, variants=("'+1", *entry.variants)), li)
    for form, headings in (
        ("xlsx", "zh"),
        ("csv", "zh"),
        ("xlsx", "en"),
        ("csv", "en"),
        ("jsonl", "en"),
        ("yaml", "en"),
    ):
        path = f"/v1/entries/export?format={form}&what=drafts&headings={headings}"
        file = li.client.get(path)
        assert "attachment" in file.headers["content-disposition"]
        told = upload(li, file.content, f"again.{form}")
        assert told["counts"]["unchanged"] == 1, (form, headings, rows_of(li, told))
        if form == "csv":
            cells = [cell for row in csv.reader(io.StringIO(file.text)) for cell in row]
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in cells)
        if form == "xlsx":
            sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
            assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    assert li.client.get("/v1/entries/export?what=drafts&intent=nothing").status_code == 404


def test_everything_that_is_published_comes_back_unchanged(li):
    told = upload(li, li.client.get("/v1/entries/export?headings=zh").content)
    assert told["counts"]["unchanged"] == sum(told["counts"].values()) > 300


def test_the_template_offers_lists_and_an_import_of_it_is_empty(li):
    file = li.client.get("/v1/imports/template")
    book = openpyxl.load_workbook(io.BytesIO(file.content))
    assert book.sheetnames == ["问答", "填写说明", "选项"]
    offered = {str(one.sqref)[:2]: one.formula1 for one in book["问答"].data_validations.dataValidation}
    assert len(offered) == 3
    assert "no rows" in upload(li, file.content, status=422)["error"]["message"]
    book["问答"].append([None, TABLE[2][0], ANSWER, None, None, "续保", "公司规定"])
    out = io.BytesIO()
    book.save(out)
    assert upload(li, out.getvalue())["counts"]["new"] == 1


def test_too_many_uploads_and_people_without_the_right_are_refused(li, editor):
    content = as_csv(TABLE)
    for _ in range(10):
        upload(li, content, "faq.csv")
    assert "uploads wait" in upload(li, content, "faq.csv", 422)["error"]["message"]
    agent = editor("zhao", Role.AGENT)
    for method, path in (
        ("POST", "/imports"),
        ("GET", "/imports"),
        ("GET", "/imports/template"),
        ("GET", "/entries/export"),
    ):
        assert code_of(agent.client.request(method, f"/v1{path}")) == (403, "forbidden")
