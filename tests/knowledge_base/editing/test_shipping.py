"""A newer release updates what nobody edited and keeps the rest."""

import datetime as dt
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import pytest
from alembic import command
from sqlalchemy import MetaData, text

from api.schema import alembic_config, upgrade_schema
from knowledge_base.database import Database, open_engine
from knowledge_base.editing.drafts import save_edits
from knowledge_base.editing.formats import write_entries
from knowledge_base.editing.repository import (
    entry_hash,
    find_entry,
    find_snapshot,
    newest_number,
    published_entries,
    to_columns,
)
from knowledge_base.editing.shipping import ShippedContent, update_shipped
from knowledge_base.editing.snapshots import load_snapshot
from knowledge_base.editing.types import Deed, Edit
from knowledge_base.errors import ContentError
from tests.knowledge_base.builders import make_entry

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
OLD = [make_entry(f"claim_process.{name}", question=f"问题{name}？") for name in "abcd"]


def release(folder, entries):
    folder.mkdir(exist_ok=True)
    write_entries(entries, folder / "claims.yaml")
    return ShippedContent(folder)


def edit(database, *entries):
    with database.transaction() as session:
        return save_edits(session, [Edit(entry) for entry in entries], Deed("li", "shorter", NOW))


def install(database, content):
    with database.transaction() as session:
        return update_shipped(session, content, NOW)


def test_first_use_fills_the_database(database, tmp_path):
    update = install(database, release(tmp_path / "r1", OLD))
    assert update.added == [entry.id for entry in OLD]
    with database.transaction() as session:
        assert published_entries(session) == tuple(OLD)


def test_a_newer_release(database, tmp_path):
    install(database, release(tmp_path / "r1", OLD))
    mine = replace(OLD[1], short_answer="我们公司改过的")
    edit(database, mine, replace(OLD[3], short_answer="也改过"))
    changed = [replace(entry, short_answer="新版的说法") for entry in OLD[:2]]
    new = make_entry("claim_process.e", question="新问题？")
    update = install(database, release(tmp_path / "r2", [*changed, new]))
    assert (update.added, update.updated) == ([new.id], [OLD[0].id])
    assert (update.retired, sorted(update.kept)) == ([OLD[2].id], [OLD[1].id, OLD[3].id])
    with database.transaction() as session:
        assert published_entries(session) == (replace(changed[0], revision=2), OLD[1], OLD[3], new)
        assert find_entry(session, OLD[1].id) == replace(mine, revision=2, status="draft")


def test_a_release_is_one_snapshot_by_the_actor_release(database, tmp_path):
    for number, entries in ((1, OLD), (2, OLD[1:])):
        content = release(tmp_path / f"r{number}", entries)
        install(database, content)
        with database.transaction() as session:
            assert newest_number(session) == number
            snapshot = find_snapshot(session, number)
        assert (snapshot.actor, snapshot.entry_count) == ("release", len(entries))
        assert content.digest[:12] in snapshot.reason


def test_the_same_release_changes_nothing(database, tmp_path):
    content = release(tmp_path / "r1", OLD)
    install(database, content)
    assert not install(database, content).changed


def test_an_edited_entry_that_the_release_leaves_alone_is_not_listed(database, tmp_path):
    install(database, release(tmp_path / "r1", OLD))
    edit(database, replace(OLD[0], short_answer="改过"))
    update = install(
        database, release(tmp_path / "r2", [*OLD, make_entry("claim_process.e", question="新？")])
    )
    assert (update.kept, len(update.added)) == ([], 1)


def test_a_broken_release_changes_nothing(database, tmp_path):
    install(database, release(tmp_path / "r1", OLD))
    folder = tmp_path / "r2"
    folder.mkdir()
    (folder / "claims.yaml").write_text("- id: [", encoding="utf-8")
    with pytest.raises(Exception, match="broken YAML"):
        install(database, ShippedContent(folder))
    with database.transaction() as session:
        assert len(published_entries(session)) == len(OLD)


def test_an_entry_that_was_dropped_comes_back(database, tmp_path):
    install(database, release(tmp_path / "r1", OLD))
    install(database, release(tmp_path / "r2", OLD[1:]))
    update = install(database, ShippedContent(tmp_path / "r1"))
    assert update.updated == [OLD[0].id]
    with database.transaction() as session:
        assert len(published_entries(session)) == len(OLD)


def test_a_release_may_retire_an_entry_by_its_status(database, tmp_path):
    install(database, release(tmp_path / "r1", OLD))
    install(database, release(tmp_path / "r2", [replace(OLD[0], status="retired"), *OLD[1:]]))
    with database.transaction() as session:
        assert len(published_entries(session)) == len(OLD) - 1


def test_an_empty_release_retires_nothing(database, tmp_path):
    install(database, release(tmp_path / "r1", OLD))
    (tmp_path / "none").mkdir()
    with pytest.raises(ContentError):
        install(database, ShippedContent(tmp_path / "none"))


def _start(url, folder):
    engine = open_engine(url)
    upgrade_schema(engine)
    update = install(Database(engine), ShippedContent(folder))
    engine.dispose()
    return len(update.added)


def test_processes_that_start_together_fill_the_database_once(database_url, tmp_path):
    release(tmp_path / "r1", OLD)
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        added = pool.map(_start, [database_url] * 3, [tmp_path / "r1"] * 3)
        assert sorted(added) == [0, 0, len(OLD)]


def test_an_older_home_is_brought_forward(engine, tmp_path):
    """A database of the schema before revisions, with shipped, edited and retired entries."""
    config = alembic_config()
    rows = [
        {**to_columns(OLD[0]), "id": OLD[0].id, "revision": 1, "status": "published", "edited": False},
        {**to_columns(OLD[1]), "id": OLD[1].id, "revision": 4, "status": "published", "edited": True},
        {**to_columns(OLD[2]), "id": OLD[2].id, "revision": 2, "status": "retired", "edited": False},
    ]
    content = release(tmp_path / "r1", OLD[:2])
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        older = MetaData()
        older.reflect(connection)
        hashes = [{"shipped_hash": entry_hash(entry)} for entry in OLD]
        values = [row | own for row, own in zip(rows, hashes, strict=False)]
        connection.execute(older.tables["entries"].insert(), values)
        state = {"name": "shipped", "content_hash": content.digest, "updated_at": NOW}
        connection.execute(older.tables["content_state"].insert(), [state])
    database = Database(engine)
    upgrade_schema(engine)
    with database.reading() as session:
        state = load_snapshot(session, 1)
        assert state.entries == (OLD[0], replace(OLD[1], revision=4))
        assert find_entry(session, OLD[2].id) == replace(OLD[2], revision=2, status="retired")
    assert not install(database, content).changed
    newer = [replace(entry, short_answer="新版的说法") for entry in OLD[:3]]
    update = install(database, release(tmp_path / "r2", newer))
    assert (update.updated, update.kept) == ([OLD[0].id, OLD[2].id], [OLD[1].id])
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0001")
        kept = connection.execute(text("SELECT id, short_answer FROM entries ORDER BY id")).all()
    assert [tuple(row) for row in kept] == [
        (OLD[0].id, "新版的说法"),
        (OLD[1].id, OLD[1].short_answer),
        (OLD[2].id, "新版的说法"),
    ]
