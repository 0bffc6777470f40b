"""Runs labelled questions through search and intents, and keeps what fitting needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.types import IntentPrediction
from assistant.understanding.confidence import candidate_features, meant_of, query_features
from assistant.understanding.cues import Cues, Marks, marks_of
from assistant.understanding.entry_head import EntryHead
from assistant.understanding.intents import IntentModel, voters_of
from assistant.understanding.reader import POOL
from evaluation.types import Case
from knowledge_base.search.encoders import Encoder
from knowledge_base.search.search import Neighbours, SearchIndex, make_query
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.taxonomy import Taxonomy
from knowledge_base.types import Candidate, Entry, Query


@dataclass(frozen=True, slots=True)
class Observation:
    """One labelled question with its candidates.

    Attributes:
        features: float64 [candidates, features].
        of_query: float64, what confidence knows of the query itself.
        right: bool [candidates]: the entry is one of the row's ``entry_ids``.
        intents: The intent that each candidate's entry would answer.
    """

    case: Case
    query: Query
    prediction: IntentPrediction
    candidates: tuple[Candidate, ...]
    intents: tuple[str, ...]
    features: NDArray[np.float64]
    of_query: NDArray[np.float64]
    right: NDArray[np.bool_]
    marks: Marks


@dataclass(frozen=True, slots=True)
class Sought:
    """A text as it is sought in an index.

    Attributes:
        query: Prepared as a customer's message is.
        vector: float32 [dim].
        near: The labelled questions nearest to it.
        candidates: Entries found, as many as confidence ranks.
    """

    query: Query
    vector: NDArray[np.float32]
    near: Neighbours
    candidates: tuple[Candidate, ...]


def seek(texts: Sequence[str], encoder: Encoder, tokenizer: Tokenizer, index: SearchIndex) -> list[Sought]:
    """Seek every text once, for all that is fitted on it."""
    queries = [make_query(text, tokenizer, index.speller) for text in texts]
    vectors = encoder.encode([query.normalized for query in queries])
    found = []
    for query, vector in zip(queries, vectors, strict=True):
        near = index.nearest(vector)
        candidates = index.search(query, vector, top=POOL, neighbours=near)
        found.append(Sought(query, vector, near, candidates))
    return found


def observe(
    cases: Sequence[Case],
    sought: Sequence[Sought],
    intents: IntentModel,
    entry_head: EntryHead,
    index: SearchIndex,
    entries: Mapping[str, Entry],
    taxonomy: Taxonomy,
    cues: Cues,
) -> list[Observation]:
    """Classify every case and describe its candidates; a row without ``entry_ids`` has no right entry."""
    unanswerable = taxonomy.handoff | taxonomy.declined
    found = []
    for case, one in zip(cases, sought, strict=True):
        query, vector, candidates = one.query, one.vector, one.candidates
        prediction = intents.predict(query.normalized, vector, voters_of(index, one.near))
        served = [index.intents_served(entries[c.entry_id]) for c in candidates]
        by_head = entry_head.log_probabilities(vector, candidates)
        features = candidate_features(candidates, served, prediction, by_head)
        of_entries = tuple(meant_of(intents_of_entry, prediction) for intents_of_entry in served)
        of_query = query_features(query, prediction, unanswerable)
        accepted = frozenset(case.entry_ids or ())
        right = np.array([c.entry_id in accepted for c in candidates], dtype=np.bool_)
        marks = marks_of(cues, query.normalized, prediction)
        seen = (case, query, prediction, candidates, of_entries, features, of_query, right, marks)
        found.append(Observation(*seen))
    return found
