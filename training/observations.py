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
from knowledge_base.search.search import SearchIndex, make_query
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


def queries_of(cases: Sequence[Case], tokenizer: Tokenizer, index: SearchIndex) -> list[Query]:
    """Return the query of each case, prepared for ``index`` as a customer's message is."""
    return [make_query(case.text, tokenizer, index.speller) for case in cases]


def observe(
    cases: Sequence[Case],
    queries: Sequence[Query],
    vectors: NDArray[np.float32],
    intents: IntentModel,
    entry_head: EntryHead,
    index: SearchIndex,
    entries: Mapping[str, Entry],
    taxonomy: Taxonomy,
    cues: Cues,
) -> list[Observation]:
    """Search and classify every case; a row without ``entry_ids`` has no right entry."""
    unanswerable = taxonomy.handoff | taxonomy.declined
    found = []
    for case, query, vector in zip(cases, queries, vectors, strict=True):
        near = index.nearest(vector)
        prediction = intents.predict(query.normalized, vector, voters_of(index, near))
        candidates = index.search(query, vector, top=POOL, neighbours=near)
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
