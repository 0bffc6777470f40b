"""Fills the database of a home folder with a month."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path

from api.services import open_database
from benchmarks.traffic import Plan, make_month
from knowledge_base.settings import Home, read_settings


def main() -> None:
    """Fill the database of a home folder with a month."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--month", default="2026-10")
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args()
    start = dt.date.fromisoformat(f"{given.month}-01")
    days = ((start + dt.timedelta(days=32)).replace(day=1) - start).days
    month = make_month(Plan(start, days, given.messages, given.seed))
    settings = read_settings(given.home)
    database = open_database(settings, Home.open(settings.home))
    with database.engine.begin() as connection:
        month.write(connection)
    for kind, rows in month.rows.items():
        print(f"{kind.__tablename__:18} {len(rows):8,}")


if __name__ == "__main__":
    main()
