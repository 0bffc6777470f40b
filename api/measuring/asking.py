"""What is asked of the measures: days, channel, intent, product line."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Annotated

import yaml
from fastapi import Query
from sqlalchemy.orm import Session

from api.conversing.desk import Desk, now
from evaluation.online.counting import Filter
from evaluation.online.days import Period
from evaluation.online.facts.family import Scope
from knowledge_base.errors import InvalidInputError
from knowledge_base.taxonomy import CONTENT

USUAL_DAYS = 30
MOST_DAYS = 400

Day = Annotated[dt.date | None, Query(description="A day of the company's time zone.")]
Channel = Annotated[str, Query(max_length=40)]
Intent = Annotated[str, Query(max_length=60)]
Product = Annotated[str, Query(max_length=40)]


@dataclass(frozen=True, slots=True)
class Asked:
    """Days and filter that somebody asks for."""

    period: Period
    wanted: Filter
    now: dt.datetime

    def scope(self, session: Session, desk: Desk) -> Scope:
        """Return the scope that statements are written for."""
        return Scope.of(self.period, self.now, desk.rules, session.get_bind().dialect.name)


def asked(
    desk: Desk,
    since: dt.date | None,
    until: dt.date | None,
    channel: str = "",
    intent: str = "",
    product: str = "",
) -> Asked:
    """Return what is asked for; both days are meant, and the last 30 days where none is told.

    Raises:
        InvalidInputError: The days are out of order, or too many.
    """
    at = now()
    today = at.astimezone(desk.hours.zone).date()
    last = min(until or today, today)
    first = since or last - dt.timedelta(days=USUAL_DAYS - 1)
    if not first <= last or (last - first).days >= MOST_DAYS:
        raise InvalidInputError(
            f"From {first} to {last} are no days to measure: they have to be in order, not in the "
            f"future, and at most {MOST_DAYS}."
        )
    period = Period(first, last + dt.timedelta(days=1), desk.hours.zone)
    return Asked(period, Filter(channel, intent, product), at)


@cache
def product_names() -> dict[str, str]:
    """Return the Chinese names of the product lines."""
    products = yaml.safe_load((CONTENT / "products.yaml").read_text(encoding="utf-8"))
    return {product: fields["name"] for product, fields in products.items()}
