"""Texts become vectors: the shipped ONNX encoder, or any model of the hub's format.

Texts come in normalised (``knowledge_base.search.text.normalize``). Every encoder
gives float32 [texts, dim] with rows of length 1, and a fingerprint that an index
stores, so that it can refuse vectors of another make.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from knowledge_base.errors import BundleError, MissingExtraError

MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
DESCRIPTION_FILE = "encoder.json"

_WORTH_THREADS = 16


@runtime_checkable
class Encoder(Protocol):
    """What search and understanding ask of an encoder."""

    @property
    def id(self) -> str:
        """A readable name with the version of its training."""
        ...

    @property
    def fingerprint(self) -> str:
        """The sha256, in hex, of everything that decides its vectors."""
        ...

    @property
    def dim(self) -> int:
        """The length of a vector, in numbers."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 [len(texts), dim], each row of length 1, in the order of ``texts``."""
        ...


@dataclass(frozen=True, slots=True)
class Description:
    """What ``encoder.json`` says of the files beside it.

    Attributes:
        id: The encoder's name.
        dim: Length of a vector.
        max_length: Tokens read of a text, the borders counted; the rest is cut.
        files: sha256 in hex of each file by its name.
    """

    id: str
    dim: int
    max_length: int
    files: dict[str, str]

    @property
    def fingerprint(self) -> str:
        """The sha256 over the files' names and hashes, in hex."""
        lines = "".join(f"{name} {digest}\n" for name, digest in sorted(self.files.items()))
        return hashlib.sha256(f"{self.dim} {self.max_length}\n{lines}".encode()).hexdigest()


class OnnxEncoder:
    """The shipped encoder: tokens -> one ONNX graph -> vectors; safe to share between threads."""

    def __init__(
        self,
        description: Description,
        tokenizer: Tokenizer,
        session: onnxruntime.InferenceSession,
        threads: int,
    ) -> None:
        self._description = description
        self._tokenizer = tokenizer
        self._session = session
        self._threads = threads

    @classmethod
    def load(cls, folder: Path, threads: int = 1) -> OnnxEncoder:
        """Load the encoder of ``folder`` after comparing its files with their hashes.

        Args:
            folder: Holds ``encoder.json``, ``model.onnx`` and ``tokenizer.json``.
            threads: Texts encoded side by side, each on one core.

        Raises:
            BundleError: A file is missing, damaged, changed or of an unknown format.
        """
        description = read_description(folder)
        contents = {name: _read_verified(folder / name, digest) for name, digest in description.files.items()}
        try:
            tokenizer = Tokenizer.from_str(contents[TOKENIZER_FILE].decode())
            session = onnxruntime.InferenceSession(
                contents[MODEL_FILE], _options(), providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # both libraries raise bare exceptions of their own
            raise BundleError(
                f"the encoder in {str(folder)!r} has the right hashes but cannot be loaded ({error}); "
                "onnxruntime or tokenizers may be older than pyproject.toml asks for: reinstall baowen"
            ) from error
        tokenizer.enable_truncation(description.max_length)
        return cls(description, tokenizer, session, threads)

    @property
    def id(self) -> str:
        """The name given by the training run."""
        return self._description.id

    @property
    def fingerprint(self) -> str:
        """The sha256 over the model's and the tokeniser's files."""
        return self._description.fingerprint

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return self._description.dim

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 [len(texts), dim], rows of length 1.

        Each text is run by itself: int8 inputs are scaled by the whole batch, so a vector would
        depend on its neighbours, and a batch is only a tenth faster on a processor.
        """
        tokens = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        vectors = np.empty((len(tokens), self.dim), dtype=np.float32)
        if self._threads == 1 or len(tokens) < _WORTH_THREADS:
            _fill(vectors, map(self._run, tokens))
        else:
            with ThreadPoolExecutor(self._threads) as pool:
                _fill(vectors, pool.map(self._run, tokens))
        return vectors

    def _run(self, tokens: list[int]) -> NDArray[np.float32]:
        ids = np.array([tokens], dtype=np.int64)
        inputs = {"input_ids": ids, "attention_mask": np.ones_like(ids)}
        return np.asarray(self._session.run(["vectors"], inputs)[0][0], dtype=np.float32)


class HubEncoder:
    """Any sentence-transformers model, by folder or hub name (the ``train`` extra)."""

    def __init__(self, name_or_path: str) -> None:
        """Load the model.

        Raises:
            MissingExtraError: sentence-transformers is not installed.
            BundleError: The model cannot be found or loaded.
        """
        self._model = _load_hub_model(name_or_path)
        self._id = name_or_path
        self._fingerprint = _state_digest(self._model)

    @property
    def id(self) -> str:
        """The folder or hub name it was loaded by."""
        return self._id

    @property
    def fingerprint(self) -> str:
        """The sha256 over all its weights."""
        return self._fingerprint

    @property
    def dim(self) -> int:
        """The length of a vector."""
        return int(self._model.get_embedding_dimension())

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return float32 [len(texts), dim], rows of length 1."""
        if not texts:
            return np.empty((0, self.dim), dtype=np.float32)
        vectors = self._model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(vectors, dtype=np.float32)


def read_description(folder: Path) -> Description:
    """Read ``encoder.json``.

    Raises:
        BundleError: It is missing, no JSON, or lacks a field.
    """
    path = folder / DESCRIPTION_FILE
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        files = {name: str(raw["files"][name]) for name in (MODEL_FILE, TOKENIZER_FILE)}
        return Description(str(raw["id"]), int(raw["dim"]), int(raw["max_length"]), files)
    except OSError as error:
        raise BundleError(
            f"the encoder's description {str(path)!r} cannot be read ({error.strerror}); "
            "check the path of the bundle, or reinstall baowen"
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise BundleError(
            f"the encoder's description {str(path)!r} is damaged ({error!r}); "
            "reinstall baowen, or train the bundle anew: baowen train"
        ) from error


def _read_verified(path: Path, digest: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise BundleError(
            f"the encoder's file {str(path)!r} cannot be read ({error.strerror}); "
            "the bundle is incomplete: reinstall baowen, or train it anew: baowen train"
        ) from error
    found = hashlib.sha256(content).hexdigest()
    if found != digest:
        raise BundleError(
            f"the encoder's file {str(path)!r} has sha256 {found!r} instead of {digest!r}; "
            "it was changed or copied in part: reinstall baowen, or train the bundle anew: baowen train"
        )
    return content


def _fill(vectors: NDArray[np.float32], found: Iterable[NDArray[np.float32]]) -> None:
    for place, vector in enumerate(found):
        vectors[place] = vector


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def _load_hub_model(name_or_path: str) -> Any:
    try:
        from sentence_transformers import SentenceTransformer
    except ImportError as error:
        raise MissingExtraError(
            f"the encoder {name_or_path!r} needs sentence-transformers, which is not installed; "
            "run: pip install 'baowen[train]'"
        ) from error
    try:
        return SentenceTransformer(name_or_path, device="cpu")
    except Exception as error:  # the library raises whatever its many loaders raise
        raise BundleError(
            f"the model {name_or_path!r} cannot be loaded ({error}); "
            "check the folder, or the hub name and the network"
        ) from error


def _state_digest(model: Any) -> str:
    digest = hashlib.sha256()
    for name, weight in sorted(model.state_dict().items()):
        digest.update(name.encode())
        digest.update(weight.detach().cpu().contiguous().numpy().tobytes())
    return digest.hexdigest()
