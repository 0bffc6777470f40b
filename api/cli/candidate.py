"""``baowen candidate``: a retrained bundle beside the one in use, until it is promoted or rejected."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.cli.context import console
from api.labelled_rows import SHIPPED_TEST
from api.services import Services
from evaluation.online.trials import list_candidates, require_candidate

if TYPE_CHECKING:
    from evaluation.online.arms import ComparedShare
    from evaluation.online.pairs import Changed, PairReport

app = typer.Typer(
    help="A retrained bundle beside the one in use: tried, promoted by a gate, gone back from.",
    no_args_is_help=True,
)

Version = Annotated[
    str, typer.Argument(help="The candidate, or the beginning of its version; default: the one on trial.")
]
Actor = Annotated[str, typer.Option(help="Who does it; default: BAOWEN_ACTOR.")]
Reason = Annotated[str, typer.Option(help="Why; kept with it.")]
Share = Annotated[float, typer.Option(min=0, max=1, help="Share of conversations it answers itself (A/B).")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("start")
def start(
    context: typer.Context,
    bundle: Annotated[Path, typer.Argument(help="The bundle's folder, from 'baowen train --candidate'.")],
    share: Share = 0.0,
    actor: Actor = "",
) -> None:
    """Let a bundle decide along on live traffic, unseen unless it is given a share."""
    from api.loop.promotion import start

    services: Services = context.obj.open()
    version = start(services, bundle, share, context.obj.deed(actor, ""))
    typer.echo(f"Candidate {version} is on trial beside {services.bundle.version}; running servers follow.")


@app.command("share")
def share(
    context: typer.Context, share: Annotated[float, typer.Argument(min=0, max=1)], version: Version = ""
) -> None:
    """Let the candidate answer another share of conversations; 0 is none."""
    from api.loop.promotion import set_share

    named = set_share(context.obj.open(), version, share)
    typer.echo(f"Candidate {named} answers {share:.1%} of conversations.")


@app.command("list")
def list_all(context: typer.Context, as_json: AsJson = False) -> None:
    """List all candidates, the newest first."""
    with context.obj.open_content().reading() as session:
        rows = [
            {
                "version": row.version,
                "state": row.state,
                "share": row.share,
                "champion": row.champion,
                "started_at": row.started_at.isoformat(timespec="seconds"),
                "folder": row.folder,
                "reason": row.reason,
                "gate": row.gate,
            }
            for row in list_candidates(session)
        ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=1))
        return
    table = Table("version", "state", "share", "against", "since", "folder")
    for row in rows:
        told = ("version", "state", "champion", "started_at", "folder")
        version, state, champion, since, folder = (str(row[name]) for name in told)
        table.add_row(version, state, f"{row['share']:.0%}", champion, since, folder)
    Console(highlight=False, soft_wrap=True).print(table)


@app.command("report")
def report(context: typer.Context, version: Version = "", as_json: AsJson = False) -> None:
    """Tell what the candidate decides otherwise on live traffic, and what came of both arms."""
    from evaluation.online.arms import compare_arms
    from evaluation.online.pairs import read_pairs, report_pairs

    with context.obj.open_content().reading() as session:
        named = require_candidate(session, version).version
        pairs, arms = report_pairs(read_pairs(session, named)), compare_arms(session, named)
    if as_json:
        told = {"candidate": named, "pairs": asdict(pairs), "arms": {k: asdict(v) for k, v in arms.items()}}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=1))
        return
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"Candidate {named}: {pairs.n} messages of {pairs.conversations} conversations.", markup=False)
    if pairs.agreement.value is not None:
        out.print(_pair_table(pairs))
        out.print(", ".join(f"{move}: {count}" for move, count in pairs.moves.items()), markup=False)
        for one in pairs.examples:
            moved = f"{_decided(one.champion)} -> {_decided(one.candidate)}"
            out.print(f"- {one.text[:60]!r}: {moved}", markup=False)
    for name, compared in arms.items():
        out.print(_arm_line(name, compared), markup=False)


@app.command("promote")
def promote(
    context: typer.Context,
    version: Version = "",
    data: Annotated[
        Path | None, typer.Option(help="Labelled rows of the gate; default: the shipped test set.")
    ] = None,
    gate: Annotated[
        Path | None, typer.Option(help="A gate (TOML); default: nothing significantly worse.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Promote although the gate does not hold.")] = False,
    reason: Reason = "",
    actor: Actor = "",
) -> None:
    """Put the candidate in use in all processes if the gate lets it through; exit code 2 where not."""
    from api.evaluation_run import prices_of
    from api.labelled_rows import read_labelled
    from api.loop.promotion import promote, try_candidate
    from evaluation.gate_files import Gate, Regression, read_gate

    services: Services = context.obj.open()
    cases = read_labelled(data or SHIPPED_TEST)
    wanted = read_gate(gate) if gate else Gate(regression=Regression())
    with console().status("Asking") as status:

        def told(name: str, done: int, total: int) -> None:
            status.update(f"Asking the {name}: {done} of {total} labelled rows")

        tried = try_candidate(services, version, cases, wanted, prices_of(services.settings), told)
    for line in tried.lines:
        typer.echo(f"{'ok    ' if line.passed else 'FAILED'} {line.text}")
    promote(services, tried.candidate, tried.lines, context.obj.deed(actor, reason), force=force)
    typer.echo(f"Bundle {tried.candidate} is in use; running servers take it over within seconds.")


@app.command("reject")
def reject(context: typer.Context, version: Version = "", reason: Reason = "", actor: Actor = "") -> None:
    """End the trial without a promotion."""
    from api.loop.promotion import reject

    named = reject(context.obj.open(), version, context.obj.deed(actor, reason))
    typer.echo(f"Candidate {named} is rejected; the bundle in use stays.")


@app.command("rollback")
def roll_back(context: typer.Context, reason: Reason = "", actor: Actor = "") -> None:
    """Put the bundle back in use that was before the last promotion."""
    from api.loop.promotion import roll_back

    before = roll_back(context.obj.open(), context.obj.deed(actor, reason))
    typer.echo(f"Bundle {before.version} is in use again; running servers take it over within seconds.")


def _pair_table(pairs: PairReport) -> Table:
    table = Table("on the same messages", "in use", "candidate", "difference (95 %)", "p")
    agreement = pairs.agreement
    table.add_row(
        "same decision", "", "", f"{agreement.value:.1%} ({agreement.low:.1%} to {agreement.high:.1%})"
    )
    changes = {"handed over": pairs.handoff, "answered": pairs.answered}
    changes[f"right, of {pairs.labelled} labelled"] = pairs.accuracy
    for name, changed in changes.items():
        if changed:
            table.add_row(*_changed_row(name, changed))
    return table


def _changed_row(name: str, changed: Changed) -> tuple[str, ...]:
    found = changed.difference
    span = f"{found.value:+.1%} ({found.low:+.1%} to {found.high:+.1%})" if found.value is not None else ""
    return name, f"{changed.champion:.1%}", f"{changed.candidate:.1%}", span, f"{changed.p:.3f}"


def _arm_line(name: str, compared: ComparedShare) -> str:
    if compared.value is None:
        return f"{name}: too few conversations to compare"
    span = f"{compared.value:+.1%} ({compared.low:+.1%} to {compared.high:+.1%}), p = {compared.p:.3f}"
    one, other = compared.champion, compared.candidate
    return f"{name}: {one.value:.1%} of {one.n} in use, {other.value:.1%} of {other.n} candidate: {span}"


def _decided(decided: tuple[str, str | None]) -> str:
    return " ".join(part for part in decided if part)
