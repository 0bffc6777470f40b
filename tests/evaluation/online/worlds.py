"""Worlds of traffic to measure, and the measuring of them."""

import datetime as dt
from zoneinfo import ZoneInfo

from assistant.desk.rules import read_desk_rules
from evaluation.online.days import Period
from evaluation.online.facts.family import Scope

ZONE = ZoneInfo("Asia/Shanghai")
RULES = read_desk_rules()


def scope_of(database, since, until, now):
    """Return the scope of days from ``since`` to before ``until``."""
    return Scope.of(Period(since, until, ZONE), now, RULES, database.engine.dialect.name)


def day_of(moment):
    """Return the day of a moment in China."""
    return moment.astimezone(ZONE).date()


def moment(day, hour=10, minute=0):
    """Return a moment of a day of October 2026 in China."""
    return dt.datetime(2026, 10, day, hour, minute, tzinfo=ZONE).astimezone(dt.UTC)
