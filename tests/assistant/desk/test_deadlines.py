"""What is owed until when, and what is late or soon will be."""

import csv
import datetime as dt
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from assistant.desk import tickets
from assistant.desk.breaches import COLUMNS, breaches, first_reply, near_breaches, write_timers
from assistant.desk.deadlines import (
    Deadline,
    complaint_deadlines_of,
    deadlines_of,
    moved_on,
    reply_due,
    terms_of,
)
from assistant.desk.tables import ComplaintRow, ComplaintStepRow, TicketRow
from assistant.desk.types import Handover
from tests.assistant.desk.builders import HOURS, NOW, RULES, after, handle, open_ticket, reply

LIMITS = RULES.deadlines
MOMENTS = st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2027, 12, 1), timezones=st.just(dt.UTC))
SPANS = st.timedeltas(dt.timedelta(0), dt.timedelta(days=70))
MANY = settings(max_examples=300)


@pytest.mark.parametrize(
    ("handover", "hours"),
    [
        (Handover("claims", "uncertain"), 24),
        (Handover("claims", "complex_case"), 48),
        (Handover("risk_security", "fraud", "high"), 48),
        (Handover("emergency", "emergency", "immediate"), 48),
    ],
)
def test_a_general_case_has_a_day_and_a_major_one_two(handover, hours):
    terms = terms_of(handover, HOURS, NOW)
    assert terms.resolve_by == after(hours=hours)
    assert terms.reply_by == after(seconds=30)


def test_a_reply_is_owed_only_while_the_queue_is_open():
    evening = after(hours=6, minutes=59, seconds=50)  # ten seconds before five
    assert reply_due(HOURS, "claims", evening) == after(hours=23, seconds=20)
    assert reply_due(HOURS, "emergency", evening) == evening + dt.timedelta(seconds=30)


def kinds(timers):
    return [(timer.number, timer.kind) for timer in timers]


def test_late_replies_and_cases_are_listed_until_they_are_done(database):
    with database.transaction() as session:
        quick, slow = open_ticket(session), open_ticket(session)
        reply(session, quick, after(seconds=20))
        assert kinds(breaches(session, LIMITS, after(seconds=31))) == [(slow.number, "reply")]
        (late,) = breaches(session, LIMITS, after(seconds=31))
        assert (late.late_s, late.within_s, late.met_at, late.queue) == (1, 30, None, "claims")
        assert "30秒" in late.basis
        handle(session, slow, after(seconds=40), after(minutes=5))
        assert breaches(session, LIMITS, after(minutes=6)) == []
        assert kinds(breaches(session, LIMITS, after(hours=25))) == [(quick.number, "resolve")]


def test_what_was_done_late_is_listed_from_a_day_on(database):
    with database.transaction() as session:
        ticket = open_ticket(session)
        handle(session, ticket, after(seconds=40), after(hours=30))
        found = breaches(session, LIMITS, after(hours=40), since=NOW)
        assert [(timer.kind, timer.late_s) for timer in found] == [("resolve", 6 * 3600), ("reply", 10)]
        assert kinds(breaches(session, LIMITS, after(hours=40), since=after(hours=1))) == [
            (ticket.number, "resolve")
        ]


def test_a_near_breach_is_listed_from_the_set_share_on(database):
    with database.transaction() as session:
        ticket = open_ticket(session)
        reply(session, ticket, after(seconds=1))
        share = LIMITS.near_share * 24
        assert near_breaches(session, LIMITS, after(hours=share, minutes=-1)) == []
        assert kinds(near_breaches(session, LIMITS, after(hours=share, minutes=1))) == [
            (ticket.number, "resolve")
        ]
        assert near_breaches(session, LIMITS, after(hours=24, seconds=1)) == []


def replied_at(session, ticket):
    return session.scalar(select(first_reply()).where(TicketRow.id == ticket.id))


def test_who_waits_again_is_owed_another_reply(database):
    with database.transaction() as session:
        ticket = open_ticket(session)
        tickets.take(session, ticket.id, "user:a", after(seconds=5))
        reply(session, ticket, after(seconds=10))
        terms = terms_of(Handover("general", "uncertain"), HOURS, after(minutes=5))
        tickets.put_back(session, ticket.id, "user:a", after(minutes=5), queue="general", terms=terms)
        session.flush()
        assert replied_at(session, ticket) is None
        assert kinds(breaches(session, LIMITS, after(minutes=6))) == [(ticket.number, "reply")]
        reply(session, ticket, after(minutes=7))
        assert replied_at(session, ticket) == after(minutes=7)
        assert breaches(session, LIMITS, after(minutes=8)) == []


def test_who_went_back_to_the_assistant_waits_for_no_reply(database):
    with database.transaction() as session:
        ticket = open_ticket(session)
        tickets.close_ticket(session, ticket.id, tickets.CUSTOMER, after(seconds=20), "go_back")
        assert [one.is_breached(after(days=3)) for one in deadlines_of(ticket, LIMITS)] == [False, False]


def test_timers_are_written_as_csv(database):
    with database.transaction() as session:
        ticket = open_ticket(session)
        found = breaches(session, LIMITS, after(days=2))
    stream = io.StringIO(newline="")
    write_timers(found, stream)
    rows = list(csv.DictReader(io.StringIO(stream.getvalue())))
    assert tuple(rows[0]) == COLUMNS
    assert [(row["number"], row["kind"], row["met_at"]) for row in rows] == [
        (ticket.number, "reply", ""),
        (ticket.number, "resolve", ""),
    ]
    assert dt.datetime.fromisoformat(rows[1]["due"]) == ticket.resolve_by


def complaint(**fields):
    return ComplaintRow(
        **{
            "number": "TS",
            "complex": False,
            "step": "investigated",
            "accept_by": after(hours=24),
            "decide_by": after(days=15),
            "review_by": None,
            "paused_since": None,
            "extended_by": None,
            **fields,
        }
    )


def steps(*pairs):
    return [ComplaintStepRow(number="TS", step=step, at=at) for step, at in pairs]


def test_a_complaint_is_decided_when_the_customer_is_told():
    row, done = (
        complaint(),
        steps(("received", NOW), ("classified", after(hours=2)), ("decided", after(days=3))),
    )
    accept, decide = complaint_deadlines_of(row, done, LIMITS, after(days=4))
    assert (accept.met_at, decide.met_at, decide.due) == (after(hours=2), None, after(days=15))
    told = [*done, *steps(("told", after(days=16)))]
    _, decide = complaint_deadlines_of(row, told, LIMITS, after(days=40))
    assert decide.is_breached(after(days=40))


def test_an_extended_complex_complaint_shows_all_of_its_time():
    row = complaint(complex=True, extended_by="user:s", decide_by=after(days=60))
    _, decide = complaint_deadlines_of(row, steps(("received", NOW)), LIMITS, NOW)
    assert decide.within == dt.timedelta(days=60)
    assert "经批准" in decide.basis


def test_a_new_matter_owes_a_new_decision_and_a_review_its_own():
    told = steps(("received", NOW), ("classified", NOW), ("told", after(days=3)))
    again = [*told, *steps(("reopened", after(days=5)))]
    _, decide = complaint_deadlines_of(complaint(decide_by=after(days=20)), again, LIMITS, after(days=6))
    assert decide.met_at is None
    looked_at = [*told, *steps(("review", after(days=5)))]
    row = complaint(review_by=after(days=35))
    _, decide, review = complaint_deadlines_of(row, looked_at, LIMITS, after(days=6))
    assert (decide.met_at, review.met_at, review.due) == (after(days=3), None, after(days=35))


@MANY
@given(MOMENTS, SPANS, SPANS)
def test_stopping_the_clock_never_shortens(due, stopped, later):
    since = due - stopped
    assert moved_on(due, since, since + later) == due + later
    late = due + later + dt.timedelta(microseconds=1)
    assert moved_on(due, late, late + stopped) == due


@MANY
@given(SPANS, SPANS, SPANS)
def test_a_stopped_clock_does_not_run_out_and_goes_on_where_it_stopped(before, stopped, rest):
    """Whether it is late after a stop of any length depends on the time before and after alone."""
    row = complaint(paused_since=NOW + before)
    _, decide = complaint_deadlines_of(row, steps(("received", NOW)), LIMITS, NOW + before + stopped)
    was_late = before > dt.timedelta(days=15)
    assert decide.is_breached(NOW + before + stopped) == was_late or stopped == dt.timedelta(0)
    resumed = complaint(decide_by=moved_on(row.decide_by, row.paused_since, NOW + before + stopped))
    _, decide = complaint_deadlines_of(resumed, steps(("received", NOW)), LIMITS, NOW)
    if not was_late:
        assert decide.is_breached(NOW + before + stopped + rest) == (before + rest > dt.timedelta(days=15))


@MANY
@given(MOMENTS, SPANS, st.sampled_from(["claims", "emergency"]))
def test_a_later_handover_is_never_due_earlier(now, later, queue):
    handover = Handover(queue, "uncertain")
    first, second = (terms_of(handover, HOURS, moment) for moment in (now, now + later))
    assert first.reply_by <= second.reply_by
    assert first.resolve_by <= second.resolve_by
    assert now + LIMITS.reply.within <= first.reply_by


@MANY
@given(SPANS, SPANS)
def test_once_late_always_late_and_near_only_before(passed, more):
    deadline = Deadline("decide", after(days=15), dt.timedelta(days=15), "law")
    if deadline.is_breached(NOW + passed):
        assert deadline.is_breached(NOW + passed + more)
        assert not deadline.is_near(NOW + passed, 0.8)
