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


def sentence_lengths(text: str) -> list[int]:
    """Return the number of letters and digits of each sentence."""
    lengths = (len(re.sub(r"\W", "", part)) for part in _END.split(text))
    return [length for length in lengths if length]


def hard_to_read(text: str) -> Iterator[str]:
    """Yield what makes a text hard to read."""
    lengths = sentence_lengths(text)
    if not lengths:
        return
    if max(lengths) > MAX_SENTENCE:
        yield f"a sentence has {max(lengths)} characters, more than {MAX_SENTENCE}: split it"
    if sum(lengths) / len(lengths) > MAX_MEAN_SENTENCE:
        mean = sum(lengths) / len(lengths)
        yield f"sentences have {mean:.0f} characters on average, more than {MAX_MEAN_SENTENCE}: shorten them"
