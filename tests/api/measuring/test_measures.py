"""The dashboard's routes: who may ask, what is told, files, rows behind, audits, staffing."""

import csv
import datetime as dt
import io
import json

import openpyxl
import pytest
from sqlalchemy import select

from api.accounts.roles import Role
from api.conversing.desk import now
from api.measuring.keeping import keep_days
from assistant.decision_log import DecisionRow
from assistant.desk.tables import TicketRow
from evaluation.online.definitions import DEFINITIONS
from evaluation.online.rollups import uncounted_days
from evaluation.online.tables import AuditItemRow, AuditJudgementRow
from tests.api.measuring.conftest import DAYS, TODAY

ROUTES = (
    "/measures",
    "/measures/topics",
    "/measures/complaints",
    "/measures/file",
    "/measures/handoff/rows",
    "/measures/staffing",
    "/audits",
    "/audits/next",
    "/audits/file",
)


def test_only_who_may_read_reports_is_told(app, person):
    agent = person("li", Role.AGENT)
    editor = person("bian", Role.EDITOR)
    for path in ROUTES:
        agent.get(path, status=403)
        editor.get(path, status=403)
    refused = agent.post("/audits/samples", {"kind": "answers"}, status=403)
    assert refused["error"]["code"] == "forbidden"


def test_an_empty_house_says_so(app, person):
    analyst = person("fang", Role.ANALYST)
    told = analyst.get("/measures")
    assert {one["verdict"] for one in told["figures"]} == {"missing"}
    assert analyst.get("/measures/topics") == {"hot": [], "rising": []}
    assert analyst.get("/audits/next") == {"item": None}
    assert analyst.get("/measures/staffing", status=422)["error"]["code"] == "invalid_input"


def test_figures_of_a_month(app, person, filled, month):
    analyst = person("fang", Role.ANALYST)
    told = analyst.get("/measures")
    assert [one["id"] for one in told["figures"]] == [one.id for one in DEFINITIONS]
    figures = {one["id"]: one for one in told["figures"]}
    assert figures["answered"]["n"] == len(month.rows[DecisionRow])
    assert figures["handoff"]["target"]["value"] == 0.15
    assert figures["handoff_elderly"]["target"] is None
    assert len(figures["answered"]["trend"]) == DAYS
    score = figures["nps_score"]
    assert -100 <= score["low"] < score["value"] < score["high"] <= 100
    assert figures["nps"]["verdict"] == "missing" and "baseline" in figures["nps"]["missing"]
    for one in figures.values():
        if one["value"] is not None:
            assert one["low"] <= one["value"] <= one["high"]
    before = told["figures"]
    assert keep_days(app.state.desk) > DAYS
    with filled.reading() as session:
        desk = app.state.desk
        assert not uncounted_days(session, desk.rules, desk.hours.zone, now())
    assert analyst.get("/measures")["figures"] == before
    web = {one["id"]: one for one in analyst.get("/measures?channel=web")["figures"]}
    assert 0 < web["answered"]["n"] < figures["answered"]["n"]


@pytest.mark.parametrize(
    "query", ["since=2030-01-01", "since=2020-01-01", "since=2026-09-09&until=2026-09-01"]
)
def test_unusable_days_are_refused(app, person, query):
    refused = person("fang", Role.ANALYST).get(f"/measures?{query}", status=422)
    assert refused["error"]["code"] == "invalid_input"


def test_files_hold_what_is_shown(app, person, filled):
    analyst = person("fang", Role.ANALYST)
    shown = {one["name"]: one for one in analyst.get("/measures")["figures"]}
    answer = analyst.client.get("/v1/measures/file?format=csv")
    assert "attachment" in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert {row["指标"] for row in rows} == set(shown)
    handoff = next(row for row in rows if row["指标"] == "转人工率")
    assert float(handoff["数值"]) == pytest.approx(shown["转人工率"]["value"])
    answer = analyst.client.get("/v1/measures/file?format=xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["指标", "每日"]
    assert book["指标"].max_row == len(shown) + 1


def test_the_rows_behind_are_masked_and_name_tickets_to_those_who_see_them(app, person, filled, month):
    ticket = month.rows[TicketRow][0]
    with filled.transaction() as session:
        session.get(TicketRow, ticket["id"]).summary = "我的电话是13812345678"
    analyst, chief = person("fang", Role.ANALYST), person("zhao", Role.SUPERVISOR)
    assert all("ticket" not in row for row in analyst.get("/measures/handoff/rows"))
    rows = chief.get("/measures/handoff/rows")
    assert rows and all(row["ticket"]["number"] for row in rows)
    assert rows == sorted(rows, key=lambda row: row["day"], reverse=True)
    waits = analyst.get("/measures/person_reply/rows")
    assert [row["value"] for row in waits] == sorted((row["value"] for row in waits), reverse=True)
    assert "13812345678" not in json.dumps(waits + analyst.get("/measures/suggestions/rows"))
    for one in DEFINITIONS:
        analyst.get(f"/measures/{one.id}/rows", status=200 if one.shows else 422)


def test_audits_are_blind_and_become_the_accuracy(app, person, filled):
    fang, wu = person("fang", Role.ANALYST), person("wu", Role.ANALYST)
    days = {"since": (TODAY - dt.timedelta(days=DAYS)).isoformat()}
    size = fang.get(f"/audits/size?kind=answers&half_width=0.1&since={days['since']}")
    told = fang.post("/audits/samples", {"kind": "answers", "half_width": 0.1, **days}, status=201)
    assert abs(told["standing"]["drawn"] - size["size"]) <= 15  # strata have at least two
    item = fang.get("/audits/next")["item"]
    assert set(item) == {"id", "at", "channel", "history", "text", "action", "entry", "reply"}
    path = f"/audits/{item['id']}/judgement"
    fang.post(path, {"verdict": "other_entry"}, status=422)
    found = fang.get("/audits/entries?q=怎么退保")
    fang.post(path, {"verdict": "other_entry", "right_entry_id": found[0]["entry_id"]}, status=204)
    fang.post(path, {"verdict": "right"}, status=409)
    assert fang.get("/audits/next")["item"]["id"] != item["id"]
    assert wu.get(f"/audits/next?skip={item['id']}")["item"]["id"] != item["id"]
    accuracy = next(one for one in fang.get("/measures")["figures"] if one["id"] == "answer_accuracy")
    assert (accuracy["value"], accuracy["n"]) == (0.0, 1)
    fang.post("/audits/" + "0" * 32 + "/judgement", {"verdict": "right"}, status=404)


def test_rows_to_calibrate_on(app, person, filled):
    fang = person("fang", Role.ANALYST)
    fang.post("/audits/samples", {"kind": "decisions", "half_width": 0.15}, status=201)
    for _ in range(10):
        item = fang.get("/audits/next")["item"]
        fang.post(f"/audits/{item['id']}/judgement", {"verdict": "handoff"}, status=204)
    lines = fang.client.get("/v1/audits/file").text.splitlines()
    rows = [json.loads(line) for line in lines]
    # The sample is random: two of the ten may be of one conversation, which gives one row.
    assert len(rows) == judged_conversations(filled) > 5
    assert {row["source"] for row in rows} == {"audit"}
    assert {row["action"] for row in rows} == {"handoff"}


def judged_conversations(database):
    chosen = (
        select(DecisionRow.conversation_id, DecisionRow.id)
        .join(AuditItemRow, AuditItemRow.decision_id == DecisionRow.id)
        .join(AuditJudgementRow, AuditJudgementRow.item_id == AuditItemRow.id)
    )
    with database.reading() as session:
        return len({conversation or decision for conversation, decision in session.execute(chosen)})


def test_how_many_people_are_needed(app, person, filled):
    analyst = person("fang", Role.ANALYST)
    few = analyst.get("/measures/staffing?handoff=0.05")
    many = analyst.get("/measures/staffing?handoff=0.5&within=10")
    assert 0 < few["plans"]["asked"]["most"] <= many["plans"]["asked"]["most"] <= 2000
    assert few["plans"]["without"]["person_hours"] >= few["plans"]["now"]["person_hours"]
    assert few["saved"]["low"] <= few["saved"]["mean"] <= few["saved"]["high"]
