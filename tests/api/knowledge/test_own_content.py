"""Company profile and lexicons: edited by two, checked, told to every server, and taken back."""

import time

from fastapi.testclient import TestClient

from api.accounts.roles import Role
from api.app import create_app
from api.services import open_services
from knowledge_base.editing.own_content import save_content
from knowledge_base.editing.types import Deed
from knowledge_base.settings import Settings
from tests.api.conftest import NOW, code_of

NEW_LINE = "400-111-2222"


def test_a_number_is_changed_by_one_and_read_by_customers(app, li, wang):
    told = li.get("/company/profile")
    assert (told["revision"], told["from_file"], told["edited_by"]) == (0, True, None)
    assert told["used"]["hotline"] > 10
    value = {**told["value"], "hotline": NEW_LINE}
    seen = li.post("/company/profile/preview", {"value": value})
    assert "{" not in seen["answer"]
    saved = li.post("/company/profile", {"revision": 0, "value": value, "reason": "新号码"}, method="PUT")
    assert (saved["revision"], saved["from_file"], saved["edited_by_name"]) == (1, False, "编辑li")
    late = wang.client.put("/v1/company/profile", json={"revision": 0, "value": told["value"]})
    assert code_of(late) == (409, "conflict")

    app.state.live.refresh()
    serving = app.state.live.serving
    assert serving.services.company.hotline == NEW_LINE
    assert app.state.desk.notices.company.hotline == NEW_LINE
    entry = next(e for e in serving.services.snapshot.entries.values() if "{hotline}" in e.answer)
    assert NEW_LINE in serving.assistant.reply(entry.question).text
    assert li.get("/company/profile")["serving"] is True

    (edit,) = li.get("/company/profile/history")["edits"]
    assert edit["changes"] == [{"key": "hotline", "before": told["value"]["hotline"], "after": NEW_LINE}]
    back = li.post("/company/profile/rollback", {"revision": 1, "to": 0})
    assert (back["revision"], back["from_file"], back["value"]) == (2, True, told["value"])
    assert code_of(li.client.post("/v1/company/profile/rollback", json={"revision": 2, "to": 9})) == (
        404,
        "not_found",
    )


def test_what_is_wrong_is_told_by_field_and_nothing_is_stored(li):
    value = li.get("/company/profile")["value"]
    bad = {**value, "hotline": "请打电话", "complaint_email": "x", "app": "", "name": "a{b", "extra": "1"}
    refused = li.client.put("/v1/company/profile", json={"revision": 0, "value": bad})
    assert code_of(refused) == (422, "invalid_content")
    assert {one.split(":")[0] for one in refused.json()["error"]["detail"]} == {"app", "extra"}
    bad = {**value, "hotline": "请打电话", "complaint_email": "x", "name": "a{b"}
    refused = li.client.put("/v1/company/profile", json={"revision": 0, "value": bad})
    codes = {tuple(one.split(": ")[:2]) for one in refused.json()["error"]["detail"]}
    assert codes == {("hotline", "phone"), ("complaint_email", "email"), ("name", "characters")}
    assert li.get("/company/profile")["revision"] == 0


BAD_LEXICONS = [
    ("terms", ["长" * 31], "too_long"),
    ("terms", {"a": []}, "list"),
    ("synonyms", {"保单": ["退保"]}, "twice"),
    ("synonyms", ["保单"], "mapping"),
    ("wording", [{"id": "x", "pattern": "(", "instead": "y"}], "rule"),
    ("wording", [{"id": "x", "pattern": "(a+)+b", "instead": "y"}], "nested"),
    ("wording", [{"id": "x", "pattern": ".*", "instead": "y"}], "everything"),
    ("wording", [{"id": "x", "pattern": "a"}], "rule"),
]


def test_a_bad_lexicon_is_refused_before_it_is_stored(li):
    """One after the other: nothing is stored that could disturb the next."""
    for name, value, code in BAD_LEXICONS:
        refused = li.client.put(f"/v1/lexicons/{name}", json={"revision": 0, "value": value})
        assert code_of(refused) == (422, "invalid_content"), (name, value)
        assert f": {code}: " in refused.json()["error"]["detail"][0]
        assert li.get(f"/lexicons/{name}")["revision"] == 0


def test_words_are_tried_saved_and_used_by_search_and_checks(app, li):
    text = "小红书保险怎么退"
    before = li.post("/lexicons/terms/try", {"text": text})
    tried = li.post("/lexicons/terms/try", {"text": text, "value": ["小红书保险"]})
    assert "小红书保险" not in before["words"]
    assert "小红书保险" in tried["words"]
    li.post("/lexicons/terms", {"revision": 0, "value": ["小红书保险"]}, method="PUT")
    rule = {"id": "own_rule", "pattern": "躺赢", "instead": "写事实"}
    li.post("/lexicons/wording", {"revision": 0, "value": [rule]}, method="PUT")
    old = app.state.live.serving
    app.state.live.refresh()
    assert app.state.live.serving is not old
    assert li.post("/lexicons/terms/try", {"text": text})["words"] == tried["words"]
    assert li.post("/lexicons/wording/try", {"text": "买了就躺赢"})["offences"][0]["instead"] == "写事实"
    assert [one.id for one in app.state.desk.wordings][-1] == "own_rule"
    group = {"退保": ["退钱", "不要了"]}
    tried = li.post("/lexicons/synonyms/try", {"text": "保险我不要了", "value": group})
    assert "退保" in tried["terms"]


def test_a_running_server_and_a_new_one_take_over_what_another_process_saved(own_home):
    services = open_services(Settings(home=own_home, poll_seconds=0.05))
    with TestClient(create_app(services)) as client:
        with services.database.transaction() as session:
            value = services.company.model_dump() | {"short_name": "新示例保险"}
            save_content(session, "company", value, 0, Deed("other", "", NOW))
        end = time.monotonic() + 30
        while client.app.state.live.serving.services.company.short_name != "新示例保险":
            assert time.monotonic() < end
            time.sleep(0.05)
    again = open_services(Settings(home=own_home))
    assert again.company.short_name == "新示例保险"
    for one in (services, again):
        one.database.engine.dispose()


def test_without_the_right_nothing_is_read_or_changed(editor):
    agent = editor("zhao", Role.AGENT)
    for path in ("/company/profile", "/lexicons/terms", "/laws"):
        assert code_of(agent.client.get(f"/v1{path}")) == (403, "forbidden")
    assert code_of(agent.client.put("/v1/company/profile", json={"revision": 0, "value": {}})) == (
        403,
        "forbidden",
    )
