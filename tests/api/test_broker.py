"""Notes reach who waits for them, after the commit only, in every process."""

import asyncio
import json

import pytest

from api.realtime.broker import Broker, payloads
from api.realtime.listener import Listener
from assistant.desk.signals import signal
from tests.event_loop import run


@pytest.fixture
def brokers(database):
    """Two processes' brokers on one database (the same one twice on SQLite, where one process serves)."""
    first = Broker(database)
    second = first if database.engine.dialect.name == "sqlite" else Broker(database)
    listeners = [Listener(database.engine, one) for one in {first, second}]
    for listener in listeners:
        listener.start()
    yield first, second
    for listener in listeners:
        listener.stop()


def test_a_committed_change_is_heard_in_both_processes(brokers):
    first, second = brokers

    async def story():
        with first.subscribe("conversation:a") as here, second.subscribe("conversation", "queues") as there:
            await asyncio.to_thread(change, first, "conversation:a", "conversation:b")
            assert "conversation:a" in await here.wait(5)
            heard = await there.wait(5)
            while "conversation:b" not in heard:
                heard = (*heard, *await there.wait(5))
            assert await here.wait(0.1) == ()

    run(story())


def test_what_is_rolled_back_is_not_heard(brokers):
    first, second = brokers

    async def story():
        with second.subscribe("conversation:a") as waiting:
            with pytest.raises(RuntimeError):
                await asyncio.to_thread(change, first, "conversation:a", fail=True)
            assert await waiting.wait(0.8) == ()

    run(story())


def test_typing_is_told_without_a_change(brokers):
    first, second = brokers

    async def story():
        with second.subscribe("typing:a") as waiting:
            await asyncio.to_thread(first.tell, ["typing:a:agent"])
            assert await waiting.wait(5) == ("typing:a:agent",)

    run(story())


def test_after_missed_notes_every_subscriber_hears_of_all_its_keys(brokers):
    first, _ = brokers

    async def story():
        keys = [(f"conversation:{one}", f"typing:{one}", "off") for one in "ab"]
        with first.subscribe(*keys[0]) as one, first.subscribe(*keys[1]) as two:
            first.hear_of_everything()
            assert set(await one.wait(5)) == set(keys[0])
            assert set(await two.wait(5)) == set(keys[1])

    run(story())


def change(broker, *topics, fail=False):
    with broker.transaction() as session:
        for topic in topics:
            signal(session, topic)
        if fail:
            raise RuntimeError


def test_many_topics_are_packed_into_notes_of_limited_size():
    topics = [f"conversation:{number:032}" for number in range(1000)]
    packed = list(payloads(topics))
    assert [topic for one in packed for topic in json.loads(one)] == topics
    assert max(len(one.encode()) for one in packed) < 8000
