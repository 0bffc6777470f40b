"""What ``baowen doctor`` says of the desk's own files."""

import datetime as dt

import pytest
import yaml

from api.diagnosis import _desk
from knowledge_base.errors import ContentError
from knowledge_base.settings import Settings

YEAR = dt.date.today().year
ANNOUNCED = {"announced": True, "source": "公告", "holidays": [], "working": []}


def told(tmp_path, name="desk.yaml", **content):
    folder = tmp_path / "content"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return _desk(Settings(home=tmp_path))


def test_a_calendar_that_is_not_announced_is_told(tmp_path):
    known = dict.fromkeys((YEAR, YEAR + 1), ANNOUNCED)
    assert told(tmp_path, calendar=known)[0] == "ok"
    state, message = told(tmp_path, calendar={**known, YEAR: {**ANNOUNCED, "announced": False}})
    assert state == "warning"
    assert f"calendar of {YEAR} is not the announced one" in message
    assert str(tmp_path / "content" / "desk.yaml") in message


def test_unusable_files_of_the_desk_are_errors_that_doctor_tells(tmp_path):
    assert told(tmp_path, calendar={YEAR: ANNOUNCED, YEAR + 1: ANNOUNCED})[0] == "ok"
    with pytest.raises(ContentError, match=r"notices\.gone"):
        told(tmp_path, "notices.yaml", notices={"gone": "走了"})
    with pytest.raises(ContentError, match=r"hours\.x"):
        told(tmp_path, hours={"x": 1})
