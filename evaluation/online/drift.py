"""Does the traffic still look like the rows a certificate rests on?

A conformal test martingale bets that it does not (Vovk, Gammerman and Shafer, Algorithmic
Learning in a Random World, 2nd ed. 2022, chapter 8). While rows and traffic are exchangeable,
each new decision's rank among all before it is uniform, and no bettor grows rich: the chance
that the wealth ever reaches 1/a is at most a (Ville's inequality). So one may look as often
as one likes, which a Kolmogorov-Smirnov or chi-square test repeated every hour does not allow.

One bettor ranks confidences, one for each group of intents whether a decision is of that
group. Bets are those of the Simple Jumper (Vovk et al. 2021, PMLR 152, "Retrain or not
retrain", algorithm 1). A late change would have to make up for all that was lost before it,
so the bettor starts anew with every block of decisions, the rows as the only past; block k
may alarm with chance a * 6 / (pi k)^2, which sums to a.
"""

from __future__ import annotations

import bisect
import hashlib
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FALSE_ALARM = 0.01
"""The chance that a detector ever alarms while nothing has changed."""

BLOCK = 1000
_RECENT_BLOCKS = 10
_STAKES = np.array([-1.0, -0.5, 0.0, 0.5, 1.0])
_JUMP = 0.01
_BETS = np.array([0.1, 0.25, 0.5, 0.75])


@dataclass(frozen=True, slots=True)
class Traffic:
    """Decisions in the order they were made.

    Attributes:
        confidence: float64 [n].
        intents: The intent of each.
        kinds: int64 [n], or None: a decision is ranked among those of its kind only, such as
            its kind of hour (Mondrian prediction, the same book, section 4.6).
    """

    confidence: NDArray[np.float64]
    intents: tuple[str, ...]
    kinds: NDArray[np.int64] | None = None

    def part(self, start: int, end: int) -> Traffic:
        """Return the decisions from ``start`` to before ``end``."""
        return self._of(slice(start, end))

    def every(self, step: int) -> Traffic:
        """Return one of every ``step`` decisions."""
        return self._of(slice(None, None, step))

    def _of(self, some: slice) -> Traffic:
        kinds = None if self.kinds is None else self.kinds[some]
        return Traffic(self.confidence[some], self.intents[some], kinds)


@dataclass(frozen=True, slots=True)
class Finding:
    """A bettor who grew rich within a block.

    Attributes:
        what: What differs.
        place: The decision of the block at which the wealth was greatest, from 0.
        wealth: How much it was, from 1.
        limit: How much tells a change from chance.
    """

    what: Literal["confidence", "mix of intents"]
    place: int
    wealth: float
    limit: float

    @property
    def evidence(self) -> str:
        """Return the figures in words."""
        return f"(conformal test martingale {self.wealth:.3g}, limit {self.limit:.0f})"


@dataclass(frozen=True, slots=True)
class Drift:
    """What the detectors found.

    Attributes:
        decisions: Decisions looked at.
        audited: Audited answers looked at.
        reason: What has changed, in words; empty while nothing has.
        cause: What tells it: audited answers, or the traffic itself.
    """

    decisions: int
    audited: int
    reason: str
    cause: Literal["answers", "traffic"] = "traffic"


def find_drift(
    rows: Traffic,
    live: Traffic,
    group_of: Callable[[str], str],
    name: str,
    skipped: int = 0,
    audited_errors: Sequence[bool] = (),
    allowed_errors: float = 1.0,
) -> Drift:
    """Compare traffic with the rows of a certificate.

    Args:
        rows: What came of the certificate's rows.
        live: The decisions since, oldest first.
        group_of: The group of an intent, such as its domain.
        name: The certificate's id; it seeds the breaking of ties, so that looking again
            finds the same.
        skipped: Decisions before ``live`` that earlier looks have dealt with, in whole blocks.
        audited_errors: Of audited answers since, oldest first, whether each was wrong.
        allowed_errors: The share of wrong answers that the certificate allows.
    """
    wrong = _error_reason(audited_errors, allowed_errors)
    reason = wrong or _traffic_reason(rows, live, group_of, name, skipped)
    return Drift(len(live.intents), len(audited_errors), reason, "answers" if wrong else "traffic")


def recent_start(decisions: int) -> int:
    """Return how many of so many decisions are skipped: all but the newest blocks."""
    return max(0, decisions // BLOCK - _RECENT_BLOCKS) * BLOCK


def _traffic_reason(
    rows: Traffic, live: Traffic, group_of: Callable[[str], str], name: str, skipped: int
) -> str:
    for start in range(0, len(live.intents), BLOCK):
        number = (skipped + start) // BLOCK + 1
        found = find_in_block(rows, live.part(start, start + BLOCK), number, group_of, name)
        if found:
            said = f"the {found.what} of live traffic differs from the calibration rows since about decision"
            return f"{said} {skipped + start + found.place + 1} {found.evidence}"
    return ""


def find_in_block(
    rows: Traffic,
    now: Traffic,
    number: int,
    group_of: Callable[[str], str],
    name: str,
    false_alarm: float = FALSE_ALARM,
) -> Finding | None:
    """Let bettors begin anew and bet that a block of decisions differs from ``rows``.

    Args:
        rows: What is compared with.
        now: The decisions of the block, oldest first.
        number: Of the block, from 1: later ones have to bring more.
        group_of: The group of an intent.
        name: Seeds the breaking of ties.
        false_alarm: The chance that any of all blocks alarms while nothing has changed.
    """
    limit = (math.pi * number) ** 2 / 6 / false_alarm
    seed = int.from_bytes(hashlib.sha256(f"{name} {number}".encode()).digest()[:8], "big")
    by_confidence = jumper_wealth(
        _p_values(rows, rows.confidence, now, now.confidence, _ties(seed, "", len(now.intents)))
    )
    by_group = _group_wealth(rows, now, group_of, seed)
    wealth = (by_confidence + by_group) / 2  # the mean of martingales is one
    if wealth.max(initial=0.0) < limit:
        return None
    place = int(wealth.argmax())
    what: Literal["confidence", "mix of intents"] = (
        "confidence" if by_confidence[place] >= by_group[place] else "mix of intents"
    )
    return Finding(what, place, float(wealth[place]), limit)


def _ties(seed: int, bettor: str, n: int) -> NDArray[np.float64]:
    """Return what breaks a bettor's ties: the same for a block's first decisions, however many follow."""
    own = int.from_bytes(hashlib.sha256(f"{seed} {bettor}".encode()).digest()[:8], "big")
    return np.random.default_rng(own).random(n)


def _group_wealth(
    rows: Traffic, now: Traffic, group_of: Callable[[str], str], seed: int
) -> NDArray[np.float64]:
    """Return the mean wealth of a bettor for each group of intents."""
    before, later = [[group_of(intent) for intent in part.intents] for part in (rows, now)]
    groups = sorted({*before, *later} & {*before}) or ["none"]
    wealth = [
        jumper_wealth(
            _p_values(
                rows,
                np.array([group == one for one in before], dtype=np.float64),
                now,
                np.array([group == one for one in later], dtype=np.float64),
                _ties(seed, group, len(later)),
            )
        )
        for group in groups
    ]
    return np.asarray(np.mean(wealth, axis=0))


def _p_values(
    rows: Traffic,
    past: NDArray[np.float64],
    live: Traffic,
    now: NDArray[np.float64],
    shares: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Rank values of live decisions among those of their kind before them."""
    if rows.kinds is None or live.kinds is None:
        return _ranks(past, now, shares)
    found = np.empty(len(now))
    for kind in np.unique(live.kinds):
        of_kind = live.kinds == kind
        found[of_kind] = _ranks(past[rows.kinds == kind], now[of_kind], shares[of_kind])
    return found


def rank_p_values(
    past: NDArray[np.float64], now: NDArray[np.float64], ties: np.random.Generator
) -> NDArray[np.float64]:
    """Return each value's smoothed rank among all before it, uniform while they are exchangeable.

    Args:
        past: Shape (rows,).
        now: Shape (n,), in their order.
        ties: Breaks ties; it must not depend on the values.

    Returns:
        Shape (n,), 0..1; small for large values.
    """
    return _ranks(past, now, ties.random(len(now)))


def _ranks(
    past: NDArray[np.float64], now: NDArray[np.float64], shares: NDArray[np.float64]
) -> NDArray[np.float64]:
    seen = sorted(past.tolist())
    chances = []
    for value, share in zip(now.tolist(), shares.tolist(), strict=True):
        low, high = bisect.bisect_left(seen, value), bisect.bisect_right(seen, value)
        chances.append((len(seen) - high + share * (high - low + 1)) / (len(seen) + 1))
        seen.insert(high, value)
    return np.array(chances)


def jumper_wealth(p_values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the wealth of the Simple Jumper after each p-value, starting from 1.

    Args:
        p_values: Shape (n,).
    """
    held = np.full(len(_STAKES), 1 / len(_STAKES))
    wealth = []
    for p in p_values:
        held = (1 - _JUMP) * held + _JUMP * held.mean()
        held = held * (1 + _STAKES * (p - 0.5))
        wealth.append(held.sum())
    return np.array(wealth, dtype=np.float64)


def _error_reason(errors: Sequence[bool], allowed: float) -> str:
    found = excess_errors(errors, allowed)
    if found is None:
        return ""
    return (
        f"{found.wrong} of {found.audited} audited answers were wrong, more than the {allowed:.1%} "
        f"promised (wealth {found.wealth:.0f} against {1 / FALSE_ALARM:.0f}, betting)"
    )


@dataclass(frozen=True, slots=True)
class Excess:
    """More wrong answers than are allowed: how many of how many, and the wealth of who bet on it."""

    wrong: int
    audited: int
    wealth: float


def excess_errors(errors: Sequence[bool], allowed: float) -> Excess | None:
    """Return whether audited answers are wrong more often than allowed; one may look at any time.

    Args:
        errors: Whether each audited answer was wrong, in order.
        allowed: The share that may be wrong; from 1 on nothing is too much.
    """
    if not errors or allowed >= 1:
        return None
    wealth = error_wealth(errors, allowed)
    place = int(wealth.argmax())
    if wealth[place] < 1 / FALSE_ALARM:
        return None
    return Excess(sum(errors[: place + 1]), place + 1, float(wealth[place]))


def error_wealth(errors: Sequence[bool], allowed: float) -> NDArray[np.float64]:
    """Return the wealth of a bettor against "at most ``allowed`` of the answers are wrong".

    Source: I. Waudby-Smith and A. Ramdas, "Estimating means of bounded random variables by
    betting", JRSS B 86 (2024), 1-27; for deployed models A. Podkopaev and A. Ramdas, "Tracking
    the risk of a deployed model and detecting harmful distribution shifts", ICLR 2022.

    Args:
        errors: Whether each audited answer was wrong, in order.
        allowed: 0..1.
    """
    gains = np.array(errors, dtype=np.float64)[:, None] - allowed
    return np.asarray(np.cumprod(1 + _BETS * gains / max(allowed, 1e-6), axis=0).mean(axis=1))
