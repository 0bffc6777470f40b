"""How often something may be asked, counted in the memory of this process.

Several processes each count for themselves: n of them let n times as much through.
"""

from __future__ import annotations

import ipaddress
import math
import time

from limits import RateLimitItem
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from api.security.errors import TooManyError


class RateLimits:
    """Counts what was asked by kind and by whom."""

    def __init__(self) -> None:
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def hit(self, limit: RateLimitItem, kind: str, *whose: str) -> bool:
        """Count one; return whether it was within the limit."""
        return self._limiter.hit(limit, kind, *whose)

    def require(self, limit: RateLimitItem, kind: str, *whose: str) -> None:
        """Count one, or refuse it.

        Raises:
            TooManyError: The limit is reached.
        """
        if not self._limiter.hit(limit, kind, *whose):
            raise self._refusal(limit, kind, *whose)

    def require_left(self, limit: RateLimitItem, kind: str, *whose: str) -> None:
        """Refuse where the limit is reached, without counting.

        Raises:
            TooManyError: It is.
        """
        if not self._limiter.test(limit, kind, *whose):
            raise self._refusal(limit, kind, *whose)

    def _refusal(self, limit: RateLimitItem, kind: str, *whose: str) -> TooManyError:
        reset = self._limiter.get_window_stats(limit, kind, *whose).reset_time
        seconds = max(1, math.ceil(reset - time.time()))
        return TooManyError(
            f"There were too many requests of this kind ({limit}). Try again in {seconds} seconds.", seconds
        )

    def forget(self, limit: RateLimitItem, kind: str, *whose: str) -> None:
        """Begin to count anew."""
        self._limiter.clear(limit, kind, *whose)


def address_group(host: str) -> str:
    """Return what counts as one address: an IPv6 customer holds a whole /64."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)
