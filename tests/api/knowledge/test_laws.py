"""A version of a law is replaced, and what rested on it is worked through by two people."""

import datetime as dt

from tests.api.conftest import code_of

TODAY = dt.date.today().isoformat()


def law_of(someone, law):
    return next(one for one in someone.get("/laws")["laws"] if one["id"] == law)


def rested_on_little(someone):
    """Return a law that few published entries rest on."""
    laws = [one for one in someone.get("/laws")["laws"] if 2 <= one["entries"] <= 20]
    return min(laws, key=lambda one: one["entries"])


def test_what_rests_on_a_law_is_listed_by_article(li):
    law = law_of(li, "保险法")
    assert law["versions"][0]["in_force"]
    everything = li.get("/laws/保险法/impact")["entries"]
    assert len(everything) == law["entries"] > 50
    some = li.get("/laws/保险法/impact", params={"article": "第23条"})["entries"]
    assert 0 < len(some) < len(everything)
    assert all(any(b["article"] in ("", "23") for b in one["bases"]) for one in some)
    assert code_of(li.client.get("/v1/laws/火星法/impact")) == (404, "not_found")


def test_a_version_is_added_replaces_another_and_its_entries_are_worked_through(li, wang):
    law = rested_on_little(li)
    old = law["versions"][0]["version"]
    new = {"id": law["id"], "name": law["name"], "version": "2099", "in_force_from": TODAY}
    added = li.post("/laws", new, 201)
    assert law_of(li, law["id"])["versions"][0]["version"] == "2099", added
    assert code_of(li.client.post("/v1/laws", json=new)) == (422, "invalid_input")

    order = {"version": old, "by": "2099", "since": TODAY}
    done = li.post(f"/laws/{law['id']}/replace", order)
    assert len(done["entries"]) == law["entries"]
    assert done["snapshot"]
    work = li.get(f"/laws/{law['id']}/work", params={"version": old})
    assert work["progress"] == {"total": law["entries"], "done": 0, "open": law["entries"]}

    first, second = work["entries"][:2]
    articles = {basis["article"]: "99" for basis in first["bases"] if basis["article"]}
    kept = {"entry_id": first["entry_id"], "revision": first["revision"], "version": old, "how": "keep"}
    told = li.post(f"/laws/{law['id']}/work", {**kept, "articles": articles})
    states = {one["entry_id"]: one["state"] for one in told["entries"]}
    assert states[first["entry_id"]] == "in_review"
    assert code_of(li.client.post(f"/v1/laws/{law['id']}/work", json=kept)) == (422, "invalid_input")
    gone = {"entry_id": second["entry_id"], "revision": second["revision"], "version": old, "how": "retire"}
    assert told["progress"]["open"] == law["entries"] - 1
    told = li.post(f"/laws/{law['id']}/work", gone)
    assert told["progress"]["open"] == law["entries"] - 2
    assert law_of(li, law["id"])["versions"][1]["replaced_by"] == "2099"
    again = li.client.post(f"/v1/laws/{law['id']}/replace", json=order)
    assert code_of(again) == (422, "invalid_input")
