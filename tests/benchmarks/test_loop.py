"""A small month of the loop: what was planted is found, and quiet weeks are quiet."""

from benchmarks.loop import run_seed


def test_topic_and_drift_are_found_and_quiet_weeks_are_quiet(services):
    found = run_seed(services, seed=0, messages=6000)
    assert found.rank is not None and found.rank <= 3
    assert found.hours is not None and found.hours <= 24
    assert found.false_alarms == 0 and found.quiet_days >= 21
