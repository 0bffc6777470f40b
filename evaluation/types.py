"""The values of an evaluation: a labelled case, what came of it, and the report over all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.types import Action, Choice, Reason, ScoredCandidate, Thresholds, Urgency

if TYPE_CHECKING:
    from evaluation.costs import Prices
    from evaluation.reports.analyses import CertifiedPoint, Curve, KeptRows, Slice


@dataclass(frozen=True, slots=True)
class Case:
    """One labelled message.

    Attributes:
        text: What the customer wrote, at most 2000 characters.
        intents: All acceptable intents, the primary one first; may be empty only
            where ``score_intent`` is false.
        action: The primary action, which ``--mix`` goes by.
        alt_action: Further acceptable actions.
        queue: The queue a handoff should reach; ``None`` where the row names none.
        entry_ids: Acceptable entries. ``None``: the row does not say; empty:
            answering is wrong whatever the entry.
        score_intent: False where the text is too vague for an intent.
        weight: Relative weight of the row, above 0.
        extra: Fields that evaluation does not know, as they were read.
    """

    text: str
    id: str
    action: Action
    intents: tuple[str, ...] = ()
    alt_action: tuple[Action, ...] = ()
    queue: str | None = None
    entry_ids: tuple[str, ...] | None = None
    score_intent: bool = True
    history: tuple[str, ...] = ()
    channel: str = "web"
    product: str = ""
    segment: str = ""
    tags: tuple[str, ...] = ()
    source: str = ""
    conversation_id: str = ""
    weight: float = 1.0
    extra: Mapping[str, object] = field(default_factory=dict, hash=False)

    @property
    def intent(self) -> str:
        """Return the primary intent, or an empty text where the row has none."""
        return self.intents[0] if self.intents else ""

    @property
    def allowed_actions(self) -> frozenset[Action]:
        """Return every acceptable action."""
        return frozenset((self.action, *self.alt_action))

    def must(self, action: Action) -> bool:
        """Tell whether ``action`` is the only acceptable one."""
        return self.allowed_actions == {action}

    @property
    def scores_intent(self) -> bool:
        """Tell whether the row counts in the intent metrics."""
        return self.score_intent and bool(self.intents)

    def accepts_intent(self, intent: str) -> bool:
        """Tell whether ``intent`` is an acceptable one."""
        return intent in self.intents


@dataclass(frozen=True, slots=True)
class Versions:
    """What a reply was made with."""

    kb: str = ""
    bundle: str = ""
    thresholds: str = ""


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case with what the assistant made of it.

    Attributes:
        intent: The intent the assistant decided on.
        ranking: Intents with their probabilities, most probable first.
        choices: What the customer could pick from.
        entry_id: The entry answered with, if any; ``revision`` is its revision.
        candidates: Entries found, best first.
        parts: How many questions the message was taken to hold.
        elapsed_ms: Time the assistant took, milliseconds.
    """

    case: Case
    action: Action
    intent: str
    reason: Reason
    text: str = ""
    ranking: tuple[tuple[str, float], ...] = ()
    choices: tuple[Choice, ...] = ()
    queue: str | None = None
    urgency: Urgency = "normal"
    entry_id: str | None = None
    revision: int | None = None
    confidence: float = 0.0
    candidates: tuple[ScoredCandidate, ...] = ()
    parts: int = 1
    versions: Versions = Versions()
    elapsed_ms: float = 0.0

    @property
    def offers_acceptable_choice(self) -> bool:
        """Tell whether one of the choices has an acceptable intent."""
        return any(self.case.accepts_intent(choice.intent) for choice in self.choices)


@dataclass(frozen=True, slots=True)
class Metric:
    """A figure with its 95 % interval.

    Attributes:
        value: 0..1, or ``None`` where no row counts.
        low: Lower bound, ``None`` with ``value``.
        high: Upper bound, ``None`` with ``value``.
        n: Rows the figure is taken over, each counted once whatever its weight.
    """

    value: float | None
    low: float | None
    high: float | None
    n: int


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Rows of about equal confidence.

    Attributes:
        confidence: Their mean confidence that the top entry is right.
        right: The share where it was.
        low: Lower end of the 95 % interval of ``right``; ``high`` likewise.
    """

    n: int
    confidence: float
    right: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Reliability:
    """How far the stated confidence can be believed.

    Attributes:
        error: Expected calibration error over all rows whose truth is known, with its
            bootstrap interval.
        answered: The same over those of them that were answered; value ``None`` without any.
        bins: The reliability diagram, least confident first.
    """

    error: Metric
    answered: Metric
    bins: tuple[ReliabilityBin, ...]


@dataclass(frozen=True, slots=True)
class IntentScore:
    """How one intent fared.

    Attributes:
        support: Rows whose truth is the intent, counted once each.
        predicted: Rows predicted as the intent.
        correct: Rows that are both.
        precision: ``correct / predicted``, weighted; ``None`` where never predicted.
        recall: ``correct / support``, weighted; ``None`` without support.
        f1: Their harmonic mean, 0 where nothing was correct.
        precision_interval: Wilson's 95 % interval of the precision over as many rows as its rows
            are worth, as of any share; of the recall likewise.
    """

    intent: str
    support: int
    predicted: int
    correct: int
    precision: float | None
    recall: float | None
    f1: float
    precision_interval: tuple[float, float] | None = None
    recall_interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Confusion:
    """Rows of the intent ``truth`` that were taken for ``predicted``."""

    truth: str
    predicted: str
    count: int


@dataclass(frozen=True, slots=True)
class HandoffSplit:
    """Handoffs by who wanted them, each a share of all rows; they sum to handoff_rate."""

    requested: float
    policy: float
    uncertain: float


@dataclass(frozen=True, slots=True)
class Latency:
    """Time a reply took, milliseconds."""

    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What was measured, filled in by the caller, so that a run can be repeated.

    Attributes:
        data: Name of the evaluated file, without its folder.
        data_hash: SHA-256 of its bytes; the other hashes likewise.
        settings_hash: Of the settings and own content that decisions depend on.
        where: The conditions rows were chosen by, such as ``view=measure``.
        evaluated_at: When, ISO 8601.
        command: The command as it was given.
        programs: Versions of the program, of Python and of what computes.
        thresholds: The cuts that decided, if known.
        certificate: What the certificate in use promises, if there is one.
        prices: What mistakes cost.
    """

    data: str = ""
    data_hash: str = ""
    kb_hash: str = ""
    bundle_hash: str = ""
    settings_hash: str = ""
    where: tuple[str, ...] = ()
    evaluated_at: str = ""
    command: str = ""
    programs: Mapping[str, str] = field(default_factory=dict)
    thresholds: Thresholds | None = None
    certificate: CertifiedPoint | None = None
    prices: Prices | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """All that an evaluation found, as typed data; rendering comes later.

    Attributes:
        n: Rows evaluated.
        metrics: Name to figure, weighted by the rows' weights and the mix.
        unweighted: The same with every row counted once; ``None`` where all weights are equal
            and no mix was asked for.
        intents: Per-intent scores by id; like the confusions never weighted, since they
            serve to find errors.
        intents_strict: The same by the primary intent alone.
        confusions: Most frequent first.
        handoff_split: Handoffs by who wanted them.
        latency: Time the replies took.
        slices: Figures of parts of the rows.
        curve: What would become of the rows at other answer cuts.
        reliability: How far the confidence can be believed; ``None`` where no row tells its entries.
        units: Conversations, and rows that belong to none; fewer than rows where some share one.
        sampled: Rows that curve, reliability and times are taken over; all of them unless
            there are very many.
        versions: What replies were made with: one, unless it changed in the run.
        kept: Rows to look at.
    """

    facts: RunFacts
    n: int
    mix: Mapping[Action, float]
    metrics: Mapping[str, Metric]
    unweighted: Mapping[str, Metric] | None
    intents: tuple[IntentScore, ...]
    intents_strict: tuple[IntentScore, ...]
    confusions: tuple[Confusion, ...]
    handoff_split: HandoffSplit
    latency: Latency
    slices: tuple[Slice, ...]
    curve: Curve
    reliability: Reliability | None
    units: int
    sampled: int
    versions: tuple[Versions, ...]
    kept: KeptRows = field(repr=False)
