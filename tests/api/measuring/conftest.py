"""An application on a month of generated traffic."""

from __future__ import annotations

import datetime as dt

import pytest

from benchmarks.traffic import Plan, make_month
from tests.api.desk.conftest import app, person  # noqa: F401 - fixtures

TODAY = dt.datetime.now(dt.timezone(dt.timedelta(hours=8))).date()
DAYS = 12


@pytest.fixture(scope="session")
def month():
    """Twelve days until yesterday."""
    return make_month(Plan(TODAY - dt.timedelta(days=DAYS), DAYS, 1200, seed=5))


@pytest.fixture
def filled(month, database):
    """The application's database with the month in it."""
    with database.engine.begin() as connection:
        month.write(connection)
    return database
