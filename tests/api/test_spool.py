"""The folder of messages that wait for the database."""

import pytest

from api.conversing.spool import Spool, Waiting


def waiting(text, conversation_id="c1"):
    return Waiting(conversation_id, "hash", text, f"id-{text}", "2026-11-27T08:00:00+00:00")


@pytest.mark.parametrize(
    "damage", [b"", b'{"text": "torn', b"\xff\xfe", b'{"text": "of another version"}', b"[1]"]
)
def test_a_damaged_file_is_set_aside_and_holds_up_nothing(tmp_path, damage):
    spool = Spool(tmp_path)
    for text in ("一", "二", "三"):
        spool.add(waiting(text))
    damaged = spool.paths()[1]
    damaged.write_bytes(damage)
    assert [one.text for _, one in spool] == ["一", "三"]
    assert len(spool) == 2
    assert [path.read_bytes() for path in tmp_path.glob("*.refused")] == [damage]


def test_files_come_back_in_order_after_a_restart_for_this_user_alone(tmp_path):
    spool = Spool(tmp_path / "spool")
    for number in range(20):
        spool.add(waiting(str(number), f"c{number % 2}"))
    after = Spool(tmp_path / "spool")
    assert [one.text for _, one in after] == [str(number) for number in range(20)]
    assert [after.read(path).text for path in after.paths("c1")] == [str(n) for n in range(1, 20, 2)]
    assert {path.stat().st_mode & 0o777 for path in after.paths()} == {0o600}
