"""Whatever happens in whatever order: no message lost or doubled, one owner, one who answers."""

import datetime as dt

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from api.schema import upgrade_schema
from assistant.desk import tickets
from assistant.desk.conversations import append, locked, read_messages, start
from assistant.desk.exchange import receive
from assistant.desk.states import OPEN
from assistant.desk.tables import ConversationRow, TicketRow
from assistant.desk.types import Handover, NewMessage
from knowledge_base.database import Database, open_engine
from knowledge_base.errors import ConflictError

NOW = dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC)
TERMS = tickets.Terms(0, None, None)
HANDOVER = Handover("general", "asked_for_person")
AGENTS = st.sampled_from(["user:a", "user:b"])


def think_of(hands_over):
    """An assistant that answers, or hands over."""

    def think(asked):
        def settle(session, row, stored, now):
            append(session, row, NewMessage("assistant", f"答：{asked.text}"), now)
            if hands_over:
                tickets.open_ticket(session, row, HANDOVER, TERMS, now)

        return settle

    return think


class ConversationModel(RuleBasedStateMachine):
    """A customer, an assistant and two agents; the model keeps what each of them wrote."""

    database = None  # set by the test, once a backend

    @initialize()
    def begin(self):
        with self.database.transaction() as session:
            row, _ = start(session, "web", NOW)
            self.id = row.id
        self.sent = {}  # client_id -> text
        self.state, self.owner, self.written = "assistant", None, []

    def ticket(self):
        with self.database.reading() as session:
            return session.scalars(
                select(TicketRow).where(TicketRow.conversation_id == self.id).order_by(TicketRow.created_at)
            ).all()

    def open_ticket(self):
        return next((one for one in self.ticket() if one.state != "resolved"), None)

    @rule(number=st.integers(1, 12), hands_over=st.booleans())
    def customer_writes(self, number, hands_over):
        """A number that was used before is the same message sent again."""
        client_id = str(number)
        text = self.sent.get(client_id, f"问题{number}")
        exchange = receive(
            self.database.transaction,
            self.database.reading,
            think_of(hands_over),
            self.id,
            NewMessage("customer", text, client_id=client_id),
            NOW,
        )
        assert exchange.repeated == (client_id in self.sent)
        if exchange.repeated:
            return
        self.sent[client_id] = text
        self.written.append(("customer", text))
        if self.state in ("assistant", "closed"):
            self.written.append(("assistant", f"答：{text}"))
            self.state, self.owner = ("waiting", "queue") if hands_over else ("assistant", None)

    @rule()
    def customer_asks_for_a_person(self):
        with self.database.transaction() as session:
            tickets.open_ticket(session, locked(session, self.id), HANDOVER, TERMS, NOW)
        if self.state not in OPEN:
            self.state, self.owner = "waiting", "queue"

    @precondition(lambda self: self.open_ticket())
    @rule(agent=AGENTS)
    def agent_takes(self, agent):
        ticket = self.open_ticket()
        try:
            with self.database.transaction() as session:
                tickets.take(session, ticket.id, agent, NOW)
        except ConflictError:
            assert self.state == "with_person" and self.owner != agent
        else:
            assert self.state == "waiting" or self.owner == agent
            self.state, self.owner = "with_person", agent

    @precondition(lambda self: self.open_ticket())
    @rule(kind=st.sampled_from(["released", "transferred", "escalated"]))
    def put_back(self, kind):
        ticket = self.open_ticket()
        level = ticket.level + 1 if kind == "escalated" else None
        queue = "claims" if kind == "transferred" else None
        try:
            with self.database.transaction() as session:
                tickets.put_back(session, ticket.id, "user:s", NOW, queue=queue, level=level, kind=kind)
        except ConflictError:
            assert level == tickets.MAX_LEVEL + 1
        else:
            self.state, self.owner = "waiting", "queue"

    @precondition(lambda self: self.open_ticket())
    @rule(event=st.sampled_from(["resolve", "give_back", "go_back", "close"]))
    def close(self, event):
        impossible = {"go_back": "with_person", "give_back": "waiting"}.get(event) == self.state
        try:
            with self.database.transaction() as session:
                tickets.close_ticket(session, self.open_ticket().id, "user:a", NOW, event)
        except ConflictError:
            assert impossible
        else:
            assert not impossible
            self.state = "assistant" if event in ("give_back", "go_back") else "closed"
            self.owner = None

    @precondition(lambda self: self.ticket())
    @rule()
    def reopen(self):
        last = self.ticket()[-1]
        try:
            with self.database.transaction() as session:
                tickets.reopen(session, last.id, "user:s", NOW, "again")
        except ConflictError:
            assert self.state in OPEN
        else:
            self.state, self.owner = "waiting", "queue"

    @rule(agent=AGENTS)
    def agent_writes(self, agent):
        """Who does not hold the ticket writes nothing."""
        with self.database.transaction() as session:
            row = locked(session, self.id)
            ticket = tickets.open_ticket_of(session, self.id)
            if ticket and ticket.assignee == agent:
                append(session, row, NewMessage("agent", f"{agent}写", actor=agent), NOW)
                assert self.owner == agent
                self.written.append(("agent", f"{agent}写"))
            else:
                assert self.owner != agent

    @invariant()
    def numbers_have_no_gaps_and_nothing_is_lost_or_doubled(self):
        with self.database.reading() as session:
            messages = read_messages(session, self.id)
        assert [message.seq for message in messages] == list(range(1, len(messages) + 1))
        assert [(message.author, message.text) for message in messages] == self.written

    @invariant()
    def one_owner(self):
        with self.database.reading() as session:
            row = session.get(ConversationRow, self.id)
        still_open = [one for one in self.ticket() if one.state != "resolved"]
        assert row.state == self.state
        assert len(still_open) == (row.state in OPEN)
        assert (row.state == "with_person") == bool(still_open and still_open[0].assignee)


# Each step asks a real database: fewer, longer stories than Hypothesis tells by itself.
STORIES = settings(max_examples=25, stateful_step_count=30, suppress_health_check=list(HealthCheck))


@pytest.mark.parametrize("backend", ["sqlite", "postgresql"])
def test_no_order_of_events_loses_or_doubles_anything(backend, request, tmp_path):
    from hypothesis.stateful import run_state_machine_as_test

    from tests.databases import _postgresql_url, _sqlite_url

    postgresql = request.getfixturevalue("postgresql") if backend == "postgresql" else None
    engine = open_engine(_postgresql_url(postgresql) if postgresql else _sqlite_url(tmp_path))
    upgrade_schema(engine)

    class Model(ConversationModel):
        database = Database(engine)

    run_state_machine_as_test(Model, settings=STORIES)
    engine.dispose()
