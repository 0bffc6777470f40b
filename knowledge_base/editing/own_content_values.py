"""What an edit of a part of the own content may say, and what is wrong with one, by field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError

from knowledge_base.company import CompanyProfile
from knowledge_base.editing.entry_rows import is_writable
from knowledge_base.editing.wording import wordings_with
from knowledge_base.errors import ContentError
from knowledge_base.search.synonyms import synonyms_with
from knowledge_base.search.text import normalize

COMPANY, TERMS, PROTECTED, SYNONYMS, WORDING = "company", "terms", "protected", "synonyms", "wording"

MOST_ITEMS = 5000
LONGEST_WORD = 30
LONGEST_VALUE = 120
LONGEST_PATTERN = 500

_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"[\d\-+()（）转 ]{3,30}")
# A group that repeats and is itself repeated can take for ever on one sentence.
_NESTED = re.compile(r"\([^()]*[*+][^()]*\)\s*(?:[*+]|\{\d*,?\d*\})")

Fault = tuple[str, str, str]
"""Field or item, code, and the fault in a sentence."""


class InvalidContentError(ContentError):
    """An edit cannot be used.

    Attributes:
        faults: (field or item, code, sentence) of each fault.
    """

    def __init__(self, name: str, faults: tuple[Fault, ...]) -> None:
        lines = tuple(f"{field}: {code}: {said}" for field, code, said in faults)
        super().__init__(f"{name!r} was not saved: {'; '.join(lines[:3])}", lines)
        self.faults = faults


def validated(name: str, value: Any) -> Any:
    """Return an edit as it is stored.

    Raises:
        InvalidContentError: It cannot be used; nothing was stored.
    """
    made, faults = _CHECKS[name](value)
    if faults:
        raise InvalidContentError(name, tuple(faults))
    return made


def _company(value: Any) -> tuple[Any, list[Fault]]:
    said = {key: str(text).strip() for key, text in (value if isinstance(value, dict) else {}).items()}
    try:
        made = CompanyProfile.model_validate(said).model_dump()
    except ValidationError as error:
        return None, [(str(e["loc"][0]) if e["loc"] else "", e["type"], e["msg"]) for e in error.errors()]
    return made, [fault for key, text in made.items() for fault in _faults_of_value(key, text)]


def _faults_of_value(key: str, text: str) -> Iterator[Fault]:
    if len(text) > LONGEST_VALUE:
        yield key, "too_long", f"has {len(text)} characters, more than {LONGEST_VALUE}"
    if "{" in text or "}" in text or "\n" in text or not is_writable(text):
        yield key, "characters", "has braces, line ends or control characters"
    if key in ("hotline", "claims_line", "complaint_line") and not _PHONE.fullmatch(text):
        yield key, "phone", "is no telephone number"
    if key == "complaint_email" and not _ADDRESS.fullmatch(text):
        yield key, "email", "is no e-mail address"


def _words(value: Any) -> tuple[Any, list[Fault]]:
    if not isinstance(value, list):
        return None, [("", "list", "is no list of words")]
    words = list(dict.fromkeys(str(one).strip() for one in value if str(one).strip()))
    return words, [*_too_many(words), *(fault for word in words for fault in _faults_of_word(word))]


def _terms(value: Any) -> tuple[Any, list[Fault]]:
    words, faults = _words(value)
    kept = [normalize(word) for word in words or ()]  # segmentation sees texts that are normalised
    return list(dict.fromkeys(kept)), faults


def _too_many(items: Any) -> Iterator[Fault]:
    if len(items) > MOST_ITEMS:
        yield "", "too_many", f"has {len(items)} items, more than {MOST_ITEMS}"


def _faults_of_word(word: str) -> Iterator[Fault]:
    if len(word) > LONGEST_WORD:
        yield word[:LONGEST_WORD], "too_long", f"has more than {LONGEST_WORD} characters"
    elif not re.search(r"\w", word) or "#" in word or not is_writable(word) or "\n" in word:
        yield word, "characters", "is no word"


def _synonyms(value: Any) -> tuple[Any, list[Fault]]:
    if not isinstance(value, dict) or not all(isinstance(others, list) for others in value.values()):
        return None, [("", "mapping", "is no mapping of words to lists of words")]
    groups = {
        normalize(str(word)): list(dict.fromkeys(normalize(str(one)) for one in others if str(one).strip()))
        for word, others in value.items()
        if str(word).strip()
    }
    faults = [*_too_many(groups)]
    faults += [
        fault for word, others in groups.items() for one in (word, *others) for fault in _faults_of_word(one)
    ]
    if not faults:
        faults += _faults_of_groups(groups)
    return groups, faults


def _faults_of_groups(groups: Mapping[str, list[str]]) -> Iterator[Fault]:
    try:
        synonyms_with({word: tuple(others) for word, others in groups.items()})
    except ContentError as error:
        found = re.findall(r"'([^']+)'", error.message)
        yield found[0] if found else "", "twice", error.message


def _wording(value: Any) -> tuple[Any, list[Fault]]:
    if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
        return None, [("", "list", "is no list of rules")]
    rows = [{str(key): kept for key, kept in row.items() if kept not in ("", None, False)} for row in value]
    faults = [*_too_many(rows)]
    for row in rows:
        faults += _faults_of_rule(row)
    ids = [row.get("id") for row in rows]
    faults += [(str(one), "twice", "stands twice") for one in {i for i in ids if ids.count(i) > 1}]
    return rows, faults


def _faults_of_rule(row: Mapping[str, Any]) -> Iterator[Fault]:
    name = str(row.get("id", ""))
    for key in ("pattern", "unless"):
        pattern = str(row.get(key, ""))
        if len(pattern) > LONGEST_PATTERN:
            yield name, "too_long", f"{key} has more than {LONGEST_PATTERN} characters"
        elif _NESTED.search(pattern):
            yield name, "nested", f"{key} repeats a repetition, which may take for ever on a long sentence"
        elif pattern and re.search(pattern, "") if _compiles(pattern) else False:
            yield name, "everything", f"{key} fits every sentence"
    try:
        wordings_with([dict(row)])
    except ContentError as error:
        yield name, "rule", error.message


def _compiles(pattern: str) -> bool:
    try:
        re.compile(pattern)
    except re.error:
        return False
    return True


_CHECKS: dict[str, Callable[[Any], tuple[Any, list[Fault]]]] = {
    COMPANY: _company,
    TERMS: _terms,
    PROTECTED: _words,
    SYNONYMS: _synonyms,
    WORDING: _wording,
}
