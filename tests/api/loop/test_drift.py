"""A planted drift becomes an alarm once, is told to who may know, and reaches a webhook that was away."""

import datetime as dt
import json
import threading
import time
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from zoneinfo import ZoneInfo

import pytest

from api.accounts.roles import Permission
from api.channels.delivery import post
from api.channels.signing import require_signed
from api.loop.drift import TrafficWatcher, raised
from api.loop.webhook import AlarmSettings, deliver_due
from benchmarks.traffic import DriftPlan, Plan, make_month
from evaluation.online.alarms import list_alarms
from knowledge_base.errors import InvalidInputError

KEY = "k" * 32
ZONE = ZoneInfo("Asia/Shanghai")
START, DRIFTS = dt.date(2026, 9, 1), 18


def moment(day):
    return dt.datetime.combine(START + dt.timedelta(days=day), dt.time(), ZONE).astimezone(dt.UTC)


@pytest.fixture
def drifting(services, database):
    """Three weeks of traffic with a drift in the last days, in a database of their own."""
    versions = "kb", services.bundle.version, services.bundle.thresholds.version
    plan = Plan(START, 20, 12_000, seed=4, drift=DriftPlan(DRIFTS), versions=versions)
    with database.engine.begin() as connection:
        make_month(plan).write(connection)
    return replace(services, database=database)


def test_a_drift_is_found_within_a_day_and_told_once_by_several_processes(drifting):
    one, other = TrafficWatcher(), TrafficWatcher()
    for day in range(1, DRIFTS + 1):  # the two weeks of the reference, and quiet days
        assert one.look(drifting, moment(day)) is None
    change = one.look(drifting, moment(DRIFTS + 1))
    assert change and change.block.since == moment(DRIFTS)
    assert change.confidence[1] < change.confidence[0] - 0.03
    assert change.groups[0].now > change.groups[0].before
    assert other.look(drifting, moment(DRIFTS + 1)) is None  # a reference of the new traffic is collected
    with drifting.database.reading() as session:
        (alarm,) = list_alarms(session)
    assert alarm.changed_at == moment(DRIFTS) and "differs from the first weeks" in alarm.reason


def raise_one(services, name="a"):
    now = dt.datetime.now(dt.UTC)
    assert raised(services, "traffic", name, now, "something has changed", {"x": 1}, now)
    assert not raised(services, "traffic", name, now, "again", {}, now)


def test_alarms_are_told_seen_and_counted(own, client_of):
    raise_one(own)
    reporter = client_of(Permission.REPORTS_READ)
    told = reporter.get("/v1/drift").json()
    (alarm,) = told["alarms"]
    assert (alarm["reason"], alarm["seen_at"]) == ("something has changed", None)
    assert told["watch"]["state"] == "nothing"
    assert 'baowen_drift_alarms{kind="traffic",state="open"} 1.0' in reporter.get("/metrics").text
    path = f"/v1/drift/alarms/{alarm['id']}/seen"
    assert reporter.put(path, json={"note": "新产品上线"}).status_code == 204
    assert reporter.get("/v1/drift").json()["alarms"][0]["note"] == "新产品上线"
    assert 'baowen_drift_alarms{kind="traffic",state="open"} 0.0' in reporter.get("/metrics").text
    assert reporter.put(f"/v1/drift/alarms/{'0' * 32}/seen", json={}).status_code == 404
    stranger = client_of(Permission.TICKETS_WORK)
    assert [stranger.get(path).status_code for path in ("/v1/drift", "/metrics")] == [403, 403]


class Webhook(BaseHTTPRequestHandler):
    """Refuses the first delivery and takes the next."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.seen.append((dict(self.headers.items()), body))
        self.send_response(503 if len(self.server.seen) == 1 else 204)
        self.end_headers()

    def log_message(self, *_):
        pass


@pytest.fixture
def webhook():
    with HTTPServer(("127.0.0.1", 0), Webhook) as server:
        server.seen = []
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_an_alarm_reaches_the_webhook_signed_even_if_it_was_away(database, services, webhook):
    channel = AlarmSettings(alarm_url=f"http://127.0.0.1:{webhook.server_port}/hook", alarm_key=KEY).channel()
    raise_one(replace(services, database=database))
    assert deliver_due(database, channel, post) == 0
    assert deliver_due(database, channel, post) == 0  # it waits for a while
    assert len(webhook.seen) == 1
    end = time.monotonic() + 20
    while not deliver_due(database, channel, post) and time.monotonic() < end:
        time.sleep(0.1)
    assert deliver_due(database, channel, post) == 0 and len(webhook.seen) == 2
    for headers, body in webhook.seen:
        headers = {name.lower(): value for name, value in headers.items()}
        alarm_id = require_signed(channel, headers, body, dt.datetime.now(dt.UTC))
        told = json.loads(body)
        assert (told["type"], told["alarm"]["id"]) == ("drift_alarm", alarm_id)
        assert told["alarm"]["reason"] == "something has changed"


def test_a_key_that_is_too_short_is_refused():
    assert AlarmSettings().channel() is None
    with pytest.raises(InvalidInputError, match="BAOWEN_ALARM_KEY"):
        AlarmSettings(alarm_url="https://example.org/hook", alarm_key="short").channel()
