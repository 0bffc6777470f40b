"""Lists of entries: filters, pages that nothing shifts, and who may read them, on both databases."""

from __future__ import annotations

import datetime as dt

import pytest

from api.accounts.roles import Role
from api.knowledge.measured import Measurement
from evaluation.online.entry_use import EntryUse
from knowledge_base.editing.drafts import save_edits, submit
from knowledge_base.editing.types import Deed, Edit
from knowledge_base.types import LegalBasis
from tests.api.desk.conftest import app, person  # noqa: F401 - fixtures
from tests.knowledge_base.builders import make_entry

TODAY = dt.date.today()
BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def entry(number, **fields):
    fields = {"products": (), "legal_basis": (), **fields}
    return make_entry(f"surrender.n{number:02}", question=f"第{number}个问题怎么办？", **fields)


@pytest.fixture
def save(database):
    """Return a function that saves drafts, each a minute after the one before."""
    saved = []

    def save_all(*entries, actor="user:li"):
        for one in entries:
            saved.append(one)
            deed = Deed(actor, "", BEGIN + dt.timedelta(minutes=len(saved)))
            with database.transaction() as session:
                save_edits(session, [Edit(one)], deed)

    return save_all


@pytest.fixture
def editor(person):  # noqa: F811 - a fixture
    """A signed-in editor."""
    return person("li", Role.EDITOR)


def ids(found):
    return [one["id"][-3:] for one in found["entries"]]


def test_filters_narrow_lists_down(editor, save, database):
    save(
        entry(1, products=("motor",), valid_to=TODAY + dt.timedelta(days=30)),
        entry(2, legal_basis=(LegalBasis("保险法", "2015", "15"),), valid_to=TODAY + dt.timedelta(days=31)),
        entry(3, valid_from=TODAY + dt.timedelta(days=1), intent="renewal"),
        entry(4, valid_to=TODAY - dt.timedelta(days=1), source="contract"),
    )
    save(entry(5), actor=editor.actor)
    with database.transaction() as session:
        submit(session, ["surrender.n05"], Deed("user:li", "", BEGIN))

    def listed(query):
        return ids(editor.get(f"/entries?{query}"))

    assert listed("") == ["n05", "n04", "n03", "n02", "n01"]
    assert listed("product=motor") == ["n01"]
    assert listed("law=保险法&product=-") == ["n02"]
    assert listed("validity=expiring_30") == ["n01"]
    assert listed("list=expiring") == ["n01", "n02"]
    assert listed("validity=not_yet&intent=renewal") == ["n03"]
    assert listed("validity=expired&source=contract") == ["n04"]
    assert listed("status=in_review") == ["n05"]
    assert listed(f"editor={editor.actor}") == ["n05"]
    assert listed("domain=policy&intent=claim_report&validity=in_force") == ["n05", "n02", "n01"]
    assert listed("q=第３个 怎麼辦") == ["n03"], "width and script do not matter"
    assert listed("q=SURRENDER.N04") == ["n04"]
    (row,) = editor.get("/entries?status=in_review")["entries"]
    assert (row["updated_by_name"], row["intent_name"]) == ("客服li", "退保与现金价值")
    counted = editor.get("/entries/overview")
    assert counted["total"] == 5 and counted["lists"]["expiring"] == 2
    assert {one["value"]: one["count"] for one in counted["validities"]} == {
        "in_force": 3, "expiring_90": 2, "expiring_30": 1, "expired": 1, "not_yet": 1,
    }  # fmt: skip


def test_pages_neither_repeat_nor_leave_out_while_others_save(editor, save):
    save(*(entry(number) for number in range(1, 8)))
    first = editor.get("/entries?limit=3")
    save(entry(8), entry(2))  # saved as it stands: nothing changes
    second = editor.get(f"/entries?limit=3&cursor={first['next']}")
    third = editor.get(f"/entries?limit=3&cursor={second['next']}")
    assert ids(first) + ids(second) + ids(third) == ["n07", "n06", "n05", "n04", "n03", "n02", "n01"]
    assert third["next"] is None and third["total"] == 8
    assert ids(editor.get("/entries?limit=3")) == ["n08", "n07", "n06"]
    editor.get(f"/entries?order=id&cursor={first['next']}", status=422)
    for cursor in ("AAAA", "WyJ1cGRhdGVkIiwgTmFOLCAiYSJd"):
        editor.get(f"/entries?cursor={cursor}", status=422)


def test_bad_and_unused_entries_are_listed(editor, save, app):  # noqa: F811 - a fixture
    save(*(entry(number) for number in range(1, 4)))
    use = {"surrender.n01": EntryUse(5, 2, 1), "surrender.n03": EntryUse(9, 0, 0, turned_down=4)}
    counted = Measurement(lambda: use)
    object.__setattr__(app.state.knowledge, "use", counted)
    found = editor.get("/entries?list=bad_ratings")
    assert ids(found) == ["n03", "n01"]
    assert [one["uses"] for one in found["entries"]] == [9, 5]
    assert found["entries"][1]["bad_interval"] == pytest.approx([0.0945, 0.9055], abs=1e-3)
    assert editor.get("/entries?list=unused")["total"] == 0, "drafts answer nobody"
    assert ids(editor.get("/entries?order=uses")) == ["n03", "n01", "n02"]


def test_who_may_not_edit_reads_nothing(person):  # noqa: F811 - a fixture
    agent = person("zhao", Role.AGENT)
    for path in ("/entries", "/entries/overview", "/entries/search?q=退保"):
        agent.get(path, status=403)
