"""``baowen kb`` from a file to a published state and back, by two people."""

import json
from dataclasses import replace

import pytest
import structlog
from typer.testing import CliRunner

from api.accounts.audit import list_notes
from api.cli import app
from api.services import load_entries, open_database
from knowledge_base.editing.drafts import StaleEditError
from knowledge_base.editing.entry_rows import entry_to_dict
from knowledge_base.editing.formats import read_entries, write_entries
from knowledge_base.editing.repository import head_entries, published_entries
from knowledge_base.errors import ContentError, InvalidInputError
from knowledge_base.settings import Home, Settings
from tests.api.test_cli import assert_clear_error
from tests.knowledge_base.builders import make_entry

NEW = make_entry(
    "surrender.without_visit",
    question="退保要不要本人到场办手续？",
    variants=(
        "退保能不能找人代办",
        "人在外地退保可以不去吗",
        "不到柜台能退吗",
        "委托别人退行不行",
        "必须投保人去吗",
    ),
    source="practice",
    legal_basis=(),
    products=(),
    revision=0,
)


@pytest.fixture
def kb(own_home):
    """Run a ``kb`` command here; checks before a publish ask few questions, to be quick."""

    def run(*arguments, actor="li"):
        env = {
            "BAOWEN_ACTOR": actor,
            "BAOWEN_VALIDATION_SAMPLE": "20",
            "BAOWEN_REPLAY_QUESTIONS": "0",
            "COLUMNS": "200",
        }
        command = ["--home", str(own_home), "kb", *map(str, arguments)]
        try:
            result = CliRunner().invoke(app, command, env=env, catch_exceptions=False)
        finally:
            structlog.reset_defaults()  # the runner's stderr is closed now
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


@pytest.fixture
def content(own_home):
    """The database of the home folder."""
    settings = Settings(home=own_home)
    database = open_database(settings, Home.open(settings.home))
    load_entries(database)
    yield database
    database.engine.dispose()


def drafts(content):
    with content.reading() as session:
        return head_entries(session, ["draft", "in_review"])


def noted(content):
    with content.reading() as session:
        return [(one.actor, one.action, one.subject) for one in list_notes(session, action="knowledge.")]


def test_from_a_file_to_a_snapshot_and_back(kb, content, tmp_path):
    file = tmp_path / "new.yaml"
    write_entries([NEW], file)
    assert "1 new, 0 changed, 0 unchanged; nothing was saved" in kb("import", file, "--dry-run")
    assert drafts(content) == ()
    assert "1 new, 0 changed, 0 unchanged: saved as drafts" in kb("import", file, "--reason", "asked often")
    assert "0 new, 0 changed, 1 unchanged" in kb("import", file)
    assert f"{NEW.id} (new): {NEW.question}" in kb("diff")
    kb("export", tmp_path / "drafts.csv", "--drafts")
    assert [entry.id for entry in read_entries(tmp_path / "drafts.csv")] == [NEW.id]
    assert "1 entries are in review" in kb("submit")
    with pytest.raises(InvalidInputError, match="written by 'li'"):
        kb("publish")
    assert "Snapshot 2 is published: 1 entries new or changed" in kb("publish", actor="wang")
    (difference,) = json.loads(kb("diff", 1, "--json"))
    assert (difference["entry_id"], difference["before"], difference["after"]) == (NEW.id, None, 1)
    assert "Snapshot 3 is published: 0 entries new or changed, 1 taken away" in kb("rollback", 1)
    assert [one["number"] for one in json.loads(kb("snapshots", "--json"))] == [3, 2, 1]
    lines = json.loads(kb("history", NEW.id, "--json"))
    assert [(line["action"], line["actor"], line["snapshot"]) for line in lines] == [
        ("saved", "li", None),
        ("submitted", "li", None),
        ("published", "wang", 2),
        ("rolled_back", "li", 3),
    ]
    assert lines[0]["reason"] == "asked often"
    assert noted(content) == [
        ("cli:li", "knowledge.rolled_back", "snapshot:3"),
        ("cli:wang", "knowledge.published", "snapshot:2"),
    ]
    assert "stands at revision 1: draft" in kb("history", NEW.id)


def test_an_export_is_imported_again_as_unchanged(kb, content, tmp_path):
    for suffix in ("yaml", "csv", "xlsx"):
        kb("export", tmp_path / f"all.{suffix}")
        assert "0 new, 0 changed" in kb("import", tmp_path / f"all.{suffix}")
    assert drafts(content) == ()


def test_bad_rows_are_all_listed_with_their_line_and_nothing_changes(baowen, own_home, content, tmp_path):
    good = entry_to_dict(NEW)
    changes = (
        {},
        {"id": "surrender.promise", "question": "退保能退多少？", "answer": NEW.answer + "保证收益。"},
        {"id": "cooking.rice", "intent": "cooking", "question": "饭怎么煮？"},
        {"id": "surrender.lost", "question": "去哪儿退？", "related": ["no.such"]},
    )
    rows = [{**good, "variants": [], **change} for change in changes]
    file = tmp_path / "rows.jsonl"
    lines = [*(json.dumps(row, ensure_ascii=False) for row in rows), "not json", '{"question": ""}']
    file.write_text("\n".join(lines), encoding="utf-8")
    result = baowen("kb", "import", file, home_folder=own_home)
    assert_clear_error(result, "line 2: surrender.promise", "line 3: cooking.rice", "line 4: surrender.lost")
    assert_clear_error(result, "line 5: not JSON", "line 6: question")
    assert "line 1" not in result.stderr
    assert drafts(content) == ()


def test_the_second_of_two_editors_with_one_export_gets_the_differences(kb, content, tmp_path):
    with content.reading() as session:
        entry = published_entries(session)[0]
    theirs, mine = (
        replace(entry, answer=entry.answer + f"也可以到{where}问。") for where in ("柜台", "门店")
    )
    for name, text in (("theirs", theirs), ("mine", mine)):
        write_entries([text], tmp_path / f"{name}.yaml")
    kb("import", tmp_path / "theirs.yaml", actor="wang")
    with pytest.raises(StaleEditError) as caught:
        kb("import", tmp_path / "mine.yaml")
    told = "\n".join(caught.value.detail)
    assert "也可以到柜台问。" in told and "也可以到门店问。" in told
    assert [draft.answer for draft in drafts(content)] == [theirs.answer]
    assert read_entries(tmp_path / "mine.yaml")[0].answer == mine.answer


def test_two_rows_of_one_question_without_an_id(kb, tmp_path):
    file = tmp_path / "faq.csv"
    row = f"surrender,{NEW.question},{NEW.answer},{NEW.short_answer}\n"
    file.write_text("intent,question,answer,short_answer\n" + row * 2, encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        kb("import", file)
    assert [line.split(":")[0] for line in caught.value.detail] == ["line 2", "line 3"]


def test_entries_are_retired_and_returned_like_any_change(kb, content):
    with content.reading() as session:
        first, second, *_ = (entry.id for entry in published_entries(session))
    assert "2 removals drafted" in kb("retire", first, second)
    assert f"{first} (taken away)" in kb("diff")
    kb("submit")
    assert "1 entries are drafts again" in kb("return", second, actor="wang")
    with pytest.raises(InvalidInputError, match=r"no entry 'no\.such'"):
        kb("retire", "no.such")


@pytest.mark.parametrize(("day", "said"), [("2020-01-01", "no day to come"), ("tomorrow", "no day")])
def test_a_publish_on_a_day_that_is_none(kb, day, said):
    with pytest.raises(InvalidInputError, match=said):
        kb("publish", "--at", day)


def test_a_publish_on_a_day_to_come(kb, content, tmp_path):
    write_entries([NEW], tmp_path / "new.yaml")
    kb("import", tmp_path / "new.yaml", "--submit")
    assert "will be published on 2199-01-01" in kb("publish", "--at", "2199-01-01", actor="wang")
    assert "scheduled 1: 1 entries on 2199-01-01 by wang, waiting" in kb("snapshots")
    assert "called off" in kb("publish", "--cancel", 1)
    assert "scheduled" not in kb("snapshots")
    assert noted(content) == [
        ("cli:li", "knowledge.called_off", "scheduled:1"),
        ("cli:wang", "knowledge.scheduled", "scheduled:1"),
    ]


def test_nobody_acts_as_the_release(kb):
    with pytest.raises(InvalidInputError, match="kept for releases"):
        kb("submit", actor="release")
