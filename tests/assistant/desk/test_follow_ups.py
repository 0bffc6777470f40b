"""How it went, some days later."""

import pytest

from assistant.desk import tickets
from assistant.desk.complaint_intake import open_complaint
from assistant.desk.follow_ups import due_follow_ups, finish_follow_up, plan_follow_up
from knowledge_base.errors import ConflictError, InvalidInputError, NotFoundError
from tests.assistant.desk.builders import NOW, RULES, after, open_ticket

WHEN = RULES.follow_ups


def plan(session, now=NOW, **fields):
    ticket = open_ticket(session, **fields)
    tickets.close_ticket(session, ticket.id, "user:a", now)
    return plan_follow_up(session, ticket, WHEN, now), ticket


@pytest.mark.parametrize(
    ("fields", "kind", "days"),
    [
        ({"queue": "complaints", "reason": "complaint"}, "complaint", 3),
        ({"queue": "general", "concern": "complaint_service"}, "complaint", 3),
        ({"queue": "claims"}, "claim", 7),
        ({"queue": "general", "intent": "claim_status"}, "claim", 7),
        ({"queue": "billing", "intent": "payment_issue"}, None, None),
    ],
)
def test_complaints_and_claims_are_followed_up_after_their_days(database, fields, kind, days):
    with database.transaction() as session:
        row, _ = plan(session, **fields)
        assert (row and row.kind, row and row.due_at) == (kind, days and after(days=days))


def test_a_registered_complaint_is_one_whatever_its_queue(database):
    with database.transaction() as session:
        ticket = open_ticket(session, "billing")
        open_complaint(session, ticket, "complaint_other", RULES, NOW)
        assert plan_follow_up(session, ticket, WHEN, NOW).kind == "complaint"


def test_what_is_due_is_listed_until_it_is_done(database):
    with database.transaction() as session:
        later, _ = plan(session)
        first, _ = plan(session, queue="complaints")
        assert due_follow_ups(session, after(days=3, seconds=-1)) == []
        assert due_follow_ups(session, after(days=3)) == [first]
        assert due_follow_ups(session, after(days=8)) == [first, later]
        finish_follow_up(session, first.id, "solved", "user:b", after(days=4), "他说好了，13800138000")
        assert (first.actor, first.outcome, first.note) == ("user:b", "solved", "他说好了,[手机号]")
        assert due_follow_ups(session, after(days=8)) == [later]
        with pytest.raises(ConflictError, match="already"):
            finish_follow_up(session, first.id, "unsolved", "user:c", after(days=4))


def test_a_ticket_resolved_again_is_followed_up_once(database):
    with database.transaction() as session:
        row, ticket = plan(session)
        again = plan_follow_up(session, ticket, WHEN, after(days=2))
        assert (again is row, again.due_at) == (True, after(days=9))
        finish_follow_up(session, row.id, "no_answer", "user:b", after(days=9))
        assert plan_follow_up(session, ticket, WHEN, after(days=10)).id != row.id


def test_unknown_follow_ups_and_outcomes_are_refused(database):
    with database.transaction() as session:
        with pytest.raises(NotFoundError, match="no follow-up"):
            finish_follow_up(session, "x", "solved", "user:b", NOW)
        with pytest.raises(InvalidInputError, match="no outcome"):
            finish_follow_up(session, "x", "fine", "user:b", NOW)
