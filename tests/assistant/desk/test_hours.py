"""When people are there: weekends, days off, make-up days, another time zone."""

import datetime as dt

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.desk.hours import OpeningHours
from assistant.desk.rules import read_desk_rules
from knowledge_base.company import read_company
from knowledge_base.errors import ContentError

HOURS = OpeningHours(read_desk_rules())
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
MOMENTS = st.datetimes(dt.datetime(2025, 12, 1), dt.datetime(2028, 3, 1), timezones=st.just(dt.UTC))
SPANS = st.timedeltas(dt.timedelta(seconds=1), dt.timedelta(days=40))
QUEUES = st.sampled_from(["claims", "complaints", "emergency"])
MANY = settings(max_examples=200)


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def own(tmp_path, **rules):
    (tmp_path / "desk.yaml").write_text(yaml.safe_dump(rules), encoding="utf-8")
    return OpeningHours(read_desk_rules(tmp_path))


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-11-26 08:59:59", False),  # a Thursday
        ("2026-11-26 09:00", True),
        ("2026-11-26 16:59:59", True),
        ("2026-11-26 17:00", False),
        ("2026-11-28 10:00", False),  # a Saturday
        ("2026-10-01 10:00", False),  # National Day, a Thursday
        ("2026-10-10 10:00", True),  # a Saturday that makes up for it
        ("2027-02-08 10:00", False),  # Spring Festival
        ("2028-05-01 10:00", True),  # a Monday of a year without a calendar
    ],
)
def test_open_on_working_days_from_nine_to_five(moment, is_open):
    assert HOURS.is_open("claims", at(moment)) == is_open
    assert HOURS.is_open("emergency", at(moment))


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        ("2026-11-26 10:00", "2026-11-26 10:00"),
        ("2026-11-26 17:00", "2026-11-27 09:00"),
        ("2026-11-27 17:00", "2026-11-30 09:00"),
        ("2026-02-14 18:00", "2026-02-24 09:00"),  # the nine days of Spring Festival
        ("2026-10-09 18:00", "2026-10-10 09:00"),
    ],
)
def test_opens_next(moment, opens):
    assert HOURS.opens_next("claims", at(moment)) == at(opens)


def test_the_sample_company_tells_the_hours_that_the_desk_keeps():
    assert read_company().desk_hours == "周一至周五 9:00-17:00"
    week = HOURS.rules.hours.default
    assert week.days == frozenset(range(1, 6))
    assert week.periods == ((dt.time(9), dt.time(17)),)


def test_working_time_leaves_out_nights_and_weekends():
    friday, monday = at("2026-11-27 16:00"), at("2026-11-30 10:30")
    assert HOURS.working_time("claims", friday, monday) == dt.timedelta(hours=2.5)
    assert HOURS.working_time("emergency", friday, monday) == monday - friday
    assert HOURS.after_working("claims", friday, dt.timedelta(hours=2.5)) == monday


def test_a_queue_with_hours_of_its_own_and_a_break(tmp_path):
    week = {"days": [6], "periods": ["08:30-12:00", "13:30-18:00"]}
    hours = own(tmp_path, hours={"queues": {"claims": week}, "time_zone": "America/New_York"})
    saturday = dt.datetime(2026, 7, 4, tzinfo=dt.UTC)  # four hours behind there
    opens = [hours.opens_next("claims", saturday + dt.timedelta(hours=h)) for h in (0, 16, 22)]
    assert [moment.strftime("%a %H:%M") for moment in opens] == ["Sat 12:30", "Sat 17:30", "Sat 12:30"]
    assert hours.is_open("presale", dt.datetime(2026, 7, 6, 14, tzinfo=dt.UTC))


def test_a_queue_that_never_opens_says_so(tmp_path):
    hours = own(tmp_path, hours={"queues": {"claims": {"days": [], "periods": ["09:00-10:00"]}}})
    now = at("2026-11-26 10:00")
    assert hours.opens_next("claims", now) is None
    assert hours.after_working("claims", now, dt.timedelta(seconds=1)) is None


@MANY
@given(MOMENTS, SPANS, SPANS, QUEUES)
def test_working_time_adds_up_and_never_exceeds_the_clock(start, first, second, queue):
    middle, end = start + first, start + first + second
    parts = HOURS.working_time(queue, start, middle), HOURS.working_time(queue, middle, end)
    assert sum(parts, dt.timedelta(0)) == HOURS.working_time(queue, start, end)
    assert dt.timedelta(0) <= parts[0] <= first


@MANY
@given(MOMENTS, SPANS, QUEUES)
def test_after_working_is_where_the_working_time_is_over(start, time, queue):
    end = HOURS.after_working(queue, start, time)
    assert end >= start + time
    assert HOURS.working_time(queue, start, end) == time
    assert HOURS.working_time(queue, start, end - dt.timedelta(microseconds=1)) < time


@MANY
@given(MOMENTS, SPANS, QUEUES)
def test_a_later_start_never_ends_earlier(start, later, queue):
    time = dt.timedelta(seconds=30)
    assert HOURS.after_working(queue, start, time) <= HOURS.after_working(queue, start + later, time)


@MANY
@given(MOMENTS, QUEUES)
def test_nothing_is_open_before_it_opens_next(start, queue):
    opens = HOURS.opens_next(queue, start)
    assert opens >= start
    assert HOURS.is_open(queue, opens)
    assert HOURS.working_time(queue, start, opens) == dt.timedelta(0)


@pytest.mark.parametrize(
    ("rules", "fault"),
    [
        ({"hours": {"default": {"periods": ["9-17"]}}}, "09:00-17:00"),
        ({"hours": {"default": {"periods": ["17:00-09:00"]}}}, "ends before it begins"),
        ({"hours": {"default": {"periods": ["09:00-12:00", "11:00-17:00"]}}}, "overlap"),
        ({"hours": {"default": {"days": [0]}}}, "hours.default.days"),
        ({"hours": {"time_zone": "Asia/Peking"}}, "no time zone"),
        ({"hours": {"always": ["claim"]}}, "'claim' is no queue"),
        ({"hours": {"open": True}}, "hours.open"),
        ({"calendar": {2026: {"working": [dt.date(2026, 10, 1)]}}}, "both a holiday and a working day"),
        ({"calendar": {2028: {"announced": True, "source": "x", "holidays": [], "working": []}}}, None),
        ({"calendar": {2027: {"holidays": [dt.date(2028, 1, 1)]}}}, "calendar 2027 lists 2028-01-01"),
        ({"deadlines": {"reply": {"within": "PT0S"}}}, "longer than nothing"),
        ({"priorities": {"emergency": 900}}, "emergency .900. has to be first"),
        ({"priorities": {"urgency": {"urgent": 3}}}, "priorities.urgency.urgent"),
    ],
)
def test_rules_that_are_not_usable_say_where(tmp_path, rules, fault):
    if fault is None:
        assert own(tmp_path, **rules).rules.calendar.keys() == {2026, 2027, 2028}
        return
    with pytest.raises(ContentError, match=fault):
        own(tmp_path, **rules)


def test_a_file_that_is_no_yaml_says_so(tmp_path):
    (tmp_path / "desk.yaml").write_text("hours: [", encoding="utf-8")
    with pytest.raises(ContentError, match="cannot be read"):
        read_desk_rules(tmp_path)
