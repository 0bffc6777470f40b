"""A newer release updates what nobody edited and keeps the rest."""

import datetime as dt
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import pytest

from api.schema import upgrade_schema
from knowledge_base.database import Database, open_engine
from knowledge_base.editing.formats import write_entries
from knowledge_base.editing.repository import find_entry, published_entries, revise_entry
from knowledge_base.editing.shipping import ShippedContent, update_shipped
from knowledge_base.errors import ContentError
from tests.knowledge_base.builders import make_entry

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
OLD = [make_entry(f"claim_process.{name}", question=f"问题{name}？") for name in "abcd"]


@pytest.fixture
def database(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'test.sqlite3'}")
    upgrade_schema(engine)
    yield Database(engine)
    engine.dispose()


def release(folder, entries):
    folder.mkdir(exist_ok=True)
    write_entries(entries, folder / "claims.yaml")
    return ShippedContent(folder)


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
    with database.transaction() as session:
        mine = replace(OLD[1], short_answer="我们公司改过的")
        assert revise_entry(session, mine).revision == 2
        revise_entry(session, replace(OLD[3], short_answer="也改过"))
    changed = [replace(entry, short_answer="新版的说法") for entry in OLD[:2]]
    new = make_entry("claim_process.e", question="新问题？")
    update = install(database, release(tmp_path / "r2", [*changed, new]))
    assert (update.added, update.updated) == ([new.id], [OLD[0].id])
    assert (update.retired, sorted(update.kept)) == ([OLD[2].id], [OLD[1].id, OLD[3].id])
    with database.transaction() as session:
        assert [entry.id for entry in published_entries(session)] == [OLD[0].id, OLD[1].id, OLD[3].id, new.id]
        assert find_entry(session, OLD[0].id) == replace(changed[0], revision=2)
        assert find_entry(session, OLD[1].id) == replace(mine, revision=2)


def test_the_same_release_changes_nothing(database, tmp_path):
    content = release(tmp_path / "r1", OLD)
    install(database, content)
    assert not install(database, content).changed


def test_an_edited_entry_that_the_release_leaves_alone_is_not_listed(database, tmp_path):
    install(database, release(tmp_path / "r1", OLD))
    with database.transaction() as session:
        revise_entry(session, replace(OLD[0], short_answer="改过"))
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


def _start(folder):
    engine = open_engine(f"sqlite:///{folder / 'shared.sqlite3'}")
    upgrade_schema(engine)
    update = install(Database(engine), ShippedContent(folder / "r1"))
    engine.dispose()
    return len(update.added)


def test_processes_that_start_together_fill_the_database_once(tmp_path):
    release(tmp_path / "r1", OLD)
    with ProcessPoolExecutor(3, mp_context=get_context("spawn")) as pool:
        assert sorted(pool.map(_start, [tmp_path] * 3)) == [0, 0, len(OLD)]
