"""What a month of traffic is like, and the rows it is made of."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, cast

from sqlalchemy import Connection, Table, insert

from api.channels.tables import ChannelThreadRow
from assistant.decision_log import DecisionRow
from assistant.desk.tables import (
    ComplaintRow,
    ComplaintStepRow,
    ConversationRow,
    CustomerRow,
    FollowUpRow,
    MessageRow,
    SuggestionRow,
    TicketEventRow,
    TicketRow,
)
from knowledge_base.database import Base

Row = dict[str, Any]

_ORDER = (
    CustomerRow,
    ConversationRow,
    MessageRow,
    DecisionRow,
    TicketRow,
    TicketEventRow,
    SuggestionRow,
    ComplaintRow,
    ComplaintStepRow,
    FollowUpRow,
    ChannelThreadRow,
)

PET_TEXTS = tuple(
    f"{subject}{question}"
    for subject in ("宠物医疗险", "给狗买的保险", "猫咪的保险", "宠物险", "养狗责任险", "金毛犬保险")
    for question in ("怎么投保", "看病能报多少", "疫苗没打能赔吗", "走丢了赔不赔", "多大年纪能买", "要芯片吗")
)


@dataclass(frozen=True, slots=True)
class NewTopic:
    """Something that the knowledge base does not know, asked from a day on.

    Attributes:
        share: Of all questions from then on.
    """

    from_day: int
    share: float = 0.03
    texts: tuple[str, ...] = PET_TEXTS


@dataclass(frozen=True, slots=True)
class DriftPlan:
    """A change of what is asked and how well it is understood, from a day on.

    Attributes:
        intents: What is asked more often then.
        factor: So many times as often.
        confidence: Taken off the confidence of all questions.
    """

    from_day: int
    intents: tuple[str, ...] = ("claim_eligibility", "claim_amount", "claim_documents")
    factor: float = 2.5
    confidence: float = 0.08


@dataclass(frozen=True, slots=True)
class Plan:
    """What a month is like.

    Attributes:
        start: Its first day, in China.
        days: How many days; days are counted from 0.
        messages: About how many messages customers write.
        wrong: Of automatic answers, the share that is wrong.
        returning: The share of visits that come back on the same topic within a week.
        versions: Of entries, bundle and thresholds, as decisions name them.
    """

    start: dt.date
    days: int = 30
    messages: int = 100_000
    seed: int = 0
    wrong: float = 0.08
    returning: float = 0.1
    agents: int = 40
    new_topic: NewTopic | None = None
    drift: DriftPlan | None = None
    versions: tuple[str, str, str] = ("kb", "bundle", "thresholds")


@dataclass
class Month:
    """The rows by table, and what only their maker knows.

    Attributes:
        wrong: Ids of decisions that answered wrongly.
        planted: Ids of decisions about the new topic.
    """

    rows: dict[type[Base], list[Row]] = field(default_factory=lambda: defaultdict(list))
    wrong: set[str] = field(default_factory=set)
    planted: set[str] = field(default_factory=set)

    def write(self, connection: Connection) -> None:
        """Insert everything, in one transaction of the caller's."""
        for kind in _ORDER:
            if self.rows[kind]:
                connection.execute(insert(cast(Table, kind.__table__)), self.rows[kind])
