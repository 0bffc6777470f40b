"""Two who want the same at once, on real databases."""

import datetime as dt
import threading

from sqlalchemy import select

from assistant.desk import tickets
from assistant.desk.conversations import append, locked, read_messages, start
from assistant.desk.exchange import receive
from assistant.desk.presence import arrive, set_presence
from assistant.desk.tables import PresenceRow, TicketRow
from assistant.desk.types import Handover, NewMessage
from knowledge_base.errors import ConflictError

NOW = dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC)
TRIES = 1000


def open_tickets(database, count):
    with database.transaction() as session:
        for _ in range(count):
            row, _ = start(session, "web", NOW)
            tickets.open_ticket(
                session, row, Handover("general", "uncertain"), tickets.Terms(0, None, None), NOW
            )
        return list(session.scalars(select(TicketRow.id)))


def at_once(*jobs):
    barrier, faults = threading.Barrier(len(jobs)), []

    def run(job):
        barrier.wait()
        try:
            job()
        except Exception as error:  # a thread's error would be lost
            faults.append(error)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_exactly_one_of_two_agents_gets_a_ticket(database):
    ids = open_tickets(database, TRIES)
    won = {"user:a": set(), "user:b": set()}

    def grab(agent):
        for ticket_id in ids:
            try:
                with database.transaction() as session:
                    tickets.take(session, ticket_id, agent, NOW)
            except ConflictError:
                continue
            won[agent].add(ticket_id)

    at_once(lambda: grab("user:a"), lambda: grab("user:b"))
    assert won["user:a"] | won["user:b"] == set(ids)
    assert not won["user:a"] & won["user:b"]
    with database.reading() as session:
        holders = dict(session.execute(select(TicketRow.id, TicketRow.assignee)).all())
    assert all(holders[ticket_id] == agent for agent, taken in won.items() for ticket_id in taken)


def test_messages_sent_at_once_are_all_there_in_one_order(database):
    with database.transaction() as session:
        conversation = start(session, "web", NOW)[0].id

    def think(asked):
        def settle(session, row, stored, now):
            append(session, row, NewMessage("assistant", f"答{asked.text}"), now)

        return settle

    def send(name):
        for number in range(10):
            message = NewMessage("customer", f"{name}{number}", client_id=f"{name}{number}")
            while True:
                try:
                    receive(database.transaction, database.reading, think, conversation, message, NOW)
                    break
                except ConflictError:  # the other one kept writing; the sender sends it again
                    continue

    at_once(lambda: send("甲"), lambda: send("乙"), lambda: send("甲"))
    with database.reading() as session:
        messages = read_messages(session, conversation)
    assert [message.seq for message in messages] == list(range(1, 41))
    asked = [message.text for message in messages if message.author == "customer"]
    assert sorted(asked) == sorted(f"{name}{number}" for name in "甲乙" for number in range(10))
    for question, reply in zip(messages[::2], messages[1::2], strict=True):
        assert reply.text == f"答{question.text}"


def test_a_customer_and_an_agent_who_leave_at_once_close_once(database):
    for ticket_id in open_tickets(database, 30):
        outcomes = []

        def close(event, ticket_id=ticket_id, outcomes=outcomes):
            try:
                with database.transaction() as session:
                    tickets.close_ticket(session, ticket_id, "x", NOW, event)
                outcomes.append(event)
            except ConflictError:
                pass

        at_once(lambda c=close: c("resolve"), lambda c=close: c("go_back"))
        assert len(outcomes) == 1
        with database.reading() as session:
            ticket = session.get(TicketRow, ticket_id)
            row = locked(session, ticket.conversation_id)
        assert row.state == {"resolve": "closed", "go_back": "assistant"}[outcomes[0]]


def test_who_is_available_stays_so_when_another_window_opens_at_once(database):
    actors = [f"user:{number}" for number in range(50)]

    def come(how, **also):
        for actor in actors:
            with database.transaction() as session:
                how(session, actor, NOW, name=actor, queues=["general"], level=1, capacity=3, **also)

    at_once(lambda: come(arrive), lambda: come(set_presence, available=True), lambda: come(arrive))
    with database.reading() as session:
        assert set(session.scalars(select(PresenceRow.actor).where(PresenceRow.available))) == set(actors)
