"""Sums up blind judgements: two reviewers say yes, partly or no to each item."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
from rich.table import Table

from evaluation.statistics import cohen_kappa, proportion
from evaluation.types import Metric
from knowledge_base.errors import InvalidInputError

Verdict = Literal["yes", "partly", "no"]
VERDICTS: tuple[Verdict, ...] = get_args(Verdict)


@dataclass(frozen=True, slots=True)
class JudgementSummary:
    """What two reviewers found.

    Attributes:
        table: Number of items by the verdicts of the first and the second reviewer.
        yes: Share of items to which both said yes, with Wilson's interval.
        acceptable: Share of items to which neither said no.
        agreement: Share of items with the same verdict.
        kappa: Agreement beyond chance (Cohen); ``None`` where it is undefined.
    """

    n: int
    table: Mapping[tuple[Verdict, Verdict], int]
    yes: Metric
    acceptable: Metric
    agreement: Metric
    kappa: float | None


def summarise(first: Sequence[str], second: Sequence[str]) -> JudgementSummary:
    """Sum up the verdicts of two reviewers on the same items in the same order.

    Raises:
        InvalidInputError: Verdicts other than yes, partly and no (``detail`` lists them
            by item, the first being 1), or not equally many.
    """
    if len(first) != len(second):
        raise InvalidInputError(
            f"the reviewers judged {len(first)} and {len(second)} items; both must judge every item"
        )
    pairs = [*zip(_checked(first, "first"), _checked(second, "second"), strict=True)]
    return JudgementSummary(
        n=len(pairs),
        table=Counter(pairs),
        yes=_share([a == b == "yes" for a, b in pairs]),
        acceptable=_share(["no" not in pair for pair in pairs]),
        agreement=_share([a == b for a, b in pairs]),
        kappa=cohen_kappa(first, second),
    )


def _checked(verdicts: Sequence[str], reviewer: str) -> list[Verdict]:
    known = [verdict for given in verdicts for verdict in VERDICTS if verdict == given]
    if len(known) == len(verdicts):
        return known
    bad = tuple(f"item {i}: {given!r}" for i, given in enumerate(verdicts, 1) if given not in VERDICTS)
    raise InvalidInputError(
        f"the {reviewer} reviewer gave {len(bad)} verdicts other than {', '.join(VERDICTS)}; "
        f"the first: {bad[0]}",
        bad,
    )


def _share(successes: Sequence[bool]) -> Metric:
    return proportion(np.array(successes, dtype=bool), np.ones(len(successes)))


def judgement_table(summary: JudgementSummary) -> Table:
    """Return the verdicts as a table, the first reviewer's in rows, the figures below."""
    kappa = "undefined" if summary.kappa is None else f"{summary.kappa:.2f}"
    table = Table(caption=f"{summary.n} items, kappa {kappa}\n{_figures(summary)}", caption_justify="left")
    table.add_column("first \\ second")
    for verdict in VERDICTS:
        table.add_column(verdict, justify="right")
    for row in VERDICTS:
        table.add_row(row, *(str(summary.table.get((row, column), 0)) for column in VERDICTS))
    return table


def _figures(summary: JudgementSummary) -> str:
    shares = {"both yes": summary.yes, "no no": summary.acceptable, "same verdict": summary.agreement}
    return "\n".join(
        f"{name} {m.value:.1%} ({m.low:.1%} – {m.high:.1%})"
        for name, m in shares.items()
        if m.value is not None
    )
