"""A group of commands whose modules are loaded when one is called.

``baowen serve`` needs none of what ``baowen evaluate`` computes with: loading every command's
module at every start took seconds and a hundred megabytes.
"""

from __future__ import annotations

from importlib import import_module
from types import MappingProxyType
from typing import Any

import typer
import typer.core
import typer.main

COMMANDS = MappingProxyType(
    {
        "ask": "ask:ask",
        "serve": "serve:serve",
        "evaluate": "evaluate:evaluate",
        "compare": "compare:compare",
        "calibrate": "calibrate:calibrate",
        "report": "report:report",
        "train": "train:train",
        "gaps": "gaps:gaps",
        "bench": "bench:bench",
        "doctor": "doctor:doctor",
        "home": "home:home",
        "kb": "knowledge:app",
        "candidate": "candidate:app",
        "release": "release:app",
        "data": "data:app",
        "label": "label:app",
        "user": "accounts:user_app",
        "key": "accounts:key_app",
    }
)
"""Where each command is: the module within ``api.cli`` and its function or group."""


class LazyGroup(typer.core.TyperGroup):
    """The commands of ``COMMANDS``; help loads them all, a call only its own."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names in the order in which help shows them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return a command, loaded; None where there is none of that name."""
        if cmd_name not in self.commands and cmd_name in COMMANDS:
            self.commands[cmd_name] = _loaded(cmd_name)
        return self.commands.get(cmd_name)


def _loaded(name: str) -> Any:
    module, attribute = COMMANDS[name].split(":")
    found = getattr(import_module(f"api.cli.{module}"), attribute)
    if isinstance(found, typer.Typer):
        command: Any = typer.main.get_group(found)
    else:
        app = typer.Typer(add_completion=False)
        app.command(name)(found)
        command = typer.main.get_command(app)
    command.name = name
    return command
