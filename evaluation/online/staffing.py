"""How many people a handoff rate needs, and what the assistant saves: queues simulated.

Visits arrive as they were logged; a share of them goes to people; each keeps a person busy as
long as a logged ticket did. First come, first served, in every hour of the day as many people as
need be for the wanted share of customers to wait no longer than wanted. Patience has no end
here: nobody hangs up, so that the numbers are on the safe side.

Where arrivals are even and handling times exponential, Erlang's formula gives the same (A. K.
Erlang 1917; R. B. Cooper, Introduction to Queueing Theory, 2nd ed. 1981, section 3.5); it is told
beside the simulation as a check.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

CUSTOMERS = 4000
"""Customers simulated an hour of the day and number of people: the share is known to about 1 point."""

MOST_PEOPLE = 2000
SEED = 20_260_102


@dataclass(frozen=True, slots=True)
class Goal:
    """What is wanted.

    Attributes:
        handoff: Share of visits that go to people.
        within: Seconds that a customer waits at most.
        share: Of customers, who wait no longer.
        at_once: Conversations that one person holds at a time.
    """

    handoff: float
    within: float = 30.0
    share: float = 0.9
    at_once: int = 1


@dataclass(frozen=True, slots=True)
class HourNeed:
    """What an hour of the day needs.

    Attributes:
        arrivals: Customers for people, an hour.
        people: How many are needed; ``erlang`` by Erlang's formula.
        reached: Of the simulated customers, who wait no longer than wanted.
        mean_wait: Their mean wait, seconds.
    """

    hour: int
    arrivals: float
    people: int
    erlang: int
    reached: float
    mean_wait: float


@dataclass(frozen=True, slots=True)
class Plan:
    """The people that a goal needs, hour by hour of an open day."""

    goal: Goal
    hours: tuple[HourNeed, ...]

    @property
    def most(self) -> int:
        """Return how many are needed in the busiest hour."""
        return max((one.people for one in self.hours), default=0)

    @property
    def person_hours(self) -> int:
        """Return the hours of work of a day."""
        return sum(one.people for one in self.hours)


def plan_people(visits: Sequence[float], handling: Floats, goal: Goal) -> Plan:
    """Return how many people each hour of the day needs.

    Args:
        visits: Mean visits an hour by hour of the day, index 0 for midnight; 0 where closed.
        handling: Logged handling times, seconds, at least one.
        goal: What is wanted.
    """
    hours = [_need(hour, rate * goal.handoff, handling, goal) for hour, rate in enumerate(visits) if rate > 0]
    return Plan(goal, tuple(hours))


def _need(hour: int, rate: float, handling: Floats, goal: Goal) -> HourNeed:
    if rate <= 0:
        return HourNeed(hour, 0.0, 0, 0, 1.0, 0.0)
    erlang = erlang_servers(rate / 3600, float(handling.mean()), goal)
    arrivals, times = draw_hour(rate / 3600, handling, SEED + hour)

    def waits_of(people: int) -> Floats:
        return simulate(arrivals, times, people * goal.at_once)

    def is_enough(people: int) -> bool:
        return float((waits_of(people) <= goal.within).mean()) >= goal.share

    people = max(1, math.ceil(erlang / goal.at_once))
    while people > 1 and is_enough(people - 1):
        people -= 1
    while people < MOST_PEOPLE and not is_enough(people):
        people += 1
    waits = waits_of(people)
    reached = float((waits <= goal.within).mean())
    return HourNeed(hour, rate, people, math.ceil(erlang / goal.at_once), reached, float(waits.mean()))


def draw_hour(rate: float, handling: Floats, seed: int) -> tuple[Floats, Floats]:
    """Return arrivals of a Poisson process, seconds, and a logged handling time for each.

    Args:
        rate: Customers a second, above 0.
        handling: Logged times to draw from.
        seed: The same seed gives the same customers.
    """
    draws = np.random.default_rng(seed)
    gaps = draws.exponential(1 / rate, CUSTOMERS)
    return np.cumsum(gaps), draws.choice(handling, CUSTOMERS)


def simulate(arrivals: Floats, handling: Floats, servers: int) -> Floats:
    """Return how long each customer waits where ``servers`` serve first come, first served.

    Args:
        arrivals: Shape (customers,), seconds, ascending.
        handling: Shape (customers,), seconds.
        servers: At least 1.
    """
    free = [0.0] * servers
    waits = np.empty(len(arrivals))
    for place, (at, needed) in enumerate(zip(arrivals.tolist(), handling.tolist(), strict=True)):
        begins = max(at, heapq.heappop(free))
        waits[place] = begins - at
        heapq.heappush(free, begins + needed)
    return waits


def erlang_c(load: float, servers: int) -> float:
    """Return the chance that a customer waits at all (Erlang C).

    Args:
        load: Arrival rate times mean handling time, in erlangs, above 0.
        servers: How many serve; 1 where the load is not below it: the queue grows for ever.
    """
    if servers <= load:
        return 1.0
    blocked = 1.0  # Erlang B by its recursion, which does not overflow
    for k in range(1, servers + 1):
        blocked = load * blocked / (k + load * blocked)
    return blocked / (1 - load / servers * (1 - blocked))


def waits_within(load: float, servers: int, mean_handling: float, within: float) -> float:
    """Return the share of customers who wait no longer than ``within`` seconds (M/M/c)."""
    if servers <= load:
        return 0.0
    return 1 - erlang_c(load, servers) * math.exp(-(servers - load) * within / mean_handling)


def erlang_servers(rate: float, mean_handling: float, goal: Goal) -> int:
    """Return the least servers that reach a goal by Erlang's formula."""
    load = rate * mean_handling
    servers = max(1, math.ceil(load))
    while servers < MOST_PEOPLE * goal.at_once and (
        waits_within(load, servers, mean_handling, goal.within) < goal.share
    ):
        servers += 1
    return servers
