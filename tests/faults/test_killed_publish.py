"""A process that is killed in the middle of a publish leaves the old state serving."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from api.services import open_services
from knowledge_base.editing.drafts import save_edits, submit
from knowledge_base.editing.publishing import PublishRules, publish
from knowledge_base.editing.repository import find_entry, newest_number
from knowledge_base.editing.snapshots import load_newest
from knowledge_base.editing.types import Deed, Edit
from knowledge_base.settings import Settings
from tests.knowledge_base.builders import make_entry
from tests.structure.test_process import ask, free_port

ROOT = Path(__file__).parents[2]
QUESTION = "医疗费发票丢了，还能申请理赔吗？"
NOW = dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC)
LI, WANG = (Deed(actor, "", NOW) for actor in ("li", "wang"))
pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system cannot kill outright")


def review(database, *entries):
    with database.transaction() as session:
        save_edits(session, [Edit(entry) for entry in entries], LI)
        submit(session, [entry.id for entry in entries], LI)


def publish_and_be_killed(url):
    """Run a publish up to its commit, and kill it there; return what it would have been."""
    command = [sys.executable, "-m", "tests.faults.publisher", url]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        said, number = process.stdout.readline().split()
        assert said == "written"
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
    return int(number)


def test_on_either_database_nothing_of_it_is_left(database, database_url):
    entry = make_entry()
    review(database, entry)
    publish(database, None, WANG, PublishRules(), NOW.date())
    review(database, replace(entry, short_answer="新的。"))
    url = database_url if isinstance(database_url, str) else database_url.render_as_string(False)
    assert publish_and_be_killed(url) == 2
    with database.reading() as session:
        assert newest_number(session) == 1
        state, refused = load_newest(session)
        assert (state.entries, refused) == ((entry,), None)
        assert find_entry(session, entry.id).status == "in_review"
    assert publish(database, None, WANG, PublishRules(), NOW.date()).snapshot.number == 2


@pytest.fixture
def served(own_home):
    """A server on a home folder of its own."""
    port = free_port()
    command = [sys.executable, "-c", "from api.cli import main; main()", "--home", str(own_home)]
    process = subprocess.Popen(
        [*command, "serve", "--port", str(port)], env={**os.environ, "BAOWEN_POLL_SECONDS": "0.2"}
    )
    yield port, process
    process.kill()
    process.wait()


def wait_for(port, holds, process, seconds=120):
    """Return what /readyz says as soon as it is what is waited for."""
    for _ in range(seconds * 10):
        assert process.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as response:
                body = json.load(response)
            if holds(body):
                return body
        except OSError:
            pass
        time.sleep(0.1)
    pytest.fail("the server did not get there")


def test_the_server_goes_on_and_takes_the_next_publish_over(own_home, served):
    port, process = served
    first = wait_for(port, lambda body: True, process)["snapshot"]["number"]
    old = ask(port, QUESTION)
    services = open_services(Settings(home=own_home))
    entry = replace(
        services.snapshot.entries[old["entry_id"]], answer="换过的回答：先补开，再提交；以合同为准。"
    )
    review(services.database, entry)
    assert publish_and_be_killed(f"sqlite:///{own_home / 'baowen.sqlite3'}") == first + 1
    time.sleep(1)  # five looks of the server
    assert wait_for(port, lambda body: True, process)["snapshot"] | {"published_at": ""} == {
        "number": first,
        "published_at": "",
        "refused": None,
    }
    assert ask(port, QUESTION)["text"] == old["text"]
    with asking_all_the_time(port) as replies:
        publish(services.database, None, WANG, PublishRules(), NOW.date())
        wait_for(port, lambda body: body["snapshot"]["number"] == first + 1, process)
        assert ask(port, QUESTION)["text"] == entry.answer
    said = {(reply["versions"]["kb"], reply["revision"], reply["text"]) for reply in replies}
    new = (services.serving(newest(services.database)).snapshot.version, old["revision"] + 1, entry.answer)
    assert said == {(old["versions"]["kb"], old["revision"], old["text"]), new}
    services.database.engine.dispose()


def newest(database):
    with database.reading() as session:
        return load_newest(session)[0]


@contextmanager
def asking_all_the_time(port):
    """Ask one question again and again; no request may fail."""
    replies, stop = [], threading.Event()

    def keep_asking():
        while not stop.is_set():
            replies.append(ask(port, QUESTION))

    with ThreadPoolExecutor(2) as pool:
        customers = [pool.submit(keep_asking) for _ in range(2)]
        try:
            yield replies
        finally:
            stop.set()
        for customer in customers:
            customer.result()
