"""What helps while an entry is written: checks with places, the preview, a question tried."""

import random

import pytest

from tests.api.knowledge.test_writing import ID, NEW, text_of

RIVAL = "payment_method.frequency"


# SQLite alone: nothing here is written.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def check(li, entry, entry_id="", **more):
    return li.post("/entries/check", {"id": entry_id, "entry": entry, **more})


def test_a_forbidden_promise_is_told_with_its_place_and_words_instead(li):
    answer = (
        "您放心，符合合同约定的事故，材料交齐后保证赔付，绝不拖延，具体进度可以打{hotline}向工作人员了解。"
    )
    told = check(li, {**NEW, "answer": answer})
    assert told["blocked"] is True
    (found,) = [one for one in told["findings"] if one["code"] == "wording"]
    assert (found["severity"], found["field"], found["item"]) == ("error", "answer", None)
    assert answer[found["start"] : found["end"]] == found["found"] == "保证赔付"
    assert "以核定为准" in found["instead"]
    mended = answer[: found["start"]] + found["put"] + answer[found["end"] :]
    assert not [one for one in check(li, {**NEW, "answer": mended})["findings"] if one["code"] == "wording"]


def test_every_field_tells_its_own_fault(li):
    bad = {
        **NEW,
        "intent": "no_such",
        "source": "law",
        "answer": "请打{nobody}，或打13812345678找王先生，他会告诉您怎么办，工作日九点到五点都有人接听。",
        "variants": ["我的电话是13812345678怎么改", "美元账户能交保费吗", "美元账户能交保费吗？"],
        "products": ["motor", "spaceship"],
        "valid_from": "2026-05-01",
        "valid_to": "2026-04-01",
        "related": ["no.such"],
    }
    found = {(one["code"], one["field"], one["item"]) for one in check(li, bad)["findings"]}
    assert found >= {
        ("intent", "intent", None),
        ("basis", "legal_basis", None),
        ("placeholder", "answer", None),
        ("personal_data", "answer", None),
        ("personal_data", "variants", 0),
        ("likeness", "variants", 2),
        ("product", "products", 1),
        ("validity", "valid_to", None),
        ("related", "related", 0),
    }
    law = {"law": "保险法", "version": "1995", "article": "36"}
    assert ("law", "legal_basis", 0) in {
        (one["code"], one["field"], one["item"])
        for one in check(li, {**NEW, "legal_basis": [law]})["findings"]
    }


def test_nothing_stands_in_the_way_of_what_is_published(li):
    view = li.get(f"/entries/{ID}")
    told = check(li, text_of(view), ID, thorough=True)
    assert told["blocked"] is False
    empty = check(li, {})
    assert {one["field"] for one in empty["findings"] if one["code"] == "required"} == {
        "question",
        "answer",
        "short_answer",
    }


def test_a_collision_names_the_competing_entry(li):
    mine, rival = li.get(f"/entries/{ID}"), li.get(f"/entries/{RIVAL}")
    variants = [*mine["entry"]["variants"], rival["entry"]["question"], "保费可以分期交吗"]
    told = check(li, text_of(mine, variants=variants), ID)
    shared = [one for one in told["findings"] if one["code"] == "shared"]
    assert [(one["item"], one["instead"]) for one in shared] == [(len(variants) - 2, RIVAL)]
    assert told["blocked"] is True
    competing = told["rivals"][0]
    assert competing["entry_id"] == RIVAL
    assert competing["answer"] == rival["entry"]["answer"]
    assert competing["brought"] > 0
    assert {one["stood"] for one in competing["meetings"] if one["item"] == len(variants) - 1} == {False}
    items = {one["item"]: one for one in competing["meetings"] if one["kind"] in ("lost", "example")}
    assert items[len(variants) - 1]["rival"] > items[len(variants) - 1]["own"]
    moved = check(li, text_of(mine, variants=variants[:-2]), ID)
    assert not [one for one in moved["rivals"] if one["entry_id"] == RIVAL and one["lost"]]
    assert moved["blocked"] is False


def test_what_stood_before_is_not_held_against_whoever_opens_an_entry(li):
    """Opened as they are published, entries have nothing red: no error, no rival that was just brought."""
    stood, listed = 0, li.get("/entries?limit=200&order=id")["entries"]
    for one in random.Random(20261127).sample(listed, 30):  # noqa: S311 - always the same ones
        told = check(li, text_of(li.get(f"/entries/{one['id']}")), one["id"])
        assert not told["blocked"], one["id"]
        assert not [rival for rival in told["rivals"] if rival["brought"]], one["id"]
        stood += sum(rival["lost"] for rival in told["rivals"])
    assert stood, "some compete all the same"


def test_the_preview_is_what_the_customer_reads(li):
    view = li.get(f"/entries/{ID}")
    told = li.post("/entries/preview", {"id": ID, "revision": view["revision"], "entry": text_of(view)})
    asked = li.post("/ask", {"text": view["entry"]["question"]})
    for name in ("text", "citations", "related"):
        assert told["hans"][name] == asked[name]
    assert told["hans"]["also"].endswith(view["entry"]["short_answer"].replace("{app}", "示例保险App"))
    assert "補辦" in told["hant"]["text"]
    assert told["told_today"] is True
    broken = li.post("/entries/preview", {"entry": {**NEW, "answer": "请打{nobody}和{hotline"}})
    assert broken["problem"]
    assert broken["hans"]["text"] == "请打{nobody}和{hotline"
    assert li.post("/entries/preview", {"entry": {}})["hans"]["text"] == ""


def test_a_question_is_tried_with_the_draft_in_place(li, app):
    text = "港币卡扣得了续期吗"
    told = li.post("/entries/try", {"entry": NEW, "text": text})
    assert told["before"]["entry_id"] != "new"
    assert (told["after"]["action"], told["after"]["entry_id"]) == ("answer", "new")
    assert told["after"]["candidates"][0]["question"] == NEW["question"]
    assert set(told["changes"]) >= {"entry", "text"}
    serving = app.state.live.serving.services.snapshot
    assert "new" not in serving.entries
    view = li.get(f"/entries/{ID}")
    question = view["entry"]["question"]
    same = li.post("/entries/try", {"id": ID, "entry": text_of(view), "text": question})
    assert same["changes"] == []
    gone = li.post("/entries/try", {"id": ID, "entry": text_of(view), "retired": True, "text": question})
    assert gone["after"]["entry_id"] != ID
    assert li.post("/entries/try", {"entry": NEW, "text": "  "}, 422)["error"]["code"] == "invalid_input"


def test_pickers_know_laws_intents_and_products(li):
    told = li.get("/entries/choices")
    law = next(one for one in told["laws"] if one["id"] == "保险法")
    assert law["name"] == "中华人民共和国保险法"
    assert law["in_force"] is True
    assert {"id": "motor", "name": "商业车险"} in told["products"]
    assert "payment_method" in {one["id"] for one in told["intents"]}
    assert {"name": "hotline", "value": "400-000-0000"} in told["placeholders"]
    assert "web" in told["channels"]
