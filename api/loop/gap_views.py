"""Gaps as the API and ``baowen gaps --json`` tell them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from api.loop.gaps import FoundGaps
from evaluation.online.gaps import Gap
from knowledge_base.taxonomy import shipped_taxonomy

View = dict[str, Any]


def found_view(found: FoundGaps, top: int, *, dismissed: bool) -> View:
    """Return the largest gaps with the counts of their period."""
    wanted = [gap for gap in found.gaps if dismissed or not gap.dismissed]
    return {
        "since": found.since.isoformat(),
        "until": found.until.isoformat(),
        "asked": found.asked,
        "missed": found.missed,
        "groups": len(wanted),
        "gaps": [gap_view(gap) for gap in wanted[:top]],
    }


def gap_view(gap: Gap) -> View:
    """Return one gap; ``kinds`` counts its questions by how they were missed."""
    intents: Mapping[str, Any] = shipped_taxonomy().intents
    name = intents[gap.intent].name if gap.intent in intents else gap.intent
    return {**asdict(gap), "intent_name": name}
