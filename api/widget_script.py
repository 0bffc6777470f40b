"""Joins the widget's modules into the one script that a site includes.

In the repository they stay plain ES modules, which browsers and tests can also load one by
one; a customer's browser would need forty requests for them. Each module becomes a function
that gives back what it exports, in the order of their imports; whole-line comments and
indentation are left out. Nothing else is changed.
"""

from __future__ import annotations

import re
from pathlib import Path

_IMPORT = re.compile(r'^import \{([^}]*)\} from "(\.[^"]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:const|let|class|function) (\w+))", re.MULTILINE)
_LINE_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)
_DOC_COMMENT = re.compile(r"^[ \t]*/\*\*.*?\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


def joined_script(entry: Path) -> str:
    """Return a module and all it imports as one module.

    Args:
        entry: The module that a site includes.
    """
    numbers: dict[Path, int] = {}
    parts: list[str] = []
    _add(entry.resolve(), numbers, parts)
    return "".join(parts)


def _add(module: Path, numbers: dict[Path, int], parts: list[str]) -> int:
    """Add a module behind those that it imports; return its number."""
    if module in numbers:
        return numbers[module]
    source = module.read_text(encoding="utf-8")
    imports = [
        f"const {{{_renamed(names)}}} = m{_add((module.parent / path).resolve(), numbers, parts)};\n"
        for names, path in _IMPORT.findall(source)
    ]
    number = numbers[module] = len(numbers)
    body = _bare(_EXPORT.sub("", _IMPORT.sub("", source)))
    exports = ", ".join(_EXPORT.findall(source))
    parts.append(f"const m{number} = (() => {{\n{''.join(imports)}{body}return {{{exports}}};\n}})();\n")
    return number


def _renamed(names: str) -> str:
    return ",".join(name.strip().replace(" as ", ": ") for name in names.split(",") if name.strip())


def _bare(source: str) -> str:
    return _INDENT.sub("", _DOC_COMMENT.sub("", _LINE_COMMENT.sub("", source)))
