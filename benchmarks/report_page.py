"""How large and how fast the report page of many rows is.

    python -m benchmarks.report_page --rows 10000

makes a report from the shipped test questions, repeated and answered by the real assistant's
results with some made wrong, writes it as ``report.html``, opens it in Chromium and prints its
size, the time until it can be used, and the longest task of its script.
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np

from api.case_replies import reply_for
from api.evaluation_run import names_of
from api.labelled_rows import SHIPPED_TEST, read_labelled
from api.services import Services, open_services
from evaluation.gathering import Gatherer
from evaluation.reports.page import report_page
from evaluation.runner import run_cases
from evaluation.survey import survey_of
from evaluation.types import CaseResult, RunFacts
from knowledge_base.settings import Settings

_ASKED = 400
_OPENINGS = 5
_LONG_TASKS = """
window.longest = 0;
new PerformanceObserver((list) => {
  for (const task of list.getEntries()) window.longest = Math.max(window.longest, task.duration);
}).observe({ type: "longtask", buffered: true });
"""


def generated_results(services: Services, rows: int, wrong: float, seed: int) -> Iterator[CaseResult]:
    """Yield results of real questions, each text made its own, a share of them made wrong."""
    known = run_cases(read_labelled(SHIPPED_TEST)[:: max(1, 1893 // _ASKED)], reply_for(services))
    random = np.random.default_rng(seed)
    for row in range(rows):
        result = known[int(random.integers(len(known)))]
        case = replace(result.case, id=f"row-{row}", text=f"{result.case.text}（第 {row} 个人问的）")
        if random.random() < wrong:
            other = known[int(random.integers(len(known)))]
            result = replace(other, case=case)
        yield replace(result, case=case)


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--wrong", type=float, default=0.25)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--output", type=Path, help="Keep the page here.")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        services = open_services(Settings(home=Path(home) / "home"))
        results = list(generated_results(services, given.rows, given.wrong, given.seed))
        gatherer = Gatherer(survey_of(result.case for result in results), None, RunFacts(data="generated"))
        for result in results:
            gatherer.add(result)
        report, started = gatherer.report(), time.perf_counter()
        page = given.output or Path(home) / "report.html"
        page.write_text(report_page(report, names_of(services)), encoding="utf-8")
        made = time.perf_counter() - started
        figures = {
            "rows": given.rows,
            "errors": report.kept.error_count,
            "rows_in_page": len(report.kept.errors) + len(report.kept.right),
            "page_mb": round(page.stat().st_size / 1e6, 2),
            "made_in_s": round(made, 2),
            **opened_in_chromium(page),
        }
    json.dump(figures, sys.stdout, indent=1)
    print()


def opened_in_chromium(path: Path) -> dict[str, float]:
    """Open a page some times and return medians: milliseconds until usable, and of the longest task."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium")
    usable, longest = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for _ in range(_OPENINGS):
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.add_init_script(_LONG_TASKS)
            page.goto(path.resolve().as_uri())
            page.wait_for_selector("html[data-ready]")
            page.wait_for_timeout(200)
            timing = "performance.getEntriesByType('navigation')[0].domContentLoadedEventEnd"
            usable.append(page.evaluate(timing))
            longest.append(page.evaluate("window.longest"))
            page.close()
        browser.close()
    return {
        "usable_ms": round(statistics.median(usable)),
        "longest_task_ms": round(statistics.median(longest)),
    }


if __name__ == "__main__":
    main()
