"""What must hold for one entry by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from itertools import combinations

from knowledge_base.company import placeholders_in
from knowledge_base.editing.checks.likeness import jaccard, letter_bigrams
from knowledge_base.editing.checks.readability import hard_to_read
from knowledge_base.editing.rules import Rules
from knowledge_base.editing.types import PublishFinding, Severity
from knowledge_base.editing.wording import offences
from knowledge_base.errors import ContentError
from knowledge_base.personal_data import fold, has_personal_data, personal_spans
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
    put: str = ""
    item: int | None = None
    start: int = 0
    end: int = 0


Check = Callable[[Entry, Rules], Iterator[Fault]]


def _check_required(entry: Entry, rules: Rules) -> Iterator[Fault]:
    for name in ("id", "question", "answer", "short_answer"):
        if not str(getattr(entry, name)).strip():
            yield Fault(f"{name} is empty", name)
    for item, variant in enumerate(entry.variants):
        if not variant.strip():
            yield Fault("a variant is empty", "variants", item=item)


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
    for item, basis in enumerate(entry.legal_basis):
        if rules.laws.find(basis) is None:
            message = f"legal basis {basis.law!r} version {basis.version!r} is not in laws.yaml"
            yield Fault(message, "legal_basis", f"{basis.law}（{basis.version}）", item=item)


def _check_in_force(entry: Entry, rules: Rules) -> Iterator[Fault]:
    for item, basis in enumerate(entry.legal_basis):
        law = rules.laws.find(basis)
        if law and not law.in_force_on(rules.today):
            message = f"legal basis {basis.law!r} version {basis.version!r} is not in force today"
            yield Fault(message, "legal_basis", f"{basis.law}（{basis.version}）", item=item)


def _texts(entry: Entry) -> tuple[tuple[str, str], ...]:
    return (("answer", entry.answer), ("short_answer", entry.short_answer))


def _check_wording(entry: Entry, rules: Rules) -> Iterator[Fault]:
    for name, text in _texts(entry):
        for one in offences(text, rules.forbidden):
            end = one.start + len(one.found)
            wording = one.wording
            yield Fault(str(one), name, one.found, wording.instead, wording.put, start=one.start, end=end)


def _questions(entry: Entry) -> Iterator[tuple[str, str, int | None]]:
    yield "question", entry.question, None
    yield from (("variants", text, item) for item, text in enumerate(entry.variants))


def _check_personal_data(entry: Entry, rules: Rules) -> Iterator[Fault]:
    for name, text, item in (*((name, text, None) for name, text in _texts(entry)), *_questions(entry)):
        if has_personal_data(text):
            start, end = _personal_span(text)
            message = f"{text[:20]!r} holds what looks like personal data"
            yield Fault(message, name, text[:20], item=item, start=start, end=end)


def _personal_span(text: str) -> tuple[int, int]:
    """Return where the first personal datum stands; 0, 0 where folding moved the letters."""
    folded = fold(text)
    found = sorted((start, end) for _, start, end in personal_spans(folded))
    return found[0] if found and len(folded) == len(text) else (0, 0)


def _check_placeholders(entry: Entry, rules: Rules) -> Iterator[Fault]:
    for field, text in _texts(entry):
        try:
            unknown = placeholders_in(text) - rules.company.values.keys()
        except ContentError as error:
            yield Fault(error.message, field)
        else:
            for name in sorted(unknown):
                message, start = (
                    f"placeholder {{{name}}} is not in the company profile",
                    text.find(f"{{{name}"),
                )
                yield Fault(message, field, f"{{{name}}}", start=start, end=start + len(name) + 2)


def _check_products(entry: Entry, rules: Rules) -> Iterator[Fault]:
    for item, name in enumerate(entry.products):
        if name not in rules.products:
            yield Fault(f"product {name!r} is not listed", "products", name, item=item)


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
    for name, question, item in _questions(entry):
        letters = len(re.sub(r"\W", "", question))
        if entry.kind == "answer" and not MIN_QUESTION <= letters <= MAX_QUESTION:
            message = (
                f"question {question[:30]!r} has {letters} letters, not {MIN_QUESTION} to {MAX_QUESTION}"
            )
            yield Fault(message, name, question[:30], item=item)


def _check_variants(entry: Entry, rules: Rules) -> Iterator[Fault]:
    if entry.kind == "answer" and len(entry.variants) < MIN_VARIANTS:
        message = f"{len(entry.variants)} variants, fewer than {MIN_VARIANTS}"
        yield Fault(message, "variants", str(len(entry.variants)))


def _check_likeness(entry: Entry, rules: Rules) -> Iterator[Fault]:
    if entry.kind == "acknowledgement":
        return
    bigrams = [(question, letter_bigrams(question)) for question in entry.questions]
    pairs = combinations(enumerate(bigrams), 2)
    likeness = [(jaccard(g, h), a, b, place) for (_, (a, g)), (place, (b, h)) in pairs]
    if likeness and sum(score for score, *_ in likeness) / len(likeness) > MAX_MEAN_LIKENESS:
        message = f"the variants are too alike (mean bigram Jaccard above {MAX_MEAN_LIKENESS})"
        yield Fault(message, "variants")
    for score, one, other, place in likeness:
        if score > MAX_LIKENESS:
            message = f"variants {one!r} and {other!r} are nearly the same"
            yield Fault(message, "variants", f"{one} / {other}", item=place - 1)


def _check_readability(entry: Entry, rules: Rules) -> Iterator[Fault]:
    for message, start, end in hard_to_read(entry.answer):
        yield Fault(message, "answer", start=start, end=end)


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
        PublishFinding(severity, entry.id, code=code, **asdict(found))
        for severity, code, check in _CHECKS
        for found in check(entry, rules)
    ]
