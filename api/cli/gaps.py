"""``baowen gaps``: what customers ask and are not told, grouped by meaning."""

from __future__ import annotations

import datetime as dt
import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from api.cli.context import busy
from api.services import Services
from evaluation.online.gaps import Gap
from knowledge_base.errors import InvalidInputError

_WORDS = {
    "no_entry": "no entry",
    "bad_rating": "rated badly",
    "rejected": "turned down",
    "unanswered": "handed over",
    "clarified": "asked back",
}


def gaps(
    context: typer.Context,
    since: Annotated[str, typer.Option(help="First day, YYYY-MM-DD; default: four weeks.")] = "",
    until: Annotated[str, typer.Option(help="Last day, YYYY-MM-DD; default: today.")] = "",
    top: Annotated[int, typer.Option(min=1, help="How many groups.")] = 20,
    dismissed: Annotated[bool, typer.Option("--dismissed", help="Also groups that were dismissed.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Group the questions that were not served, with trend, examples and the nearest entries."""
    # Only here: what groups is no part of what serves.
    from api.loop.gap_views import found_view
    from api.loop.gaps import gaps_of, period_of

    days = _day(since, "--since"), _day(until, "--until")
    services: Services = context.obj.open()
    begin, end = period_of(services, *days)
    with busy("Grouping the questions that were not served"):
        found = gaps_of(services, begin, end)
    if as_json:
        typer.echo(json.dumps(found_view(found, top, dismissed=dismissed), ensure_ascii=False, indent=1))
        return
    wanted = [gap for gap in found.gaps if dismissed or not gap.dismissed]
    out = Console(highlight=False, soft_wrap=True)
    out.print(f"{found.missed} of {found.asked} questions were not served; {len(wanted)} groups.")
    if wanted:
        out.print(_table(wanted[:top]))


def _day(given: str, option: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(given) if given else None
    except ValueError:
        raise InvalidInputError(f"{option} {given!r} is no day; write 2026-11-01.") from None


def _table(found: list[Gap]) -> Table:
    table = Table("question", "size", "share", "before", "trend", "how", "nearest entry")
    for gap in found:
        near = gap.nearest[0] if gap.nearest else None
        table.add_row(
            gap.question,
            str(gap.size),
            f"{gap.share.value:.1%}",
            str(gap.trend.before),
            _trend(gap),
            ", ".join(f"{_WORDS[kind]} {count}" for kind, count in gap.kinds.items()),
            f"{near.entry_id} {near.score:.2f}" if near else "",
        )
    return table


def _trend(gap: Gap) -> str:
    ratio = f" x{gap.trend.ratio:.1f}" if gap.trend.ratio is not None else ""
    return f"{gap.trend.direction}{ratio} (q {gap.trend.q:.3f})"
