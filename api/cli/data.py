"""``baowen data``: look through labelled files, draw from them, measure agreement."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from api.cli.context import busy
from api.labelled_rows import read_labelled
from api.services import open_retrieval
from evaluation.agreement import Agreement, agreement_of
from evaluation.data_check import DataCheck, Row, check_data
from evaluation.noise_suggestion import NoiseSuggestion
from evaluation.overlap import THRESHOLD
from evaluation.reports.data_text import agreement_lines, check_lines, check_object
from evaluation.row_files import row_of, write_rows
from evaluation.stratified import sample_stratified
from evaluation.types import Case
from knowledge_base.errors import InvalidInputError
from knowledge_base.search.text import normalize
from knowledge_base.settings import Settings

app = typer.Typer(help="Care for labelled questions: duplicates, conflicts, noise, samples, agreement.")

FIELDS = ("intent", "action", "queue", "entry_ids")


@app.command("check")
def check(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Labelled rows: .jsonl, .csv or .xlsx.")],
    noise: Annotated[bool, typer.Option("--noise", help="Also suggest rows with a wrong intent.")] = False,
    similarity: Annotated[
        float, typer.Option(min=0.3, max=1, help="From which on two are nearly the same.")
    ] = THRESHOLD,
    as_json: Annotated[bool, typer.Option("--json", help="Everything, as JSON.")] = False,
) -> None:
    """List duplicates, near-duplicates, conflicting labels and questions that files share.

    Exit code 1 where labels conflict or files share a question.
    """
    read = {str(path): read_labelled(path) for path in files}
    if len(read) < len(files):
        raise InvalidInputError("A file is named twice; it would share every question with itself.")
    found = check_data(read, similarity)
    suggested = _suggestions(context.obj.settings, read) if noise else None
    if as_json:
        typer.echo(json.dumps(check_object(found, suggested), ensure_ascii=False, indent=2))
    else:
        typer.echo("\n".join(check_lines(found, suggested)))
    _require_clean(found)


def _require_clean(found: DataCheck) -> None:
    if found.conflicts or found.shared:
        raise typer.Exit(1)


def _suggestions(settings: Settings, files: Mapping[str, tuple[Case, ...]]) -> dict[Row, NoiseSuggestion]:
    from evaluation.label_noise import Opinion, suggest_noise  # scikit-learn takes seconds to load

    rows = [Row(name, case) for name, cases in files.items() for case in cases if case.scores_intent]
    if not rows:
        raise InvalidInputError("No row scores an intent, so none can have a wrong one.")
    with busy("Encoding and learning from the other rows"):
        bundle = open_retrieval(settings).bundle
        texts = [normalize(row.case.text) for row in rows]
        vectors = bundle.encoder.encode(texts)
        by_head = np.stack([bundle.intents.by_head(*one) for one in zip(texts, vectors, strict=True)])
        labels, acceptable = [row.case.intent for row in rows], [row.case.intents for row in rows]
        opinion = Opinion(bundle.intents.labels, by_head)
        found = suggest_noise(vectors, labels, acceptable, [row.asked for row in rows], opinion)
    return {rows[one.row]: one for one in found}


@app.command("sample")
def sample(
    file: Annotated[Path, typer.Argument(help="Labelled rows: .jsonl, .csv or .xlsx.")],
    rows: Annotated[int, typer.Option(min=1, help="How many are wanted.")],
    output: Annotated[Path, typer.Option(help="Where they go: .jsonl, .csv or .xlsx.")],
    by: Annotated[
        str, typer.Option(help="Field that makes the strata: intent, channel, action...")
    ] = "intent",
    least: Annotated[int, typer.Option(min=1, help="Rows of a small stratum.")] = 1,
    seed: Annotated[int | None, typer.Option(help="Another one draws other rows.")] = None,
) -> None:
    """Draw rows in strata, each by its share; weights make up for small strata."""
    more = {} if seed is None else {"seed": seed}
    drawn = sample_stratified(read_labelled(file), rows, by, least=least, **more)
    write_rows(output, [row_of(case) for case in drawn])
    typer.echo(f"{len(drawn)} rows written to {output}")


@app.command("agreement")
def agreement(
    files: Annotated[
        list[Path], typer.Argument(help="The same questions, each file with one person's labels.")
    ],
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Tell how far people agree who labelled the same questions, paired by id."""
    if len(files) < 2:
        raise InvalidInputError("Agreement needs the labels of two people or more, each in a file.")
    found = agreement_by_field([read_labelled(path) for path in files])
    if as_json:
        typer.echo(json.dumps({name: asdict(one) for name, one in found.items()}, indent=2))
    else:
        typer.echo("\n".join(agreement_lines(found)))


def agreement_by_field(files: list[tuple[Case, ...]]) -> dict[str, Agreement]:
    """Return the agreement in each field over rows of one id.

    Raises:
        InvalidInputError: No id is in two files, or an id stands for different questions.
    """
    by_id = [{case.id: case for case in cases} for cases in files]
    ids = list(dict.fromkeys(id_ for cases in by_id for id_ in cases))
    given = {id_: [cases.get(id_) for cases in by_id] for id_ in ids}
    for id_, cases in given.items():
        if len({case.text for case in cases if case}) > 1:
            raise InvalidInputError(f"the id {id_!r} stands for different questions; pair the files by id.")
    found = {
        name: agreement_of([[_label(case, name) for case in cases] for cases in given.values()])
        for name in FIELDS
    }
    if not found["action"].items:
        raise InvalidInputError("no id is in two of the files; pair the files by id.")
    return {name: one for name, one in found.items() if one.items}


def _label(case: Case | None, name: str) -> Hashable | None:
    return None if case is None else getattr(case, name) or None
