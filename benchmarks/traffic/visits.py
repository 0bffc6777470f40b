"""Draws visits by a daily and weekly rhythm, and what the assistant makes of each message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast
from zoneinfo import ZoneInfo

import numpy as np

from api.channels.tables import ChannelThreadRow
from assistant.decision_log import DecisionRow
from assistant.desk.tables import ConversationRow, CustomerRow
from assistant.desk.types import TicketReason
from assistant.types import Reason
from benchmarks.traffic.people import People
from benchmarks.traffic.plans import Month, Plan, Row
from benchmarks.traffic.questions import drifted_mix, entry_of, product_of, questions_by_intent, usual_mix
from benchmarks.traffic.writing import Writing
from knowledge_base.taxonomy import shipped_taxonomy

ZONE = ZoneInfo("Asia/Shanghai")
CHANNELS = {"web": 0.45, "app": 0.3, "wechat": 0.25}
BY_HOUR = (2, 1, 1, 1, 1, 2, 5, 12, 28, 50, 58, 50, 38, 40, 52, 54, 50, 42, 34, 34, 32, 26, 14, 6)
BY_WEEKDAY = (1.15, 1.1, 1.05, 1.0, 1.0, 0.7, 0.6)
_REASONS: dict[str, Reason] = {
    "fraud_report": "fraud",
    "privacy_security": "privacy",
    "emergency": "emergency",
    "human_agent": "asked_for_person",
}


def make_month(plan: Plan) -> Month:
    """Return a month of traffic."""
    maker = _Maker(plan)
    for visit in maker.visits():
        maker.live(visit)
    return maker.month


@dataclass
class _Person:
    id: str | None
    channel: str
    segment: str
    conversation: Row | None = None


@dataclass(frozen=True, slots=True)
class _Visit:
    person: _Person
    at: dt.datetime
    intent: str
    day: int
    is_new_topic: bool


class _Maker:
    """Draws a month; every draw comes from one generator, so that a seed gives one month."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._rng = np.random.default_rng([plan.seed, plan.start.toordinal()])
        self._texts = questions_by_intent()
        self._intents = sorted(self._texts)
        self._mix = usual_mix(self._intents)
        prefix = f"{plan.seed % 0xFFFF:04x}{plan.start.toordinal() & 0xFFFFFF:06x}"
        self._write = Writing(prefix)
        self._people = People(self._write, self._rng, plan.agents)
        self._past: list[list[_Visit]] = [[] for _ in range(plan.days)]

    @property
    def month(self) -> Month:
        """Return what was written so far."""
        return self._write.month

    def visits(self) -> Iterator[_Visit]:
        """Yield the visits, day by day."""
        weights = np.array([BY_WEEKDAY[self._date(day).weekday()] for day in range(self.plan.days)])
        # 2.227 messages of the customer a visit, found by counting
        counts = self._rng.poisson(self.plan.messages / 2.227 * weights / weights.sum())
        for day, count in enumerate(counts):
            times = np.sort(self._times(int(count)))
            for seconds in times:
                yield self._visit(day, float(seconds))

    def live(self, visit: _Visit) -> None:
        """Write down what is said in a visit and what becomes of it."""
        conversation = self._conversation(visit)
        at, handed = visit.at, False
        for place in range(int(self._rng.geometric(0.42))):
            at += dt.timedelta(seconds=0 if place == 0 else float(self._rng.uniform(15, 120)))
            handed = self._ask(conversation, visit, at, first=place == 0)
            if handed:
                break
        end = self._close(conversation, at, visit) if not handed else None
        if end:
            conversation.update(state="closed", closed_at=end, changed_at=end)

    # one message

    def _ask(self, conversation: Row, visit: _Visit, at: dt.datetime, *, first: bool) -> bool:
        intent = visit.intent if first or self._rng.random() < 0.7 else self._draw_intent(visit.day)
        planted = visit.is_new_topic and self.plan.new_topic is not None
        pool = self.plan.new_topic.texts if planted and self.plan.new_topic else self._texts[intent]
        text = pool[int(self._rng.integers(len(pool)))]
        action, reason, confidence = self._decide(intent, visit.day, planted=planted)
        decision = self._decision(conversation, intent, text, at, action, reason, confidence)
        if planted:
            self._write.month.planted.add(decision["id"])
        self._write.say(conversation, "customer", text, at)
        self._write.say(conversation, "assistant", f"（{action}）", at, decision)
        if action == "answer" and self._rng.random() < self.plan.wrong:
            self._write.month.wrong.add(decision["id"])
        pressed = action != "handoff" and self._rng.random() < 0.01
        if action == "handoff" or pressed:
            why = "asked_for_person" if pressed else reason
            self._people.hand_over(conversation, intent, decision, cast(TicketReason, why), at)
            return True
        return False

    def _decide(self, intent: str, day: int, *, planted: bool) -> tuple[str, Reason, float]:
        drift = self.plan.drift
        lowered = drift.confidence if drift and day >= drift.from_day else 0.0
        drawn = float(self._rng.beta(2, 5) if planted else self._rng.beta(9, 1.6))
        confidence = round(min(max(drawn - lowered, 0.01), 0.99), 4)
        taxonomy = shipped_taxonomy()
        if intent in taxonomy.handoff:
            return "handoff", _REASONS.get(intent, "complaint"), confidence
        if intent in taxonomy.declined:
            return "decline", "not_insurance", confidence
        if confidence >= 0.62:
            return "answer", "confident", confidence
        if confidence >= 0.3 and self._rng.random() < 0.7:
            return "clarify", "several_readings", confidence
        return "handoff", "uncertain", confidence

    def _decision(
        self,
        conversation: Row,
        intent: str,
        text: str,
        at: dt.datetime,
        action: str,
        reason: Reason,
        confidence: float,
    ) -> Row:
        kb, bundle, thresholds = self.plan.versions
        row = {
            "id": self._write.new_id(),
            "decided_at": at,
            "channel": conversation["channel"],
            "script": "hans",
            "text": text,
            "action": action,
            "reason": reason,
            "intent": intent,
            "concern": intent if intent in shipped_taxonomy().handoff else None,
            "confidence": confidence,
            "queue": shipped_taxonomy().intents[intent].queue if action == "handoff" else None,
            "entry_id": (entry_of(text) or f"{intent}.{len(text) % 7}") if action == "answer" else None,
            "entry_revision": 1 if action == "answer" else None,
            "also_entry_id": None,
            "kb_version": kb,
            "bundle_version": bundle,
            "thresholds_version": thresholds,
            "elapsed_ms": round(float(self._rng.lognormal(2.3, 0.4)), 2),
            "conversation_id": conversation["id"],
            "product": product_of(text),
        }
        self._write.month.rows[DecisionRow].append(row)
        return row

    # visits and conversations

    def _visit(self, day: int, seconds: float) -> _Visit:
        midnight = dt.datetime.combine(self._date(day), dt.time(), ZONE)
        at = (midnight + dt.timedelta(seconds=seconds)).astimezone(dt.UTC)
        earlier = [one for past in self._past[max(0, day - 6) : day] for one in past[:200]]
        topic = self.plan.new_topic
        if earlier and self._rng.random() < self.plan.returning:
            before = earlier[int(self._rng.integers(len(earlier)))]
            return _Visit(before.person, at, before.intent, day, before.is_new_topic)
        is_new = bool(topic and day >= topic.from_day and self._rng.random() < topic.share)
        intent = "product_inquiry" if is_new else self._draw_intent(day)
        visit = _Visit(self._person(at), at, intent, day, is_new)
        if visit.person.id:
            self._past[day].append(visit)
        return visit

    def _person(self, at: dt.datetime) -> _Person:
        channel = str(self._rng.choice(list(CHANNELS), p=list(CHANNELS.values())))
        segment = "elderly" if self._rng.random() < 0.06 else ""
        if self._rng.random() >= 0.6:
            return _Person(None, channel, segment)
        row: Row = {
            "id": self._write.new_id(),
            "site": "shop",
            "subject": self._write.new_id(),
            "name": None,
            "created_at": at,
        }
        self._write.month.rows[CustomerRow].append(row)
        return _Person(row["id"], channel, segment)

    def _conversation(self, visit: _Visit) -> Row:
        """Return a new conversation; a gateway's sender has one for ever."""
        person = visit.person
        if person.channel == "wechat" and person.conversation:
            return person.conversation
        row: Row = {
            "id": self._write.new_id(),
            "token_hash": self._write.new_id(),
            "channel": person.channel,
            "locale": "zh-CN",
            "segment": person.segment,
            "customer_id": person.id,
            "state": "assistant",
            "last_seq": 0,
            "created_at": visit.at,
            "changed_at": visit.at,
            **dict.fromkeys(("closed_at", "rating", "rated_solved", "rating_comment", "rated_at")),
            **dict.fromkeys(("recommend", "recommend_at")),
        }
        self._write.month.rows[ConversationRow].append(row)
        person.conversation = row
        if person.channel == "wechat":
            self._write.month.rows[ChannelThreadRow].append(self._thread(row))
        return row

    def _thread(self, conversation: Row) -> Row:
        return {
            "conversation_id": conversation["id"],
            "channel": "wechat",
            "sender": conversation["id"],
            "delivered_seq": 0 if self._rng.random() < 0.02 else 1_000_000,
            "failures": 0,
            "next_try_at": conversation["created_at"],
        }

    def _close(self, conversation: Row, at: dt.datetime, visit: _Visit) -> dt.datetime:
        end = at + dt.timedelta(minutes=float(self._rng.uniform(1, 60)))
        self._people.rate(conversation, end, 0.35)
        return end

    def _draw_intent(self, day: int) -> str:
        drift, mix = self.plan.drift, self._mix
        if drift and day >= drift.from_day:
            mix = drifted_mix(tuple(self._intents), tuple(self._mix), drift)
        return self._intents[int(np.searchsorted(np.cumsum(mix), self._rng.random() * 0.999999))]

    def _times(self, count: int) -> np.ndarray[Any, np.dtype[np.float64]]:
        hours = self._rng.choice(24, count, p=np.array(BY_HOUR) / sum(BY_HOUR))
        return np.asarray(hours * 3600 + self._rng.uniform(0, 3600, count))

    def _date(self, day: int) -> dt.date:
        return self.plan.start + dt.timedelta(days=day)
