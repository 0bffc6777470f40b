"""What must be known of all rows before the first is run: how many, how weighted, how grouped."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from assistant.types import Action
from evaluation.types import Case


@dataclass(frozen=True, slots=True)
class Survey:
    """The rows in sum.

    Attributes:
        n: Rows.
        weights: Summed weight of the rows by primary action.
        peaks: Largest weight of a row by primary action.
        even: All rows weigh the same.
        units: Conversations, and rows that belong to none.
    """

    n: int
    weights: dict[Action, float]
    peaks: dict[Action, float]
    even: bool
    units: int

    @property
    def clustered(self) -> bool:
        """Tell whether some rows share a conversation, so that they are not independent."""
        return self.units < self.n


class SurveyTaker:
    """Adds up rows one by one.

    Args:
        is_new: Tells whether a conversation's name was not seen before; the default
            remembers all of them.
    """

    def __init__(self, is_new: Callable[[str], bool] | None = None) -> None:
        self._seen: set[str] = set()
        self._is_new = is_new or self._not_seen
        self._n = self._units = 0
        self._weights: defaultdict[Action, float] = defaultdict(float)
        self._peaks: defaultdict[Action, float] = defaultdict(float)
        self._least = float("inf")

    def add(self, case: Case) -> None:
        """Count a row."""
        self._n += 1
        self._units += not case.conversation_id or self._is_new(case.conversation_id)
        self._weights[case.action] += case.weight
        self._peaks[case.action] = max(self._peaks[case.action], case.weight)
        self._least = min(self._least, case.weight)

    def survey(self) -> Survey:
        """Return what was found."""
        even = not self._n or self._least == max(self._peaks.values())
        return Survey(self._n, dict(self._weights), dict(self._peaks), even, self._units)

    def _not_seen(self, name: str) -> bool:
        new = name not in self._seen
        self._seen.add(name)
        return new


def survey_of(cases: Iterable[Case]) -> Survey:
    """Add up all rows."""
    taker = SurveyTaker()
    for case in cases:
        taker.add(case)
    return taker.survey()
