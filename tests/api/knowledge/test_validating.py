"""All entries checked together: what the drafts bring, what stood already, and how far the search is."""

from __future__ import annotations

import datetime as dt

from api.accounts.roles import Role
from api.knowledge.collisions import Collisions, key_of, write_collisions
from api.routes.knowledge.writing_shapes import EntryText
from knowledge_base.editing.heads import heads_hash, read_heads
from knowledge_base.editing.types import PublishFinding

CARD = "payment_method.change_card"
BEGUN = {"state": "running", "kind": "validate"}


def found_in(someone, code, **wanted):
    job = someone.post("/entries/validate", wanted, 202)
    assert BEGUN.items() <= job.items()
    done = someone.done(job)
    assert done["state"] == "done", done["error"]
    return done["result"], [one for one in done["result"]["findings"] if one["code"] == code]


def test_errors_and_warnings_are_told_with_their_entry_and_place(li, editor):
    editor("zhao", Role.AGENT).post("/entries/validate", {}, 403)
    before, promised = found_in(li, "wording", search=False)
    assert (before["errors"], promised, before["search"]) == (0, [], None)
    told = li.get(f"/entries/{CARD}")
    named = {name: told["entry"][name] for name in EntryText.model_fields}
    text = named | {"answer": f"{named['answer']}我们保证赔付。"}
    li.post(f"/entries/{CARD}", {"entry": text, "based_on": told["revision"]}, method="PUT")
    after, (promise,) = found_in(li, "wording", search=False)
    assert (after["entries"], after["errors"]) == (before["entries"], 1)
    assert after["findings"][0] == promise, "errors come first"
    assert (promise["severity"], promise["entry_id"], promise["field"]) == ("error", CARD, "answer")
    assert text["answer"][promise["start"] : promise["end"]] == promise["found"] == "保证赔付"
    assert (promise["status"], promise["question"]) == ("draft", told["entry"]["question"])
    assert not promise["stood"]
    _, lengths = found_in(li, "length", search=False)
    others = [one for one in lengths if one["entry_id"] != CARD]  # the sentence may make this one too long
    assert others and all(one["stood"] and one["severity"] == "warning" for one in others)


def test_what_every_question_showed_is_told_until_somebody_saves(app, database, li):
    services = app.state.live.serving.services
    with database.reading() as session:
        content = heads_hash(read_heads(session).values())
    key = key_of(content, services.bundle.version, services.settings.collision_margin)
    lost = PublishFinding("error", CARD, "collision: ...", "collision", found="换卡", instead="claim.other")
    gone = PublishFinding("error", "no.entry", "collision: ...", "collision")
    made_at = dt.datetime(2026, 1, 2, tzinfo=dt.UTC).isoformat()
    kept = services.home.collisions
    write_collisions(kept, Collisions(key, made_at, 1.0, (), (lost, gone)))
    try:
        told, (collision,) = found_in(li, "collision")
    finally:
        kept.unlink()  # the home folder is the session's
    assert told["search"] == {"made_at": made_at, "current": True}
    assert (collision["entry_id"], collision["instead"]) == (CARD, "claim.other")
