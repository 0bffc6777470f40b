"""A state with one entry exchanged finds what the same state indexed anew finds."""

from dataclasses import replace

import numpy as np
import pytest

from knowledge_base.editing.checks.retrieval import RetrievalBounds, measure_retrieval
from knowledge_base.search.search import make_query
from knowledge_base.search.snapshots import with_entry

ID = "payment_method.change_card"
WORDS_APART = 0.03
"""How rare words are is told by the old state: fused scores move by up to this."""


@pytest.fixture(scope="module")
def drafted(services):
    """Return a function that exchanges an entry in the published state."""

    def exchange(entry, entry_id=ID):
        bundle = services.bundle
        return with_entry(
            services.snapshot, entry_id, entry, bundle.encoder, services.tokenizer, bundle.examples
        )

    return exchange


def found(services, snapshot, text):
    query = make_query(text, services.tokenizer)
    return snapshot.index.search(query, services.bundle.encoder.encode([query.normalized])[0])


def questions(entries, rng, count=60):
    chosen = rng.choice(len(entries), count, replace=False)
    return [entries[int(place)].question for place in chosen]


@pytest.mark.parametrize("entry_id", [ID, "payment_method.brand_new"])
def test_it_ranks_as_an_index_made_anew(services, drafted, entry_id):
    published = list(services.published.entries)
    old = services.snapshot.entries[ID]
    own = ("蓝色小本子上的钱怎么换卡扣", "换卡后划扣哪张")
    new = replace(old, variants=(*old.variants[:4], *own))
    if entry_id != ID:
        new = replace(old, id=entry_id, question="存折怎么换成卡来划扣", variants=own)
    snapshot = drafted(new, entry_id)
    others = [entry for entry in published if entry.id != entry_id]
    fresh = services.retrieval.snapshot(sorted([*others, new], key=lambda entry: entry.id))
    texts = [*new.questions, *old.variants[4:], *questions(published, np.random.default_rng(6))]
    for text in texts:
        ours, theirs = found(services, snapshot, text), found(services, fresh, text)
        assert ours[0].entry_id == theirs[0].entry_id, text
        assert abs(ours[0].fused - theirs[0].fused) < WORDS_APART
    assert found(services, snapshot, "蓝色小本子上的钱怎么换卡扣")[0].entry_id == entry_id


def test_the_published_state_stays_as_it_is(services, drafted):
    before = found(services, services.snapshot, "换卡后划扣哪张")
    drafted(replace(services.snapshot.entries[ID], variants=("换卡后划扣哪张",)))
    assert found(services, services.snapshot, "换卡后划扣哪张") == before


def test_an_entry_that_is_taken_away_is_not_found(services, drafted):
    gone = drafted(None)
    assert ID not in gone.entries
    for text in services.snapshot.entries[ID].questions:
        assert ID not in {one.entry_id for one in found(services, gone, text)}


def test_only_the_answer_changes_and_the_index_is_shared(services, drafted):
    told = drafted(replace(services.snapshot.entries[ID], answer="另一个答案"))
    assert told.index is services.snapshot.index
    assert told.entries[ID].answer == "另一个答案"


def test_a_copied_question_is_a_collision_in_either(services, drafted):
    rival = services.snapshot.entries["payment_method.frequency"]
    old = services.snapshot.entries[ID]
    snapshot = drafted(replace(old, variants=(*old.variants, rival.question)))
    count = sum(len(entry.questions) for entry in snapshot.entries.values() if entry.kind == "answer")
    report = measure_retrieval(
        snapshot.index, count, services.tokenizer, RetrievalBounds(), changed=frozenset({ID}), around=False
    )
    (collision,) = [one for one in report.rivalries if one.question == rival.question]
    assert (collision.rival_id, collision.lost) == (rival.id, True)
