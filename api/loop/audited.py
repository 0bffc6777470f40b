"""Watches the audited answers: an alarm where more are wrong than the insurer's target allows."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from api.loop.drift import raised, watch_of
from api.services import Services
from evaluation.online.alarms import last_answers_alarm
from evaluation.online.audit_results import audited_errors
from evaluation.online.drift import Excess, excess_errors
from evaluation.online.targets import read_targets

MEASURE = "answer_accuracy"


def look_at_answers(services: Services, now: dt.datetime) -> Excess | None:
    """Look whether audited answers are wrong more often than the target allows, and raise an alarm.

    Answers of the bundle and thresholds in use count, since their first decision, since the last
    change of traffic, or since the last such alarm.

    Raises:
        StorageError: The database failed.
        ContentError: The installation's targets cannot be used.
    """
    watch, target = watch_of(services), read_targets(services.home.content).of(MEASURE)
    if watch is None or target is None or target.at_least is None:
        return None
    allowed = 1 - target.at_least
    with services.database.reading() as session:
        last = last_answers_alarm(session)
        since = max(watch.since, last.found_at) if last else watch.since
        errors = audited_errors(session, watch.makers.thresholds, watch.makers.bundle, since)
    found = excess_errors(errors, allowed)
    if found:
        said = (
            f"{found.wrong} of {found.audited} audited answers were wrong, more than the {allowed:.1%} that "
            "the target allows"
        )
        subject = f"{watch.makers.bundle} {watch.makers.thresholds} {since.isoformat(timespec='seconds')}"
        raised(services, "answers", subject, since, said, asdict(found) | {"allowed": allowed}, now)
    return found
