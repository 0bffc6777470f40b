"""A complaint from its receipt to its end, with time and person."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.desk import complaint_clock as clock
from assistant.desk.breaches import breaches
from assistant.desk.complaint_figures import Share, complaint_figures, month_of
from assistant.desk.complaint_intake import add_intake, complaint_of, missing, open_complaint
from assistant.desk.complaint_numbers import new_number, read_number
from assistant.desk.complaint_steps import _FOLLOWS, ENDED
from assistant.desk.complaints import (
    advance,
    classify,
    own_complaint,
    record_satisfaction,
    steps_of,
)
from assistant.desk.conversations import start
from assistant.desk.tables import CustomerRow
from assistant.desk.tickets import take
from knowledge_base.errors import ConflictError, InvalidInputError, NotFoundError
from tests.assistant.desk.builders import NOW, RULES, after, open_ticket

AGENT, BOSS = "user:a", "user:s"


def register(session, category="complaint_claim", now=NOW):
    return open_complaint(
        session, open_ticket(session, "complaints", "complaint", now=now), category, RULES, now
    )


def accept(session, row, *, complicated=False, cause="refusal", now=NOW, category="complaint_claim"):
    classify(session, row.number, AGENT, RULES, now, category=category, cause=cause, complicated=complicated)


def tell(session, row, now=NOW, actor=AGENT, first="investigated"):
    """Move an accepted complaint on until the customer is told."""
    for step in ("investigated", "decided", "told")[("investigated", "decided").index(first) :]:
        advance(session, row.number, step, actor, now)


def test_it_is_taken_in_bit_by_bit_and_masked(database):
    with database.transaction() as session:
        row = register(session)
        assert missing(row) == ("what", "happened", "wanted")
        add_intake(session, row.number, "what", "被拒赔了")
        add_intake(session, row.number, "what", " 我的电话13800138000 ")
        add_intake(session, row.number, "wanted", "请重新核定")
        assert (row.what, missing(row)) == ("被拒赔了\n我的电话[手机号]", ("happened",))
        with pytest.raises(InvalidInputError, match="1 to 120"):
            add_intake(session, row.number, "happened", "上" * 121)
        with pytest.raises(InvalidInputError, match="0 characters"):
            add_intake(session, row.number, "happened", "  ")


def test_a_conversation_has_one_running_complaint(database):
    with database.transaction() as session:
        ticket = open_ticket(session, "complaints", "complaint")
        first = open_complaint(session, ticket, "complaint_claim", RULES, NOW)
        assert open_complaint(session, ticket, "complaint_service", RULES, after(hours=1)) is first
        advance(session, first.number, "withdrawn", "customer", NOW)
        assert complaint_of(session, ticket.conversation_id) is None
        second = open_complaint(session, ticket, "complaint_service", RULES, after(hours=1))
        assert second.number != first.number
        assert second.accept_by == after(hours=25)
        with pytest.raises(InvalidInputError, match="no class of complaints"):
            open_complaint(session, ticket, "claim_status", RULES, NOW)


def test_each_step_is_kept_with_time_and_person(database):
    with database.transaction() as session:
        row = register(session)
        accept(session, row, complicated=True, now=after(hours=1))
        assert (row.decide_by, row.cause, row.complex) == (after(days=30), "refusal", True)
        tell(session, row, after(days=2))
        advance(session, row.number, "satisfaction_asked", BOSS, after(days=3), "打了13800138000")
        record_satisfaction(session, row.number, satisfied=True)
        advance(session, row.number.lower(), "closed", BOSS, after(days=4))
        kept = [(step.step, step.actor, step.at) for step in steps_of(session, row.number)]
        assert kept == [
            ("received", "customer", NOW),
            ("classified", AGENT, after(hours=1)),
            ("investigated", AGENT, after(days=2)),
            ("decided", AGENT, after(days=2)),
            ("told", AGENT, after(days=2)),
            ("satisfaction_asked", BOSS, after(days=3)),
            ("closed", BOSS, after(days=4)),
        ]
        assert steps_of(session, row.number)[5].note == "打了[手机号]"
        assert breaches(session, RULES.deadlines, after(hours=20)) != []  # the ticket's own reply
        assert [
            b for b in breaches(session, RULES.deadlines, after(days=90)) if b.subject == "complaint"
        ] == []


def test_no_step_is_left_out_or_taken_back(database):
    with database.transaction() as session:
        row = register(session)
        for step in ("investigated", "decided", "told", "closed", "received"):
            with pytest.raises(ConflictError, match="cannot follow"):
                advance(session, row.number, step, AGENT, NOW)
        accept(session, row)
        with pytest.raises(ConflictError, match="cannot follow"):
            accept(session, row)
        with pytest.raises(InvalidInputError, match="no step"):
            advance(session, row.number, "solved", AGENT, NOW)
        for step, own in (("classified", "classify"), ("reopened", "reopen"), ("review", "ask_review")):
            with pytest.raises(InvalidInputError, match=own):
                advance(session, row.number, step, AGENT, NOW)
        with pytest.raises(InvalidInputError, match="no cause"):
            accept(session, row, cause="bad luck")
        with pytest.raises(ConflictError, match="not asked"):
            record_satisfaction(session, row.number, satisfied=True)


def test_every_step_leads_to_an_end_and_none_back_but_a_new_matter():
    ways = {step: set(following) for step, following in _FOLLOWS.items()}
    reach = {step: {step} | ways[step] for step in ways}
    for _ in ways:
        reach = {step: set().union(*(reach[other] for other in seen)) for step, seen in reach.items()}
    assert all(seen & ENDED for seen in reach.values())
    forward = {step: following - {"reopened", "review"} for step, following in ways.items()}
    seen, path = set(), [("received", ())]
    while path:  # without a new matter no step comes twice
        step, before = path.pop()
        assert step not in before
        seen.add(step)
        path.extend((nxt, (*before, step)) for nxt in forward[step])
    assert seen == ways.keys() - {"reopened", "review"}


def late(session, now):
    return {timer.kind for timer in breaches(session, RULES.deadlines, now) if timer.subject == "complaint"}


def test_what_is_late_is_listed(database):
    with database.transaction() as session:
        row = register(session)
        assert late(session, after(hours=24)) == set()
        assert late(session, after(hours=25)) == {"accept"}
        accept(session, row, now=after(hours=26))
        assert late(session, after(days=15)) == set()
        assert late(session, after(days=15, seconds=1)) == {"decide"}
        (timer,) = [t for t in breaches(session, RULES.deadlines, after(days=16)) if t.kind == "decide"]
        assert (timer.number, timer.queue, timer.late_s) == (row.number, "complaints", 86400)


def test_the_clock_stops_during_mediation(database):
    with database.transaction() as session:
        row = register(session)
        accept(session, row)
        with pytest.raises(InvalidInputError, match="stops no clock"):
            clock.pause(session, row.number, "holiday", AGENT, NOW)
        clock.pause(session, row.number, "mediation", AGENT, after(days=5))
        with pytest.raises(ConflictError, match="stopped already"):
            clock.pause(session, row.number, "appraisal", AGENT, after(days=6))
        with pytest.raises(ConflictError, match="Resume it first"):
            advance(session, row.number, "investigated", AGENT, after(days=6))
        assert late(session, after(days=40)) == set()
        clock.resume(session, row.number, AGENT, after(days=25))
        assert row.decide_by == after(days=35)
        assert late(session, after(days=36)) == {"decide"}
        assert [step.step for step in steps_of(session, row.number)][-2:] == ["paused", "resumed"]
        with pytest.raises(ConflictError, match="not stopped"):
            clock.resume(session, row.number, AGENT, after(days=26))
        tell(session, row, after(days=30))
        with pytest.raises(ConflictError, match="no decision is owed"):
            clock.pause(session, row.number, "appraisal", AGENT, after(days=31))


def test_a_stop_does_not_heal_what_was_late(database):
    with database.transaction() as session:
        row = register(session)
        accept(session, row)
        clock.pause(session, row.number, "appraisal", AGENT, after(days=16))
        assert late(session, after(days=17)) == {"decide"}
        clock.resume(session, row.number, AGENT, after(days=30))
        assert late(session, after(days=31)) == {"decide"}


def test_withdrawn_while_stopped_it_was_not_late(database):
    with database.transaction() as session:
        row = register(session)
        accept(session, row)
        clock.pause(session, row.number, "mediation", AGENT, after(days=10))
        advance(session, row.number, "withdrawn", "customer", after(days=50))
        found = breaches(session, RULES.deadlines, after(days=60), since=NOW)
        assert [timer for timer in found if timer.subject == "complaint"] == []


def test_an_extension_needs_a_second_pair_of_eyes_and_comes_once(database):
    with database.transaction() as session:
        row = register(session)
        with pytest.raises(ConflictError, match="is simple"):
            clock.extend(session, row.number, BOSS, RULES, NOW)
        accept(session, row, complicated=True)
        with pytest.raises(InvalidInputError, match="handles complaint"):
            clock.extend(session, row.number, AGENT, RULES, NOW)
        clock.extend(session, row.number, BOSS, RULES, after(days=29), "特别复杂")
        assert (row.decide_by, row.extended_by) == (after(days=60), BOSS)
        with pytest.raises(ConflictError, match="extended already"):
            clock.extend(session, row.number, "user:t", RULES, after(days=29))
        assert late(session, after(days=60)) == set()
        assert late(session, after(days=61)) == {"decide"}


def test_who_has_the_ticket_approves_nothing_and_what_is_late_is_not_extended(database):
    with database.transaction() as session:
        row = register(session)
        accept(session, row, complicated=True)
        take(session, row.ticket_id, "user:holder", NOW)
        with pytest.raises(InvalidInputError, match="somebody else has to approve"):
            clock.extend(session, row.number, "user:holder", RULES, NOW)
        with pytest.raises(ConflictError, match="late already"):
            clock.extend(session, row.number, BOSS, RULES, after(days=31))


def test_a_new_matter_starts_the_time_anew_and_is_counted(database):
    with database.transaction() as session:
        row = register(session)
        accept(session, row)
        with pytest.raises(ConflictError, match="cannot follow"):
            clock.reopen(session, row.number, AGENT, RULES, NOW)
        tell(session, row, after(days=3))
        clock.reopen(session, row.number, AGENT, RULES, after(days=20), "新的病历")
        assert (row.step, row.reopened, row.decide_by) == ("reopened", 1, after(days=35))
        assert late(session, after(days=34)) == set()
        assert late(session, after(days=36)) == {"decide"}
        accept(session, row, complicated=True, now=after(days=21))
        assert row.decide_by == after(days=50)
        tell(session, row, after(days=22))
        clock.reopen(session, row.number, AGENT, RULES, after(days=23))
        assert row.reopened == 2


def test_the_higher_level_reviews_once_within_its_time_by_somebody_else(database):
    with database.transaction() as session:
        row = register(session)
        accept(session, row)
        tell(session, row, after(days=3))
        clock.ask_review(session, row.number, "customer", RULES, after(days=33))
        assert row.review_by == after(days=63)
        assert late(session, after(days=62)) == set()
        clock.pause(session, row.number, "appraisal", BOSS, after(days=40))
        clock.resume(session, row.number, BOSS, after(days=42))
        assert (row.review_by, row.decide_by) == (after(days=65), after(days=15))
        assert late(session, after(days=66)) == {"review"}
        with pytest.raises(InvalidInputError, match="somebody else has to review"):
            advance(session, row.number, "decided", AGENT, after(days=50))
        tell(session, row, after(days=50), BOSS, first="decided")
        assert late(session, after(days=90)) == set()
        with pytest.raises(ConflictError, match="reviewed already"):
            clock.ask_review(session, row.number, "customer", RULES, after(days=51))


def test_a_review_asked_too_late_is_refused(database):
    with database.transaction() as session:
        row = register(session)
        accept(session, row)
        tell(session, row, after(days=3))
        with pytest.raises(ConflictError, match="could be asked for until"):
            clock.ask_review(session, row.number, "customer", RULES, after(days=33, seconds=1))


def test_only_the_customers_own_number_finds_it(database):
    with database.transaction() as session:
        session.add(CustomerRow(id="c", site="shop", subject="1", created_at=NOW))
        session.flush()
        row = register(session)
        own, again, other = (start(session, "web", NOW, customer_id=c)[0] for c in ("c", "c", None))
        row.conversation_id = own.id
        session.flush()
        assert own_complaint(session, row.number, own) is row
        assert own_complaint(session, row.number[:2].lower() + " " + row.number[2:], again) is row
        for number, conversation in ((row.number, other), ("TS26112600000", own), ("", own)):
            with pytest.raises(NotFoundError, match="There is no complaint"):
                own_complaint(session, number, conversation)


@given(st.integers(0, 10**11 - 1), st.integers(2, 13), st.integers(1, 9))
def test_a_wrong_digit_is_found(digits, place, shift):
    number = next(n for c in range(10) if (n := read_number(f"TS{digits:011d}{c}")))
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    assert read_number(wrong) is None


def test_a_number_has_the_day_in_china_and_is_read_as_it_is_typed():
    evening = dt.datetime(2026, 11, 26, 20, tzinfo=dt.UTC)
    numbers = {new_number(evening, "Asia/Shanghai") for _ in range(50)}
    assert len(numbers) > 45
    for number in numbers:
        assert number.startswith("TS261127")
        assert read_number(f" ｔs-{number[2:8]} {number[8:]}") == number


def test_the_figures_of_a_month_say_of_how_many(database):
    with database.transaction() as session:
        quick, slow, fresh = (register(session) for _ in range(3))
        register(session, "complaint_service")
        register(session, now=after(days=30))
        for row in (quick, slow):
            accept(session, row, now=after(hours=1))
        accept(session, fresh, cause="amount", now=after(hours=30))
        tell(session, quick, after(days=2))
        advance(session, quick.number, "satisfaction_asked", AGENT, after(days=2))
        record_satisfaction(session, quick.number, satisfied=False)
        tell(session, slow, after(days=16))
        clock.reopen(session, slow.number, AGENT, RULES, after(days=17))
        refusal, amount, unsorted = sorted(
            complaint_figures(session, 2026, 11, RULES, after(days=18)),
            key=lambda figures: ["refusal", "amount", None].index(figures.cause),
        )
        assert (refusal.received, refusal.reopened, refusal.told, refusal.days_to_told) == (2, 1, 2, 9.0)
        assert refusal.accepted_in_time == Share(2, 2)
        assert refusal.told_in_time == Share(1, 1)  # the reopened one is not due yet
        assert refusal.satisfied == Share(0, 1)
        assert (amount.accepted_in_time, amount.told_in_time) == (Share(0, 1), Share(0, 1))
        assert amount.days_to_told is None
        assert (unsorted.category, unsorted.accepted_in_time) == ("complaint_service", Share(0, 1))
        assert unsorted.satisfied.value is None
        assert [f.received for f in complaint_figures(session, 2026, 12, RULES, after(days=31))] == [1]


def test_a_month_begins_at_midnight_in_china():
    start_of, end = month_of(2026, 12, "Asia/Shanghai")
    assert (start_of.astimezone(dt.UTC), end.astimezone(dt.UTC)) == (
        dt.datetime(2026, 11, 30, 16, tzinfo=dt.UTC),
        dt.datetime(2026, 12, 31, 16, tzinfo=dt.UTC),
    )
