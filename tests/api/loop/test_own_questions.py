"""What a candidate learns of an installation's labels, and what it never sees."""

import json

from api.labelled_rows import DATASETS
from api.own_questions import STYLE, held_out, own_questions
from training.corpus import TrainingQuestion


def test_labels_teach_unless_they_measure_or_say_nothing_sure(services, tmp_path):
    entries = tuple(services.snapshot.entries.values())
    entry = next(one for one in entries if one.kind == "answer")
    measuring = json.loads((DATASETS / "test.jsonl").read_text(encoding="utf-8").splitlines()[0])["text"]
    row = {"intent": entry.intent, "action": "answer", "entry_ids": [entry.id]}
    rows = [row | {"text": f"自家问题{i}", "conversation_id": f"c{i}"} for i in range(40)]
    rows += [
        row | {"text": measuring},
        row | {"text": "已经学过"},
        row | {"text": "要看前文", "history": ["前文"]},
        row | {"text": "条目没有了", "entry_ids": ["no.such"]},
        row | {"text": "两个都对", "entry_ids": [entry.id, entries[1].id]},
        {"text": "没有条目", "intent": entry.intent, "action": "handoff", "entry_ids": []},
    ]
    rows = [one | {"id": str(number)} for number, one in enumerate(rows)]
    path = tmp_path / "labels.jsonl"
    path.write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in rows), encoding="utf-8")
    known = [TrainingQuestion("已经学过", entry.intent, "real")]
    found = own_questions(None, [path], entries, known)
    assert {one.text for one in found} == {f"自家问题{i}" for i in range(40) if not held_out(f"c{i}")}
    assert 0 < len(found) < 40
    assert {(one.intent, one.entry_id, one.style) for one in found} == {(entry.intent, entry.id, STYLE)}
