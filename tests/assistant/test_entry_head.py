"""The entry head: a probability for each entry it knows, a guess for one written since."""

import numpy as np
import pytest

from assistant.understanding.bundle import SHIPPED_BUNDLE, load_bundle
from assistant.understanding.entry_head import EntryHead
from knowledge_base.types import Candidate


def candidate(entry_id, dense=0.8, nearness=0.9, centre=0.7):
    return Candidate(entry_id, 1, "问题", dense, 0.5, 0.6, 1, nearness=nearness, centre=centre)


@pytest.fixture
def head():
    weights = np.array([[2.0, 0.0], [0.0, 2.0], [-1.0, -1.0]], np.float32)
    places = {"a.one": 0, "b.two": 1, "complaint_other": 2}
    return EntryHead(places, weights, np.array([0.5, 0.0, 0.0], np.float32), np.array([-9.0, 1.0, 2.0, 4.0]))


def test_the_probability_is_the_softmax_over_all_rows(head):
    logits = np.array([2.5, 0.0, -1.0])
    expected = logits - np.log(np.exp(logits).sum())
    found = head.log_probabilities(np.array([1.0, 0.0], np.float32), [candidate("b.two"), candidate("a.one")])
    assert found == pytest.approx([expected[1], expected[0]], abs=1e-6)


def test_an_entry_that_it_does_not_know_is_guessed_from_its_scores(head):
    found = head.log_probabilities(np.array([1.0, 0.0], np.float32), [candidate("c.new", 0.5, 0.6, 0.7)])
    assert found == pytest.approx([-9.0 + 0.5 + 2 * 0.6 + 4 * 0.7])
    assert head.log_probabilities(np.array([1.0, 0.0], np.float32), []).shape == (0,)


def test_large_scores_do_not_overflow(head):
    found = head.log_probabilities(np.array([1e4, 0.0], np.float32), [candidate("a.one"), candidate("b.two")])
    assert found[0] == pytest.approx(0.0)
    assert np.isfinite(found).all()


def test_the_shipped_head_knows_the_shipped_entries():
    bundle = load_bundle(SHIPPED_BUNDLE)
    vector = bundle.encoder.encode(["退保能退多少钱"])[0]
    entries = sorted(name for name in bundle.entry_head.places if "." in name)
    assert len(entries) > 1000
    chances = bundle.entry_head.log_probabilities(vector, [candidate(one) for one in entries])
    assert np.exp(chances).sum() <= 1.0 + 1e-5
    assert entries[int(chances.argmax())].startswith("surrender.")
