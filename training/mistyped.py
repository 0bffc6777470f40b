"""Copies of training questions with typing errors, so that the intent head reads what keyboards write.

The encoder learnt to forgive such errors; the character n-grams beside its vectors forgive none, and
a head that was fitted on clean questions trusts them too much (measured: docs/decisions/0030).
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from training.augment import homophones, with_typos

SHARE = 0.5
"""Share of the questions that are copied: with all of them, fitting takes half as long again for no gain."""


def mistyped(
    texts: Sequence[str], labels: Sequence[str], read: Callable[[str], str], seed: int
) -> tuple[list[str], list[str]]:
    """Return mistyped copies of a random ``SHARE`` of the labelled questions, with their labels.

    Args:
        texts: Normalised training questions.
        labels: The intent of each; one without ("") is not copied.
        read: Reads a text as the assistant does, typing errors mended. A copy that reads like its
            original is left out: it says nothing new.
        seed: Seed of the choice and of the errors.
    """
    rng = random.Random(seed)  # noqa: S311 no secret depends on it
    sounds = homophones(texts)
    labelled = [pair for pair in zip(texts, labels, strict=True) if pair[1]]
    picked = [pair for pair in labelled if rng.random() < SHARE]
    copies = [(read(with_typos(text, sounds, rng)), text, label) for text, label in picked]
    told = [(copy, label) for copy, text, label in copies if copy and copy != text]
    return [copy for copy, _ in told], [label for _, label in told]
