"""Which of the teacher's 250,002 pieces the encoder keeps.

Serving folds a text to simplified, lower-case characters before it is encoded, so a
piece that this folding changes can never be met and is dropped; so are all scripts
but Han and ASCII. What is left in Han is kept whole, because a dropped piece splits
a word in another place and moves its vector.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
import opencc
from numpy.typing import NDArray

from training.network import SPECIAL, build_tokenizer, tokenize
from training.weights import Weights

SPACE = "▁"
LATIN_PIECES = 6000
"""ASCII pieces kept by score beside those that occur: English, pinyin and numbers."""


def used_pieces(weights: Weights, texts: Sequence[str]) -> NDArray[np.int64]:
    """Return the rows, rising, that the whole tokeniser needs for ``texts``."""
    tokenizer = build_tokenizer(full_pieces(weights), weights.scores, 512)
    rows = {token for text in tokenize(tokenizer, texts) for token in text}
    return np.array(sorted(rows), dtype=np.int64)


def full_pieces(weights: Weights) -> tuple[str, ...]:
    """Return all pieces of the teacher, the special four under their own names."""
    return SPECIAL + weights.pieces[len(SPECIAL) :]


def kept_pieces(weights: Weights, texts: Sequence[str], latin: int = LATIN_PIECES) -> NDArray[np.int64]:
    """Return the rows to keep, rising, the special four first.

    Kept are: every piece of folded Han characters and punctuation, the ``latin``
    likeliest lower-case ASCII pieces, and whatever ``texts`` need (folded as serving does).
    """
    reachable = [row for row, piece in enumerate(weights.pieces) if _is_folded(piece)]
    han = _rows(row for row in reachable if _is_han(weights.pieces[row]))
    ascii_rows = [row for row in reachable if not _is_han(weights.pieces[row])]
    ascii_rows.sort(key=lambda row: (len(weights.pieces[row]) > 1, -float(weights.scores[row])))
    special = np.arange(len(SPECIAL))
    kept = np.concatenate([special, han, _rows(ascii_rows[:latin]), used_pieces(weights, texts)])
    return np.unique(kept)


def unknown_characters(weights: Weights, texts: Iterable[str]) -> list[str]:
    """Return the characters of ``texts`` that no piece covers: the encoder cannot read them."""
    known = {char for piece in weights.pieces for char in piece}
    return sorted({char for text in texts for char in text if not char.isspace()} - known)


def _rows(rows: Iterable[int]) -> NDArray[np.int64]:
    return np.fromiter(rows, dtype=np.int64)


def _is_folded(piece: str) -> bool:
    """Tell whether serving can meet ``piece``: Han, ASCII or punctuation, simplified, lower case."""
    plain = piece.replace(SPACE, "")
    if not all(_is_punctuation(char) or char.isascii() or _is_han(char) for char in plain):
        return False
    return plain == plain.lower() and _TO_SIMPLIFIED.convert(plain) == plain


def _is_han(text: str) -> bool:
    return any("\u3400" <= char <= "\u9fff" for char in text) or any(_is_punctuation(char) for char in text)


def _is_punctuation(char: str) -> bool:
    return "\u3000" <= char <= "\u303f" or "\u2010" <= char <= "\u2027"


_TO_SIMPLIFIED = opencc.OpenCC("t2s")
