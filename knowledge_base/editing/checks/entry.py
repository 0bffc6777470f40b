"""What must hold for one entry by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check found; see ``PublishFinding`` for the fields."""

    message: str
    field: str = ""
    found: str = ""
    instead: str = ""


Check = Callable[[Entry, Rules], Iterator[Fault]]


def _check_required(entry: Entry, rules: Rules) -> Iterator[Fault]:
    for name in ("id", "question", "answer", "short_answer"):
        if not str(getattr(entry, name)).strip():
            yield Fault(f"{name} is empty", name)
    if any(not variant.strip() for variant in entry.variants):
        yield Fault("a variant is empty", "variants")


def _check_intent(entry: Entry, rules: Rules) -> Iterator[Fault]:
    intent = rules.taxonomy.intents.get(entry.intent)
    if intent is None:
        yield Fault(f"intent {entry.intent!r} is not in the taxonomy", "intent", entry.intent)


def _check_kind(entry: Entry, rules: Rules) -> Iterator[Fault]:
    intent = rules.taxonomy.intents.get(entry.intent)
    if intent and (entry.kind == "acknowledgement") != (intent.action == "handoff"):
        message = (
            f"kind {entry.kind!r} does not fit intent {entry.intent!r}, whose action is {intent.action!r}"
        )
        yield Fault(message, "intent", entry.intent)


def _check_basis(entry: Entry, rules: Rules) -> Iterator[Fault]:
    if entry.source == "law" and not entry.legal_basis:
        yield Fault("source is 'law' but no legal basis is named", "legal_basis")


def _check_laws(entry: Entry, rules: Rules) -> Iterator[Fault]:
    for basis in entry.legal_basis:
        if rules.laws.find(basis) is None:
            message = f"legal basis {basis.law!r} version {basis.version!r} is not in laws.yaml"
            yield Fault(message, "legal_basis", f"{basis.law}（{basis.version}）")


def _check_in_force(entry: Entry, rules: Rules) -> Iterator[Fault]:
    for basis in entry.legal_basis:
        law = rules.laws.find(basis)
        if law and not law.in_force_on(rules.today):
            message = f"legal basis {basis.law!r} version {basis.version!r} is not in force today"
            yield Fault(message, "legal_basis", f"{basis.law}（{basis.version}）")


def _texts(entry: Entry) -> tuple[tuple[str, str], ...]:
    return (("answer", entry.answer), ("short_answer", entry.short_answer))


def _check_wording(entry: Entry, rules: Rules) -> Iterator[Fault]:
    for name, text in _texts(entry):
        for one in offences(text, rules.forbidden):
            yield Fault(str(one), name, one.found, one.wording.instead)


def _check_personal_data(entry: Entry, rules: Rules) -> Iterator[Fault]:
    fields = (*_texts(entry), ("question", entry.question), *(("variants", one) for one in entry.variants))
    for name, text in fields:
        if has_personal_data(text):
            yield Fault(f"{text[:20]!r} holds what looks like personal data", name, text[:20])


def _check_placeholders(entry: Entry, rules: Rules) -> Iterator[Fault]:
    for field, text in _texts(entry):
        try:
            unknown = placeholders_in(text) - rules.company.values.keys()
        except ContentError as error:
            yield Fault(error.message, field)
        else:
            for name in sorted(unknown):
                yield Fault(f"placeholder {{{name}}} is not in the company profile", field, f"{{{name}}}")


def _check_products(entry: Entry, rules: Rules) -> Iterator[Fault]:
    for name in entry.products:
        if name not in rules.products:
            yield Fault(f"product {name!r} is not listed", "products", name)


def _check_validity(entry: Entry, rules: Rules) -> Iterator[Fault]:
    if entry.valid_from and entry.valid_to and entry.valid_from > entry.valid_to:
        message = f"valid_from {entry.valid_from} is after valid_to {entry.valid_to}"
        yield Fault(message, "valid_to", str(entry.valid_to))


def _check_expired(entry: Entry, rules: Rules) -> Iterator[Fault]:
    if entry.valid_to and entry.valid_to < rules.today:
        message = f"valid_to {entry.valid_to} is over: nobody is told this any more"
        yield Fault(message, "valid_to", str(entry.valid_to))


def _check_lengths(entry: Entry, rules: Rules) -> Iterator[Fault]:
    if not MIN_ANSWER <= len(entry.answer) <= MAX_ANSWER:
        message = f"the answer has {len(entry.answer)} characters, not {MIN_ANSWER} to {MAX_ANSWER}"
        yield Fault(message, "answer", str(len(entry.answer)))
    if len(entry.short_answer) > MAX_SHORT_ANSWER:
        length = len(entry.short_answer)
        message = f"the short answer has {length} characters, more than {MAX_SHORT_ANSWER}"
        yield Fault(message, "short_answer", str(length))
    for question in entry.questions:
        letters = len(re.sub(r"\W", "", question))
        if entry.kind == "answer" and not MIN_QUESTION <= letters <= MAX_QUESTION:
            name = "question" if question == entry.question else "variants"
            message = (
                f"question {question[:30]!r} has {letters} letters, not {MIN_QUESTION} to {MAX_QUESTION}"
            )
            yield Fault(message, name, question[:30])


def _check_variants(entry: Entry, rules: Rules) -> Iterator[Fault]:
    if entry.kind == "answer" and len(entry.variants) < MIN_VARIANTS:
        message = f"{len(entry.variants)} variants, fewer than {MIN_VARIANTS}"
        yield Fault(message, "variants", str(len(entry.variants)))


def _check_likeness(entry: Entry, rules: Rules) -> Iterator[Fault]:
    if entry.kind == "acknowledgement":
        return
    bigrams = [(question, letter_bigrams(question)) for question in entry.questions]
    likeness = [(jaccard(g, h), a, b) for (a, g), (b, h) in combinations(bigrams, 2)]
    if likeness and sum(score for score, _, _ in likeness) / len(likeness) > MAX_MEAN_LIKENESS:
        message = f"the variants are too alike (mean bigram Jaccard above {MAX_MEAN_LIKENESS})"
        yield Fault(message, "variants")
    for score, one, other in likeness:
        if score > MAX_LIKENESS:
            message = f"variants {one!r} and {other!r} are nearly the same"
            yield Fault(message, "variants", f"{one} / {other}")


def _check_readability(entry: Entry, rules: Rules) -> Iterator[Fault]:
    yield from (Fault(message, "answer") for message in hard_to_read(entry.answer))


# What would tell a customer something wrong, unlawful or broken is an error; what only
# makes an entry worse to find or to read is a warning.
_CHECKS: tuple[tuple[Severity, str, Check], ...] = (
    ("error", "required", _check_required),
    ("error", "intent", _check_intent),
    ("error", "kind", _check_kind),
    ("error", "basis", _check_basis),
    ("error", "law", _check_laws),
    ("error", "in_force", _check_in_force),
    ("error", "wording", _check_wording),
    ("error", "personal_data", _check_personal_data),
    ("error", "placeholder", _check_placeholders),
    ("error", "product", _check_products),
    ("error", "validity", _check_validity),
    ("warning", "expired", _check_expired),
    ("warning", "length", _check_lengths),
    ("warning", "variants", _check_variants),
    ("warning", "likeness", _check_likeness),
    ("warning", "readability", _check_readability),
)


def check_entry(entry: Entry, rules: Rules) -> list[PublishFinding]:
    """Return all faults of one entry on its own."""
    return [
        PublishFinding(severity, entry.id, found.message, code, found.field, found.found, found.instead)
        for severity, code, check in _CHECKS
        for found in check(entry, rules)
    ]
