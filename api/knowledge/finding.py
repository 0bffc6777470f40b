"""Finds entries as the assistant does, and tells why."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence

from api.knowledge.catalogue import State
from api.knowledge.filters import Wanted, chosen
from api.knowledge.parts import KnowledgeParts
from api.knowledge.rows import View, rows
from api.live import Serving
from api.tickets.views import intent_name
from assistant.types import Decision, DecisionContext, ScoredCandidate
from knowledge_base.search.search import SAME_TEXT
from knowledge_base.search.text import normalize, require_message
from knowledge_base.types import Entry, Query

_LIKELIEST = 3


def find(parts: KnowledgeParts, text: str, channel: str, wanted: Wanted, today: dt.date) -> View:
    """Return what the assistant would do with a text, and the entries it finds, best first.

    Only what is published, holds today and is meant for the channel is found, as by the assistant.

    Args:
        parts: What the pages are served with.
        text: A customer's question.
        channel: Where it is asked.
        wanted: Entries that are not meant are left out; the others keep their rank.
        today: The day of validity.

    Raises:
        InvalidInputError: The text is empty or too long.
    """
    serving, uses = parts.desk.serving, parts.uses()
    decision, query = serving.assistant.decide(require_message(text), DecisionContext(channel=channel))
    with parts.desk.reading() as session:
        state = parts.catalogue.read(session)
        found = _wanted(state, decision, wanted, today)
        listed = [state.listed[one.candidate.entry_id] for _, one in found]
        told = rows(session, parts, listed, uses)
    evidence = [_evidence(serving, query, decision, rank, one) for rank, one in found]
    return {
        "action": decision.action,
        "reason": decision.reason,
        "confidence": round(decision.confidence, 4),
        "entry_id": decision.entry_id,
        "snapshot": serving.number,
        "intents": [
            {"intent": intent, "name": intent_name(parts.desk, intent), "probability": round(chance, 4)}
            for intent, chance in decision.prediction.ranking[:_LIKELIEST]
        ],
        "entries": [row | {"found": why} for row, why in zip(told, evidence, strict=True)],
    }


def _wanted(
    state: State, decision: Decision, wanted: Wanted, today: dt.date
) -> Sequence[tuple[int, ScoredCandidate]]:
    """Return the candidates that are meant, each with its rank among all; an entry stands once."""
    best: dict[str, ScoredCandidate] = {}
    for one in decision.candidates:
        best.setdefault(one.candidate.entry_id, one)
    listed = (state.listed[entry_id] for entry_id in best if entry_id in state.listed)
    meant = {one.entry.id for one in chosen(listed, wanted, today)}
    return [(rank, one) for rank, (entry_id, one) in enumerate(best.items(), start=1) if entry_id in meant]


def _evidence(serving: Serving, query: Query, decision: Decision, rank: int, scored: ScoredCandidate) -> View:
    """Return all that speaks for an entry."""
    services, candidate = serving.services, scored.candidate
    entry = services.snapshot.entries[candidate.entry_id]
    chances = dict(decision.prediction.ranking)
    served = services.snapshot.index.intents_served(entry)
    matched = normalize(candidate.matched_question)
    return {
        "rank": rank,
        "revision": candidate.revision,
        "confidence": round(scored.confidence, 4),
        "matched": candidate.matched_question,
        "matched_kind": _kind(entry, candidate.matched_question),
        "same_text": candidate.fused >= SAME_TEXT,
        "shared_terms": _shared(matched, services.tokenizer.terms(matched), query.tokens),
        "intent_probability": round(sum(chances.get(intent, 0.0) for intent in served), 4),
        "scores": _scores(scored),
    }


def _scores(scored: ScoredCandidate) -> Mapping[str, float]:
    names = ("dense", "lexical", "fused", "nearness", "support", "centre", "document")
    return {name: round(getattr(scored.candidate, name), 4) for name in names}


def _kind(entry: Entry, matched: str) -> str:
    """Tell what a matched question is to its entry."""
    if matched == entry.question:
        return "question"
    return "variant" if matched in entry.variants else "example"


def _shared(matched: str, terms: Iterable[str], asked: Sequence[str]) -> list[str]:
    """Return what both texts have in common: the stretches of ``matched`` that shared terms cover.

    Terms overlap (a word and its bigrams); a stretch is what a reader sees of them. A term that
    stands in neither text as such, a synonym's, comes by itself.
    """
    both = set(terms) & set(asked)
    covered = [False] * len(matched)
    for term in both:
        for start in (found.start() for found in re.finditer(re.escape(term), matched)):
            covered[start : start + len(term)] = [True] * len(term)
    marked = "".join(char if inside else " " for char, inside in zip(matched, covered, strict=True))
    return list(dict.fromkeys([*marked.split(), *sorted(term for term in both if term not in matched)]))
