"""``kb impact`` and ``kb law`` in processes of their own."""

import json

import pytest

from api.laws import published
from api.services import load_entries, open_database
from knowledge_base.settings import Home, Settings


@pytest.fixture
def database(tmp_path):
    database = open_database(Settings(home=tmp_path), Home.open(tmp_path))
    load_entries(database)
    yield database
    database.engine.dispose()


def test_impact_lists_what_rests_on_an_article(baowen, database, tmp_path):
    result = baowen("kb", "impact", "保险法", "23", "--json", home_folder=tmp_path)
    assert result.returncode == 0, result.stderr
    found = {row["entry_id"] for row in json.loads(result.stdout)}
    assert found == {
        entry.id
        for entry in published(database)
        if any(basis.law == "保险法" and basis.article in ("", "23") for basis in entry.legal_basis)
    }
    assert found


def test_a_law_nobody_knows_and_a_day_that_is_none(baowen, tmp_path):
    unknown = baowen("kb", "impact", "保险", "23", home_folder=tmp_path)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "保险法" in unknown.stderr
    result = baowen(
        "kb", "law", "replace", "保险法", "2015", "--by", "2027", "--from", "soon", home_folder=tmp_path
    )
    assert result.returncode == 2 and "YYYY-MM-DD" in result.stderr


def test_a_replaced_law_suspends_its_entries(baowen, database, tmp_path):
    resting = {e.id for e in published(database) if any(b.law == "车船税法" for b in e.legal_basis)}
    assert resting
    command = ("kb", "law", "replace", "车船税法", "2019", "--by", "2026", "--from", "2026-01-01")
    result = baowen(*command, "--actor", "li", home_folder=tmp_path)
    assert result.returncode == 0, result.stderr
    assert "suspended" in result.stdout and all(entry_id in result.stdout for entry_id in resting)
    assert not resting & {entry.id for entry in published(database)}
    assert "车船税法 2019: replaced by 2026" in baowen("kb", "law", "list", home_folder=tmp_path).stdout
