"""Measures speed on this machine: the whole pipeline and the encoder, on one core."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from api.labelled_rows import SHIPPED_TEST
from api.services import Services
from knowledge_base.search.encoders import Encoder
from knowledge_base.search.text import normalize

QUESTIONS = 500
SHORTEST, LONGEST = 8, 32
_WARM_UP = 20


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Milliseconds of one question."""

    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class BenchReport:
    """What was measured.

    Attributes:
        pipeline_ms: From the text to the reply, without the database log.
        encode_ms: The encoder alone.
        other_ms: The pipeline on a clock that stands still while the encoder works.
        batch_per_s: Texts the encoder takes a second in batches, on all cores.
        cold_start_s: A new process from its start to the first reply.
        rss_mb: Peak resident memory of this process.
        questions: How many different questions were asked.
        machine: The machine in words.
    """

    pipeline_ms: Quantiles
    encode_ms: Quantiles
    other_ms: Quantiles
    batch_per_s: float
    cold_start_s: float
    rss_mb: float
    questions: int
    machine: str

    def to_json(self) -> str:
        """Return the report as one JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)


def bench_questions() -> list[str]:
    """Return 500 different questions of 8-32 characters from the shipped test set."""
    texts = [json.loads(line)["text"] for line in SHIPPED_TEST.read_text(encoding="utf-8").splitlines()]
    fitting = list(dict.fromkeys(text for text in texts if SHORTEST <= len(text) <= LONGEST))
    return fitting[:QUESTIONS]


def run_bench(services: Services) -> BenchReport:
    """Measure ``services`` on the shipped test questions."""
    questions = bench_questions()
    watch = _Stopwatch(services.bundle.encoder)
    watched = replace(services, bundle=replace(services.bundle, encoder=watch)).assistant()
    normalized = [normalize(text) for text in questions]
    with _one_core():
        pipeline = _timed(services.assistant().reply, questions)
        others = _timed(watched.reply, questions, watch.seconds)
        encode = _timed(lambda text: services.bundle.encoder.encode([text]), normalized)
    resident = _resident_mb()
    return BenchReport(
        pipeline_ms=pipeline,
        encode_ms=encode,
        other_ms=others,
        batch_per_s=round(_throughput(services, normalized), 1),
        cold_start_s=round(_cold_start(services.settings.home, questions[0]), 2),
        rss_mb=resident,
        questions=len(questions),
        machine=_machine(),
    )


class _one_core:  # noqa: N801 - reads as a statement
    """Keeps this process on one core for a while, where the system can."""

    def __enter__(self) -> None:
        self._before = os.sched_getaffinity(0) if hasattr(os, "sched_getaffinity") else None
        if self._before:
            os.sched_setaffinity(0, {min(self._before)})

    def __exit__(self, *_: object) -> None:
        if self._before:
            os.sched_setaffinity(0, self._before)


class _Stopwatch:
    """An encoder, and a clock that stands still while it encodes."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self.id, self.fingerprint, self.dim = encoder.id, encoder.fingerprint, encoder.dim
        self._encoding = 0.0

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Encode as the encoder itself does."""
        started = time.perf_counter()
        vectors = self._encoder.encode(texts)
        self._encoding += time.perf_counter() - started
        return vectors

    def seconds(self) -> float:
        """Return the clock's time."""
        return time.perf_counter() - self._encoding


def _timed(
    act: Callable[[str], object], texts: Sequence[str], clock: Callable[[], float] = time.perf_counter
) -> Quantiles:
    """Return how long the texts take by ``clock``, after a warm-up."""
    for text in texts[:_WARM_UP]:
        act(text)
    elapsed = []
    for text in texts:
        started = clock()
        act(text)
        elapsed.append((clock() - started) * 1000.0)
    p50, p99 = np.percentile(elapsed, [50, 99])
    return Quantiles(round(float(p50), 3), round(float(p99), 3))


def _throughput(services: Services, normalized: list[str]) -> float:
    """Encode everything once on all cores."""
    encoder = services.bundle.encoder
    started = time.perf_counter()
    encoder.encode(normalized)
    return len(normalized) / (time.perf_counter() - started)


def _cold_start(home: Path, question: str) -> float:
    """Time a new process up to its first reply; the reply is not logged."""
    code = (
        "import sys; from pathlib import Path; from api.services import open_services; "
        "from knowledge_base.settings import Settings; "
        "open_services(Settings(home=Path(sys.argv[1]))).assistant().reply(sys.argv[2])"
    )
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, str(home), question], check=True)  # noqa: S603 - our own code
    return time.perf_counter() - started


def _resident_mb() -> float:
    """Return the peak resident memory so far; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _machine() -> str:
    model = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
        model = names[0].split(":", 1)[1].strip() if names else model
    return f"{model}, {os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
