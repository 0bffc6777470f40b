"""Watches the traffic of an installation, and raises alarms: to the log, the database, metrics, a webhook."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Literal

import structlog
from sqlalchemy.exc import IntegrityError

from api.services import Services
from assistant.desk.hours import OpeningHours
from assistant.desk.rules import read_desk_rules
from evaluation.online.alarms import AlarmKind, AlarmRow, last_traffic_alarm, raise_alarm
from evaluation.online.drift import Traffic
from evaluation.online.visits import Makers, first_decision_at, visits
from evaluation.online.watching import (
    LEAST_REFERENCE,
    MOST_REFERENCE,
    REFERENCE_DAYS,
    Change,
    blocks,
    find_change,
    thinned,
)
from knowledge_base.errors import ConflictError
from knowledge_base.taxonomy import shipped_taxonomy

_FIRST_LOOK_BACK = dt.timedelta(days=7)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Watch:
    """What traffic is compared with.

    Attributes:
        makers: Whose decisions.
        since: When the reference begins.
        until: When it ends, a midnight; from then on traffic is watched.
    """

    makers: Makers
    since: dt.datetime
    until: dt.datetime
    zone: dt.tzinfo

    @property
    def subject(self) -> str:
        """Name what is watched."""
        return f"{self.makers.bundle} {self.makers.thresholds} {self.since.isoformat(timespec='seconds')}"

    def state(self, now: dt.datetime) -> Literal["collecting", "watching"]:
        """Tell whether the reference is complete."""
        return "watching" if now > self.until else "collecting"


def watch_of(services: Services) -> Watch | None:
    """Return what traffic is compared with now; None while nothing was decided.

    The reference begins with the first decision of the bundle and its thresholds, or with the
    last change that was found: what came after it is another traffic.
    """
    makers = Makers(services.bundle.version, services.bundle.thresholds.version)
    zone = OpeningHours(read_desk_rules(services.home.content)).zone
    with services.database.reading() as session:
        first, last = first_decision_at(session, makers), last_traffic_alarm(session)
    if first is None:
        return None
    since = max(first, last.changed_at) if last else first
    midnight = dt.datetime.combine(since.astimezone(zone).date(), dt.time(), zone)
    until = midnight + dt.timedelta(days=REFERENCE_DAYS + (since.astimezone(zone) > midnight))
    return Watch(makers, since, until.astimezone(dt.UTC), zone)


class TrafficWatcher:
    """Looks at each day and week since its last look."""

    def __init__(self) -> None:
        self._looked_at: dt.datetime | None = None
        self._reference: tuple[str, Traffic] | None = None

    def look(self, services: Services, now: dt.datetime) -> Change | None:
        """Look whether the traffic has changed, and raise an alarm where it has.

        Raises:
            StorageError: The database failed.
        """
        watch = watch_of(services)
        if watch is None or watch.state(now) == "collecting":
            return None
        since = max(watch.until, self._looked_at or now - _FIRST_LOOK_BACK)
        change = find_since(services, watch, self._reference_of(services, watch), since, now)
        if change:
            _raise(services, watch, change, now)
        self._looked_at = now
        return change

    def _reference_of(self, services: Services, watch: Watch) -> Traffic:
        if self._reference is None or self._reference[0] != watch.subject:
            with services.database.reading() as session:
                read = visits(session, watch.makers, watch.since, watch.until, watch.zone)
            self._reference = watch.subject, thinned(read, MOST_REFERENCE)
        return self._reference[1]


def find_since(
    services: Services, watch: Watch, reference: Traffic, since: dt.datetime, now: dt.datetime
) -> Change | None:
    """Look at the days and weeks that are not over before a moment; return the first change."""
    if len(reference.intents) < LEAST_REFERENCE:
        return None
    with services.database.reading() as session:
        for block in blocks(watch.until, since, now):
            live = visits(session, watch.makers, block.since, block.until, watch.zone)
            change = find_change(reference, block, live, _domain_of, watch.subject)
            if change:
                return change
    return None


def _domain_of(intent: str) -> str:
    intents = shipped_taxonomy().intents
    return intents[intent].domain if intent in intents else ""


def _raise(services: Services, watch: Watch, change: Change, now: dt.datetime) -> None:
    detail = asdict(change) | {"block": {**asdict(change.block), "since": change.block.since.isoformat()}}
    detail["block"]["until"] = change.block.until.isoformat()
    raised(services, "traffic", watch.subject, change.block.since, said_of(change), detail, now)


def raised(
    services: Services,
    kind: AlarmKind,
    subject: str,
    changed_at: dt.datetime,
    reason: str,
    detail: dict[str, object],
    now: dt.datetime,
) -> bool:
    """Store an alarm and log it, unless there is one already; tell whether it is new."""
    try:
        with services.database.transaction() as session:
            row = raise_alarm(session, kind, subject, changed_at, reason, detail, now)
    except (ConflictError, IntegrityError):  # another process found it at the same moment
        return False
    if row:
        _log.warning("drift_alarm", kind=kind, reason=reason, changed_at=changed_at.isoformat())
    return row is not None


def said_of(change: Change) -> str:
    """Return a change in a sentence."""
    before, now = change.confidence
    groups = ", ".join(f"{one.group} {one.before:.1%} -> {one.now:.1%}" for one in change.groups)
    span = "day" if change.block.days == 1 else "week"
    return (
        f"the {change.finding.what} of the {span} from {change.block.since:%Y-%m-%d %H:%M} UTC differs from "
        f"the first weeks: mean confidence {before:.3f} -> {now:.3f}; {groups} {change.finding.evidence}"
    )


def alarm_view(row: AlarmRow) -> dict[str, object]:
    """Return an alarm as the API and the webhook tell it."""
    names = ("id", "kind", "reason", "detail", "seen_by", "note")
    moments = ("found_at", "changed_at", "seen_at", "delivered_at")
    told: dict[str, object] = {name: getattr(row, name) for name in names}
    return told | {name: at.isoformat() if (at := getattr(row, name)) else None for name in moments}
