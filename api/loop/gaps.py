"""Finds gaps in the decision log of an installation, and keeps what was found for a while."""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from api.low_priority import lower_priority
from api.services import Services
from assistant.desk.hours import OpeningHours
from assistant.desk.rules import read_desk_rules
from evaluation.online.dismissals import list_dismissed
from evaluation.online.gaps import Encode, Gap, NearEntry, Nearest, Span, find_gaps
from evaluation.online.missed import count_decisions, missed_questions
from knowledge_base.errors import InvalidInputError
from knowledge_base.search.index_cache import encode_unknown

DAYS = 28
KEPT_SECONDS = 600.0
_NEAREST = 3
_FIRST_YEAR, _LAST_YEAR, _MOST_DAYS = 2000, 2200, 400
_PERIODS = 4
_AT_ONCE = 15
"""Texts that the encoder takes on one core; more would keep all of them from customers."""


@dataclass(frozen=True, slots=True)
class FoundGaps:
    """What was found.

    Attributes:
        since: The first moment of the period.
        until: The first moment after it.
        asked: Questions that were decided on in the period.
        missed: Those that were not served.
        gaps: The largest first, dismissed ones too.
    """

    since: dt.datetime
    until: dt.datetime
    asked: int
    missed: int
    gaps: tuple[Gap, ...]


def period_of(services: Services, since: dt.date | None, until: dt.date | None) -> tuple[dt.datetime, ...]:
    """Return the moments from which and before which a period of whole days is, in the desk's time zone.

    Args:
        services: Where its time zone comes from.
        since: The first day; None for ``DAYS`` days.
        until: The last day; None for today.

    Raises:
        InvalidInputError: It ends before it begins, or is no time to look at.
    """
    zone = OpeningHours(read_desk_rules(services.home.content)).zone
    for day in (since, until):
        if day and not _FIRST_YEAR <= day.year <= _LAST_YEAR:
            raise InvalidInputError(f"{day} is no day of the years {_FIRST_YEAR} to {_LAST_YEAR}.")
    last = until or dt.datetime.now(zone).date()
    first = since or last - dt.timedelta(days=DAYS - 1)
    if first > last:
        raise InvalidInputError(f"The period ends on {last}, before it begins on {first}. Swap the two.")
    if (last - first).days >= _MOST_DAYS:
        raise InvalidInputError(f"The period {first} to {last} is longer than {_MOST_DAYS} days. Shorten it.")
    days = first, last + dt.timedelta(days=1)
    return tuple(dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC) for day in days)


def gaps_of(
    services: Services, since: dt.datetime, until: dt.datetime, encode: Encode | None = None
) -> FoundGaps:
    """Find the gaps of a period.

    Args:
        services: The database, the encoder and the published entries.
        since: The first moment.
        until: The first moment that is not meant any more.
        encode: Another way to encode than all at once.
    """
    before = since - (until - since)
    with services.database.reading() as session:
        now = Span(missed_questions(session, since, until), count_decisions(session, since, until))
        earlier = Span(missed_questions(session, before, since), count_decisions(session, before, since))
        dismissed = list_dismissed(session)
    gaps = find_gaps(now, earlier, encode or encoder_of(services), nearest_of(services), dismissed)
    return FoundGaps(since, until, now.asked, len(now.missed), gaps)


def encoder_of(services: Services) -> Encode:
    """Return the bundle's encoder; texts whose vectors it brings are not encoded again."""
    bundle = services.bundle
    return lambda texts: encode_unknown(texts, bundle.encoder, bundle.known)


def nearest_of(services: Services) -> Nearest:
    """Return a search for the published entries nearest by meaning."""
    index = services.snapshot.index

    def nearest(_: str, vector: NDArray[np.float32]) -> Sequence[NearEntry]:
        found: dict[str, NearEntry] = {}
        near = index.nearest(vector)
        for place, cosine in zip(near.positions.tolist(), near.cosines.tolist(), strict=True):
            entry_id = index.questions[place].entry_id
            if entry_id and entry_id not in found:
                question = services.snapshot.entries[entry_id].question
                found[entry_id] = NearEntry(entry_id, question, round(min(1.0, cosine), 4))
        return tuple(found.values())[:_NEAREST]

    return nearest


class GapFinder:
    """Finds gaps for pages: in the background, one at a time, and keeps them for some minutes."""

    def __init__(self) -> None:
        self._worker = ThreadPoolExecutor(1, "gap-finder", lower_priority)
        self._looks: dict[tuple[dt.datetime, dt.datetime], tuple[float, Future[FoundGaps]]] = {}
        self._kept: dict[tuple[dt.datetime, dt.datetime], FoundGaps] = {}
        self._lock = threading.Lock()
        self._stopping = threading.Event()

    def look(self, services: Services, since: dt.datetime, until: dt.datetime) -> FoundGaps | None:
        """Return what is known of a period, or None while it is looked for the first time.

        Raises:
            BaowenError: The look failed; the next one begins anew.
        """
        period = since, until
        with self._lock:
            begun, future = self._looks.get(period, (0.0, None))
            if future is None or (future.done() and time.monotonic() - begun > KEPT_SECONDS):
                future = self._begin(services, period)
            if future.done():
                self._take(period, future)
            return self._kept.get(period)

    def stop(self) -> None:
        """Give up what is being looked for."""
        self._stopping.set()
        self._worker.shutdown(cancel_futures=True)

    def _begin(self, services: Services, period: tuple[dt.datetime, dt.datetime]) -> Future[FoundGaps]:
        future = self._worker.submit(gaps_of, services, *period, self._encoder(services))
        self._looks.pop(period, None)
        self._looks[period] = time.monotonic(), future
        for oldest in list(self._looks)[:-_PERIODS]:
            self._looks.pop(oldest)[1].cancel()
            self._kept.pop(oldest, None)
        return future

    def _take(self, period: tuple[dt.datetime, dt.datetime], future: Future[FoundGaps]) -> None:
        if future.exception():
            del self._looks[period]
        self._kept[period] = future.result()

    def _encoder(self, services: Services) -> Encode:
        encode = encoder_of(services)

        def little_by_little(texts: Sequence[str]) -> NDArray[np.float32]:
            parts = []
            for start in range(0, len(texts), _AT_ONCE):
                if self._stopping.is_set():
                    raise InvalidInputError("The server is stopping.")
                parts.append(encode(texts[start : start + _AT_ONCE]))
            return np.concatenate(parts)

        return little_by_little


def as_dismissed(found: FoundGaps, dismissed: frozenset[str]) -> FoundGaps:
    """Return what was found with the marks of what is dismissed by now."""

    def marked(gap: Gap) -> Gap:
        mark = next((one for one in (gap.id, gap.dismissed) if one in dismissed), "")
        return replace(gap, dismissed=mark)

    return replace(found, gaps=tuple(map(marked, found.gaps)))
