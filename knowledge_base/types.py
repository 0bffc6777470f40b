"""The values that the knowledge base hands upwards: entries, queries, candidates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Literal

EntryKind = Literal["answer", "acknowledgement"]
Source = Literal["law", "contract", "company", "practice"]
Status = Literal["draft", "in_review", "published", "retired"]
Script = Literal["hans", "hant"]


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """One provision that an answer rests on."""

    law: str
    version: str
    article: str = ""
    paragraph: str = ""

    def __str__(self) -> str:
        """Return the provision as a customer reads it, e.g. ``保险法第23条第1款``."""
        article = f"第{self.article}条" if self.article else ""
        paragraph = f"第{self.paragraph}款" if self.paragraph else ""
        return f"{self.law}{article}{paragraph}"


@dataclass(frozen=True, slots=True)
class Entry:
    """A vetted text with the questions it answers.

    An entry of kind ``acknowledgement`` belongs to a handoff intent: it is told
    after the handoff and never searched for.
    """

    id: str
    kind: EntryKind
    intent: str
    question: str
    variants: tuple[str, ...]
    answer: str
    short_answer: str
    source: Source = "company"
    legal_basis: tuple[LegalBasis, ...] = ()
    channels: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    revision: int = 1
    status: Status = "published"
    related: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """Return the question and all its variants, the question first."""
        return (self.question, *self.variants)

    def is_valid_on(self, day: dt.date) -> bool:
        """Tell whether the answer may be given on ``day`` (both bounds inclusive)."""
        starts = self.valid_from is None or self.valid_from <= day
        return starts and (self.valid_to is None or day <= self.valid_to)

    def is_meant_for(self, channel: str, day: dt.date) -> bool:
        """Tell whether the answer may be given on a channel and day; without channels it is for all."""
        return (not self.channels or channel in self.channels) and self.is_valid_on(day)


@dataclass(frozen=True, slots=True)
class Query:
    """A customer's text, made ready for search; ``raw`` is kept for display."""

    raw: str
    normalized: str
    script: Script
    tokens: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled training question, normalised; ``entry_id`` is empty where no entry answers it."""

    text: str
    intent: str
    entry_id: str = ""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An entry found for a query, scored by its best matching question.

    Attributes:
        dense: Cosine of the encoder's vectors, -1..1.
        lexical: BM25 divided by the highest score the query could reach, 0..1.
        fused: Weighted sum of the scores by meaning and by words; candidates are ranked by it.
        rank: 1 for the best.
        nearness: Soft maximum of the cosines of all its near questions.
        support: Its share of all near questions, near ones counting most, 0..1.
        centre: Cosine to the mean direction of its questions, -1..1.
        document: ``lexical``, of all its questions taken as one text.
    """

    entry_id: str
    revision: int
    matched_question: str
    dense: float
    lexical: float
    fused: float
    rank: int
    nearness: float = 0.0
    support: float = 0.0
    centre: float = 0.0
    document: float = 0.0
