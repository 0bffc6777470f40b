"""The report for whoever reviews: what the checks say, and which questions would be decided otherwise."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from api.certification import certificate_check
from api.conversing.desk import Desk
from api.draft_index import DraftIndex
from api.knowledge.jobs import KEPT, Jobs, Told
from api.knowledge.review import require_standing
from api.knowledge.standing import certificate_facts
from api.knowledge.tables import JobRow
from api.labelled_rows import DATASETS, read_labelled
from api.publish_checks import entry_checks, replay_questions, reply_from
from api.services import Services
from evaluation.replay import DecisionChange, ReplayReport, replay
from evaluation.types import Case, CaseResult
from knowledge_base.editing.publishing import Plan, PublishRules, plan_publish
from knowledge_base.editing.types import Deed

Json = dict[str, Any]

_SHOWN = 200


def order_replay(desk: Desk, jobs: Jobs, ids: Sequence[str], deed: Deed) -> JobRow:
    """Begin a report on publishing some entries in review; while nothing moves there is one of each.

    Raises:
        ConflictError: One of them is not in review (any more).
    """
    services = desk.serving.services
    with services.database.reading() as session:
        require_standing(session, ids, "in_review")
        plan = plan_publish(session, ids, "", PublishRules(four_eyes=False), dt.date.today())
    what = _what(services, plan.base, {entry_id: head[0] for entry_id, head in plan.heads.items()})
    return jobs.submit("replay", what, deed.actor, lambda told: _report(services, plan, told), KEPT)


def kept_replay(services: Services, jobs: Jobs, base: int, revisions: Mapping[str, int]) -> JobRow | None:
    """Return the report on publishing revisions on a snapshot, if one was asked for."""
    return jobs.find("replay", _what(services, base, revisions), KEPT)


def _what(services: Services, base: int, revisions: Mapping[str, int]) -> Json:
    """Return all that a report rests on but the questions of the day it is made."""
    return {"base": base, "revisions": dict(revisions), "bundle": services.bundle.version}


def _report(services: Services, plan: Plan, told: Told) -> Json:
    state = plan.state
    indexed = DraftIndex(services)
    findings = [one for check in entry_checks(services, indexed, told) for one in check(state)]
    shown = [one for one in findings if one.entry_id in plan.members or one.severity == "error"]
    told("replay", 0, 0)
    cases = (*replay_questions(services), *_stored_rows(services))
    after = reply_from(services, state.entries, indexed)
    before = reply_from(services, state.previous, DraftIndex(services))
    report = replay(cases, before, after, lambda done, total: told("replay", done, total))
    told("certificate", 0, 0)
    certificate_check(services, indexed)(state)
    questions = {entry.id: entry.question for entry in (*state.previous, *state.entries)}
    return {
        "base": plan.base,
        "findings": [asdict(one) for one in shown[:_SHOWN]],
        "questions": {one.entry_id: questions.get(one.entry_id, "") for one in shown[:_SHOWN]},
        "replay": _replay_view(report, questions),
        "certificate": certificate_facts(services, state.entries),
    }


def _stored_rows(services: Services) -> tuple[Case, ...]:
    """Return labelled rows where the installation names none: some that the thresholds were fitted on."""
    most = services.settings.replay_questions
    if services.settings.replay_data or not most:
        return ()
    rows = read_labelled(DATASETS / "calibration.jsonl")
    return tuple(rows[:: math.ceil(len(rows) / most)])


def _replay_view(report: ReplayReport, questions: Mapping[str, str]) -> Json:
    return {
        "n": report.n,
        "labelled": report.labelled,
        "changed": len(report.changes),
        "better": asdict(report.share("better")) | {"count": report.count("better")},
        "worse": asdict(report.share("worse")) | {"count": report.count("worse")},
        "changes": [_change_view(one, questions) for one in report.changes[:_SHOWN]],
    }


def _change_view(change: DecisionChange, questions: Mapping[str, str]) -> Json:
    return {
        "text": change.before.case.text,
        "verdict": change.verdict,
        "before": _side(change.before, questions),
        "after": _side(change.after, questions),
    }


def _side(result: CaseResult, questions: Mapping[str, str]) -> Json:
    return {
        "action": result.action,
        "entry_id": result.entry_id,
        "question": questions.get(result.entry_id or ""),
        "queue": result.queue,
        "choices": [choice.text for choice in result.choices],
        "confidence": round(result.confidence, 4),
    }
