"""Does the loop find what was planted? Months of traffic with a new topic and a drift, and quiet ones.

Every seed gives two months of so many messages: a quiet one, in which any alarm is a false one, and
one with a new topic and a drift planted. Everything runs as in a server: the rows are in a database,
the watcher looks at them as time goes by, gaps are found by the shipped encoder.

Run ``python -m benchmarks.loop RESULTS.jsonl`` (an hour on two cores); a line a seed is written as it
is found, and seeds that are in the file already are not run again.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from api.loop.drift import TrafficWatcher
from api.loop.gaps import gaps_of
from api.schema import upgrade_schema
from api.services import Services, open_services
from assistant.decision_log import DecisionRow
from benchmarks.traffic import DriftPlan, Month, NewTopic, Plan, make_month
from knowledge_base.database import Database, open_engine
from knowledge_base.settings import Settings

ZONE = ZoneInfo("Asia/Shanghai")
START = dt.date(2026, 10, 1)
DAYS, MESSAGES, SEEDS = 30, 100_000, 20
DRIFT_DAY, TOPIC_DAY = 22, 23
GAP_DAYS = 7
_STEP = dt.timedelta(hours=6)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was found in the two months of a seed.

    Attributes:
        false_alarms: Alarms in the quiet month, and before the drift in the other one.
        hours: From the beginning of the drift to the alarm; None without one.
        rank: Of the new topic among the gaps of the last week, from 1; None where it is not there.
        quiet_days: Days that were watched without a drift in them.
    """

    seed: int
    messages: int
    false_alarms: int
    hours: float | None
    rank: int | None
    quiet_days: int


def run_seed(services: Services, seed: int, messages: int = MESSAGES) -> Outcome:
    """Make the two months of a seed and look at them."""
    versions = "kb", services.bundle.version, services.bundle.thresholds.version
    plan = Plan(START, DAYS, messages, seed, versions=versions)
    with _month(services, plan) as (quiet, _):
        false, days = _alarms(quiet, DAYS), DAYS
    planted = replace(plan, seed=seed + 1000, new_topic=NewTopic(TOPIC_DAY), drift=DriftPlan(DRIFT_DAY))
    with _month(services, planted) as (other, month):
        found = _alarms(other, DAYS)
        rank = _rank(other, month)
    begins = _midnight(DRIFT_DAY)
    before, after = [at for at in found if at <= begins], [at for at in found if at > begins]
    hours = (after[0] - begins).total_seconds() / 3600 if after else None
    watched = days - 14 + DRIFT_DAY - 14
    return Outcome(seed, messages, len(false) + len(before), hours, rank, watched)


@contextmanager
def _month(services: Services, plan: Plan) -> Iterator[tuple[Services, Month]]:
    """Give services with a database of their own that holds a month."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'month.sqlite3'}")
        upgrade_schema(engine)
        month = make_month(plan)
        with engine.begin() as connection:
            month.write(connection)
        yield replace(services, database=Database(engine)), month
        engine.dispose()


def _midnight(day: int) -> dt.datetime:
    return dt.datetime.combine(START + dt.timedelta(days=day), dt.time(), ZONE).astimezone(dt.UTC)


def _alarms(services: Services, days: int) -> list[dt.datetime]:
    """Return when a watcher that looks every six hours raised alarms."""
    watcher, found, now = TrafficWatcher(), list[dt.datetime](), _midnight(1)
    while now <= _midnight(days):
        if watcher.look(services, now):
            found.append(now)
        now += _STEP
    return found


def _rank(services: Services, month: Month) -> int | None:
    """Return the place of the first gap that is mostly about the new topic."""
    end = _midnight(DAYS)
    found = gaps_of(services, end - dt.timedelta(days=GAP_DAYS), end)
    planted = {row["text"] for row in month.rows[DecisionRow] if row["id"] in month.planted}
    for place, gap in enumerate(found.gaps, start=1):
        if sum(text in planted for text in gap.examples) > len(gap.examples) / 2:
            return place
    return None


def main() -> None:
    """Run all seeds and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("results", type=Path)
    parser.add_argument("--seeds", type=int, default=SEEDS)
    parser.add_argument("--messages", type=int, default=MESSAGES)
    given = parser.parse_args()
    done = _read(given.results)
    with tempfile.TemporaryDirectory() as home:
        services = open_services(Settings(home=Path(home)))
        for seed in range(given.seeds):
            if seed not in done:
                outcome = run_seed(services, seed, given.messages)
                with given.results.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(outcome)) + "\n")
                print(outcome, flush=True)
                done[seed] = asdict(outcome)
    _tell(list(done.values()))


def _read(path: Path) -> dict[int, dict[str, Any]]:
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {row["seed"]: row for row in map(json.loads, lines)}


def _tell(rows: list[dict[str, Any]]) -> None:
    in_a_day = sum(row["hours"] is not None and row["hours"] <= 24 for row in rows)
    in_three = sum(row["rank"] is not None and row["rank"] <= 3 for row in rows)
    weeks = sum(row["quiet_days"] for row in rows) / 7
    false = sum(row["false_alarms"] for row in rows)
    print(f"drift found within a day: {in_a_day} of {len(rows)}")
    print(f"new topic among the first three gaps: {in_three} of {len(rows)}")
    print(f"false alarms: {false} in {weeks:.0f} quiet weeks")


if __name__ == "__main__":
    main()
