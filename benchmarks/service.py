"""The service under load: answers a second over HTTP with all that is stored, and idle event streams.

Run from the checkout, on an otherwise quiet machine:

    python -m benchmarks.service --home /tmp/service --seconds 20 --tries 3 --json service.json

The load generator runs beside the server on the same machine. Requests begin by the clock,
whether earlier ones are answered or not, and a time is counted from when a request was
due: a server that stalls cannot hide it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

_CONVERSATIONS = 100
_CONNECTIONS = 16
_MOST_HANDED_OVER = 0.5
"""Share of the questions that may be handed over before new conversations run out."""
_UNLIMITED = "1000000/second"


class Watched:
    """What Linux tells of a process."""

    def __init__(self, pid: int) -> None:
        self._folder = Path(f"/proc/{pid}")

    def status(self, name: str) -> int:
        """Return a number of its status: ``VmRSS`` in kilobytes, ``Threads``."""
        lines = (self._folder / "status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith(f"{name}:")).split()[1])

    def cpu_seconds(self) -> float:
        """Return the processor time it has used."""
        fields = (self._folder / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Connection:
    """One kept HTTP connection of the load generator."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def call(self, method: str, path: str, body: Any = None, token: str = "") -> tuple[int, Any]:
        """Send a request and return status and body."""
        reader, _ = await self._send(method, path, body, token)
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        return int(head.split()[1]), json.loads(await reader.readexactly(length))

    async def stream(self, path: str, token: str) -> asyncio.StreamReader:
        """Open an event stream; return when its first event came."""
        reader, _ = await self._send("GET", path, None, token)
        await reader.readuntil(b"event: state\n")
        return reader

    async def _send(
        self, method: str, path: str, body: Any, token: str
    ) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        data = json.dumps(body, ensure_ascii=False).encode() if body is not None else b""
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(data)}"]
        lines += ["Content-Type: application/json"] + ([f"Authorization: Bearer {token}"] if token else [])
        self._streams[1].write("\r\n".join([*lines, "", ""]).encode() + data)
        await self._streams[1].drain()
        return self._streams


@contextmanager
def serving(home: Path, database_url: str) -> Iterator[tuple[int, Watched]]:
    """Run ``baowen serve`` on a home folder, without limits of requests."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "BAOWEN_ADDRESS_LIMIT": _UNLIMITED, "BAOWEN_MESSAGE_LIMIT": _UNLIMITED}
    environment |= {"BAOWEN_DATABASE_URL": database_url} if database_url else {}
    code = "from api.cli import main; main()"
    command = [sys.executable, "-c", code, "--home", str(home), "serve", "--port", str(port)]
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)  # noqa: S603
    try:
        _wait_for(port)
        yield port, Watched(process.pid)
    finally:
        process.terminate()
        process.wait(30)


def _wait_for(port: int) -> None:
    for _ in range(1200):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the server did not get ready")


async def start_conversations(port: int, count: int) -> list[dict[str, str]]:
    """Start conversations and return their ids and tokens."""
    connection = Connection(port)
    return [(await connection.call("POST", "/v1/conversations", {"channel": "web"}))[1] for _ in range(count)]


async def measure_answers(
    port: int, server: Watched, questions: list[str], rate: float, seconds: float
) -> dict[str, Any]:
    """Send questions by the clock; return quantiles of milliseconds, processor time and failures.

    A conversation that was handed over is left for a new one: what people have the assistant
    does not think about, so that going on in it would flatter the figures.
    """
    count = int(rate * seconds)
    spare = await start_conversations(port, _CONVERSATIONS + int(count * _MOST_HANDED_OVER))
    conversations = [spare.pop() for _ in range(_CONVERSATIONS)]
    free: asyncio.Queue[Connection] = asyncio.Queue()
    for _ in range(_CONNECTIONS):
        free.put_nowait(Connection(port))
    times: list[float] = []
    failed: dict[int, int] = {}

    async def ask(number: int, due: float) -> None:
        place = number % len(conversations)
        conversation = conversations[place]
        connection = await free.get()
        path = f"/v1/conversations/{conversation['id']}/messages"
        body = {"text": questions[number % len(questions)], "client_id": f"{number}"}
        status, told = await connection.call("POST", path, body, conversation["token"])
        times.append((time.perf_counter() - due) * 1000)
        if status != 201:
            failed[status] = failed.get(status, 0) + 1
        if told.get("state") != "assistant" and conversations[place] is conversation:
            conversations[place] = spare.pop()
        free.put_nowait(connection)

    busy = server.cpu_seconds()
    begun, tasks = time.perf_counter() + 0.1, []
    for number in range(count):
        due = begun + number / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(ask(number, due)))
    await asyncio.gather(*tasks)
    p50, p99 = (round(float(value), 2) for value in np.percentile(times, [50, 99]))
    cpu = round((server.cpu_seconds() - busy) / count * 1000, 2)
    return {"p50": p50, "p99": p99, "cpu": cpu, "failed": failed, "n": count}


async def measure_streams(port: int, server: Watched, count: int) -> dict[str, float]:
    """Open event streams and leave them idle; return the memory and time that they cost."""
    conversations = await start_conversations(port, count)
    before = server.status("VmRSS")
    connections = [Connection(port) for _ in conversations]
    for connection, one in zip(connections, conversations, strict=True):
        await connection.stream(f"/v1/conversations/{one['id']}/events", one["token"])
    await asyncio.sleep(2)
    grown, threads = server.status("VmRSS") - before, server.status("Threads")
    busy = server.cpu_seconds()
    await asyncio.sleep(20)
    return {
        "streams": count,
        "rss_mb": round(grown / 1024, 1),
        "rss_mb_whole": round(server.status("VmRSS") / 1024),
        "threads": threads,
        "cpu_percent_idle": round((server.cpu_seconds() - busy) / 20 * 100, 1),
    }


def questions_of() -> list[str]:
    """Return the questions of the shipped test set that are of usual length."""
    lines = (files("evaluation") / "datasets" / "test.jsonl").read_text(encoding="utf-8").splitlines()
    texts = [json.loads(line)["text"] for line in lines]
    return [text for text in texts if 8 <= len(text) <= 32]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--database-url", default="")
    parser.add_argument("--rate", type=float, default=50)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--tries", type=int, default=3)
    parser.add_argument("--streams", type=int, default=500)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    with serving(options.home, options.database_url) as (port, server):
        questions = questions_of()
        asyncio.run(measure_answers(port, server, questions, options.rate, 5))  # warm up
        tries = [
            asyncio.run(measure_answers(port, server, questions, options.rate, options.seconds))
            for _ in range(options.tries)
        ]
        streams = asyncio.run(measure_streams(port, server, options.streams))
    median = {name: statistics.median(one[name] for one in tries) for name in ("p50", "p99", "cpu")}
    report = {"answers_ms": median, "rate": options.rate, "tries": tries, "idle": streams}
    report["load"] = os.getloadavg()
    print(json.dumps(report, indent=2))
    if options.json:
        options.json.write_text(json.dumps(report, indent=2), encoding="utf-8")


if __name__ == "__main__":
    main()
