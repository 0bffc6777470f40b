"""Cuts Chinese text into the terms that lexical search counts."""

from __future__ import annotations

import hashlib
import logging
import re
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

import jieba

from knowledge_base.search.lexicon import insurance_terms
from knowledge_base.search.synonyms import NO_SYNONYMS, Synonyms
from knowledge_base.settings import make_private_folder

jieba.setLogLevel(logging.WARNING)

LEAST_FREQUENCY = 10
"""Words of jieba's dictionary that are rarer in its corpus are left out.

Seven words in ten go, rare names for the most part, and with them 45 MB of memory and half
a second of every start; character bigrams find them all the same.
"""

_RUN = re.compile(r"[一-鿿]+|[a-z0-9]+")


class Tokenizer:
    """jieba with the insurance lexicon, and character bigrams.

    Args:
        cache_dir: Folder for jieba's dictionary cache. It must belong to this
            user alone: the cache is unmarshalled, so the shared temporary folder
            (jieba's default) would let another user plant code.
        extra_terms: Further words to keep whole.
        synonyms: Words that count as others in ``terms``.

    Raises:
        StorageError: The folder cannot be made.
    """

    def __init__(
        self, cache_dir: Path, extra_terms: tuple[str, ...] = (), synonyms: Synonyms = NO_SYNONYMS
    ) -> None:
        make_private_folder(cache_dir)
        self._synonyms = synonyms
        self._cache_dir = cache_dir
        self._terms = (*insurance_terms(), *extra_terms)

    @property
    def fingerprint(self) -> str:
        """Return the SHA-256 of what decides the terms: the dictionary, words kept whole, synonyms."""
        lines = [version("jieba"), str(LEAST_FREQUENCY), self._synonyms.fingerprint, *self._terms]
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    @cached_property
    def _jieba(self) -> jieba.Tokenizer:
        """Load the dictionary at the first use: it takes most of a second."""
        tokenizer = jieba.Tokenizer(str(_common_words(self._cache_dir)))
        tokenizer.tmp_dir = str(self._cache_dir)
        for term in self._terms:
            tokenizer.add_word(term)
        return tokenizer

    def words(self, normalized: str) -> list[str]:
        """Return the words of a normalised text, without punctuation."""
        return [word for word in self.cut(normalized) if _RUN.fullmatch(word)]

    def cut(self, text: str) -> list[str]:
        """Return a text's words with all that stands between them: joined, they give it again."""
        words: list[str] = self._jieba.lcut(text)
        return words

    def is_word(self, text: str) -> bool:
        """Tell whether ``text`` is a word of the dictionary or one that is kept whole."""
        return bool(self._jieba.FREQ.get(text))

    def terms(self, normalized: str) -> list[str]:
        """Return words of two or more characters, Han bigrams and Latin runs, synonyms made one.

        A text of one character yields that character, so that nothing readable
        ends up without a term.
        """
        text = self._synonyms.apply(normalized)
        terms = [word for word in self.words(text) if len(word) > 1]
        for run in _RUN.findall(text):
            if run[0] >= "一":
                terms.extend(run[i : i + 2] for i in range(max(1, len(run) - 1)))
        return terms


def _common_words(folder: Path) -> Path:
    """Return the file of jieba's common words, written at the first use."""
    path = folder / f"common-{version('jieba')}-{LEAST_FREQUENCY}.txt"
    if not path.is_file():
        with jieba.get_dict_file() as dictionary:
            lines = [line for line in dictionary if int(line.split()[1]) >= LEAST_FREQUENCY]
        # Two processes may write it at once: each its own file, renamed when it is whole.
        with NamedTemporaryFile(dir=folder, delete=False) as file:
            file.writelines(lines)
        Path(file.name).replace(path)
    return path
