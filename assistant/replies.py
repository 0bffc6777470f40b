"""Puts a decision into words, with its sources and what may be asked next."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from assistant.types import Choice, Citation, Decision
from assistant.understanding.cues import Cues
from assistant.understanding.insurers import names_other_insurer
from assistant.understanding.situations import situation_of
from knowledge_base.company import CompanyProfile
from knowledge_base.errors import ContentError
from knowledge_base.taxonomy import CONTENT, Taxonomy
from knowledge_base.types import Entry

_ACKNOWLEDGED = frozenset({"emergency", "fraud", "privacy", "asked_for_person", "complaint"})
_ASKED_BACK = {"vague": "clarify_vague", "rejected": "clarify_rejected"}
_ORDINALS = "一二三四五"
_FRAMES = frozenset(
    {
        "answer_also",
        "answer_other_insurer",
        "clarify_vague",
        "clarify_readings",
        "clarify_rejected",
        "handoff_uncertain",
        "handoff_complex_case",
        "handoff_failure",
        "decline",
    }
)


def read_frames(path: Path = CONTENT / "replies.yaml") -> Mapping[str, str]:
    """Read the sentences around entries.

    Raises:
        ContentError: The file cannot be read or a sentence is missing.
    """
    try:
        frames: Any = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ContentError(f"Reply texts {str(path)!r} cannot be read ({error}).") from None
    if not isinstance(frames, dict) or _FRAMES - frames.keys():
        raise ContentError(f"Reply texts {str(path)!r} lack one of {', '.join(sorted(_FRAMES))}.")
    return frames


class ReplyWriter:
    """Writes replies from vetted texts only; nothing is generated."""

    def __init__(
        self,
        entries: Mapping[str, Entry],
        company: CompanyProfile,
        taxonomy: Taxonomy,
        cues: Cues,
        frames: Mapping[str, str],
    ) -> None:
        self._entries = entries
        self._company = company
        self._taxonomy = taxonomy
        self._cues = cues
        self._frames = frames

    def text(self, decision: Decision, normalized: str) -> str:
        """Return what the customer reads."""
        if decision.action == "answer":
            told = self._answers(self._answered(decision)) + self._also(decision)
            return told + self._other_insurer(decision, normalized)
        if decision.action == "handoff":
            return self._handoff(decision, normalized)
        if decision.action == "decline":
            return self._frame("decline")
        return self._frame(_ASKED_BACK.get(decision.reason, "clarify_readings"))

    def citations(self, decision: Decision) -> tuple[Citation, ...]:
        """Return entry, revision and legal basis of every part the customer is answered."""
        if decision.action != "answer":
            return ()
        second = self._second(decision)
        answered = [*self._answered(decision), *([second] if second else [])]
        return tuple(
            Citation(entry.id, entry.revision, entry.source, tuple(map(str, entry.legal_basis)))
            for entry in answered
        )

    def related(self, decision: Decision) -> tuple[Choice, ...]:
        """Return the questions that often follow the answered one, of entries that hold today."""
        if decision.entry_id is None:
            return ()
        found = (self._entries.get(other) for other in self._entries[decision.entry_id].related)
        today = dt.date.today()
        valid = (entry for entry in found if entry and entry.is_valid_on(today))
        return tuple(Choice(entry.question, entry.intent, entry.id) for entry in valid)

    def _answers(self, entries: Sequence[Entry]) -> str:
        """Return one answer as it is, several with the question each of them answers."""
        texts = [self._company.fill(entry.answer) for entry in entries]
        if len(texts) == 1:
            return texts[0]
        pairs = zip(_ORDINALS, entries, texts, strict=False)
        return "\n\n".join(f"{number}、{entry.question}\n{text}" for number, entry, text in pairs)

    def _answered(self, decision: Decision) -> list[Entry]:
        return [self._entries[part.entry_id] for part in decision.parts if part.entry_id]

    def _second(self, decision: Decision) -> Entry | None:
        """Return the entry that may be meant instead, if it has a short answer to tell."""
        entry = self._entries[decision.also] if decision.also else None
        return entry if entry and entry.short_answer else None

    def _also(self, decision: Decision) -> str:
        """Return the short answer of the second entry, under its question."""
        entry = self._second(decision)
        if entry is None:
            return ""
        told = self._frames["answer_also"].replace("{question}", entry.question)
        return "\n\n" + self._company.fill(f"{told}\n{entry.short_answer}")

    def _other_insurer(self, decision: Decision, normalized: str) -> str:
        """Return the note that another company's customer finds that company's own channels."""
        own = (self._company.name, self._company.short_name)
        if decision.intent == "smalltalk" or not names_other_insurer(normalized, own):
            return ""
        return "\n\n" + self._frame("answer_other_insurer")

    def _handoff(self, decision: Decision, normalized: str) -> str:
        if decision.reason in _ACKNOWLEDGED:
            entry = self._acknowledgement(decision.concern or decision.intent, normalized)
            if entry:
                return self._company.fill(entry.answer)
        reason = decision.reason if decision.reason in ("complex_case", "failure") else "uncertain"
        queue = self._taxonomy.queues.get(decision.queue or "general", "")
        return self._frame(f"handoff_{reason}", queue)

    def _acknowledgement(self, intent: str, normalized: str) -> Entry | None:
        if intent == "emergency" and self._cues.mentions_self_harm(normalized):
            caring = self._entries.get("emergency.self_harm")
            if caring:
                return caring
        fitting = self._entries.get(situation_of(intent, normalized))
        return fitting or self._entries.get(f"{intent}.default")

    def _frame(self, name: str, queue: str = "") -> str:
        return self._company.fill(self._frames[name].replace("{queue}", queue))
