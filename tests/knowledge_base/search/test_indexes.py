"""Lexical and dense indexes, their fusion, and refusal of foreign vectors."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmarks.tfidf_encoder import TfidfEncoder
from knowledge_base.errors import ContentError, IndexMismatchError, InvalidInputError
from knowledge_base.search.faiss_index import FaissIndex
from knowledge_base.search.fusion import fuse
from knowledge_base.search.lexical_index import LexicalIndex
from knowledge_base.search.search import SearchIndex, build_index, make_query, questions_of
from knowledge_base.search.snapshots import IndexCache, make_snapshot
from knowledge_base.search.text import normalize
from knowledge_base.search.tokens import Tokenizer
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
    assert [c.fused for c in found] == sorted((c.fused for c in found), reverse=True)


def test_acknowledgements_are_never_found(index, encoder, tokenizer):
    assert all(c.entry_id != "emergency.default" for c in search(index, encoder, tokenizer, "有人受伤"))


def test_a_skipped_question_is_not_matched(index, encoder, tokenizer):
    position = TEXTS.index("收据不见了")
    found = search(index, encoder, tokenizer, "收据不见了", skip=frozenset({position}))
    assert "收据不见了" not in [c.matched_question for c in found]


def test_fused_is_the_weighted_sum(index, encoder, tokenizer):
    for c in search(index, encoder, tokenizer, "退保能退钱吗"):
        assert c.fused == pytest.approx(0.5 * max(c.dense, 0) + 0.5 * c.lexical, abs=1e-6)


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


def test_a_knowledge_base_without_answers_is_refused(encoder, tokenizer, tmp_path):
    with pytest.raises(ContentError, match="no published answer"):
        make_snapshot(ENTRIES[-1:], encoder, tokenizer, IndexCache(tmp_path), 0.5)
