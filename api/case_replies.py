"""Asks labelled rows of the assistant as its customers would be answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from api.services import Services
from assistant.types import DecisionContext, Reply, Thresholds
from evaluation.runner import ReplyFor
from evaluation.types import Case
from knowledge_base.search.encoders import Encoder


def reply_for(services: Services) -> ReplyFor:
    """Return a function that answers a row in its channel, product and segment."""
    assistant = services.assistant()

    def reply(case: Case) -> Reply:
        return assistant.reply(
            case.text, DecisionContext(case.channel, case.product, case.segment, history=case.history)
        )

    return reply


def reply_with(services: Services, thresholds: Thresholds) -> ReplyFor:
    """Return the same by other thresholds."""
    return reply_for(replace(services, bundle=replace(services.bundle, thresholds=thresholds)))


class RememberingEncoder:
    """Encodes each text once, alone, as serving does: in a batch its vector might differ a little."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}

    @property
    def id(self) -> str:
        """Return the id of the encoder itself."""
        return self._encoder.id

    @property
    def fingerprint(self) -> str:
        """Return the fingerprint of the encoder itself."""
        return self._encoder.fingerprint

    @property
    def dim(self) -> int:
        """Return the length of a vector."""
        return self._encoder.dim

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 [len(texts), dim]."""
        for text in texts:
            if text not in self._known:
                self._known[text] = self._encoder.encode([text])[0]
        return np.stack([self._known[text] for text in texts])


def remembering(services: Services) -> Services:
    """Return the services with an encoder that remembers, for asking the same rows again and again."""
    bundle = replace(services.bundle, encoder=RememberingEncoder(services.bundle.encoder))
    return replace(services, bundle=bundle)
