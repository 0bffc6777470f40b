"""The policy: total, safety first, each step in its place."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.policy import DANGER_WEIGHS, LIKELIER, MAX_CHOICES, MIN_CHOICES, decide
from assistant.types import (
    Cuts,
    DecisionContext,
    IntentPrediction,
    ScoredCandidate,
    Thresholds,
    Understanding,
)
from knowledge_base.taxonomy import shipped_taxonomy
from knowledge_base.types import Candidate, Query

TAXONOMY = shipped_taxonomy()
LABELS = tuple(TAXONOMY.intents)
CUTS = Cuts(answer=0.7, clarify=0.2, safety=0.2, person=0.5, complaint=0.3, any_handoff=0.4, decline=0.5)
THRESHOLDS = Thresholds("test", CUTS)
SAFETY = frozenset({"emergency", "fraud_report", "privacy_security"})


def prediction(**chances):
    rest = (1.0 - sum(chances.values())) / (len(LABELS) - len(chances))
    full = {label: chances.get(label, rest) for label in LABELS}
    ranking = tuple(sorted(full.items(), key=lambda pair: -pair[1]))
    return IntentPrediction(ranking[0][0], ranking[0][1], ranking)


def candidate(name, intent, confidence):
    found = Candidate(name, 1, name, 0.5, 0.5, 0.5, 1)
    return ScoredCandidate(found, intent, f"{name}?", confidence)


def understanding(chances=None, candidates=(), **marks):
    query = Query("怎么理赔", "怎么理赔", "hans", ())
    return Understanding(query, prediction(**(chances or {"claim_process": 0.9})), tuple(candidates), **marks)


def decided(*args, context=None, **kwargs):
    return decide(understanding(*args, **kwargs), context or DecisionContext(), THRESHOLDS, TAXONOMY)


SURE = (candidate("a", "claim_process", 0.95), candidate("b", "claim_documents", 0.3))

chances_strategy = st.dictionaries(st.sampled_from(LABELS), st.floats(0.0, 1.0), max_size=6).map(
    lambda raw: {k: v / max(1.0, sum(raw.values())) for k, v in raw.items()}
)
candidates_strategy = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.sampled_from(LABELS), st.floats(0.0, 1.0)),
    max_size=6,
    unique_by=lambda one: one[0],
).map(lambda rows: tuple(sorted((candidate(*row) for row in rows), key=lambda one: -one.confidence)))
cuts_strategy = st.builds(Cuts, *(st.floats(0.0, 1.0) for _ in range(7)))


@given(
    chances_strategy,
    candidates_strategy,
    cuts_strategy,
    st.booleans(),
    st.booleans(),
    st.sets(st.sampled_from("abc")),
)
def test_every_input_yields_exactly_one_whole_decision(
    chances, candidates, cuts, complex_case, vague, rejected
):
    seen = understanding(chances, candidates, complex_case=complex_case, vague=vague)
    context = DecisionContext(rejected_entries=frozenset(rejected))
    decision = decide(seen, context, Thresholds("any", cuts), TAXONOMY)
    assert decision.action in TAXONOMY.actions
    assert (decision.entry_id is not None) == (decision.action == "answer")
    assert (decision.queue is not None) == (decision.action == "handoff")
    assert decision.concern is None or decision.action == "handoff"
    assert bool(decision.choices) == (decision.action == "clarify")
    assert not decision.choices or MIN_CHOICES <= len(decision.choices) <= MAX_CHOICES
    assert decision.entry_id not in rejected
    assert not {choice.entry_id for choice in decision.choices} & rejected
    assert decision.intent in TAXONOMY.intents


@given(chances_strategy, candidates_strategy, cuts_strategy, st.booleans(), st.booleans())
def test_what_may_be_danger_reaches_a_person_who_can_help(chances, candidates, cuts, complex_case, vague):
    seen = understanding(chances, candidates, complex_case=complex_case, vague=vague)
    decision = decide(seen, DecisionContext(), Thresholds("any", cuts), TAXONOMY)
    needed = max(cuts.safety, LIKELIER) if vague else cuts.safety
    if seen.prediction.probability_of(SAFETY) >= needed:
        assert decision.action == "handoff"
        danger = seen.prediction.probability_of({"emergency"})
        others = [chance for intent, chance in chances.items() if intent in TAXONOMY.handoff - {"emergency"}]
        if danger > max(others, default=0.0) / DANGER_WEIGHS and danger * DANGER_WEIGHS >= LIKELIER:
            assert (decision.queue, decision.urgency) == ("emergency", "immediate")


def test_a_confident_answer():
    decision = decided(candidates=SURE)
    assert (decision.action, decision.reason, decision.entry_id) == ("answer", "confident", "a")
    assert decision.intent == "claim_process"


@pytest.mark.parametrize(
    ("intent", "reason", "queue", "urgency"),
    [
        ("emergency", "emergency", "emergency", "immediate"),
        ("fraud_report", "fraud", "risk_security", "high"),
        ("privacy_security", "privacy", "risk_security", "high"),
        ("human_agent", "asked_for_person", "general", "normal"),
        ("complaint_claim", "complaint", "complaints", "normal"),
        ("complaint_other", "complaint", "complaints", "normal"),
    ],
)
def test_what_belongs_to_a_person(intent, reason, queue, urgency):
    decision = decided({intent: 0.8}, SURE)
    assert (decision.action, decision.reason) == ("handoff", reason)
    assert (decision.queue, decision.urgency) == (queue, urgency)


def test_danger_beats_the_wish_for_a_person_and_complaints():
    decision = decided({"human_agent": 0.5, "complaint_claim": 0.25, "emergency": 0.21}, SURE)
    assert decision.reason == "emergency"


@pytest.mark.parametrize(
    ("chances", "complex_case", "reason", "queue"),
    [
        ({"complaint_service": 0.9, "human_agent": 0.08}, False, "complaint", "complaints"),
        ({"complaint_service": 0.8, "fraud_report": 0.15}, False, "complaint", "complaints"),
        ({"fraud_report": 0.5, "complaint_service": 0.3}, False, "fraud", "risk_security"),
        ({"claim_process": 0.7, "complaint_claim": 0.2}, True, "complex_case", "claims"),
        ({"complaint_claim": 0.7, "claim_process": 0.2}, True, "complaint", "complaints"),
        ({"claim_process": 0.7, "emergency": 0.25}, True, "emergency", "emergency"),
    ],
)
def test_of_several_grounds_the_weightiest_names_the_queue(chances, complex_case, reason, queue):
    decision = decided(chances, SURE, complex_case=complex_case)
    assert (decision.action, decision.reason, decision.queue) == ("handoff", reason, queue)


def test_small_shares_of_several_handoff_intents_add_up():
    chances = {"complaint_claim": 0.2, "privacy_security": 0.1, "human_agent": 0.15, "claim_process": 0.5}
    decision = decided(chances, SURE)
    assert (decision.action, decision.concern) == ("handoff", "complaint_claim")


def test_a_handoff_names_what_is_asked_and_goes_to_the_queue_of_the_concern():
    decision = decided({"complaint_claim": 0.3, "claim_process": 0.6}, SURE)
    assert (decision.action, decision.reason) == ("handoff", "complaint")
    assert (decision.intent, decision.concern) == ("claim_process", "complaint_claim")
    assert decision.queue == "complaints"


def test_a_complex_case_goes_to_the_queue_of_its_intent():
    decision = decided(candidates=SURE, complex_case=True)
    assert (decision.reason, decision.queue, decision.urgency) == ("complex_case", "claims", "high")


def test_what_is_not_insurance_is_declined():
    decision = decided({"out_of_scope": 0.9}, SURE)
    assert (decision.action, decision.reason) == ("decline", "not_insurance")


def test_a_name_alone_gets_choices_and_no_low_chance_hands_it_over():
    unsure = (candidate("a", "claim_process", 0.1), candidate("b", "claim_documents", 0.05))
    chances = {"complaint_claim": 0.5, "emergency": 0.25}
    assert decided(chances, unsure).action == "handoff"
    decision = decided(chances, unsure, unasked=True)
    assert (decision.action, decision.reason) == ("clarify", "several_readings")
    assert decided({"complaint_claim": 0.9}, unsure, unasked=True).action == "handoff"
    assert decided({"claim_process": 0.9}, SURE, unasked=True).action == "answer"
    assert decided({"out_of_scope": 0.9}, unsure, unasked=True).action == "clarify"


def test_small_talk_is_no_choice():
    found = (
        candidate("praise", "smalltalk", 0.3),
        candidate("a", "claim_process", 0.2),
        candidate("b", "claim_report", 0.1),
    )
    decision = decided(candidates=found, vague=True)
    assert [choice.entry_id for choice in decision.choices] == ["a", "b"]


def test_a_vague_text_gets_choices_however_confident():
    decision = decided(candidates=SURE, vague=True)
    assert (decision.action, decision.reason) == ("clarify", "vague")


def test_choices_prefer_different_intents():
    several = (
        candidate("a", "claim_process", 0.5),
        candidate("b", "claim_process", 0.45),
        candidate("c", "claim_amount", 0.3),
        candidate("d", "claim_payment", 0.2),
    )
    decision = decided(candidates=several)
    assert decision.reason == "several_readings"
    assert [choice.entry_id for choice in decision.choices] == ["a", "c", "d"]


def test_nothing_fitting_goes_to_a_person():
    decision = decided(candidates=(candidate("a", "claim_process", 0.05),))
    assert (decision.action, decision.reason, decision.queue) == ("handoff", "uncertain", "claims")


def test_a_rejected_entry_is_not_offered_again():
    decision = decided(candidates=SURE, context=DecisionContext(rejected_entries=frozenset({"a"})))
    assert decision.entry_id != "a"


def test_a_segment_has_its_own_cuts():
    strict = Thresholds("s", CUTS, {"elderly": Cuts(0.99, 0.2, 0.2, 0.5, 0.3, 0.4, 0.5)})
    seen = understanding(candidates=SURE)
    assert decide(seen, DecisionContext(), strict, TAXONOMY).action == "answer"
    assert decide(seen, DecisionContext(segment="elderly"), strict, TAXONOMY).action == "clarify"


def test_the_same_input_gives_the_same_decision():
    assert decided(candidates=SURE) == decided(candidates=SURE)


STRICT = replace(THRESHOLDS, answer_cuts={"claims": 0.9, "channel:phone": 0.97, "channel:*": 0.8})


@pytest.mark.parametrize(
    ("intent", "channel", "confidence", "answered"),
    [
        ("surrender", "phone", 0.96, False),
        ("surrender", "phone", 0.98, True),
        ("claim_process", "phone", 0.95, False),  # the stricter of both
        ("claim_process", "web", 0.85, False),
        ("claim_process", "web", 0.91, True),
        ("surrender", "web", 0.75, False),  # a channel that was never seen
        ("surrender", "web", 0.81, True),
    ],
)
def test_parts_of_the_traffic_have_stricter_answer_cuts(intent, channel, confidence, answered):
    seen = understanding({intent: 0.9}, (candidate("a", intent, confidence), candidate("b", intent, 0.3)))
    decision = decide(seen, DecisionContext(channel=channel), STRICT, TAXONOMY)
    assert (decision.action == "answer") == answered


def test_a_learnt_complex_case_goes_to_the_queue_of_its_intent():
    cuts = replace(CUTS, complex_case=0.3)
    for chance, action in ((0.2, "answer"), (0.3, "handoff")):
        seen = understanding({}, SURE)
        seen = replace(seen, prediction=replace(seen.prediction, complex_case=chance))
        decision = decide(seen, DecisionContext(), Thresholds("t", cuts), TAXONOMY)
        assert decision.action == action
    assert (decision.reason, decision.queue) == ("complex_case", "claims")


def test_without_a_cut_only_the_cues_tell():
    seen = understanding({}, SURE)
    seen = replace(seen, prediction=replace(seen.prediction, complex_case=1.0))
    assert decide(seen, DecisionContext(), THRESHOLDS, TAXONOMY).action == "answer"


OTHER = (candidate("c", "policy_document", 0.9),)


def test_two_sure_questions_are_both_answered():
    parts = (understanding(candidates=SURE), understanding({"policy_document": 0.9}, OTHER))
    assert [part.entry_id for part in decided(candidates=SURE, parts=parts).parts] == ["a", "c"]


def test_two_questions_that_one_entry_answers_are_answered_once():
    again = (candidate("a", "policy_document", 0.9),)
    parts = (understanding(candidates=SURE), understanding({"policy_document": 0.9}, again))
    assert [part.entry_id for part in decided(candidates=SURE, parts=parts).parts] == ["a"]


def test_a_leaning_question_is_answered_only_with_what_the_whole_message_finds():
    parts = (understanding(candidates=SURE), understanding({"policy_document": 0.9}, OTHER, leans=True))
    assert [part.entry_id for part in decided(candidates=SURE, parts=parts).parts] == ["a"]
    both = decided(candidates=(*SURE, *OTHER), parts=parts)
    assert [part.entry_id for part in both.parts] == ["a", "c"]


@pytest.mark.parametrize(
    ("chances", "leans", "action"),
    [
        ({"complaint_claim": 0.4, "claim_process": 0.5}, False, "handoff"),
        ({"complaint_claim": 0.4, "claim_process": 0.5}, True, "answer"),
        ({"complaint_claim": 0.9}, True, "handoff"),
        ({"emergency": 0.3, "claim_process": 0.5}, True, "handoff"),
    ],
)
def test_a_leaning_question_hands_over_for_safety_or_where_it_is_plain(chances, leans, action):
    parts = (understanding(candidates=SURE), understanding(chances, leans=leans))
    assert decided(candidates=SURE, parts=parts).action == action


def test_a_handoff_keeps_for_the_agent_only_what_a_customer_would_be_told():
    leaning = understanding({"policy_document": 0.9}, OTHER, leans=True)
    parts = (understanding({"complaint_claim": 0.9}), understanding(candidates=SURE), leaning)
    decision = decided({"complaint_claim": 0.8}, SURE, parts=parts)
    assert decision.concern == "complaint_claim"
    assert [part.entry_id for part in decision.parts] == [None, "a"]


@pytest.mark.parametrize(("cut", "also"), [(0.3, "b"), (0.31, None), (None, None)])
def test_a_likely_second_entry_is_told_too(cut, also):
    thresholds = Thresholds("test", replace(CUTS, also=cut))
    decision = decide(understanding(candidates=SURE), DecisionContext(), thresholds, TAXONOMY)
    assert (decision.action, decision.entry_id, decision.also) == ("answer", "a", also)


def test_only_a_single_answer_tells_a_second_entry():
    thresholds = Thresholds("test", replace(CUTS, also=0.0))
    two = (understanding(candidates=SURE), understanding({"surrender": 0.9}, SURRENDERING))
    both = decide(understanding(candidates=SURE, parts=two), DecisionContext(), thresholds, TAXONOMY)
    unsure = decide(
        understanding(candidates=(candidate("a", "claim_process", 0.4), *SURE[1:])),
        DecisionContext(),
        thresholds,
        TAXONOMY,
    )
    assert (len(both.parts), both.also) == (2, None)
    assert (unsure.action, unsure.also) == ("clarify", None)


SURRENDERING = (candidate("c", "surrender", 0.9), candidate("d", "surrender", 0.5))
