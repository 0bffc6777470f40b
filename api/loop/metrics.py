"""Figures of the loop for Prometheus, taken from the database when they are asked for.

So every process tells the same, and none has to be asked twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from api.services import Services
from evaluation.online.alarms import KINDS, count_alarms


class _Loop(Collector):
    def __init__(self, services: Services) -> None:
        self._services = services

    def collect(self) -> Iterator[Any]:
        """Yield every figure with its labels."""
        with self._services.database.reading() as session:
            counted = count_alarms(session)
        alarms = GaugeMetricFamily(
            "baowen_drift_alarms", "Drift alarms by kind and whether they are open.", labels=["kind", "state"]
        )
        for kind in KINDS:
            alarms.add_metric([kind, "open"], counted.get((kind, False), 0))
            alarms.add_metric([kind, "seen"], counted.get((kind, True), 0))
        yield alarms
        holds = self._services.standing.certified
        yield GaugeMetricFamily(
            "baowen_certificate_holds", "Whether a certificate holds.", value=float(holds)
        )


def metrics_text(services: Services) -> bytes:
    """Return the figures in Prometheus's text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Loop(services))
    return generate_latest(registry)
