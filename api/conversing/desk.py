"""The parts that conversations and tickets are served with."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from sqlalchemy.orm import Session
from starlette.requests import HTTPConnection

from api.conversing.spool import Spool
from api.conversing.type_ahead import TypeAheadOfSnapshots
from api.live import LiveService, Serving
from api.loop.trial import Trial
from api.realtime.broker import Broker
from api.services import Services
from assistant.desk.hours import OpeningHours
from assistant.desk.notices import Notices, read_notices
from assistant.desk.rules import DeskRules, read_desk_rules
from knowledge_base.company import CompanyProfile
from knowledge_base.editing.wording import ForbiddenWording
from knowledge_base.taxonomy import Taxonomy, shipped_taxonomy


@dataclass(frozen=True, slots=True)
class Desk:
    """Rules, texts and the way to the database; lives as ``app.state.desk``."""

    live: LiveService
    broker: Broker
    hours: OpeningHours
    texts: Notices
    taxonomy: Taxonomy
    spool: Spool
    trial: Trial
    type_ahead: TypeAheadOfSnapshots = field(default_factory=TypeAheadOfSnapshots)

    @property
    def company(self) -> CompanyProfile:
        """Return the company profile as it counts now."""
        return self.serving.services.company

    @property
    def wordings(self) -> tuple[ForbiddenWording, ...]:
        """Return the wording rules as they count now."""
        return self.serving.services.own.wordings

    @property
    def notices(self) -> Notices:
        """Return what the system says, with the company as it counts now."""
        return replace(self.texts, company=self.company)

    @property
    def rules(self) -> DeskRules:
        """Return all rules of the desk."""
        return self.hours.rules

    @property
    def serving(self) -> Serving:
        """Return the published state in use; hold on to it for the length of one request."""
        return self.live.serving

    @property
    def transaction(self) -> Callable[[], AbstractContextManager[Session]]:
        """Return what opens a transaction that commits and tells of it."""
        return self.broker.transaction

    @property
    def reading(self) -> Callable[[], AbstractContextManager[Session]]:
        """Return what opens a transaction that only reads."""
        return self.live.serving.services.database.reading

    def local_moment(self, at: dt.datetime) -> str:
        """Return a moment in words, in the desk's own time zone wherever the reader is."""
        local = at.astimezone(self.hours.zone)
        return f"{local.month}月{local.day}日{local:%H:%M}"

    def local_day(self, at: dt.datetime) -> str:
        """Return a day in words, as ``local_moment`` does."""
        local = at.astimezone(self.hours.zone)
        return f"{local.year}年{local.month}月{local.day}日"

    def queue_name(self, queue: str) -> str:
        """Return a queue's Chinese name."""
        return self.taxonomy.queues.get(queue, queue)


def open_desk(live: LiveService, services: Services) -> Desk:
    """Read the rules and texts of the desk.

    Raises:
        ContentError: A file of the home folder is not usable.
    """
    overrides = services.home.content
    rules = read_desk_rules(overrides)
    notices = read_notices(services.company, overrides)
    broker = Broker(services.database)
    return Desk(
        live,
        broker,
        OpeningHours(rules),
        notices,
        shipped_taxonomy(),
        Spool(services.home.spool),
        Trial(live),
    )


def desk_of(connection: HTTPConnection) -> Desk:
    """Return the desk of the application that a request came to."""
    desk: Desk = connection.app.state.desk
    return desk


def now() -> dt.datetime:
    """Return the present moment in UTC."""
    return dt.datetime.now(dt.UTC)
