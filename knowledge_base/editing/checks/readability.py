"""Whether an answer can be read at once: the length of its sentences.

Sentence length and word difficulty are the classic predictors of how hard a text is:
R. Flesch, "A new readability yardstick", Journal of Applied Psychology 32 (1948),
221-233; for Chinese S.-J. Yang, "A readability formula for Chinese language" (PhD
thesis, University of Wisconsin, 1971). Length is measured here; which words a customer
knows is for the editor. The bounds are our own choice: 25 English words, the longest
sentence that plain-language guides for public services advise, are about 40 Chinese
characters, and a list of conditions may be twice as long where the rest is short.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

MAX_MEAN_SENTENCE = 40
MAX_SENTENCE = 80
"""Bounds on the letters of a sentence: the mean of an answer, and any single one."""

# A semicolon ends a thought as a full stop does, and so does the number of a step.
_END = re.compile(r"[。！？；!?;\n]|(?<!\d)\d{1,2}[.、．](?!\d)")


def sentences(text: str) -> list[tuple[int, int, int]]:
    """Return start, end and the number of letters and digits of each sentence."""
    ends = [*((mark.start(), mark.end()) for mark in _END.finditer(text)), (len(text), len(text))]
    starts = [0, *(end for _, end in ends)]
    spans = [(start, stop) for start, (stop, _) in zip(starts, ends, strict=False)]
    counted = ((start, stop, len(re.sub(r"\W", "", text[start:stop]))) for start, stop in spans)
    return [one for one in counted if one[2]]


def sentence_lengths(text: str) -> list[int]:
    """Return the number of letters and digits of each sentence."""
    return [letters for _, _, letters in sentences(text)]


def hard_to_read(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield what makes a text hard to read, with start and end of the place; both 0 for all of it."""
    found = sentences(text)
    if not found:
        return
    start, end, most = max(found, key=lambda one: one[2])
    if most > MAX_SENTENCE:
        yield f"a sentence has {most} characters, more than {MAX_SENTENCE}: split it", start, end
    mean = sum(letters for _, _, letters in found) / len(found)
    if mean > MAX_MEAN_SENTENCE:
        said = f"sentences have {mean:.0f} characters on average, more than {MAX_MEAN_SENTENCE}: shorten them"
        yield said, 0, 0
