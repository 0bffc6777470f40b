"""``baowen ask``: one question through the whole pipeline."""

from __future__ import annotations

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from api.answers import reply_to_dict
from assistant.types import Reply
from knowledge_base.search.text import require_message

_ACTIONS = {"answer": "回答", "clarify": "澄清", "handoff": "转人工", "decline": "婉拒"}


def ask(
    context: typer.Context,
    text: Annotated[str, typer.Argument(help="The customer's question.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the whole reply as one JSON object.")
    ] = False,
) -> None:
    """Answer one question, or say who takes it."""
    require_message(text)
    reply = context.obj.open().logging_assistant().reply(text)
    if as_json:
        typer.echo(json.dumps(reply_to_dict(reply, text), ensure_ascii=False))
    else:
        _print_reply(reply)


def _print_reply(reply: Reply) -> None:
    out = Console(highlight=False)
    decision = reply.decision
    out.print(escape(reply.text))
    for number, choice in enumerate(reply.choices, start=1):
        out.print(f"  {number}. {escape(choice.text)}")
    for citation in reply.citations:
        basis = "、".join(citation.basis) or "公司业务规则"
        out.print(f"[dim]依据：{escape(basis)}（{citation.entry_id} 第 {citation.revision} 版）[/dim]")
    queue = f" → {decision.queue}" if decision.queue else ""
    concern = f"（{decision.concern}）" if decision.concern else ""
    out.print(
        f"[dim]{_ACTIONS[decision.action]}{queue} | {decision.reason}{concern} | {decision.intent} | "
        f"置信度 {decision.confidence:.2f} | {reply.elapsed_ms:.1f} ms[/dim]"
    )
