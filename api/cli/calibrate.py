"""``baowen calibrate``: thresholds with a promise, from labelled rows of one's own traffic."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from api.cli.context import busy, console
from api.services import Services
from assistant.certificate import UNCERTIFIED, Certificate
from knowledge_base.errors import InvalidInputError

if TYPE_CHECKING:
    from training.shortfall import Shortfall


def calibrate(
    context: typer.Context,
    data: Annotated[Path | None, typer.Argument(help="Labelled rows: .jsonl, .csv or .xlsx.")] = None,
    accuracy: Annotated[float, typer.Option(help="Least share of answers that are right, 0 to 1.")] = 0.85,
    handoff: Annotated[
        float, typer.Option(help="Greatest share of rows that end with a person, 0 to 1; 1 asks for none.")
    ] = 0.15,
    confidence: Annotated[float, typer.Option(help="Chance that both hold, 0 to 1.")] = 0.95,
    segment_min: Annotated[
        int, typer.Option(min=1, help="Rows from which on a part of the traffic is certified by itself.")
    ] = 300,
    as_json: Annotated[bool, typer.Option("--json", help="Print the certificate as JSON.")] = False,
    recheck: Annotated[
        bool, typer.Option("--recheck", help="Ask the newest certificate's rows again; needs no DATA.")
    ] = False,
) -> None:
    """Find answer cuts whose accuracy and handoff are certified; exit code 1 where there are none."""
    _require_shares(accuracy=accuracy, handoff=handoff, confidence=confidence)
    if recheck:
        _recheck(context.obj.open())
        return
    if data is None:
        raise InvalidInputError("No DATA was named. Give a file of labelled rows, or --recheck.")
    # Only here: what calibrates is no part of what serves.
    from api.calibration_run import CalibrationRequest, certificate_json, run_calibration
    from training.risk_control import Goals

    services: Services = context.obj.open()
    request = CalibrationRequest(data, Goals(accuracy, handoff), confidence, segment_min)
    with console().status("Reading") as status:
        result = run_calibration(services, services.fitted_thresholds, request, status.update)
    if result.certificate is None:
        _print_shortfall(result.shortfall)
        raise typer.Exit(1)
    if as_json:
        typer.echo(certificate_json(result.certificate))
        return
    _print_certificate(result.certificate)


def _require_shares(**shares: float) -> None:
    for name, share in shares.items():
        if not 0 < share <= 1 or (name != "handoff" and share == 1):
            raise InvalidInputError(f"--{name} {share!r} is no share between 0 and 1; write 0.85 for 85 %.")


def _recheck(services: Services) -> None:
    from api.certification import recheck_entries

    if services.standing.certificate is None:
        raise InvalidInputError("There is no certificate for this bundle. Run 'baowen calibrate DATA'.")
    with busy("Asking the calibration rows again"):
        changed = recheck_entries(services, tuple(services.snapshot.entries.values()))
    if changed:
        typer.echo(f"Void: {changed}. Stricter cuts are in use; label new rows and calibrate on them.")
        raise typer.Exit(1)
    typer.echo("No decision and no verdict changed: the certificate holds for the present entries.")


def _print_shortfall(shortfall: Shortfall | None) -> None:
    out = Console(highlight=False, soft_wrap=True)
    out.print("Not certified; the thresholds in use stay as they are.")
    if shortfall is None:
        return
    for reason in shortfall.reasons:
        out.print(f"- {reason}", markup=False)
    out.print(
        f"Nearest pair on these rows: --accuracy {shortfall.accuracy:.3f} --handoff {shortfall.handoff:.3f} "
        "(a forecast; asking for it spends confidence again).",
        markup=False,
    )


def _print_certificate(certificate: Certificate) -> None:
    out, stored = Console(highlight=False, soft_wrap=True), certificate.stored
    claims = stored["claims"]
    out.print(f"Certificate {certificate.id}: {certificate.summary}.", markup=False)
    out.print(_claims_table(claims))
    out.print(_segments_table(claims["segments"], certificate))
    spent = stored["spending"]
    out.print(
        f"Run {spent['run']} on these rows spends {spent['level']:.4f} of the chance of error "
        f"({spent['before']:.4f} before).",
        markup=False,
    )
    if certificate.basis == "written":
        out.print(f"{UNCERTIFIED}: not every row is an audited one (source: audit).", markup=False)


def _claims_table(claims: Mapping[str, Any]) -> Table:
    table = Table("tested rows", "seen", "exact bound", "promised")
    for name, about in (("accuracy", "answers right, by entry"), ("accuracy_by_intent", "… by intent")):
        claim = claims[name]
        seen = f"{claim['right']} of {claim['answered']}"
        promised = f">= {claim['promised']:.1%}" if "promised" in claim else ""
        table.add_row(about, seen, f">= {claim['low']:.1%}", promised)
    for name, about in (("handoff", "ending with a person"), ("handed_over", "… handed over")):
        claim = claims[name]
        promised = f"<= {claim['promised']:.1%}" if "promised" in claim else ""
        table.add_row(
            about, f"{claim['with_person']} of {claim['rows']}", f"<= {claim['high']:.1%}", promised
        )
    return table


def _segments_table(segments: Sequence[Mapping[str, Any]], certificate: Certificate) -> Table:
    table = Table("part of the traffic", "rows", "answer cut", "right", "exact bound", "")
    cuts, default = certificate.thresholds.answer_cuts, certificate.thresholds.default.answer
    table.add_row("all others", "", f"{default:.2f}", "", "", "")
    for part in segments:
        cut = cuts.get(part["name"], default)
        said = "certified by itself" if part["certified"] else "not certified by itself"
        said = said if part["tested"] else "too few rows: stricter"
        right = f"{part['right']} of {part['answered']}"
        shown = f"{cut:.2f}" if cut <= 1 else "never"
        table.add_row(part["name"], str(part["rows"]), shown, right, f">= {part['low']:.1%}", said)
    return table
