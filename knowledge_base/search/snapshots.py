"""One published state, indexed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knowledge_base.editing.repository import content_hash
from knowledge_base.errors import ContentError
from knowledge_base.search.encoders import Encoder
from knowledge_base.search.faiss_index import HNSW_ABOVE, FaissIndex
from knowledge_base.search.index_cache import IndexCache
from knowledge_base.search.known_vectors import KnownVectors, rounded
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


DRAFTED = "draft"
"""Version of a state that nobody published; no decision from it is logged."""


def with_entry(
    snapshot: Snapshot,
    entry_id: str,
    entry: Entry | None,
    encoder: Encoder,
    tokenizer: Tokenizer,
    examples: Sequence[Example] = (),
) -> Snapshot:
    """Return a state in which one entry is as given, quick enough to be tried while it is written.

    The given snapshot stays as it is and shares most of its index with the new one.

    Args:
        snapshot: A published state.
        entry_id: The entry.
        entry: What it is to be; None takes it away.
        encoder: The one of the snapshot.
        tokenizer: The one of the snapshot.
        examples: Labelled training questions of the snapshot.
    """
    before = snapshot.entries.get(entry_id)
    entries = dict(snapshot.entries)
    entries.pop(entry_id, None)
    if entry:
        entries[entry_id] = entry
    if asked_of(before) == asked_of(entry):
        return Snapshot(DRAFTED, entries, snapshot.index)
    served = served_intents([entry] if entry else [], examples)
    questions = questions_of([entry] if entry else [], (), served)
    vectors = [_vector(question.normalized, snapshot, encoder) for question in questions]
    index = snapshot.index.changed(
        entry_id,
        _run(snapshot.entries, entry_id),
        questions,
        np.array(vectors, dtype=np.float32).reshape(len(questions), encoder.dim),
        [tokenizer.terms(question.normalized) for question in questions],
        served.get(entry_id, ()),
    )
    return Snapshot(DRAFTED, entries, index)


def asked_of(entry: Entry | None) -> tuple[object, ...] | None:
    """Return what an index knows of an entry: states in which it is the same share an index."""
    return (entry.intent, entry.questions) if entry and entry.kind == "answer" else None


def _run(entries: Mapping[str, Entry], entry_id: str) -> range:
    """Return where an index over ``entries`` holds the questions of one; behind all others for a new one."""
    start = 0
    for one in entries.values():
        count = len(one.questions) if one.kind == "answer" else 0
        if one.id == entry_id:
            return range(start, start + count)
        start += count
    return range(start, start)


def _vector(text: str, snapshot: Snapshot, encoder: Encoder) -> NDArray[np.float32]:
    """Return the vector of a normalised text; one that the index holds is not made again."""
    place = snapshot.index.place_of(text)
    known = None if place is None else snapshot.index.dense.at(np.array([place]))
    return np.asarray((rounded(encoder.encode([text])) if known is None else known)[0])
