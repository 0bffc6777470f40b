"""The ids that labelled rows use, and the Chinese names that a table may give instead."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import Literal

from knowledge_base.taxonomy import Taxonomy

Kind = Literal["intent", "action", "queue"]

_ACTIONS = {
    "answer": "回答 自动回答",
    "clarify": "澄清 反问 追问",
    "handoff": "转人工 人工",
    "decline": "婉拒 拒答",
}


@dataclass(frozen=True, slots=True)
class Labels:
    """The ids a row may use.

    Attributes:
        names: For each kind the id of every name; 转人工 is an action and an intent.
    """

    intents: Set[str]
    actions: Set[str]
    queues: Set[str]
    names: Mapping[Kind, Mapping[str, str]] = field(default_factory=dict)

    def ids(self, kind: Kind) -> Set[str]:
        """Return the ids of a kind."""
        return {"intent": self.intents, "action": self.actions, "queue": self.queues}[kind]

    def id_of(self, kind: Kind, told: str) -> str:
        """Return the id that a name stands for; what is no name stands for itself."""
        return self.names.get(kind, {}).get(told.strip(), told)


def labels_of(taxonomy: Taxonomy) -> Labels:
    """Return the ids of a taxonomy, with their names."""
    names: dict[Kind, Mapping[str, str]] = {
        "intent": {intent.name: intent.id for intent in taxonomy.intents.values()},
        "action": {name: action for action, known in _ACTIONS.items() for name in known.split()},
        "queue": {name: queue for queue, name in taxonomy.queues.items()},
    }
    return Labels(taxonomy.intents.keys(), taxonomy.actions.keys(), taxonomy.queues.keys(), names)
