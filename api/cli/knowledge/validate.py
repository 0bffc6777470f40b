"""``baowen kb validate``: check entries."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.cli.context import busy
from knowledge_base.company import read_company
from knowledge_base.editing.checks import check_entries
from knowledge_base.editing.formats import read_entries
from knowledge_base.editing.rules import shipped_rules
from knowledge_base.editing.shipping import SHIPPED
from knowledge_base.errors import ContentError
from knowledge_base.taxonomy import CONTENT


def validate(
    context: typer.Context,
    file: Annotated[
        Path | None, typer.Argument(help="File or folder of entries; without it, the shipped content.")
    ] = None,
) -> None:
    """Check entries: required fields, legal basis, wording, placeholders, variants, relations."""
    company = read_company(context.obj.settings.company_profile or CONTENT / "company.yaml")
    entries = read_entries(file) if file else SHIPPED.entries()
    with busy(f"Checking {len(entries)} entries"):
        findings = check_entries(entries, shipped_rules(company))
    if findings:
        lines = tuple(str(finding) for finding in findings)
        raise ContentError(f"{len(findings)} faults in {len(entries)} entries.", lines)
    questions = sum(len(entry.questions) for entry in entries if entry.kind == "answer")
    typer.echo(f"{len(entries)} entries with {questions} questions: no fault.")
