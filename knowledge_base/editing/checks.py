"""What must hold for an entry before anyone is told it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from knowledge_base.company import CompanyProfile, placeholders_in
from knowledge_base.errors import ContentError
from knowledge_base.laws import LawBook
from knowledge_base.personal_data import has_personal_data
from knowledge_base.search.text import normalize
from knowledge_base.taxonomy import Taxonomy
from knowledge_base.types import Entry

MIN_ANSWER, MAX_ANSWER = 40, 250
"""Length of an answer in characters, placeholders counted as written."""

MAX_SHORT_ANSWER = 60
MIN_VARIANTS = 5
MAX_MEAN_LIKENESS, MAX_LIKENESS = 0.45, 0.8
"""Bounds on the bigram Jaccard index of an entry's questions: mean and any pair."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault of one entry."""

    entry_id: str
    message: str

    def __str__(self) -> str:
        """Return the finding in one line."""
        return f"{self.entry_id}: {self.message}"


@dataclass(frozen=True, slots=True)
class Rules:
    """What entries are checked against."""

    taxonomy: Taxonomy
    laws: LawBook
    company: CompanyProfile
    products: frozenset[str]
    forbidden: tuple[tuple[re.Pattern[str], str], ...]
    today: dt.date


Check = Callable[[Entry, Rules], Iterator[str]]


def letter_bigrams(text: str) -> frozenset[str]:
    """Return the character bigrams of a text without punctuation; one letter is its own."""
    letters = re.sub(r"\W", "", normalize(text))
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1)) or frozenset({letters})


def jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the Jaccard index of two sets, 0..1 (Jaccard 1912)."""
    return len(one & other) / len(one | other)


def _check_intent(entry: Entry, rules: Rules) -> Iterator[str]:
    intent = rules.taxonomy.intents.get(entry.intent)
    if intent is None:
        yield f"intent {entry.intent!r} is not in the taxonomy"
    elif (entry.kind == "acknowledgement") != (intent.action == "handoff"):
        yield f"kind {entry.kind!r} does not fit intent {entry.intent!r}, whose action is {intent.action!r}"


def _check_lengths(entry: Entry, rules: Rules) -> Iterator[str]:
    if not MIN_ANSWER <= len(entry.answer) <= MAX_ANSWER:
        yield f"the answer has {len(entry.answer)} characters, not {MIN_ANSWER} to {MAX_ANSWER}"
    if not 0 < len(entry.short_answer) <= MAX_SHORT_ANSWER:
        yield f"the short answer has {len(entry.short_answer)} characters, not 1 to {MAX_SHORT_ANSWER}"


def _check_variants(entry: Entry, rules: Rules) -> Iterator[str]:
    if entry.kind == "acknowledgement":
        return
    if len(entry.variants) < MIN_VARIANTS:
        yield f"{len(entry.variants)} variants, fewer than {MIN_VARIANTS}"
    bigrams = [(question, letter_bigrams(question)) for question in entry.questions]
    likeness = [(jaccard(g, h), a, b) for (a, g), (b, h) in combinations(bigrams, 2)]
    if likeness and sum(score for score, _, _ in likeness) / len(likeness) > MAX_MEAN_LIKENESS:
        yield f"the variants are too alike (mean bigram Jaccard above {MAX_MEAN_LIKENESS})"
    for score, one, other in likeness:
        if score > MAX_LIKENESS:
            yield f"variants {one!r} and {other!r} are nearly the same"


def _check_basis(entry: Entry, rules: Rules) -> Iterator[str]:
    if entry.source == "law" and not entry.legal_basis:
        yield "source is 'law' but no legal basis is named"
    for basis in entry.legal_basis:
        law = rules.laws.find(basis)
        if law is None:
            yield f"legal basis {basis.law!r} version {basis.version!r} is not in laws.yaml"
        elif not law.in_force_on(rules.today):
            yield f"legal basis {basis.law!r} version {basis.version!r} is not in force today"


def _check_wording(entry: Entry, rules: Rules) -> Iterator[str]:
    for text in (entry.answer, entry.short_answer):
        for pattern, suggestion in rules.forbidden:
            if found := pattern.search(text):
                yield f"forbidden wording {found.group()!r}: {suggestion}"
        if has_personal_data(text):
            yield "the text holds what looks like personal data"


def _check_placeholders(entry: Entry, rules: Rules) -> Iterator[str]:
    for text in (entry.answer, entry.short_answer):
        try:
            unknown = placeholders_in(text) - rules.company.values.keys()
        except ContentError as error:
            yield error.message
        else:
            yield from (f"placeholder {{{name}}} is not in the company profile" for name in sorted(unknown))


def _check_products(entry: Entry, rules: Rules) -> Iterator[str]:
    yield from (f"product {name!r} is not listed" for name in entry.products if name not in rules.products)


def _check_validity(entry: Entry, rules: Rules) -> Iterator[str]:
    if entry.valid_from and entry.valid_to and entry.valid_from > entry.valid_to:
        yield f"valid_from {entry.valid_from} is after valid_to {entry.valid_to}"


_CHECKS: tuple[Check, ...] = (
    _check_intent,
    _check_lengths,
    _check_variants,
    _check_basis,
    _check_wording,
    _check_placeholders,
    _check_products,
    _check_validity,
)


def check_entry(entry: Entry, rules: Rules) -> list[Finding]:
    """Return all faults of one entry on its own."""
    return [Finding(entry.id, message) for check in _CHECKS for message in check(entry, rules)]


def check_entries(entries: Sequence[Entry], rules: Rules) -> list[Finding]:
    """Return all faults of a set of entries, relations and shared questions included."""
    findings = [finding for entry in entries for finding in check_entry(entry, rules)]
    ids = {entry.id for entry in entries}
    owners: dict[str, str] = {}
    for entry in entries:
        findings += [
            Finding(entry.id, f"related entry {other!r} does not exist")
            for other in entry.related
            if other not in ids
        ]
        for question in entry.questions if entry.kind == "answer" else ():
            owner = owners.setdefault(normalize(question), entry.id)
            if owner != entry.id:
                findings.append(Finding(entry.id, f"question {question!r} also belongs to {owner!r}"))
    return findings
