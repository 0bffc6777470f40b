"""Editors write: entries read, created, saved, retired, discarded; what comes late loses nothing."""

from api.accounts.roles import Role
from api.conversing.desk import now
from knowledge_base.editing.drafts import submit
from knowledge_base.editing.publishing import PublishRules, publish
from knowledge_base.editing.types import Deed

ID = "payment_method.change_card"
NEW = {
    "intent": "payment_method",
    "question": "保费可以用外币账户交吗？",
    "variants": ["美元账户能交保费吗", "港币卡扣得了续期吗"],
    "answer": "保费以人民币计收，请用人民币账户缴纳。境外账户先换汇再交，不清楚请打{hotline}，由人员核对。",
    "short_answer": "保费以人民币计收，请用人民币账户。",
    "source": "practice",
}


def text_of(view, **changes):
    return {name: value for name, value in view["entry"].items() if name != "id"} | changes


def publish_all(database, ids, author, other):
    today = now()
    deed = Deed(author.actor, "", today)
    with database.transaction() as session:
        submit(session, ids, deed)
    publish(database, ids, Deed(other.actor, "", today), PublishRules(), today.date())


def test_an_entry_is_read_whole(li):
    view = li.get(f"/entries/{ID}")
    assert view["status"] == "published"
    assert view["entry"]["question"] == view["published"]["entry"]["question"]
    assert view["scheduled"] is None
    assert view["retires"] is False
    assert [one["id"] for one in view["related"]] == view["entry"]["related"]
    assert all(one["question"] and one["status"] == "published" for one in view["related"])
    assert li.get("/entries/no.such", 404)["error"]["code"] == "not_found"


def test_a_new_entry_is_a_draft_under_a_free_id(li):
    proposed = li.get("/entries/free-id", params={"intent": NEW["intent"], "question": NEW["question"]})["id"]
    assert proposed.startswith("payment_method.")
    made = li.post("/entries", {"entry": NEW}, 201)
    assert (made["id"], made["status"], made["revision"]) == (proposed, "draft", 1)
    assert made["published"] is None
    assert made["author_name"] == "编辑li"
    assert (
        li.get("/entries/free-id", params={"intent": NEW["intent"], "question": NEW["question"]})["id"]
        != proposed
    )
    assert li.post("/entries", {"id": proposed, "entry": NEW}, 409)["error"]["code"] == "conflict"
    assert li.post("/entries", {"id": "Bad Id", "entry": NEW}, 422)
    assert li.post("/entries", {"entry": {**NEW, "answer": " "}}, 422)["error"]["code"] == "invalid_content"


def test_a_late_save_hands_back_both_sides(li, wang):
    base = li.get(f"/entries/{ID}")
    mine = text_of(base, answer=base["entry"]["answer"] + "补一句。", variants=["换扣款卡"])
    theirs = text_of(base, answer=base["entry"]["answer"].replace("可以换", "能换"), channels=["web"])
    saved = wang.post(f"/entries/{ID}", {"entry": theirs, "based_on": base["revision"]}, method="PUT")
    assert saved["saved"] is True
    assert (saved["revision"], saved["status"]) == (base["revision"] + 1, "draft")
    late = li.post(f"/entries/{ID}", {"entry": mine, "based_on": base["revision"]}, 409, "PUT")["error"]
    assert late["code"] == "stale_edit"
    told = late["detail"]
    assert (told["revision"], told["author_name"]) == (saved["revision"], "编辑wang")
    fields = {one["field"]: one for one in told["fields"]}
    assert set(fields) == {"answer", "channels", "variants"}
    assert fields["answer"]["both"] is True
    assert (fields["answer"]["newest"], fields["answer"]["mine"]) == (theirs["answer"], mine["answer"])
    assert fields["channels"]["both"] is False
    assert fields["variants"] == {
        "field": "variants",
        "base": base["entry"]["variants"],
        "newest": base["entry"]["variants"],
        "mine": ["换扣款卡"],
        "both": False,
    }
    assert li.get(f"/entries/{ID}")["entry"]["channels"] == ["web"]
    joined = mine | {"channels": ["web"]}
    done = li.post(f"/entries/{ID}", {"entry": joined, "based_on": told["revision"]}, method="PUT")
    assert done["entry"]["variants"] == ["换扣款卡"]
    again = li.post(f"/entries/{ID}", {"entry": joined, "based_on": done["revision"]}, method="PUT")
    assert (again["saved"], again["revision"]) == (False, done["revision"])


def test_a_draft_is_given_up_for_what_is_published(li):
    base = li.get(f"/entries/{ID}")
    draft = li.post(
        f"/entries/{ID}",
        {"entry": text_of(base, answer="x" * 60), "based_on": base["revision"]},
        method="PUT",
    )
    stale = {"based_on": base["revision"]}
    assert li.post(f"/entries/{ID}/discard", stale, 409)["error"]["code"] == "conflict"
    back = li.post(f"/entries/{ID}/discard", {"based_on": draft["revision"]})
    assert (back["status"], back["entry"]) == ("published", base["entry"])
    assert back["edited"] is False
    assert li.post(f"/entries/{ID}/discard", {"based_on": back["revision"]}, 422)
    made = li.post("/entries", {"entry": NEW}, 201)
    late = {"based_on": base["revision"], "reason": "停办"}
    assert li.post(f"/entries/{ID}/retire", late, 409)["error"]["code"] == "stale_edit"
    gone = li.post(f"/entries/{made['id']}/discard", {"based_on": 1})
    assert (gone["status"], gone["published"]) == ("retired", None)
    taken_up = li.post(
        f"/entries/{made['id']}", {"entry": text_of(gone), "based_on": gone["revision"]}, method="PUT"
    )
    assert taken_up["status"] == "draft"


def test_retiring_is_a_draft_until_a_second_person_publishes_it(li, wang, database):
    base = li.get(f"/entries/{ID}")
    drafted = li.post(f"/entries/{ID}/retire", {"based_on": base["revision"], "reason": "停办"})
    assert (drafted["status"], drafted["retires"]) == ("draft", True)
    assert drafted["published"]["revision"] == base["revision"]
    stale = wang.post(f"/entries/{ID}/discard", {"based_on": base["revision"]}, 409)
    assert stale["error"]["code"] == "conflict"
    publish_all(database, [ID], li, wang)
    assert (li.get(f"/entries/{ID}")["status"], li.get(f"/entries/{ID}")["published"]) == ("retired", None)


def test_who_may_not_write_is_refused(editor):
    agent = editor("zhao", Role.AGENT)
    for path in (f"/entries/{ID}", "/entries/choices", "/entries/free-id"):
        assert agent.get(path, 403)["error"]["code"] == "forbidden"
    agent.post("/entries", {"entry": NEW}, 403)
    agent.post(f"/entries/{ID}", {"entry": NEW, "based_on": 1}, 403, "PUT")
    for name in ("retire", "discard"):
        agent.post(f"/entries/{ID}/{name}", {"based_on": 1}, 403)
    for name in ("check", "preview"):
        agent.post(f"/entries/{name}", {"entry": NEW}, 403)
    agent.post("/entries/try", {"entry": NEW, "text": "问"}, 403)
