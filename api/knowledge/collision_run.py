"""Finds collisions in a process of its own, so that no customer waits for it.

Every question of every entry is asked, which takes minutes of one core. The process has the least
priority, reads its settings from standard input and tells how far it is on standard output, a JSON
object a line: ``{"done", "of"}``, or at the end ``{"problem"}``.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import sys
import time
from dataclasses import replace

from api.knowledge.collisions import (
    Collisions,
    collisions_of,
    grave_findings,
    key_of,
    write_collisions,
)
from api.services import open_database, open_own_content, open_retrieval
from api.validation import retrieval_bounds
from knowledge_base.editing.checks.retrieval import measure_retrieval
from knowledge_base.editing.checks.retrieval_findings import retrieval_findings
from knowledge_base.editing.heads import heads_hash, read_heads
from knowledge_base.errors import BaowenError
from knowledge_base.search.search import questions_of
from knowledge_base.settings import Home, Settings

_NICEST = 19


def find_collisions(settings: Settings) -> Collisions:
    """Look for collisions among the newest revisions of all entries that are not retired.

    Raises:
        BaowenError: The home folder, the database or the bundle is not usable.
    """
    started = time.monotonic()
    home = Home.open(settings.home)
    database = open_database(settings, home)
    retrieval = open_retrieval(settings, open_own_content(settings, home, database))
    with database.reading() as session:
        heads = [head for head in read_heads(session).values() if head.entry.status != "retired"]
    entries = [head.entry for head in heads]
    count = len(questions_of(entries))
    bounds = replace(retrieval_bounds(settings), threads=1)
    report = measure_retrieval(retrieval.index(entries), count, retrieval.tokenizer, bounds, _tell)
    found = tuple(collisions_of(report, entries))
    return Collisions(
        key_of(heads_hash(heads), retrieval.bundle.version, settings.collision_margin),
        dt.datetime.now(dt.UTC).isoformat(),
        round(time.monotonic() - started, 1),
        found,
        tuple(grave_findings(retrieval_findings(report), found)),
    )


def _tell(done: int, of: int) -> None:
    print(json.dumps({"done": done, "of": of}), flush=True)


def main() -> None:
    """Find, and write the file of the home folder."""
    os.nice(_NICEST)
    settings = Settings(**json.load(sys.stdin))
    try:
        found = find_collisions(settings)
        write_collisions(Home(settings.home).collisions, found)
    except BaowenError as error:
        print(json.dumps({"problem": error.message}), flush=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
