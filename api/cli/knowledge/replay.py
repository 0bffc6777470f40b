"""``baowen kb replay``: which decisions a draft changes."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from api.case_replies import reply_for
from api.cli.context import console
from api.labelled_rows import read_labelled
from api.publish_checks import reply_from
from api.services import Services
from evaluation.replay import DecisionChange, ReplayReport, logged_questions, replay
from evaluation.types import Case, CaseResult
from knowledge_base.editing.formats import read_entries
from knowledge_base.editing.publishing import PublishRules, plan_publish
from knowledge_base.errors import InvalidInputError
from knowledge_base.types import Entry

_SHOWN = 50


def replay_command(
    context: typer.Context,
    data: Annotated[
        Path | None, typer.Argument(help="Labelled rows; without them, the last logged questions.")
    ] = None,
    kb: Annotated[
        Path | None,
        typer.Option("--kb", help="Entries to publish; without it, those in review."),
    ] = None,
    last: Annotated[int, typer.Option(min=1, help="Logged decisions to look at.")] = 500,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Ask questions of the published state and of a draft, and list every decision that changes."""
    services: Services = context.obj.open()
    cases = _cases(services, data, last)
    entries = read_entries(kb) if kb else _in_review(services)
    notes = console()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=notes, transient=True, disable=not notes.is_terminal) as bar:
        task = bar.add_task("Replaying", total=len(cases))
        after = reply_from(services, entries)
        report = replay(cases, reply_for(services), after, lambda done, _: bar.update(task, completed=done))
    if as_json:
        typer.echo(json.dumps(_report(report), ensure_ascii=False, indent=2))
    else:
        _print(report)


def _cases(services: Services, data: Path | None, last: int) -> tuple[Case, ...]:
    if data:
        return read_labelled(data)
    with services.database.reading() as session:
        cases = logged_questions(session, last)
    if not cases:
        raise InvalidInputError(
            "The decision log is empty, so there is nothing to replay. Give a file of labelled questions."
        )
    return cases


def _in_review(services: Services) -> tuple[Entry, ...]:
    with services.database.reading() as session:
        plan = plan_publish(session, None, "", PublishRules(four_eyes=False), dt.date.today())
    return plan.state.entries


def _print(report: ReplayReport) -> None:
    for change in report.changes[:_SHOWN]:
        typer.echo(str(change))
    if len(report.changes) > _SHOWN:
        typer.echo(f"... and {len(report.changes) - _SHOWN} more (--json lists all)")
    counts = f"{report.count('better')} better, {report.count('worse')} worse"
    typer.echo(
        f"{len(report.changes)} of {report.n} decisions change; of {report.labelled} labelled: {counts}."
    )


def _report(report: ReplayReport) -> dict[str, Any]:
    return {
        "n": report.n,
        "labelled": report.labelled,
        "changed": len(report.changes),
        "better": report.count("better"),
        "worse": report.count("worse"),
        "changes": [_change(change) for change in report.changes],
    }


def _change(change: DecisionChange) -> dict[str, Any]:
    case = change.before.case
    sides = {"before": _side(change.before), "after": _side(change.after)}
    return {"id": case.id, "text": case.text, "verdict": change.verdict, **sides}


def _side(result: CaseResult) -> dict[str, Any]:
    return {
        "action": result.action,
        "entry_id": result.entry_id,
        "queue": result.queue,
        "confidence": round(result.confidence, 4),
        "choices": [choice.entry_id for choice in result.choices],
    }
