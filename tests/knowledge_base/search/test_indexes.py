"""Lexical and dense indexes, their fusion, and refusal of foreign vectors."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmarks.tfidf_encoder import TfidfEncoder
from knowledge_base.errors import ContentError, IndexMismatchError, InvalidInputError
from knowledge_base.search.evidence import NEARNESS_TEMPERATURE, Pool, centres_of
from knowledge_base.search.faiss_index import FaissIndex
from knowledge_base.search.fusion import BEST_QUESTION, CENTRE, DOCUMENT, NEARNESS, fuse
from knowledge_base.search.index_cache import IndexCache
from knowledge_base.search.known_vectors import KnownVectors
from knowledge_base.search.lexical_index import LexicalIndex
from knowledge_base.search.search import (
    SAME_TEXT,
    SearchIndex,
    build_index,
    make_query,
    questions_of,
)
from knowledge_base.search.snapshots import make_snapshot
from knowledge_base.search.text import normalize
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.types import Example
from tests.knowledge_base.builders import make_entry

ENTRIES = (
    make_entry(
        "claim_documents.lost", question="发票丢了还能理赔吗", variants=("票据遗失怎么报销", "收据不见了")
    ),
    make_entry("surrender.how", question="怎么退保", variants=("我要退掉保险", "保险不想要了能退钱吗")),
    make_entry("policy_lookup.how", question="怎么查保单", variants=("我的保单在哪里看", "保单号是多少")),
    make_entry("emergency.default", kind="acknowledgement", question="有人受伤", variants=()),
)
TEXTS = [normalize(q.text) for q in questions_of(ENTRIES)]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return Tokenizer(tmp_path_factory.mktemp("dictionary"))


@pytest.fixture(scope="module")
def encoder():
    return TfidfEncoder(TEXTS)


@pytest.fixture(scope="module")
def index(encoder, tokenizer):
    return build_index(ENTRIES, encoder, tokenizer, 0.5)


def search(index, encoder, tokenizer, text, **options):
    query = make_query(text, tokenizer)
    return index.search(query, encoder.encode([query.normalized])[0], **options)


def test_the_best_question_counts_for_its_entry(index, encoder, tokenizer):
    found = search(index, encoder, tokenizer, "收据不见了怎么办")
    assert (found[0].entry_id, found[0].matched_question, found[0].rank) == (
        "claim_documents.lost",
        "收据不见了",
        1,
    )
    assert len({c.entry_id for c in found}) == len(found)
    assert [c.rank for c in found] == list(range(1, len(found) + 1))
    assert [c.fused for c in found] == sorted((c.fused for c in found), reverse=True)


def test_acknowledgements_are_never_found(index, encoder, tokenizer):
    assert all(c.entry_id != "emergency.default" for c in search(index, encoder, tokenizer, "有人受伤"))


def test_a_skipped_question_is_not_matched(index, encoder, tokenizer):
    position = TEXTS.index("收据不见了")
    found = search(index, encoder, tokenizer, "收据不见了", skip=frozenset({position}))
    assert "收据不见了" not in [c.matched_question for c in found]


def test_a_skipped_question_leaves_no_trace_in_its_entry(index, encoder, tokenizer):
    position = TEXTS.index("收据不见了")
    without = replace(ENTRIES[0], variants=("票据遗失怎么报销",))
    smaller = build_index((without, *ENTRIES[1:]), encoder, tokenizer, 0.5)
    (left_out, *_) = search(index, encoder, tokenizer, "收据不见了", skip=frozenset({position}))
    (never_there, *_) = search(smaller, encoder, tokenizer, "收据不见了")
    whole = search(index, encoder, tokenizer, "收据不见了")[0]
    assert left_out.entry_id == never_there.entry_id
    assert left_out.centre == pytest.approx(never_there.centre, abs=1e-6) != whole.centre
    assert left_out.document == pytest.approx(never_there.document, abs=0.1)
    assert left_out.document < whole.document / 2


def test_a_text_scores_the_same_indexed_or_not(tokenizer):
    terms = [tokenizer.terms(text) for text in TEXTS]
    for whole in (False, True):
        lexical = LexicalIndex(terms, whole)
        scores = lexical.scores(terms[0])
        assert [lexical.score_of(terms[0], other) for other in terms] == pytest.approx(scores, abs=1e-5)


def test_fused_is_the_weighted_sum(index, encoder, tokenizer):
    for c in search(index, encoder, tokenizer, "退保能退钱吗"):
        scores = (BEST_QUESTION, c.dense), (NEARNESS, c.nearness), (CENTRE, c.centre), (DOCUMENT, c.document)
        assert c.fused == pytest.approx(sum(weight * max(score, 0) for weight, score in scores), abs=1e-6)
    assert pytest.approx(1.0) == BEST_QUESTION + NEARNESS + CENTRE + DOCUMENT


def test_lexical_scores_lie_between_0_and_1_and_are_1_for_itself(tokenizer):
    lexical = LexicalIndex([tokenizer.terms(text) for text in TEXTS])
    for position, text in enumerate(TEXTS):
        scores = lexical.scores(tokenizer.terms(text))
        assert scores.min() >= 0 and scores.max() <= 1
        assert scores.argmax() == position
        assert scores[position] == pytest.approx(1.0, abs=0.35)


def test_unknown_words_lower_every_lexical_score(tokenizer):
    lexical = LexicalIndex([tokenizer.terms(text) for text in TEXTS])
    plain = lexical.scores(tokenizer.terms("怎么退保"))
    diluted = lexical.scores(tokenizer.terms("怎么退保蒹葭苍苍白露为霜"))
    assert diluted.max() < plain.max()
    assert lexical.scores(tokenizer.terms("蒹葭苍苍")).max() == 0


@given(
    arrays(np.float32, 5, elements=st.floats(-1, 1, width=32)),
    arrays(np.float32, 5, elements=st.floats(0, 1, width=32)),
    st.floats(0, 1),
)
def test_fusion_stays_in_range_and_grows_with_both(dense, lexical, weight):
    fused = fuse(dense, lexical, weight)
    assert ((fused >= 0) & (fused <= 1 + 1e-6)).all()
    assert (fuse(dense, np.minimum(lexical + 0.1, 1).astype(np.float32), weight) >= fused - 1e-6).all()


def test_an_index_refuses_another_encoder(encoder):
    index = FaissIndex(encoder.encode(TEXTS), encoder.id, encoder.fingerprint)
    index.require_encoder(encoder.id, encoder.fingerprint)
    with pytest.raises(IndexMismatchError, match="Rebuild"):
        index.require_encoder(encoder.id, "other")


def test_vectors_of_another_state_are_refused(encoder, tokenizer):
    dense = FaissIndex(encoder.encode(TEXTS[:-1]), encoder.id, encoder.fingerprint)
    with pytest.raises(InvalidInputError, match="different states"):
        SearchIndex(questions_of(ENTRIES), dense, [tokenizer.terms(t) for t in TEXTS], 0.5)


def indexed(encoder, tokenizer, examples):
    questions = questions_of(ENTRIES, examples)
    texts = [normalize(question.text) for question in questions]
    dense = FaissIndex(encoder.encode(texts), encoder.id, encoder.fingerprint)
    return SearchIndex(questions, dense, [tokenizer.terms(text) for text in texts], 0.5)


def test_an_example_finds_its_entry_and_votes_for_its_intent(encoder, tokenizer):
    text = "小票弄没了咋整"
    examples = (
        Example(text, "claim_documents", "claim_documents.lost"),
        Example("我要投诉", "complaint_other"),
    )
    taught = indexed(encoder, tokenizer, examples)
    first = search(taught, encoder, tokenizer, text)[0]
    assert (first.entry_id, first.matched_question) == ("claim_documents.lost", text)
    near = taught.nearest(encoder.encode([text])[0])
    assert taught.questions[near.positions[0]].intent == "claim_documents"
    assert near.cosines.tolist() == sorted(near.cosines.tolist(), reverse=True)


def test_a_question_asked_word_for_word_finds_its_entry_first(encoder, tokenizer):
    crowd = tuple(
        Example(text, "surrender", "surrender.how") for text in ("怎么查保单号", "保单怎么查", "查保单怎么办")
    )
    taught = indexed(encoder, tokenizer, crowd)
    assert search(taught, encoder, tokenizer, "怎么查保单")[0].entry_id == "policy_lookup.how"
    position = TEXTS.index("怎么查保单")
    found = search(taught, encoder, tokenizer, "怎么查保单", skip=frozenset({position}))
    assert all(c.fused < SAME_TEXT for c in found)


def test_an_example_without_an_entry_is_no_candidate(encoder, tokenizer):
    examples = (Example("我要投诉", "complaint_other"), Example("怎么退保险", "surrender", "surrender.gone"))
    taught = indexed(encoder, tokenizer, examples)
    ids = {entry.id for entry in ENTRIES}
    for text in ("我要投诉", "怎么退保险"):
        assert {c.entry_id for c in search(taught, encoder, tokenizer, text)} <= ids


def test_a_published_question_overrules_an_example_of_the_same_text():
    examples = (Example("怎么退保", "policy_lookup", "policy_lookup.how"), Example("退保吧", "surrender"))
    texts = [question.text for question in questions_of(ENTRIES, examples)]
    assert texts.count("怎么退保") == 1
    assert texts[-1] == "退保吧"


def test_evidence_sums_up_what_is_near():
    pool = Pool(
        entries=np.array([4, 7]),
        slots=np.array([0, 1, 1]),
        positions=np.array([10, 11, 12]),
        dense=np.array([0.9, 0.8, 0.8], np.float32),
        lexical=np.zeros(3, np.float32),
        fused=np.array([0.5, 0.2, 0.5], np.float32),
    )
    assert pool.best_question().tolist() == [0, 2]
    assert pool.support().sum() == pytest.approx(1.0)
    assert pool.support()[1] > pool.support()[0]
    one, two = pool.nearness()
    assert one == pytest.approx(0.9, abs=1e-6)
    assert two == pytest.approx(0.8 + NEARNESS_TEMPERATURE * np.log(2), abs=1e-6)


def test_centres_are_mean_directions():
    vectors = np.array([[1, 0], [0, 1], [0, -1]], dtype=np.float32)
    centres = centres_of(vectors, np.array([0, 0, -1]), 1)
    np.testing.assert_allclose(centres, [[0.5**0.5, 0.5**0.5]], atol=1e-6)


def test_known_vectors_spare_the_encoder(encoder, tokenizer, tmp_path):
    known = KnownVectors.of(TEXTS[:4], encoder.encode(TEXTS[:4]), "a" * 64)
    there, found = known.find([TEXTS[2], "没有的", TEXTS[0]])
    assert there.tolist() == [True, False, True]
    cosines = (found * encoder.encode([TEXTS[2], TEXTS[0]])).sum(axis=1)
    assert (cosines / np.linalg.norm(found, axis=1)).min() > 0.999
    same, other = Counting(encoder, "a" * 64), Counting(encoder, "b" * 64)
    fresh = make_snapshot(ENTRIES, same, tokenizer, IndexCache(tmp_path / "a"), 0.5)
    spared = make_snapshot(ENTRIES, same, tokenizer, IndexCache(tmp_path / "b"), 0.5, known=known)
    assert same.asked == 2 * len(TEXTS) - 4
    np.testing.assert_array_equal(fresh.index.dense.vectors, spared.index.dense.vectors)
    make_snapshot(ENTRIES, other, tokenizer, IndexCache(tmp_path / "c"), 0.5, known=known)
    assert other.asked == len(TEXTS)


class Counting:
    """An encoder that counts what it is asked."""

    def __init__(self, encoder, fingerprint):
        self._encoder, self.id, self.dim = encoder, encoder.id, encoder.dim
        self.fingerprint, self.asked = fingerprint, 0

    def encode(self, texts):
        self.asked += len(texts)
        return self._encoder.encode(texts)


def test_vectors_are_encoded_once_and_never_taken_from_another_encoder(encoder, tokenizer, tmp_path):
    cache = IndexCache(tmp_path / "index")
    first, other = Counting(encoder, "a" * 64), Counting(encoder, "b" * 64)
    one = make_snapshot(ENTRIES, first, tokenizer, cache, 0.5)
    two = make_snapshot(ENTRIES, first, tokenizer, cache, 0.5)
    assert first.asked == len(TEXTS)
    assert one.version == two.version
    make_snapshot(ENTRIES, other, tokenizer, cache, 0.5)
    assert other.asked == len(TEXTS)


def test_a_cache_file_under_a_wrong_name_is_not_used(encoder, tokenizer, tmp_path):
    first, other = Counting(encoder, "a" * 64), Counting(encoder, "b" * 64)
    for name, counting in (("one", first), ("two", other)):
        make_snapshot(ENTRIES, counting, tokenizer, IndexCache(tmp_path / name), 0.5)
    mine, theirs = (next((tmp_path / name).glob("*.safetensors")) for name in ("one", "two"))
    mine.write_bytes(theirs.read_bytes())
    make_snapshot(ENTRIES, first, tokenizer, IndexCache(tmp_path / "one"), 0.5)
    assert first.asked == 2 * len(TEXTS)


def test_another_lexicon_makes_new_terms(encoder, tmp_path):
    cache, counting = IndexCache(tmp_path / "index"), Counting(encoder, "a" * 64)
    for extra in ((), ("票据遗失",)):
        make_snapshot(ENTRIES, counting, Tokenizer(tmp_path / "dictionary", extra), cache, 0.5)
    assert counting.asked == 2 * len(TEXTS)


def test_a_damaged_cache_is_rebuilt(encoder, tokenizer, tmp_path):
    cache = IndexCache(tmp_path / "index")
    counting = Counting(encoder, "a" * 64)
    make_snapshot(ENTRIES, counting, tokenizer, cache, 0.5)
    next((tmp_path / "index").glob("*.safetensors")).write_bytes(b"damaged")
    make_snapshot(ENTRIES, counting, tokenizer, cache, 0.5)
    assert counting.asked == 2 * len(TEXTS)


BOUNDS = {"codes": "codes_above", "graph": "hnsw_above"}


def crowded(count, dim=64, seed=3):
    """Unit vectors around a tenth as many centres, as questions lie around their topics."""
    draws = np.random.default_rng(seed)
    centres = draws.normal(size=(count // 10, dim))
    vectors = centres[draws.integers(0, len(centres), count)] + draws.normal(scale=0.5, size=(count, dim))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("kind", ["codes", "graph"])
def test_above_a_bound_the_search_is_approximate_and_finds_nearly_the_same(kind):
    vectors, queries = crowded(5000), crowded(400, seed=4)
    flat, other = FaissIndex(vectors, "e", "f"), FaissIndex(vectors, "e", "f", **{BOUNDS[kind]: 4999})
    assert (flat.kind, other.kind) == ("flat", kind)
    assert FaissIndex(vectors, "e", "f", **{BOUNDS[kind]: 5000}).kind == "flat"
    truth, _ = flat.search_many(queries, 10)
    found, cosines = other.search_many(queries, 10)
    hits = [len(set(one) & set(other)) for one, other in zip(truth.tolist(), found.tolist(), strict=True)]
    assert sum(hits) / (10 * len(queries)) >= 0.98
    assert (np.diff(cosines, axis=1) <= 1e-6).all()
    rows = np.arange(len(queries))[:, None]
    assert cosines == pytest.approx((vectors[found] * queries[rows]).sum(axis=-1), abs=1e-5)


def test_vectors_of_an_odd_length_have_no_codes():
    assert FaissIndex(crowded(40, dim=7), "e", "f", codes_above=0).kind == "flat"


def test_asking_for_more_than_there_is(encoder):
    for above in (0, 100):
        index = FaissIndex(encoder.encode(TEXTS[:3]), "e", "f", hnsw_above=above)
        positions, cosines = index.search(encoder.encode(TEXTS[:1])[0], 50)
        assert sorted(positions.tolist()) == [0, 1, 2]
        assert cosines[0] == pytest.approx(1.0, abs=1e-3)  # half precision


def test_a_changed_state_encodes_its_new_texts_only(encoder, tokenizer, tmp_path):
    cache, counting = IndexCache(tmp_path / "index"), Counting(encoder, "a" * 64)
    make_snapshot(ENTRIES, counting, tokenizer, cache, 0.5)
    counting.asked = 0
    first, *rest = ENTRIES
    changed = [*rest[::-1], replace(first, question="全新的问法怎么说")]
    snapshot = make_snapshot(changed, counting, tokenizer, cache, 0.5)
    assert counting.asked == 1
    fresh = make_snapshot(changed, counting, tokenizer, IndexCache(tmp_path / "other"), 0.5)
    assert np.array_equal(snapshot.index.dense.vectors, fresh.index.dense.vectors)
    query = make_query("全新的问法怎么说", tokenizer)
    vector = encoder.encode([query.normalized])[0]
    assert snapshot.index.search(query, vector) == fresh.index.search(query, vector)
    make_snapshot(changed[1:], counting, tokenizer, cache, 0.5)
    assert counting.asked == 1 + len(snapshot.index.questions)


def test_a_knowledge_base_without_answers_is_refused(encoder, tokenizer, tmp_path):
    with pytest.raises(ContentError, match="no published answer"):
        make_snapshot(ENTRIES[-1:], encoder, tokenizer, IndexCache(tmp_path), 0.5)
