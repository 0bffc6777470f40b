"""``baowen kb search``: the entries nearest to a question."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from api.cli.context import busy
from api.cli.knowledge.intents import with_intents
from api.services import Services
from knowledge_base.editing.formats import decode_utf8, read_entries, split_lines
from knowledge_base.errors import InvalidInputError
from knowledge_base.search.search import SearchIndex, build_index, make_query
from knowledge_base.search.text import require_message
from knowledge_base.types import Candidate, Entry


def search(
    context: typer.Context,
    text: Annotated[str | None, typer.Argument(help="One question.")] = None,
    batch: Annotated[Path | None, typer.Option(help="JSONL rows {id, text}, searched one by one.")] = None,
    kb: Annotated[Path | None, typer.Option("--kb", help="Search this file of entries instead.")] = None,
    top: Annotated[int, typer.Option(min=1, max=100, help="Results a question.")] = 10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Find the entries nearest to a question, or to every row of a file."""
    if (text is None) == (batch is None):
        raise InvalidInputError("Give either one question or --batch FILE.")
    rows = _batch_rows(batch) if batch else [("1", require_message(text or ""))]
    services: Services = context.obj.open()
    index, entries = _index(services, kb)
    for row_id, question in rows:
        found = _search(services, index, question, top)
        if batch or as_json:
            results = [_result(candidate, entries, full=not batch) for candidate in found]
            typer.echo(json.dumps({"id": row_id, "results": results}, ensure_ascii=False))
        else:
            Console().print(_table(found, entries))


def _batch_rows(path: Path) -> list[tuple[str, str]]:
    """Read rows {id, text}; every bad one is listed."""
    try:
        lines = split_lines(decode_utf8(path.read_bytes(), path.name))
    except OSError as error:
        raise InvalidInputError(f"File {str(path)!r} cannot be read ({error.strerror}).") from None
    rows: list[tuple[str, str]] = []
    faults: list[str] = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row["text"], str):
                raise TypeError("text is no string")
            rows.append((str(row["id"]), require_message(row["text"])))
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            faults.append(f"line {number}: not a row with id and text ({error!r})")
        except InvalidInputError as error:
            faults.append(f"line {number}: {error.message}")
    if faults:
        raise InvalidInputError(f"{path.name}: {len(faults)} bad rows, nothing was searched.", tuple(faults))
    return rows


def _index(services: Services, kb: Path | None) -> tuple[SearchIndex, dict[str, Entry]]:
    if kb is None:
        return services.snapshot.index, dict(services.snapshot.entries)
    entries = with_intents(read_entries(kb), services)
    with busy(f"Indexing {len(entries)} entries"):
        index = build_index(
            entries, services.bundle.encoder, services.tokenizer, services.bundle.dense_weight
        )
    return index, {entry.id: entry for entry in entries}


def _search(services: Services, index: SearchIndex, text: str, top: int) -> tuple[Candidate, ...]:
    query = make_query(text, services.tokenizer, index.speller)
    vector = services.bundle.encoder.encode([query.normalized])[0]
    return index.search(query, vector, top=top)


def _result(candidate: Candidate, entries: dict[str, Entry], *, full: bool) -> dict[str, object]:
    result: dict[str, object] = {"entry_id": candidate.entry_id, "score": round(candidate.fused, 4)}
    if full:
        entry = entries[candidate.entry_id]
        result |= {
            "intent": entry.intent,
            "question": entry.question,
            "matched_question": candidate.matched_question,
            "dense": round(candidate.dense, 4),
            "lexical": round(candidate.lexical, 4),
        }
    return result


def _table(found: tuple[Candidate, ...], entries: dict[str, Entry]) -> Table:
    table = Table("rank", "entry", "question", "matched", "dense", "lexical", "fused")
    for one in found:
        scores = (f"{one.dense:.3f}", f"{one.lexical:.3f}", f"{one.fused:.3f}")
        texts = (one.entry_id, entries[one.entry_id].question, one.matched_question)
        table.add_row(str(one.rank), *map(escape, texts), *scores)
    return table
