"""Which intents an entry serves beside its own, told by the training questions that name it.

Topics cross the borders of intents: one answer on glass cover serves those who ask what is
covered and those who ask whether their pane is paid. Such an entry is as likely as all its
intents together, and an answer counts for the intent that was asked.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from knowledge_base.types import Entry, Example

LEAST = 4
"""Training questions of another intent from which on an entry serves it: fewer may be slips."""

LEAST_SHARE = 0.25
"""The same as a share of all training questions that name the entry."""


def served_intents(entries: Sequence[Entry], examples: Sequence[Example]) -> Mapping[str, tuple[str, ...]]:
    """Return the intents of every answer by its id, its own intent first.

    Args:
        entries: What is published.
        examples: Training questions; those that name no entry or no intent count for nothing.
    """
    named: dict[str, Counter[str]] = {}
    for example in examples:
        if example.entry_id and example.intent:
            named.setdefault(example.entry_id, Counter())[example.intent] += 1
    return {
        entry.id: (entry.intent, *_others(entry.intent, named.get(entry.id, Counter())))
        for entry in entries
        if entry.kind == "answer"
    }


def _others(own: str, counts: Counter[str]) -> list[str]:
    bound = max(LEAST, LEAST_SHARE * counts.total())
    return sorted(intent for intent, count in counts.items() if intent != own and count >= bound)
