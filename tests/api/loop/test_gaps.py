"""Gaps by API and command: found, made a draft, dismissed, and only by those who may."""

import datetime as dt
import json
import time

import pytest

from api.accounts.roles import Permission
from api.services import open_services
from benchmarks.traffic import NewTopic, Plan, make_month
from knowledge_base.editing.repository import find_entry
from knowledge_base.settings import Settings

WRITE, READ = Permission.KNOWLEDGE_WRITE, Permission.REPORTS_READ


def look(client, **query):
    since = dt.date.today() - dt.timedelta(days=6)
    for _ in range(600):
        told = client.get("/v1/gaps", params={"since": since, **query})
        assert told.status_code == 200, told.text
        if told.json()["state"] == "done":
            return told.json()["found"]
        time.sleep(0.1)
    raise AssertionError("no gaps were found in a minute")


def test_the_new_topic_is_told_made_a_draft_and_dismissed(own, client_of, traffic):
    editor = client_of(WRITE)
    found = look(editor)
    gap = found["gaps"][0]
    assert any(word in gap["question"] for word in ("宠", "狗", "猫", "犬"))
    assert gap["trend"]["direction"] in ("new", "rising") and len(gap["nearest"]) == 3
    assert found["missed"] < found["asked"] and gap["share"]["low"] < gap["share"]["value"]

    near = gap["nearest"][0]["entry_id"]
    body = {"entry_id": near, "texts": [*gap["examples"], gap["examples"][0]]}
    told = editor.post("/v1/gaps/variants", json=body).json()
    assert (told["entry_id"], told["added"]) == (near, len(gap["examples"]))
    with own.database.reading() as session:
        draft = find_entry(session, near)
    assert (draft.status, draft.revision) == ("draft", told["revision"])
    assert set(gap["examples"]) <= set(draft.variants)

    dismissal = {"reason": "不做", "since": (dt.date.today() - dt.timedelta(days=6)).isoformat()}
    assert editor.put(f"/v1/gaps/{gap['id']}/dismissal", json=dismissal).status_code == 204
    assert gap["id"] not in [one["id"] for one in look(editor)["gaps"]]
    again = look(editor, dismissed=True)["gaps"][0]
    assert again["dismissed"] == gap["id"]
    assert editor.delete(f"/v1/gaps/{gap['id']}/dismissal").status_code == 204
    assert look(editor)["gaps"][0]["id"] == gap["id"]


def test_who_reads_reports_may_look_and_not_write(client_of):
    reader = client_of(READ)
    assert look(reader) == look(reader) | {"gaps": [], "missed": 0, "asked": 0}
    assert reader.post("/v1/gaps/variants", json={"entry_id": "x", "texts": ["y"]}).status_code == 403
    stranger = client_of(Permission.TICKETS_WORK)
    assert stranger.get("/v1/gaps").status_code == 403


def test_the_command_tells_the_same(baowen, own_home):
    services = open_services(Settings(home=own_home))
    month = make_month(Plan(dt.date(2026, 9, 1), 14, 1500, seed=2, new_topic=NewTopic(7, 0.15)))
    with services.database.engine.begin() as connection:
        month.write(connection)
    services.database.engine.dispose()
    days = ("--since", "2026-09-08", "--until", "2026-09-14")
    told = baowen("gaps", *days, "--json", "--top", 1, home_folder=own_home)
    found = json.loads(told.stdout)
    assert len(found["gaps"]) == 1 and found["gaps"][0]["trend"]["direction"] in ("new", "rising")
    shown = baowen("gaps", *days, home_folder=own_home)
    assert shown.returncode == 0 and found["gaps"][0]["question"] in shown.stdout


@pytest.mark.parametrize("day", ["gestern", "2026-13-01"])
def test_a_day_that_is_none_is_told(baowen, own_home, day):
    told = baowen("gaps", "--since", day, home_folder=own_home)
    assert told.returncode == 2 and day in told.stderr and "Traceback" not in told.stderr
