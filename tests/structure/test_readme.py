"""What the README shows works, and nothing is left undocumented."""

import json
import re
import shlex
from pathlib import Path

import pytest
import typer.main

from api.accounts.roles import PERMISSIONS, Permission, Role
from api.cli import app
from api.measuring.settings import ReportSettings
from api.security.settings import SecuritySettings
from knowledge_base.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ baowen (.+)$", README, flags=re.MULTILINE)
ROWS = [
    {"id": "1", "text": "怎么退保", "intent": "surrender", "action": "answer"},
    {"id": "2", "text": "转人工", "intent": "human_agent", "action": "handoff", "queue": "general"},
    {"id": "3", "text": "写一首诗", "intent": "out_of_scope", "action": "decline"},
]


@pytest.fixture
def folder(tmp_path):
    lines = [json.dumps(row, ensure_ascii=False) for row in ROWS]
    (tmp_path / "questions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return tmp_path


def test_there_are_examples():
    assert len(COMMANDS) >= 4


@pytest.mark.parametrize("command", COMMANDS)
def test_the_examples_run(baowen, folder, command):
    result = baowen(*shlex.split(command), cwd=folder)
    assert result.returncode == 0, result.stderr
    assert result.stdout


def test_every_setting_is_documented():
    missing = [name for name in Settings.model_fields if f"BAOWEN_{name.upper()}" not in README]
    assert missing == []


def test_every_setting_of_what_faces_the_network_is_documented():
    text = (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")
    missing = [name for name in SecuritySettings.model_fields if f"`BAOWEN_{name.upper()}`" not in text]
    assert missing == []


def test_every_setting_of_reports_is_documented():
    text = (ROOT / "docs" / "dashboard.md").read_text(encoding="utf-8")
    missing = [name for name in ReportSettings.model_fields if f"BAOWEN_REPORT_{name.upper()}" not in text]
    assert missing == []


def test_the_table_of_roles_is_that_of_the_code():
    text = (ROOT / "docs" / "accounts.md").read_text(encoding="utf-8")
    rows = {
        cells[0].strip("` "): [cell.strip() == "yes" for cell in cells[1:]]
        for line in text.splitlines()
        if line.startswith("| `") and len(cells := line[1:-1].split("|")) == len(Role) + 1
    }
    assert rows == {str(one): [one in PERMISSIONS[role] for role in Role] for one in Permission}


def test_every_command_is_documented():
    command = typer.main.get_command(app)
    names = command.list_commands(typer.Context(command))
    assert len(names) > 10
    assert [name for name in names if f"baowen {name}" not in README] == []
    assert all(command.get_command(None, name).name == name for name in names)


def test_every_picture_and_link_is_there():
    links = re.findall(r"\]\((?!https?://)([^)#]+)\)", README)
    assert [link for link in links if not (ROOT / link).is_file()] == []
