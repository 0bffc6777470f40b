"""What rests on an article is found; a replaced version takes it out of service."""

import datetime as dt
import shutil
from dataclasses import replace

import pytest

from api.laws import known_laws, published, replace_law, suspend_due
from knowledge_base.database import Database, open_engine
from knowledge_base.editing.checks.entry import check_entry
from knowledge_base.editing.impact import article_number, ids_of, resting_on
from knowledge_base.editing.publishing import PublishRules
from knowledge_base.editing.repository import find_rows
from knowledge_base.editing.rules import shipped_rules
from knowledge_base.editing.types import Deed
from knowledge_base.errors import ContentError, InvalidInputError
from knowledge_base.laws import Law, LawBook, Replacement, read_laws
from knowledge_base.types import LegalBasis
from tests.knowledge_base.builders import make_entry
from tests.knowledge_base.editing.test_shipping import install, release

NOW = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
TODAY = NOW.date()
DEED = Deed("li", "the law was revised", NOW)
BASES = {
    "a": (LegalBasis("保险法", "2015", "23", "1"),),
    "b": (LegalBasis("保险法", "2015", "30"), LegalBasis("民法典", "2020", "23")),
    "c": (LegalBasis("民法典", "2020", "1165"),),
    "d": (LegalBasis("保险法", "2015"),),
}
ENTRIES = tuple(
    make_entry(f"claim_process.{name}", question=f"问题{name}？", legal_basis=bases)
    for name, bases in BASES.items()
)
REPLACEMENT = Replacement("保险法", "2015", "2027", TODAY)
ANY_SHARE = PublishRules(force=True)


@pytest.fixture
def database(migrated, tmp_path):
    engine = open_engine(f"sqlite:///{shutil.copy(migrated, tmp_path / 'test.sqlite3')}")
    database = Database(engine)
    install(database, release(tmp_path / "r1", ENTRIES))
    yield database
    engine.dispose()


def names(ids):
    return "".join(entry_id.rpartition(".")[2] for entry_id in ids)


def served(database):
    return names(entry.id for entry in published(database))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("保险法", "23"), "ad"),
        (("保险法", "30"), "bd"),
        (("保险法",), "abd"),
        (("民法典", "23"), "b"),
        (("保险法", "", "2009"), ""),
    ],
)
def test_what_rests_on_an_article(asked, found):
    assert names(ids_of(resting_on(ENTRIES, *asked))) == found


@pytest.mark.parametrize("text", ["23", "第23条", "23条", " 第 23 条 "])
def test_an_article_is_written_in_many_ways(text):
    assert article_number(text) == "23"


@pytest.mark.parametrize("text", ["", "abc", "第条", "23a"])
def test_what_is_no_article(text):
    with pytest.raises(InvalidInputError, match="no article"):
        article_number(text)


def test_a_law_is_known_by_both_names_and_a_wrong_one_gets_near_ones():
    laws = read_laws()
    assert laws.require("中华人民共和国保险法") == laws.require("保险法") == "保险法"
    with pytest.raises(InvalidInputError, match="保险法"):
        laws.require("保险发")


def test_a_replaced_version_ends_the_day_before_and_the_next_one_begins():
    old = Law(id="保险法", name="保险法", version="2015", in_force_from="2015-04-24", in_force_to=None)
    book = LawBook([old]).replaced([Replacement("保险法", "2015", "2027", dt.date(2027, 1, 1))])
    ended, new = book.versions("保险法")
    assert (ended.in_force_to, new.version) == (dt.date(2026, 12, 31), "2027")
    assert not ended.in_force_on(dt.date(2027, 1, 1)) and new.in_force_on(dt.date(2027, 1, 1))


def test_a_replacement_suspends_what_rests_on_it(database):
    change = replace_law(database, REPLACEMENT, DEED, ANY_SHARE, TODAY)
    assert names(ids_of(change.resting)) == "abd"
    assert served(database) == "c"
    with database.reading() as session:
        assert {row.id: row.status for row in find_rows(session).values()} == {
            "claim_process.a": "draft",
            "claim_process.b": "draft",
            "claim_process.c": "published",
            "claim_process.d": "draft",
        }


def test_a_suspended_entry_is_refused_until_its_basis_was_reviewed(database):
    replace_law(database, REPLACEMENT, DEED, ANY_SHARE, TODAY)
    rules = shipped_rules(today=TODAY, laws=known_laws(database))
    assert any("not in force" in str(finding) for finding in check_entry(ENTRIES[0], rules))
    reviewed = replace(ENTRIES[0], legal_basis=(LegalBasis("保险法", "2027", "24", "1"),))
    assert [f for f in check_entry(reviewed, rules) if f.severity == "error"] == []


def test_a_day_to_come_suspends_then(database):
    later = TODAY + dt.timedelta(days=30)
    change = replace_law(database, replace(REPLACEMENT, since=later), DEED, ANY_SHARE, TODAY)
    assert (change.snapshot, len(change.resting)) == (None, 3)
    assert suspend_due(database, later - dt.timedelta(days=1)) is None
    assert served(database) == "abcd"
    assert suspend_due(database, later) is not None
    assert served(database) == "c"
    assert suspend_due(database, later) is None


def test_too_much_at_once_is_refused_and_nothing_is_recorded(database):
    with pytest.raises(ContentError, match="3 of 4"):
        replace_law(database, REPLACEMENT, DEED, PublishRules(), TODAY)
    assert served(database) == "abcd"
    assert suspend_due(database, TODAY) is None


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"version": "1999"}, "no version '1999'"),
        ({"by": "2015"}, "cannot replace"),
        ({"since": dt.date(2010, 1, 1)}, "cannot replace"),
    ],
)
def test_a_wrong_replacement_is_refused(database, changes, said):
    with pytest.raises(InvalidInputError, match=said):
        replace_law(database, replace(REPLACEMENT, **changes), DEED, ANY_SHARE, TODAY)


def test_a_version_is_replaced_once(database):
    replace_law(database, REPLACEMENT, DEED, ANY_SHARE, TODAY)
    with pytest.raises(InvalidInputError, match="already"):
        replace_law(database, replace(REPLACEMENT, by="2028"), DEED, ANY_SHARE, TODAY)
