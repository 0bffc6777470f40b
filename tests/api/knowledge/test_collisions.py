"""Collisions: found by a process of their own, kept by content, and told for both entries."""

from __future__ import annotations

import datetime as dt
import time
from types import SimpleNamespace

import pytest

from api.knowledge.collision_board import CollisionBoard
from api.services import open_database
from knowledge_base.editing.drafts import save_edits
from knowledge_base.editing.heads import heads_hash, read_heads
from knowledge_base.editing.types import Deed, Edit
from knowledge_base.settings import Home
from tests.knowledge_base.builders import make_entry

DEED = Deed("user:li", "", dt.datetime(2026, 11, 26, 8, tzinfo=dt.UTC))
ONE = make_entry(
    "surrender.fee", question="退保要扣手续费吗？", variants=("退保扣不扣手续费", "退保费用怎么收")
)
SAME = make_entry("surrender.cost", question="退保要扣手续费吗？", variants=("退保花多少钱", "退保贵不贵"))
FAR = make_entry(
    "claim_documents.paper", question="理赔要交发票原件吗？", variants=("发票复印件行不行", "理赔没有原件")
)


@pytest.fixture
def three(own_home, services):
    """A home with three entries, of which two have a question in common."""
    database = open_database(services.settings.model_copy(update={"home": own_home}), Home(own_home))
    with database.transaction() as session:
        save_edits(session, [Edit(one) for one in (ONE, SAME, FAR)], DEED)
    with database.reading() as session:
        content = heads_hash(read_heads(session).values())
    yield own_home, content
    database.engine.dispose()


def test_a_process_finds_them_and_they_are_kept(three, services):
    folder, content = three
    settings = services.settings.model_copy(update={"home": folder})
    own = SimpleNamespace(settings=settings, home=Home(folder), bundle=services.bundle)
    live = SimpleNamespace(serving=SimpleNamespace(services=own))
    board = CollisionBoard(live)
    assert board.look(content).found is None and not board.look(content).running
    assert board.want(content).running
    end = time.monotonic() + 120
    while board.look(content).running and time.monotonic() < end:
        time.sleep(0.1)
    standing = board.look(content)
    assert standing.current and not standing.failed
    pairs = {frozenset((one.entry_id, one.rival_id)) for one in standing.found.found}
    assert pairs == {frozenset((ONE.id, SAME.id))}
    (lost,) = [one for one in standing.found.findings if one.code == "collision"]
    assert lost.severity == "error" and {lost.entry_id, lost.instead} == {ONE.id, SAME.id}
    assert not board.want(content, now=True).running, "what is current is not found again"
    again = CollisionBoard(live)
    assert again.look(content).current, "another process reads what was kept"
    assert not again.look("other").current
