"""How much memory and time an evaluation takes as its rows grow.

    python -m benchmarks.evaluation_scale --rows 1000 20000 100000

writes as many rows (the shipped test questions, repeated under other ids), evaluates each file in
a process of its own as ``baowen evaluate --output`` does, and prints the peak of resident memory
and the seconds. ``--asked real`` asks the assistant every row; ``once`` asks every different
question once and gives its reply again, which leaves reading, adding up and writing.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from api.case_replies import reply_for
from api.evaluation_run import facts_of, gather, names_of
from api.labelled_rows import SHIPPED_TEST, open_labelled
from api.services import open_services
from assistant.types import Reply
from evaluation.gathering import Gatherer
from evaluation.reports.machine import report_json
from evaluation.reports.page import report_page
from evaluation.runner import ReplyFor, each_result
from evaluation.types import Case
from knowledge_base.settings import Settings


def main() -> None:
    """Measure each number of rows in a process of its own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[1_000, 20_000, 100_000])
    parser.add_argument("--asked", choices=["once", "real"], default="once")
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.home:
        print(json.dumps(measured(given.rows[0], given.asked, given.home)))
        return
    with tempfile.TemporaryDirectory() as home:
        for rows in (1, *given.rows):  # the first fills the home folder
            command = [sys.executable, "-m", "benchmarks.evaluation_scale", "--home", home]
            options = ["--rows", str(rows), "--asked", given.asked]
            done = subprocess.run([*command, *options], capture_output=True, text=True, check=True)  # noqa: S603
            if rows > 1:
                print(done.stdout, end="", flush=True)


def measured(rows: int, asked: str, home: Path) -> dict[str, float]:
    """Evaluate so many rows and return what it took."""
    data = home / f"rows-{rows}.jsonl"
    write_rows(data, rows)
    services = open_services(Settings(home=home / "home"))
    reply = reply_for(services) if asked == "real" else _once(reply_for(services))
    before, started = _peak_mb(), time.perf_counter()
    cases = open_labelled(data)
    gatherer = Gatherer(cases.survey, None, facts_of(services, cases, "benchmark"))
    report = gather(each_result(cases, reply), gatherer, [home / "predictions.jsonl"])
    size = len(report_page(report, names_of(services))) + len(report_json(report))
    return {
        "rows": rows,
        "seconds": round(time.perf_counter() - started, 1),
        "start_mb": before,
        "peak_mb": _peak_mb(),
        "report_characters": size,
    }


def write_rows(path: Path, rows: int) -> None:
    """Write so many rows of the shipped test questions under ids of their own."""
    known = [json.loads(line) for line in SHIPPED_TEST.read_text(encoding="utf-8").splitlines()]
    with path.open("w", encoding="utf-8") as file:
        for row in range(rows):
            line = known[row % len(known)] | {"id": f"row-{row}"}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def _once(reply: ReplyFor) -> ReplyFor:
    known: dict[str, Reply] = {}

    def recorded(case: Case) -> Reply:
        if case.text not in known:
            known[case.text] = reply(case)
        return known[case.text]

    return recorded


def _peak_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


if __name__ == "__main__":
    main()
