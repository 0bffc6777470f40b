"""The closed lists a message is sorted into: intents, human queues, actions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from knowledge_base.errors import ContentError

CONTENT = Path(str(files("knowledge_base"))) / "content"
"""Folder of the shipped content, found by package so that a wheel works too."""

SAFETY_QUEUES = frozenset({"emergency", "risk_security"})


@dataclass(frozen=True, slots=True)
class Intent:
    """What a customer may want, who handles it and what a correct system does."""

    id: str
    name: str
    domain: str
    action: str
    queue: str
    about: str


@dataclass(frozen=True)
class Taxonomy:
    """All intents, queues (id to Chinese name) and actions."""

    intents: Mapping[str, Intent]
    queues: Mapping[str, str]
    actions: Mapping[str, str]

    @cached_property
    def answerable(self) -> frozenset[str]:
        """Return the intents that entries answer."""
        return frozenset(i.id for i in self.intents.values() if i.action == "answer")

    @cached_property
    def handoff(self) -> frozenset[str]:
        """Return the intents that always go to a person."""
        return frozenset(i.id for i in self.intents.values() if i.action == "handoff")

    @cached_property
    def complaints(self) -> frozenset[str]:
        """Return the complaint classes."""
        return frozenset(i for i in self.handoff if self.intents[i].domain == "complaint")

    @cached_property
    def declined(self) -> frozenset[str]:
        """Return the intents that are not insurance business."""
        return frozenset(i.id for i in self.intents.values() if i.action == "decline")


def parse_taxonomy(data: Any, place: str) -> Taxonomy:
    """Build a taxonomy from parsed YAML.

    Args:
        data: Mapping with ``intents``, ``queues`` and ``actions``.
        place: Name of the file, for messages.

    Raises:
        ContentError: A part is missing, or an intent names an unknown queue or action.
    """
    try:
        actions, queues = dict(data["actions"]), dict(data["queues"])
        intents = {key: Intent(id=key, **fields) for key, fields in data["intents"].items()}
    except (KeyError, TypeError, AttributeError) as error:
        raise ContentError(
            f"Taxonomy {place!r} is not usable ({error!r}): it needs actions, queues and intents, "
            "each intent with name, domain, action, queue and about."
        ) from None
    for intent in intents.values():
        if intent.queue not in queues or intent.action not in actions:
            raise ContentError(
                f"Taxonomy {place!r}: intent {intent.id!r} names queue {intent.queue!r} and action "
                f"{intent.action!r}; one of them is not listed. Check the spelling."
            )
    return Taxonomy(intents, queues, actions)


@cache
def shipped_taxonomy() -> Taxonomy:
    """Return the taxonomy that comes with the package."""
    path = CONTENT / "taxonomy.yaml"
    return parse_taxonomy(yaml.safe_load(path.read_text(encoding="utf-8")), path.name)
