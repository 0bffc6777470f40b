"""One published state, indexed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from knowledge_base.editing.repository import content_hash
from knowledge_base.errors import ContentError
from knowledge_base.search.encoders import Encoder
from knowledge_base.search.faiss_index import HNSW_ABOVE, FaissIndex
from knowledge_base.search.index_cache import IndexCache
from knowledge_base.search.known_vectors import KnownVectors
from knowledge_base.search.search import SearchIndex, questions_of
from knowledge_base.search.served_intents import served_intents
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.types import Entry, Example


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Published entries with the index over their questions; ``version`` names both."""

    version: str
    entries: Mapping[str, Entry]
    index: SearchIndex


def make_snapshot(
    entries: Sequence[Entry],
    encoder: Encoder,
    tokenizer: Tokenizer,
    cache: IndexCache,
    dense_weight: float,
    examples: Sequence[Example] = (),
    known: KnownVectors | None = None,
    hnsw_above: int = HNSW_ABOVE,
) -> Snapshot:
    """Index a published state.

    Args:
        entries: What is published.
        encoder: Makes the vectors.
        tokenizer: Makes the terms.
        cache: Keeps both.
        dense_weight: Share of the dense score in the fused one.
        examples: Labelled training questions, which help to find entries and intents.
        known: Vectors that need not be made anew.
        hnsw_above: Number of questions above which a graph is searched (HNSW).

    Raises:
        ContentError: There is no answer to search for.
    """
    served = served_intents(entries, examples)
    questions = questions_of(entries, examples, served)
    if not any(question.entry_id for question in questions):
        raise ContentError(
            "The knowledge base has no published answer, so nothing could be found. Publish one."
        )
    parts = cache.load_or_build([q.normalized for q in questions], encoder, tokenizer, known)
    dense = FaissIndex(parts.vectors, encoder.id, encoder.fingerprint, hnsw_above)
    index = SearchIndex(questions, dense, parts.terms, dense_weight, served)
    return Snapshot(content_hash(entries)[:12], {entry.id: entry for entry in entries}, index)
