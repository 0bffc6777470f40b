"""Labelling over the API: blind labels, decisions, figures, and rows that evaluation reads."""

import base64
import json
from importlib.resources import files
from typing import get_args

import pytest
from fastapi.testclient import TestClient

from api.accounts.audit import list_notes
from api.accounts.keys import add_key
from api.accounts.roles import Permission
from api.app import create_app
from api.labelled_rows import read_labelled
from api.services import open_services
from assistant.decision_log import DecisionRow
from evaluation.labels.question_files import RowFault
from evaluation.predictions import write_predictions
from evaluation.types import CaseResult
from knowledge_base.settings import Settings
from tests.api.test_cli import assert_clear_error
from tests.api.test_live import NOW

QUESTIONS = [
    {"id": "q1", "text": "怎么退保，我的电话13800138000", "tags": ["短"], "channel": "phone"},
    {"id": "q2", "text": "=1+1 转人工", "history": ["你好"]},
    {"id": "q3", "text": "那个怎么弄"},
]
ANSWER = {"action": "answer", "intent": "surrender", "entry_ids": []}


@pytest.fixture(scope="module")
def own(home, services, tmp_path_factory):
    """An installation of this module's own, which wants no index built anew."""
    import shutil

    folder = tmp_path_factory.mktemp("labels") / "home"
    for name in (services.home.index_cache.name, services.home.dictionary_cache.name):
        shutil.copytree(services.home.root / name, folder / name)
    opened = open_services(Settings(home=folder))
    yield opened
    opened.database.engine.dispose()


@pytest.fixture(scope="module")
def app(own):
    return create_app(own)


@pytest.fixture(scope="module")
def person(app, own):
    """Return a function that gives the client of somebody with scopes."""

    def client(name, *scopes):
        from knowledge_base.editing.types import Deed

        with own.database.transaction() as session:
            secret, _ = add_key(session, name, scopes or (Permission.LABELS_WRITE,), Deed("user:1", "", NOW))
        return TestClient(app, headers={"Authorization": f"Bearer {secret}"})

    return client


@pytest.fixture(scope="module")
def people(person):
    return [person(name) for name in ("li", "wang", "zhao")]


def new_set(client, *rows, wanted=2, name="questions.jsonl"):
    content = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    file = {"name": name, "content": base64.b64encode(content.encode()).decode()}
    return client.post("/v1/label-sets", json={"name": "三月", "wanted": wanted, "file": file})


def following(client, made):
    return client.get(f"/v1/label-sets/{made['id']}/next").json()


def give(client, question, **label):
    return client.put(f"/v1/label-questions/{question['id']}/label", json=ANSWER | label)


def test_two_blind_labels_a_decision_and_rows_for_evaluation(people, own, tmp_path):
    li, wang, zhao = people
    made = new_set(li, *QUESTIONS).json()
    assert made["progress"]["left"] == 3
    surrender = next(
        e.id for e in own.snapshot.entries.values() if e.intent == "surrender" and e.kind == "answer"
    )
    first = following(li, made)["question"]
    assert (first["row_id"], first["channel"]) == ("q1", "phone") and "13800138000" not in first["text"]
    assert give(li, first, entry_ids=[surrender], note="常见").status_code == 204
    assert give(li, first, entry_ids=[surrender]).status_code == 204  # changed while it is alone
    seen = following(wang, made)["question"]
    assert seen["id"] == first["id"] and seen["mine"] is None and "常见" not in json.dumps(seen)
    assert wang.get(f"/v1/label-sets/{made['id']}/disagreements").json()["questions"] == []
    assert give(wang, seen, entry_ids=[surrender]).status_code == 204
    assert give(li, first, intent="claim_process").json()["error"]["code"] == "conflict"
    assert give(wang, seen, entry_ids=[surrender]).status_code == 204  # sent twice: the reply was lost

    second = following(li, made)["question"]
    assert second["history"] == ["你好"]
    give(li, second, action="handoff", intent="human_agent", queue="general")
    give(wang, second, action="handoff", intent="human_agent", queue="claims")
    third = following(wang, made)["question"]
    give(wang, third, action="clarify", intent="")
    give(li, third, action="clarify", intent="", note="太含糊")
    assert following(li, made)["question"] is None

    (open_one,) = zhao.get(f"/v1/label-sets/{made['id']}/disagreements").json()["questions"]
    assert [label["queue"] for label in open_one["labels"]] == ["general", "claims"]
    assert "li" not in json.dumps(open_one["labels"])
    decision = f"/v1/label-questions/{open_one['id']}/decision"
    chosen = {"action": "handoff", "intent": "human_agent", "queue": "general"}
    assert li.put(decision, json=chosen).json()["error"]["code"] == "invalid_input"
    assert li.put(f"/v1/label-questions/{first['id']}/decision", json=chosen).status_code == 409
    assert zhao.put(decision, json=chosen).status_code == 204
    assert li.put(decision, json=chosen | {"together": True}).status_code == 204

    told = zhao.get(f"/v1/label-sets/{made['id']}").json()
    assert told["progress"] | {"mine": 0, "left": 0} == told["progress"]
    assert (told["progress"]["complete"], told["progress"]["decided"]) == (3, 1)
    assert told["agreement"]["action"]["same"]["value"] == 1
    assert told["agreement"]["queue"]["same"]["value"] == pytest.approx(2 / 3)
    for kind in ("jsonl", "csv", "xlsx"):
        file = zhao.get(f"/v1/label-sets/{made['id']}/export?format={kind}")
        path = tmp_path / f"rows.{kind}"
        path.write_bytes(file.content)
        one, other, vague = read_labelled(path)
        assert (one.id, one.action, one.entry_ids, one.tags) == ("q1", "answer", (surrender,), ("短",))
        assert (other.text, other.action, other.queue, other.history) == (
            "=1+1 转人工",
            "handoff",
            "general",
            ("你好",),
        )
        assert (vague.action, vague.score_intent, vague.source) == ("clarify", False, "labelled")


def test_a_third_person_has_nothing_left_and_one_label_may_be_enough(people):
    li, wang, _ = people
    made = new_set(li, {"text": "退保"}, wanted=1).json()
    question = following(wang, made)["question"]
    assert question["row_id"] == "line-1"
    assert give(wang, question).status_code == 204
    assert following(li, made)["question"] is None
    assert li.get(f"/v1/label-sets/{made['id']}").json()["agreement"] == {}
    assert li.get(f"/v1/label-sets/{made['id']}/export").status_code == 200


def test_what_evaluation_could_not_use_is_refused(people):
    li, *_ = people
    question = following(li, new_set(li, {"text": "退保"}).json())["question"]
    for wrong in (
        {"intent": "no_such"},
        {"intent": ""},
        {"action": "handoff", "queue": "no_such"},
        {"entry_ids": ["no.such"]},
        {"action": "no_such"},
        {"more": 1},
    ):
        assert give(li, question, **wrong).status_code == 422, wrong
    assert following(li, {"id": "0" * 32})["error"]["code"] == "not_found"


def test_bad_files_are_refused_whole_with_every_line(people):
    li, *_ = people
    count = len(li.get("/v1/label-sets").json()["sets"])
    refused = new_set(
        li, {"text": "好"}, {"text": " "}, {"id": 1}, {"id": "x", "text": "a"}, {"id": "x", "text": "b"}
    )
    assert [line[:6] for line in refused.json()["error"]["detail"]] == ["line 2", "line 3", "line 5"]
    assert new_set(li, {"text": "好"}, name="x.pdf").status_code == 422
    assert li.post("/v1/label-sets", json={"name": "x"}).status_code == 422
    assert len(li.get("/v1/label-sets").json()["sets"]) == count


def test_every_bad_row_is_told_with_its_fault_and_the_page_has_words_for_it(people):
    li, *_ = people
    bad = {
        "no_text": {"id": "a"},
        "text_too_long": {"text": "长" * 2001},
        "half_character": {"text": "退\ud83d保"},
        "history_no_list": {"text": "退保", "history": "你好"},
        "id_too_long": {"text": "退保", "id": "9" * 121},
        "field_too_long": {"text": "退保", "channel": "w" * 41},
        "id_twice": {"text": "退保", "id": "good"},
    }
    content = (
        json.dumps({"id": "good", "text": "好"}) + "\n" + "".join(f"{json.dumps(r)}\n" for r in bad.values())
    )
    content += "{broken\n" + '{"text": " "}\n' * 300
    file = {"name": "q.jsonl", "content": base64.b64encode(content.encode()).decode()}
    refused = li.post("/v1/label-sets", json={"name": "x", "file": file})
    told = [line.split(": ")[:2] for line in refused.json()["error"]["detail"]]
    codes = [*bad, "unreadable", *["no_text"] * 300]
    assert told == [[f"line {number}", code] for number, code in enumerate(codes, 2)]
    assert set(codes) == set(get_args(RowFault))
    words = (files("api.pages") / "labels" / "bad_rows.js").read_text("utf-8")
    assert [code for code in codes if f"\n  {code}: [" not in words] == []


def test_a_file_with_more_rows_than_a_set_holds_is_refused_for_that(people, monkeypatch):
    li, *_ = people
    monkeypatch.setattr("evaluation.labels.question_files.MOST_QUESTIONS", 3)
    assert new_set(li, *[{"text": "退保"}] * 3).status_code == 201
    error = new_set(li, *[{}] * 4).json()["error"]
    assert "more than 3 rows" in error["message"] and error["detail"] is None


def test_logged_questions_are_drawn_masked(people, own):
    li, *_ = people
    assistant = own.logging_assistant()
    for text in ("怎么退保，电话13800138000", "理赔要多久"):
        assistant.reply(text)
    made = li.post("/v1/label-sets", json={"name": "抽样", "from_log": {"rows": 50, "days": 1}}).json()
    with own.database.reading() as session:
        assert made["progress"]["questions"] == session.query(DecisionRow).count() == 2
    texts = {following(li, made)["question"]["text"]}
    assert not any("13800138000" in text for text in texts)


def test_compare_takes_what_was_decided(baowen, people, own, tmp_path):
    """A row that was held to be answerable is decided to be a person's, after both runs."""
    li, wang, zhao = people
    path = tmp_path / "rows.jsonl"
    row = {
        "id": "later-1",
        "text": "我要投诉你们，电话13800138000",
        "action": "answer",
        "intent": "surrender",
    }
    path.write_text(f"{json.dumps(row)}\n", "utf-8")
    (of,) = read_labelled(path)
    runs = [tmp_path / "a.jsonl", tmp_path / "b.jsonl"]
    write_predictions(runs[0], [CaseResult(of, "answer", "surrender", "confident")])
    write_predictions(runs[1], [CaseResult(of, "handoff", "human_agent", "policy", queue="complaints")])
    made = new_set(li, row).json()
    handed = {"action": "handoff", "intent": "human_agent", "queue": "complaints"}
    for client, label in ((li, ANSWER), (wang, handed)):
        give(client, following(client, made)["question"], **label)

    def compared(*options):
        told = baowen("compare", *runs, "--format", "json", *options, home_folder=own.settings.home)
        assert told.returncode == 0, told.stderr
        told = json.loads(told.stdout)
        return told["comparisons"][0]["counts"], told["decided"], told["notes"]

    worse, better = ({"worse": n, "better": 1 - n, "neither": 0} for n in (1, 0))
    assert compared() == (worse, [], [])
    undecided = compared("--decided")
    assert undecided[:2] == (worse, []) and "what is right of 0 rows" in undecided[2][0]
    (open_one,) = zhao.get(f"/v1/label-sets/{made['id']}/disagreements").json()["questions"]
    zhao.put(f"/v1/label-questions/{open_one['id']}/decision", json=handed)
    counts, decided, notes = compared("--decided")
    assert (counts, [one["id"] for one in decided]) == (better, ["later-1"])
    assert "of 1 rows (1 by labels); 1 of them" in notes[0]
    assert compared() == (worse, [], [])
    text = baowen("compare", *runs, "--decided", home_folder=own.settings.home).stdout
    assert "judged anew: later-1 我要投诉你们" in text and "13800138000" not in text
    assert li.delete(f"/v1/label-sets/{made['id']}").status_code == 204
    assert compared("--decided")[1] == []


def test_a_set_is_deleted_with_its_labels_and_that_is_noted(people, person, own):
    li, wang, _ = people
    made = new_set(li, {"text": "退保"}, wanted=1).json()
    question = following(wang, made)["question"]
    give(wang, question)
    address = f"/v1/label-sets/{made['id']}"
    for client in (person("reading", Permission.REPORTS_READ), person("desk", Permission.TICKETS_WORK)):
        assert client.delete(address).status_code == 403
    refused = li.delete(f"{address}?labels=0")
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    assert li.get(address).status_code == 200
    assert li.delete(f"{address}?labels=1&decided=0").status_code == 204
    for gone in (li.get(address), li.delete(address), give(wang, question)):
        assert gone.json()["error"]["code"] == "not_found"
    with own.database.reading() as session:
        (noted,) = list_notes(session, action="labels.deleted", subject=f"label_set:{made['id']}")
    assert noted.actor.startswith("key:")
    assert noted.detail == {"name": "三月", "rows": 1, "labels": 1, "decided": 0}


def test_who_may_do_what(person):
    reader, agent = person("reader", Permission.REPORTS_READ), person("agent", Permission.TICKETS_WORK)
    assert reader.get("/v1/label-sets").status_code == 200
    assert agent.get("/v1/label-sets").status_code == 403
    for client in (reader, agent):
        assert new_set(client, {"text": "退保"}).status_code == 403
        assert client.get(f"/v1/label-sets/{'0' * 32}/next").status_code == 403


def test_the_commands(baowen, people, own, tmp_path):
    li, *_ = people
    path = tmp_path / "neu.csv"
    path.write_text("id,text\na,怎么退保\n", "utf-8")

    def command(*arguments):
        return baowen("label", *arguments, home_folder=own.settings.home)

    made = command("import", path, "--labels", 1, "--actor", "li")
    assert made.returncode == 0, made.stderr
    set_id = next(one["id"] for one in li.get("/v1/label-sets").json()["sets"] if one["name"] == "neu")
    give(li, following(li, {"id": set_id})["question"])
    assert "1 of 1 complete, 0 to decide  neu" in command("list").stdout
    written = command("export", "neu", tmp_path / "out.xlsx")
    assert written.returncode == 0, written.stderr
    assert [case.text for case in read_labelled(tmp_path / "out.xlsx")] == ["怎么退保"]
    assert_clear_error(command("export", "alt", tmp_path / "out.xlsx"), "no one label set 'alt'")
