"""What differs between two texts of an entry, as a page shows it: by field and by word, in Chinese."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import yaml

from knowledge_base.editing.comparison import Difference
from knowledge_base.editing.entry_rows import entry_to_dict
from knowledge_base.editing.word_diffs import Piece, Words, diff_words
from knowledge_base.taxonomy import CONTENT, shipped_taxonomy
from knowledge_base.types import Entry, LegalBasis

Json = dict[str, Any]

_SHOWN = (
    "question",
    "variants",
    "answer",
    "short_answer",
    "source",
    "legal_basis",
    "intent",
    "kind",
    "products",
    "channels",
    "valid_from",
    "valid_to",
    "related",
)
_LISTS = frozenset({"variants", "legal_basis", "products", "channels", "related"})
_VALUES: Mapping[str, Mapping[str, str]] = {
    "source": {"law": "法律法规", "contract": "合同条款", "company": "公司规定", "practice": "行业惯例"},
    "kind": {"answer": "回答", "acknowledgement": "转人工时的话术"},
}


def difference_view(difference: Difference, words: Words) -> Json:
    """Return one entry that differs.

    ``what`` is added, changed or removed. ``fields`` are those that differ (of an entry that
    is new or goes: all that are set), in the order they are read in; each holds ``pieces`` of
    one text, or a list of such ``items``.
    """
    before, after = difference.before, difference.after
    entry = after or before
    return {
        "entry_id": difference.entry_id,
        "question": entry.question if entry else "",
        "what": "changed" if before and after else "added" if after else "removed",
        "before": before.revision if before else None,
        "after": after.revision if after else None,
        "fields": list(_fields(before, after, words)),
    }


def changed_fields(difference: Difference) -> list[str]:
    """Return the names of the fields that differ, without how."""
    one, other = _texts(difference.before), _texts(difference.after)
    return [name for name in _SHOWN if one.get(name) != other.get(name)]


def _fields(before: Entry | None, after: Entry | None, words: Words) -> Iterator[Json]:
    one, other = _texts(before), _texts(after)
    for name in _SHOWN:
        old, new = one.get(name, []), other.get(name, [])
        if old == new:
            continue
        if name in _LISTS:
            yield {"field": name, "items": [_plain(run) for run in _items(old, new, words)]}
        else:
            yield {"field": name, "pieces": _plain(diff_words("".join(old), "".join(new), words))}


def _plain(pieces: Sequence[Piece]) -> list[dict[str, str]]:
    return [piece.to_dict() for piece in pieces]


def _items(old: Sequence[str], new: Sequence[str], words: Words) -> Iterator[Sequence[Piece]]:
    """Yield items in the newer order; one that was reworded is one item, where both are as many."""
    gone, came = [i for i in old if i not in new], [i for i in new if i not in old]
    reworded = dict(zip(came, gone, strict=True)) if len(gone) == len(came) else {}
    for item in new:
        if item in old:
            yield (Piece("same", item),)
        elif item in reworded:
            yield diff_words(reworded[item], item, words)
        else:
            yield (Piece("added", item),)
    if not reworded:
        yield from ((Piece("removed", item),) for item in gone)


def _texts(entry: Entry | None) -> dict[str, list[str]]:
    """Return what an entry says as people read it, by field; what is not set is left out."""
    if entry is None:
        return {}
    said = entry_to_dict(entry) | {"legal_basis": list(entry.legal_basis)}
    lists = {name: said[name] if name in _LISTS else [said[name]] for name in _SHOWN if said[name]}
    return {name: [_reader(name)(item) for item in items] for name, items in lists.items()}


def _reader(field: str) -> Callable[[Any], str]:
    match field:
        case "intent":
            return intent_name
        case "legal_basis":
            return _basis_text
        case "products":
            return lambda product: product_names().get(product, product)
    return lambda value: _VALUES.get(field, {}).get(value, str(value))


def _basis_text(basis: LegalBasis) -> str:
    return f"{basis}（{basis.version} 版）"


def intent_name(intent: str) -> str:
    """Return an intent's Chinese name."""
    known = shipped_taxonomy().intents.get(intent)
    return known.name if known else intent


@cache
def product_names() -> Mapping[str, str]:
    """Return the Chinese names of the products that an entry may be limited to."""
    read = yaml.safe_load((CONTENT / "products.yaml").read_text(encoding="utf-8"))
    return {product: told["name"] for product, told in read.items()}
