"""Search as the assistant does it, on the shipped content."""

from __future__ import annotations

import datetime as dt

import pytest

from api.app import create_app
from api.knowledge.filters import Wanted
from api.knowledge.finding import find
from api.knowledge.parts import open_parts
from assistant.types import DecisionContext

TODAY = dt.date.today()


@pytest.fixture(scope="module")
def parts(services):
    return open_parts(create_app(services).state.desk)


def test_what_is_found_is_what_the_assistant_finds(parts, services):
    text = "退保能拿回多少钱"
    told = find(parts, text, "web", Wanted(), TODAY)
    decision, query = services.assistant().decide(text, DecisionContext())
    assert (told["action"], told["entry_id"]) == (decision.action, decision.entry_id)
    ranked = list(dict.fromkeys(one.candidate.entry_id for one in decision.candidates))
    assert [one["id"] for one in told["entries"]] == ranked
    best, found = decision.candidates[0].candidate, told["entries"][0]["found"]
    assert found["scores"]["dense"] == pytest.approx(best.dense, abs=1e-4)
    assert found["scores"]["fused"] == pytest.approx(best.fused, abs=1e-4)
    assert found["matched"] == best.matched_question
    assert all(term in query.normalized for term in found["shared_terms"] if term in found["matched"])
    assert told["intents"][0]["intent"] == decision.intent


def test_a_question_of_an_entry_word_for_word_says_so(parts, services):
    entry = next(one for one in services.snapshot.entries.values() if one.kind == "answer")
    first = find(parts, entry.question, "web", Wanted(), TODAY)["entries"][0]
    assert first["id"] == entry.id
    assert first["found"]["same_text"] and first["found"]["matched_kind"] == "question"


def test_filters_keep_the_rank(parts):
    told = find(parts, "退保能拿回多少钱", "web", Wanted(), TODAY)["entries"]
    other = next(one for one in told if one["intent"] != told[0]["intent"])
    kept = find(parts, "退保能拿回多少钱", "web", Wanted(intents=frozenset({other["intent"]})), TODAY)[
        "entries"
    ]
    assert kept[0]["found"]["rank"] == other["found"]["rank"] > 1
