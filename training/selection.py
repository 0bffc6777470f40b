"""Which training questions the index keeps.

The heads have learnt from all of them. In the index each costs memory, time at the first start
and bytes in the bundle, and one that the entry head names surely adds little to its neighbours:
what stays are the questions near the borders (Hart, "The Condensed Nearest Neighbor Rule", IEEE
Transactions on Information Theory 14 (1968), 515-516).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from assistant.understanding.entry_head import EntryHead
from knowledge_base.types import Example

MOST_EXAMPLES = 24_000
"""Examples in the index: with the published questions they stay below 20 MB of bundle and 450 MB
of a serving process."""


def sureness(vectors: NDArray[np.float32], classes: Sequence[str], head: EntryHead) -> NDArray[np.float32]:
    """Return float32 [questions]: the log probability that the head gives each one's own class.

    Args:
        vectors: float32 [questions, dim].
        classes: What each asks for (see ``training.entry_head.class_of``); what the head does not
            know can only vote, and is never named surely.
        head: The entry head, fitted on them.
    """
    logits = vectors @ head.weights.T + head.bias
    logits -= logits.max(axis=1, keepdims=True)
    places = np.array([head.places.get(name, -1) for name in classes], dtype=np.int64)
    sure = logits[np.arange(len(logits)), places] - np.log(np.exp(logits).sum(axis=1))
    return np.where(places < 0, np.float32(-np.inf), sure)


def kept_examples(
    examples: Sequence[Example], sure: Mapping[str, float], most: int = MOST_EXAMPLES
) -> tuple[Example, ...]:
    """Return the examples that the head names least surely, in their order.

    Args:
        examples: The training questions.
        sure: ``sureness`` by text; an example that is not there is a published question's text.
        most: How many at most.
    """
    there = [example for example in examples if example.text in sure]
    last = sorted(sure[example.text] for example in there)[:most][-1:]
    return tuple(example for example in there if sure[example.text] <= last[0]) if last else ()
