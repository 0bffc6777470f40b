"""Entries that get in each other's way, as ``kb validate`` finds them, made ready for a list.

Four kinds, the gravest first. ``lost``: a question finds the other entry even as it is written (a
publish is refused). ``close``: it nearly does. ``twins``: two questions are nearly the same
letters. ``rivalry``: asked in other words, many of an entry's questions find the same other one.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from knowledge_base.editing.checks.near_duplicates import Twins
from knowledge_base.editing.checks.retrieval import RetrievalReport, Rivalry
from knowledge_base.editing.types import PublishFinding
from knowledge_base.types import Entry

Kind = Literal["lost", "close", "twins", "rivalry"]

_MANY, _SHARE = 3, 0.25
"""Questions, and share of an entry's questions, from which a rivalry is listed: nearly every
entry has a neighbour that one of its questions finds first when asked in other words."""

_FORMAT = 2


@dataclass(frozen=True, slots=True)
class Collision:
    """One entry in another's way.

    Attributes:
        question: A question of the entry, the worst of ``count`` such ones.
        rival_question: The other entry's question that it finds or resembles.
        own: Fused score of the entry itself; for twins 0.
        rival: Fused score of the other; for twins their likeness, 0..1.
    """

    kind: Kind
    entry_id: str
    rival_id: str
    question: str
    rival_question: str
    own: float
    rival: float
    count: int


@dataclass(frozen=True, slots=True)
class Collisions:
    """What was found in one state of the entries.

    Attributes:
        key: What it was found in; see ``key_of``.
        made_at: When, ISO 8601 in UTC.
        seconds: How long finding it took.
        findings: What the same questions showed, as ``kb validate`` words it.
    """

    key: str
    made_at: str
    seconds: float
    found: tuple[Collision, ...]
    findings: tuple[PublishFinding, ...]


def key_of(content: str, bundle_version: str, margin: float) -> str:
    """Return what collisions depend on: what the entries say, the model, and the margin."""
    return hashlib.sha256(f"{_FORMAT} {content} {bundle_version} {margin}".encode()).hexdigest()


def collisions_of(report: RetrievalReport, entries: Sequence[Entry]) -> Iterator[Collision]:
    """Yield what a report holds, the gravest first; one of a kind for each two entries."""
    questions = {entry.id: len(entry.questions) for entry in entries}
    own = [one for one in report.collisions if not one.example]
    yield from _worst("lost", [one for one in own if one.lost])
    yield from _worst("close", [one for one in own if not one.lost])
    yield from _twins(report.near_duplicates)
    lost = [one for one in report.rivalries if one.lost]
    for rivalry in _worst("rivalry", lost):
        if rivalry.count >= max(_MANY, _SHARE * questions[rivalry.entry_id]):
            yield rivalry


def grave_findings(
    findings: Iterable[PublishFinding], found: Iterable[Collision]
) -> Iterator[PublishFinding]:
    """Yield findings of search without the rivalries that no list shows."""
    listed = {(one.entry_id, one.rival_id) for one in found if one.kind == "rivalry"}
    for one in findings:
        if one.code != "rivals" or (one.entry_id, one.instead) in listed:
            yield one


def _worst(kind: Kind, rivalries: Sequence[Rivalry]) -> Iterator[Collision]:
    pairs: Mapping[tuple[str, str], list[Rivalry]] = _by_pair(rivalries)
    for found in sorted(pairs.values(), key=lambda found: -len(found)):
        worst = found[0]  # a report has the worst first
        texts = (worst.entry_id, worst.rival_id, worst.question, worst.rival_question)
        yield Collision(kind, *texts, own=worst.own, rival=worst.rival, count=len(found))


def _by_pair(rivalries: Sequence[Rivalry]) -> dict[tuple[str, str], list[Rivalry]]:
    pairs: dict[tuple[str, str], list[Rivalry]] = defaultdict(list)
    for one in rivalries:
        pairs[one.entry_id, one.rival_id].append(one)
    return pairs


def _twins(found: Sequence[Twins]) -> Iterator[Collision]:
    pairs: dict[tuple[str, str], list[Twins]] = defaultdict(list)
    for one in found:
        pairs[one.entry_id, one.other_id].append(one)
    for twins in pairs.values():
        most = twins[0]
        texts = (most.entry_id, most.other_id, most.question, most.other_question)
        yield Collision("twins", *texts, own=0.0, rival=most.likeness, count=len(twins))


def write_collisions(path: Path, collisions: Collisions) -> None:
    """Write what was found, whole or not at all."""
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(asdict(collisions), ensure_ascii=False), encoding="utf-8")
    partial.replace(path)


def read_collisions(path: Path) -> Collisions | None:
    """Read what was found last; None where nothing usable is kept."""
    try:
        kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        found = tuple(Collision(**one) for one in kept.pop("found"))
        findings = tuple(PublishFinding(**one) for one in kept.pop("findings"))
        return Collisions(**kept, found=found, findings=findings)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None
