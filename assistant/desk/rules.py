"""The rules of the desk as an installation sets them: hours, deadlines, priorities, staffing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)

from assistant.desk.types import TicketReason
from assistant.types import Urgency
from knowledge_base.errors import ContentError
from knowledge_base.taxonomy import CONTENT, shipped_taxonomy
from knowledge_base.yaml_files import read_yaml

FILE = "desk.yaml"

_PERIOD = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


def _positive(value: dt.timedelta) -> dt.timedelta:
    if value <= dt.timedelta(0):
        raise ValueError("a duration is longer than nothing, e.g. PT30S or P15D")
    return value


def _queue(value: str) -> str:
    if value not in shipped_taxonomy().queues:
        raise ValueError(f"{value!r} is no queue; they are {', '.join(shipped_taxonomy().queues)}")
    return value


def _period(value: Any) -> Any:
    found = _PERIOD.fullmatch(value) if isinstance(value, str) else None
    if not found:
        raise ValueError(f"{value!r} is no period of a day; write it like '09:00-17:00', in quotes")
    opens, closes = (dt.time.fromisoformat(time) for time in value.split("-"))
    if opens >= closes:
        raise ValueError(f"the period {value!r} ends before it begins")
    return opens, closes


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is no time zone; write it like 'Asia/Shanghai'") from None
    return value


Duration = Annotated[dt.timedelta, AfterValidator(_positive)]
Queue = Annotated[str, AfterValidator(_queue)]
Period = Annotated[tuple[dt.time, dt.time], BeforeValidator(_period)]
Points = Annotated[int, Field(ge=0, le=10_000)]


class _Rules(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Week(_Rules):
    """When a queue is open on its days.

    Attributes:
        days: ISO numbers, 1 for Monday.
        periods: Opening and closing times, in order and apart.
    """

    days: frozenset[Annotated[int, Field(ge=1, le=7)]]
    periods: tuple[Period, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _in_order(self) -> Week:
        if any(earlier[1] > later[0] for earlier, later in pairwise(self.periods)):
            raise ValueError("the periods of a day overlap or are out of order")
        return self


class Hours(_Rules):
    """Opening hours; ``queues`` holds those with hours of their own."""

    time_zone: Annotated[str, AfterValidator(_zone)]
    default: Week
    queues: Mapping[Queue, Week]
    always: frozenset[Queue]


class Year(_Rules):
    """Days off and make-up working days of a year.

    Attributes:
        announced: Whether the source is the State Council's arrangement of that year.
    """

    announced: bool
    source: str = Field(min_length=1)
    holidays: frozenset[dt.date]
    working: frozenset[dt.date]

    @model_validator(mode="after")
    def _apart(self) -> Year:
        both = self.holidays & self.working
        if both:
            raise ValueError(f"{min(both)} is both a holiday and a working day")
        return self


class Limit(_Rules):
    """How long something may take, and which rule says so."""

    within: Duration
    basis: str = Field(min_length=1)


class DeadlineRules(_Rules):
    """All deadlines; ``content/desk.yaml`` tells what each means."""

    reply: Limit
    general: Limit
    major: Limit
    complaint_accepted: Limit
    complaint_simple: Limit
    complaint_complex: Limit
    complaint_extension: Limit
    review_asked: Limit
    review_decided: Limit
    near_share: float = Field(gt=0, lt=1)


class PriorityRules(_Rules):
    """Points that make the order of a queue."""

    emergency: Points
    returned: Points
    urgency: Mapping[Urgency, Points]
    reason: Mapping[TicketReason, Points]
    waiting_step: Duration
    waiting_most: Points

    @model_validator(mode="after")
    def _emergency_first(self) -> PriorityRules:
        others = max(self.urgency.values(), default=0) + max(self.reason.values(), default=0)
        rest = others + self.waiting_most
        if self.returned <= rest:
            raise ValueError(f"returned ({self.returned}) has to be above all but emergency: over {rest}")
        if self.emergency <= rest + self.returned:
            raise ValueError(f"emergency ({self.emergency}) has to be first: over {rest + self.returned}")
        return self


class StaffingRules(_Rules):
    """Who gets a ticket, and what becomes of one that nobody takes."""

    vanished_after: Duration
    measured_tickets: int = Field(ge=1)
    fewest_tickets: int = Field(ge=1)
    measured_within: Duration
    overflow_after: Duration
    overflow_to: Queue
    never_overflows: frozenset[Queue]
    escalate_waiting: Duration
    escalate_unresolved: Duration


class FollowUpRules(_Rules):
    """How long after a ticket is resolved the customer is asked how it went."""

    complaint: Duration
    claim: Duration


class DeskRules(_Rules):
    """All of ``desk.yaml``; ``complaint_causes`` are ids with their Chinese names."""

    hours: Hours
    calendar: Mapping[int, Year]
    deadlines: DeadlineRules
    priorities: PriorityRules
    staffing: StaffingRules
    follow_ups: FollowUpRules
    complaint_causes: Mapping[Annotated[str, Field(pattern=r"^[a-z_]{1,60}$")], str]

    @model_validator(mode="after")
    def _days_of_their_year(self) -> DeskRules:
        for year, days in self.calendar.items():
            strangers = {day for day in days.holidays | days.working if day.year != year}
            if strangers:
                raise ValueError(f"calendar {year} lists {min(strangers)}")
        return self


def read_desk_rules(overrides: Path | None = None) -> DeskRules:
    """Return the shipped rules with an installation's own over them.

    Args:
        overrides: A folder that may hold a ``desk.yaml`` with what differs, key by key.

    Raises:
        ContentError: A file cannot be read, or a rule is not usable.
    """
    places = [CONTENT / FILE]
    if overrides and (overrides / FILE).is_file():
        places.append(overrides / FILE)
    merged: Any = {}
    for path in places:
        merged = _over(_read(path), merged)
    try:
        return DeskRules.model_validate(merged)
    except ValidationError as error:
        faults = tuple(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ContentError(
            f"Rules of the desk {str(places[-1])!r} are not usable: {'; '.join(faults)}.", faults
        ) from None


def _read(path: Path) -> Any:
    data = read_yaml(path, "Rules of the desk")
    if not isinstance(data or {}, dict):
        raise ContentError(f"Rules of the desk {str(path)!r} are no mapping; see content/desk.yaml.")
    return data or {}


def _over(new: Any, old: Any) -> Any:
    """Return ``old`` with the keys of ``new`` replaced, mapping by mapping."""
    if not (isinstance(new, dict) and isinstance(old, dict)):
        return new
    return {**old, **{key: _over(value, old.get(key)) for key, value in new.items()}}
