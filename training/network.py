"""The teacher's weights as a torch network and a tokeniser, whole or cut down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
from torch import Tensor, nn
from transformers import BertConfig, BertModel

from training.weights import Weights

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
PAD = SPECIAL.index("<pad>")
_BLOCK_NAMES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}


def build_network(
    weights: Weights, layers: Sequence[int], rows: NDArray[np.int64], positions: Sequence[int] = range(512)
) -> BertModel:
    """Build a BERT of the teacher's ``layers`` (its numbers, from 0) and word ``rows``.

    Args:
        weights: The teacher.
        layers: Which of its layers are stacked, in this order.
        rows: Which of its pieces are kept; a row's place becomes the token's number.
        positions: Which of its position embeddings are kept, in this order.

    Returns:
        The network in evaluation mode, float32, its word embeddings frozen.
    """
    config = _config(weights, len(layers), len(rows), len(positions))
    network = BertModel(config, add_pooling_layer=False)
    state = _embedding_state(weights, rows, positions)
    for place, layer in enumerate(layers):
        state |= _layer_state(weights, place, layer)
    network.load_state_dict(state, strict=False)
    network.embeddings.word_embeddings.weight.requires_grad_(False)
    return network.eval()


def build_tokenizer(
    pieces: Sequence[str], scores: NDArray[np.float32], max_length: int, prefix: str = ""
) -> Tokenizer:
    """Build the unigram tokeniser over ``pieces``, which start with the special four.

    Scores are rounded to four decimals, which keeps the file small and moves no border
    between pieces. ``prefix`` is put before every text ("query: " for the teacher).
    """
    vocabulary = [(piece, round(float(score), 4)) for piece, score in zip(pieces, scores, strict=True)]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=SPECIAL.index("<unk>"), byte_fallback=False))
    steps: list[normalizers.Normalizer] = [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " ")]
    if prefix:
        steps.append(normalizers.Prepend(prefix))
    tokenizer.normalizer = normalizers.Sequence(steps)
    metaspace = pre_tokenizers.Metaspace(prepend_scheme="always", split=True)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), metaspace])
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", SPECIAL.index("</s>"))]
    )
    tokenizer.add_special_tokens(list(SPECIAL))
    tokenizer.enable_truncation(max_length)
    return tokenizer


class States(nn.Module):  # type: ignore[misc, unused-ignore]
    """A network that gives what stands behind some of its layers, for every token."""

    def __init__(self, network: BertModel, layers: Sequence[int]) -> None:
        """Keep ``network``; ``layers`` counts from 1, its last layer is its number of layers."""
        super().__init__()
        self.network = network
        self._layers = tuple(layers)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return float32 [layers, texts, tokens, hidden] from two int64 [texts, tokens]."""
        output = self.network(input_ids=input_ids, attention_mask=attention_mask, output_hidden_states=True)
        return torch.stack([output.hidden_states[layer] for layer in self._layers])


class Pooled(nn.Module):  # type: ignore[misc, unused-ignore]
    """A network that gives one vector a text: the mean over its tokens, length 1."""

    def __init__(self, network: BertModel) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """Return float32 [texts, hidden] from two int64 [texts, tokens]."""
        states = self.network(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        return pool(states, attention_mask)


def pool(states: Tensor, attention_mask: Tensor) -> Tensor:
    """Return the mean over each text's own tokens, at length 1, [texts, hidden]."""
    mask = attention_mask.unsqueeze(-1).to(states.dtype)
    return nn.functional.normalize((states * mask).sum(1) / mask.sum(1), dim=-1)


def tokenize(tokenizer: Tokenizer, texts: Sequence[str]) -> list[list[int]]:
    """Return each text's token numbers, with the borders, not padded."""
    return [encoding.ids for encoding in tokenizer.encode_batch(list(texts))]


def pad(tokens: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Return int64 ``(input_ids, attention_mask)`` of shape [texts, longest]."""
    longest = max(len(row) for row in tokens)
    ids = torch.tensor([[*row, *[PAD] * (longest - len(row))] for row in tokens])
    mask = torch.tensor([[1] * len(row) + [0] * (longest - len(row)) for row in tokens])
    return ids, mask


def embed(model: nn.Module, tokens: Sequence[Sequence[int]], batch: int = 32) -> NDArray[np.float32]:
    """Return the vectors of ``tokens``, float32 [texts, hidden]; sorted by length inside."""
    order = sorted(range(len(tokens)), key=lambda place: len(tokens[place]))
    parts: list[NDArray[np.float32]] = []
    for start in range(0, len(order), batch):
        ids, mask = pad([tokens[place] for place in order[start : start + batch]])
        with torch.inference_mode():
            parts.append(model(ids, mask).numpy())
    vectors = np.empty((len(order), parts[0].shape[1]), dtype=np.float32)
    vectors[order] = np.concatenate(parts)
    return vectors


def _config(weights: Weights, layers: int, rows: int, positions: int) -> BertConfig:
    return BertConfig(
        vocab_size=rows,
        hidden_size=weights.shape.hidden,
        num_hidden_layers=layers,
        num_attention_heads=weights.shape.heads,
        intermediate_size=weights.shape.feed_forward,
        max_position_embeddings=positions,
        type_vocab_size=1,
        layer_norm_eps=1e-12,
        hidden_act="gelu",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
        pad_token_id=PAD,
        attn_implementation="eager",
    )


def _embedding_state(weights: Weights, rows: NDArray[np.int64], positions: Sequence[int]) -> dict[str, Any]:
    hidden = weights.shape.hidden
    tensors = weights.tensors
    return {
        "embeddings.word_embeddings.weight": torch.from_numpy(weights.words.rows(rows).floats()),
        "embeddings.position_embeddings.weight": _matrix(tensors["emb.pos"], hidden)[list(positions)],
        "embeddings.token_type_embeddings.weight": _matrix(tensors["emb.type"], hidden)[:1],
        "embeddings.LayerNorm.weight": torch.from_numpy(tensors["emb.ln.w"]),
        "embeddings.LayerNorm.bias": torch.from_numpy(tensors["emb.ln.b"]),
    }


def _layer_state(weights: Weights, place: int, layer: int) -> dict[str, Any]:
    state: dict[str, Any] = {}
    for short, name in _BLOCK_NAMES.items():
        target = f"encoder.layer.{place}.{name}"
        bias = weights.tensors[f"l{layer}.{short}.b"]
        weight = torch.from_numpy(weights.tensors[f"l{layer}.{short}.w"])
        state[f"{target}.bias"] = torch.from_numpy(bias)
        state[f"{target}.weight"] = weight if short.endswith("ln") else weight.reshape(len(bias), -1)
    return state


def _matrix(flat: NDArray[np.float32], columns: int) -> Tensor:
    return torch.from_numpy(flat.reshape(-1, columns))
