"""``baowen label``: questions in, labelled rows out; the labelling itself is done at /labels."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from evaluation.labels.progress import progress_of
from evaluation.labels.question_files import read_questions
from evaluation.labels.sets import complete_questions, create_set, finished_rows, list_sets
from evaluation.labels.tables import LabelSetRow
from evaluation.row_files import write_rows
from knowledge_base.errors import InvalidInputError, NotFoundError

app = typer.Typer(help="Bring questions in to be labelled on /labels, and take labelled rows out.")


@app.command("import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Questions: .jsonl, .csv or .xlsx; only text is needed.")],
    name: Annotated[str, typer.Option(help="What people call the set; else the name of the file.")] = "",
    labels: Annotated[int, typer.Option(min=1, max=3, help="Labels that each question needs.")] = 2,
    actor: Annotated[str, typer.Option(help="Who imports; else BAOWEN_ACTOR or the system's user.")] = "",
) -> None:
    """Make a set of questions; labels in the file are left aside, personal data is masked."""
    questions = read_questions(file)
    deed = context.obj.deed(actor, "")
    with context.obj.open_accounts().transaction() as session:
        made = create_set(
            session,
            (name or file.stem)[:120],
            questions,
            source="import",
            wanted=labels,
            actor=f"cli:{deed.actor}"[:120],
            at=deed.at,
        )
        typer.echo(f"{len(questions)} questions in set {made.id}; label them on /labels")


@app.command("export")
def export(
    context: typer.Context,
    label_set: Annotated[str, typer.Argument(help="Id or name of the set; see 'baowen label list'.")],
    output: Annotated[Path, typer.Argument(help="Where the rows go: .jsonl, .csv or .xlsx.")],
) -> None:
    """Write the rows with a label that counts: agreed, or decided."""
    with context.obj.open_accounts().reading() as session:
        found = _found(list(list_sets(session)), label_set)
        total = progress_of(session, found, "").questions
        rows = list(finished_rows(complete_questions(session, found), found.wanted))
    if not rows:
        raise InvalidInputError(
            f"No question of {label_set!r} has a label that counts yet; nothing was written."
        )
    write_rows(output, rows)
    typer.echo(f"{len(rows)} of {total} rows written to {output}")


@app.command("list")
def list_(context: typer.Context) -> None:
    """List the sets with their progress."""
    with context.obj.open_accounts().reading() as session:
        for row in list_sets(session):
            found = progress_of(session, row, "")
            typer.echo(
                f"{row.id}  {row.created_at:%Y-%m-%d}  {found.complete} of {found.questions} complete, "
                f"{found.open_disagreements} to decide  {row.name}"
            )


def _found(sets: list[LabelSetRow], wanted: str) -> LabelSetRow:
    fitting = [row for row in sets if wanted in (row.id, row.name)]
    if len(fitting) != 1:
        found = f"{len(fitting)} sets are called so; give the id" if fitting else "see 'baowen label list'"
        raise NotFoundError(f"There is no one label set {wanted!r}: {found}.")
    return fitting[0]
