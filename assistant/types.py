"""The values a message turns into on its way to a reply."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from knowledge_base.types import Candidate, Query

Action = Literal["answer", "clarify", "handoff", "decline"]
Urgency = Literal["normal", "high", "immediate"]
Reason = Literal[
    "confident",
    "emergency",
    "fraud",
    "privacy",
    "asked_for_person",
    "complaint",
    "complex_case",
    "not_insurance",
    "vague",
    "several_readings",
    "rejected",
    "uncertain",
    "failure",
]


Mark = Literal["injection", "abuse", "personal_data"]
"""What a text holds beside its question; it never changes a decision."""


EntityKind = Literal[
    "policy_number",
    "claim_number",
    "phone",
    "id",
    "passport",
    "bank_card",
    "plate",
    "email",
    "number",
    "date",
    "amount",
    "product",
    "relation",
]


@dataclass(frozen=True, slots=True)
class Entity:
    """Something a message names that an agent or a ticket needs.

    Attributes:
        span: Start and end in the message as typed, in characters.
        value: Normalised: ISO date (``--MM-DD`` without a year), yuan, product line, relation,
            number without separators. Personal: it stays within the conversation.
        masked: What may be stored elsewhere.
        valid: Whether check digits, dates and patterns hold; None where nothing can be checked.
    """

    kind: EntityKind
    span: tuple[int, int]
    value: str | Decimal
    masked: str
    valid: bool | None


@dataclass(frozen=True, slots=True)
class CustomerMessage:
    """One message as it came in."""

    id: str
    conversation_id: str
    channel: str
    text: str
    received_at: dt.datetime


@dataclass(frozen=True, slots=True)
class IntentPrediction:
    """The intents of a text, most probable first; probabilities sum to 1.

    ``complex_case`` is the probability that the case needs a person whatever its intent.
    """

    label: str
    probability: float
    ranking: tuple[tuple[str, float], ...]
    complex_case: float = 0.0

    def probability_of(self, intents: frozenset[str]) -> float:
        """Return the summed probability of ``intents``."""
        return sum(p for label, p in self.ranking if label in intents)

    def likeliest_of(self, intents: Collection[str]) -> str:
        """Return the most probable of ``intents``, of which at least one is known."""
        return next(label for label, _ in self.ranking if label in intents)


@dataclass(frozen=True, slots=True)
class Choice:
    """One of the readings a customer may pick when the text was not clear."""

    text: str
    intent: str
    entry_id: str


@dataclass(frozen=True, slots=True)
class ScoredCandidate:
    """A candidate with its entry's intent and question, and its calibrated chance to be right."""

    candidate: Candidate
    intent: str
    question: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Understanding:
    """All that is known of a message before the policy decides.

    Attributes:
        candidates: Best first, by ``confidence``.
        complex_case: Injury or death together with fault, lawyer or court.
        vague: The text is too short or empty of content to name a topic.
        self_harm: Someone says they do not want to live.
        unasked: The text is a topic or a fact about somebody alone, with nothing asked.
        span: Where in the message this stands, in characters.
        parts: Each question by itself, where the message holds two or three.
        leans: A part that may be about the question before it.
        asides: What was left out of the text before it was understood.
    """

    query: Query
    prediction: IntentPrediction
    candidates: tuple[ScoredCandidate, ...]
    complex_case: bool = False
    vague: bool = False
    self_harm: bool = False
    unasked: bool = False
    span: tuple[int, int] = (0, 0)
    parts: tuple[Understanding, ...] = ()
    leans: bool = False
    asides: tuple[Mark, ...] = ()

    @property
    def confidence(self) -> float:
        """Return the calibrated probability that the top entry is right (0 without one)."""
        return self.candidates[0].confidence if self.candidates else 0.0


@dataclass(frozen=True, slots=True)
class DecisionContext:
    """What may be known beside the message itself.

    Attributes:
        topics: Intents of the last turns, the newest last.
        rejected_entries: Answers that the customer turned down.
        rejecting: The message itself turns the last answer down.
        history: The customer's earlier messages, oldest first.
    """

    channel: str = "web"
    product: str = ""
    segment: str = ""
    topics: tuple[str, ...] = ()
    rejected_entries: frozenset[str] = frozenset()
    rejecting: bool = False
    history: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cuts:
    """The thresholds of one segment, each a probability.

    Attributes:
        answer: Least confidence for an automatic answer.
        clarify: Least confidence of the top entry for offering choices.
        safety: Summed probability of emergency, fraud and privacy.
        person: Probability of asking for a person.
        complaint: Summed probability of the complaint classes.
        any_handoff: Summed probability of all handoff intents.
        decline: Probability of not being insurance business.
        complex_case: Probability of a complex case; None where only the cues tell.
        also: Least confidence of the second entry for telling its short answer too; None: never.
    """

    answer: float
    clarify: float
    safety: float
    person: float
    complaint: float
    any_handoff: float
    decline: float
    complex_case: float | None = None
    also: float | None = None


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Cuts by segment, with a default; fitted, versioned, never typed into code.

    Attributes:
        answer_cuts: Stricter answer cuts of parts of the traffic, named ``claims``,
            ``surrender`` or ``channel:NAME``; ``channel:*`` is any channel not named.
    """

    version: str
    default: Cuts
    segments: Mapping[str, Cuts] = field(default_factory=dict)
    answer_cuts: Mapping[str, float] = field(default_factory=dict)

    def cuts_for(self, segment: str) -> Cuts:
        """Return the cuts of ``segment``, or the default ones."""
        return self.segments.get(segment, self.default)

    def answer_cut(self, segment: str, channel: str, topics: frozenset[str]) -> float:
        """Return the strictest answer cut of the segment, the channel and the topics."""
        of_channel = self.answer_cuts.get(f"channel:{channel}", self.answer_cuts.get("channel:*", 0.0))
        of_topics = (self.answer_cuts.get(topic, 0.0) for topic in topics)
        return max(self.cuts_for(segment).answer, of_channel, *of_topics)


@dataclass(frozen=True, slots=True)
class Part:
    """One question within a message, and what is done about it."""

    span: tuple[int, int]
    intent: str
    confidence: float
    entry_id: str | None
    action: Action


@dataclass(frozen=True, slots=True)
class Decision:
    """Exactly one action for a message, with all that led to it.

    Attributes:
        intent: What the customer most probably wants.
        concern: The handoff intent that a person gets the message for, be it less probable
            than ``intent``; None where no such intent is the reason.
        also: The entry whose short answer stands below the answer, because it may be meant.
    """

    action: Action
    reason: Reason
    parts: tuple[Part, ...]
    confidence: float
    intent: str
    candidates: tuple[ScoredCandidate, ...]
    prediction: IntentPrediction
    choices: tuple[Choice, ...] = ()
    concern: str | None = None
    also: str | None = None
    queue: str | None = None
    urgency: Urgency = "normal"
    marks: tuple[Mark, ...] = ()
    kb_version: str = ""
    bundle_version: str = ""
    thresholds_version: str = ""

    @property
    def entry_id(self) -> str | None:
        """Return the entry that is answered with, if any."""
        return self.parts[0].entry_id if self.parts else None


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer comes from."""

    entry_id: str
    revision: int
    source: str
    basis: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reply:
    """What the customer reads, and what it rests on."""

    decision_id: str
    decision: Decision
    text: str
    choices: tuple[Choice, ...]
    citations: tuple[Citation, ...]
    related: tuple[Choice, ...]
    revision: int | None
    ticket_id: str | None
    elapsed_ms: float
