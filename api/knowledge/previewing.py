"""A draft as the customer will read it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from api.answers import reply_to_dict
from api.services import Services
from assistant.replies import ReplyWriter, read_frames
from assistant.types import Decision, IntentPrediction, Part, Reply
from assistant.understanding.cues import shipped_cues
from knowledge_base.errors import ContentError
from knowledge_base.taxonomy import shipped_taxonomy
from knowledge_base.types import Entry

View = dict[str, Any]

_SHOWN = ("text", "citations", "related")


def preview(services: Services, entry: Entry, today: dt.date) -> View:
    """Return the reply to a customer who asks the entry's question, in both scripts.

    ``also`` is what stands below another answer where this entry may be meant as well: the only
    place where its short answer is told. A placeholder that no company profile has is told in
    ``problem`` and left as it is written.
    """
    told, problem = _filled(services, entry)
    reply = _reply(services, told)
    also = _below(services, told)
    traditional = services.traditional.rewrite(reply)
    return {
        "question": {"hans": entry.question, "hant": services.traditional.question(entry.question)},
        "hans": {**_shown(reply), "also": also},
        "hant": {**_shown(traditional), "also": services.traditional.text(also)},
        "told_today": entry.is_valid_on(today),
        "problem": problem,
    }


def _filled(services: Services, entry: Entry) -> tuple[Entry, str]:
    """Return the entry with the company's values in it, and what stood in the way."""
    try:
        answer = services.company.fill(entry.answer)
        short = services.company.fill(entry.short_answer)
    except ContentError as error:
        return _literal(entry, entry.answer, entry.short_answer), error.message
    return _literal(entry, answer, short), ""


def _literal(entry: Entry, answer: str, short: str) -> Entry:
    """Return the entry with texts that filling leaves as they are."""
    doubled = [text.replace("{", "{{").replace("}", "}}") for text in (answer, short)]
    return replace(entry, answer=doubled[0], short_answer=doubled[1])


def _writer(services: Services, *entries: Entry) -> ReplyWriter:
    known = {**services.snapshot.entries, **{one.id: one for one in entries}}
    return ReplyWriter(known, services.company, shipped_taxonomy(), shipped_cues(), read_frames())


def _reply(services: Services, entry: Entry) -> Reply:
    writer, decision = _writer(services, entry), _answered(entry)
    citations = writer.citations(decision)
    return Reply(
        "0" * 32,
        decision,
        writer.text(decision, ""),
        (),
        citations,
        writer.related(decision),
        entry.revision,
        None,
        0.0,
    )


def _below(services: Services, entry: Entry) -> str:
    """Return the short answer as it stands below another answer; empty where there is none."""
    if not entry.short_answer.strip():
        return ""
    other = replace(entry, id=f"{entry.id}#", answer="", short_answer="")
    decision = replace(_answered(other), also=entry.id)
    return _writer(services, entry, other).text(decision, "").strip()


def _answered(entry: Entry) -> Decision:
    part = Part((0, 0), entry.intent, 1.0, entry.id, "answer")
    prediction = IntentPrediction(entry.intent, 1.0, ())
    return Decision("answer", "confident", (part,), 1.0, entry.intent, (), prediction)


def _shown(reply: Reply) -> View:
    told = reply_to_dict(reply, "")
    return {name: told[name] for name in _SHOWN}
