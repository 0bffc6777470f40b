"""What must hold for one entry by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import combinations

from knowledge_base.company import placeholders_in
from knowledge_base.editing.checks.likeness import jaccard, letter_bigrams
from knowledge_base.editing.checks.readability import hard_to_read
from knowledge_base.editing.rules import Rules
from knowledge_base.editing.types import PublishFinding, Severity
from knowledge_base.editing.wording import offences
from knowledge_base.errors import ContentError
from knowledge_base.personal_data import has_personal_data
from knowledge_base.types import Entry

MIN_ANSWER, MAX_ANSWER = 40, 250
"""Length of an answer in characters, placeholders counted as written."""

MAX_SHORT_ANSWER = 60
MIN_QUESTION, MAX_QUESTION = 2, 60
"""Letters of a question: one letter asks nothing, a longer one is a story."""

MIN_VARIANTS = 5
MAX_MEAN_LIKENESS, MAX_LIKENESS = 0.45, 0.8
"""Bounds on the bigram Jaccard index of an entry's questions: mean and any pair."""

Check = Callable[[Entry, Rules], Iterator[str]]


def _check_required(entry: Entry, rules: Rules) -> Iterator[str]:
    for name in ("id", "question", "answer", "short_answer"):
        if not str(getattr(entry, name)).strip():
            yield f"{name} is empty"
    if any(not variant.strip() for variant in entry.variants):
        yield "a variant is empty"


def _check_intent(entry: Entry, rules: Rules) -> Iterator[str]:
    intent = rules.taxonomy.intents.get(entry.intent)
    if intent is None:
        yield f"intent {entry.intent!r} is not in the taxonomy"
    elif (entry.kind == "acknowledgement") != (intent.action == "handoff"):
        yield f"kind {entry.kind!r} does not fit intent {entry.intent!r}, whose action is {intent.action!r}"


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
        yield from (str(offence) for offence in offences(text, rules.forbidden))


def _check_personal_data(entry: Entry, rules: Rules) -> Iterator[str]:
    for text in (entry.answer, entry.short_answer, *entry.questions):
        if has_personal_data(text):
            yield f"{text[:20]!r} holds what looks like personal data"


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


def _check_expired(entry: Entry, rules: Rules) -> Iterator[str]:
    if entry.valid_to and entry.valid_to < rules.today:
        yield f"valid_to {entry.valid_to} is over: nobody is told this any more"


def _check_lengths(entry: Entry, rules: Rules) -> Iterator[str]:
    if not MIN_ANSWER <= len(entry.answer) <= MAX_ANSWER:
        yield f"the answer has {len(entry.answer)} characters, not {MIN_ANSWER} to {MAX_ANSWER}"
    if len(entry.short_answer) > MAX_SHORT_ANSWER:
        yield f"the short answer has {len(entry.short_answer)} characters, more than {MAX_SHORT_ANSWER}"
    for question in entry.questions:
        letters = len(re.sub(r"\W", "", question))
        if entry.kind == "answer" and not MIN_QUESTION <= letters <= MAX_QUESTION:
            yield f"question {question[:30]!r} has {letters} letters, not {MIN_QUESTION} to {MAX_QUESTION}"


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


def _check_readability(entry: Entry, rules: Rules) -> Iterator[str]:
    yield from hard_to_read(entry.answer)


# What would tell a customer something wrong, unlawful or broken is an error; what only
# makes an entry worse to find or to read is a warning.
_CHECKS: tuple[tuple[Severity, Check], ...] = (
    ("error", _check_required),
    ("error", _check_intent),
    ("error", _check_basis),
    ("error", _check_wording),
    ("error", _check_personal_data),
    ("error", _check_placeholders),
    ("error", _check_products),
    ("error", _check_validity),
    ("warning", _check_expired),
    ("warning", _check_lengths),
    ("warning", _check_variants),
    ("warning", _check_readability),
)


def check_entry(entry: Entry, rules: Rules) -> list[PublishFinding]:
    """Return all faults of one entry on its own."""
    return [
        PublishFinding(severity, entry.id, message)
        for severity, check in _CHECKS
        for message in check(entry, rules)
    ]
