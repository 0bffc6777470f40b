"""What every encoder must do, and how the shipped one refuses damaged files."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest

from knowledge_base.errors import BundleError, MissingExtraError
from knowledge_base.search.encoders import (
    DESCRIPTION_FILE,
    MODEL_FILE,
    TOKENIZER_FILE,
    Encoder,
    HubEncoder,
    OnnxEncoder,
)

SHIPPED = Path(str(files("assistant"))) / "bundle" / "encoder"
QUESTIONS = ["保单丢了怎么办", "住院发票不见了", "app", "车险到期了怎么续保,要重新验车吗", "退保", "?"]
INSTALL = "needs the train extra: pip install 'baowen[train]'"


@pytest.fixture(scope="module")
def shipped():
    return OnnxEncoder.load(SHIPPED)


@pytest.fixture(scope="module")
def hub_folder(tmp_path_factory):
    """A tiny untrained model, saved in the hub's format."""
    library = pytest.importorskip("sentence_transformers", reason=INSTALL)
    from tokenizers import Tokenizer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    folder = tmp_path_factory.mktemp("hub")
    tokenizer = Tokenizer.from_file(str(SHIPPED / TOKENIZER_FILE))
    config = BertConfig(
        vocab_size=tokenizer.get_vocab_size(), hidden_size=32, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32,
    )  # fmt: skip
    BertModel(config).save_pretrained(folder / "plain")
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=64, **{"pad_token": "<pad>"})
    fast.save_pretrained(folder / "plain")
    library.SentenceTransformer(str(folder / "plain"), device="cpu").save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(params=["shipped", pytest.param("hub", marks=pytest.mark.train)])
def encoder(request):
    if request.param == "shipped":
        return request.getfixturevalue("shipped")
    return HubEncoder(str(request.getfixturevalue("hub_folder")))


@pytest.fixture
def copied(tmp_path):
    """A copy of the shipped files that a test may spoil."""
    return Path(shutil.copytree(SHIPPED, tmp_path / "encoder"))


class TestEveryEncoder:
    def test_is_one(self, encoder):
        assert isinstance(encoder, Encoder)
        assert encoder.id
        assert len(encoder.fingerprint) == 64
        assert encoder.dim > 0

    def test_gives_float32_rows_of_length_one(self, encoder):
        vectors = encoder.encode(QUESTIONS)
        assert vectors.shape == (len(QUESTIONS), encoder.dim)
        assert vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-4)

    def test_nothing_gives_no_rows(self, encoder):
        vectors = encoder.encode([])
        assert vectors.shape == (0, encoder.dim)
        assert vectors.dtype == np.float32

    def test_keeps_the_order_whatever_the_lengths(self, encoder):
        texts = ["长" * 40, "短", "中等长度的一句话", "短"]
        together = encoder.encode(texts)
        alone = np.concatenate([encoder.encode([text]) for text in texts])
        np.testing.assert_allclose(together, alone, atol=1e-5)

    def test_repeats_itself(self, encoder):
        np.testing.assert_array_equal(encoder.encode(QUESTIONS), encoder.encode(QUESTIONS))

    def test_reads_empty_and_endless_texts(self, encoder):
        vectors = encoder.encode(["", " ", "保险" * 3000, "\U0001f600"])
        assert np.isfinite(vectors).all()

    def test_different_texts_differ(self, encoder):
        first, second = encoder.encode(["怎么退保", "去哪里体检"])
        assert first @ second < 0.999


def test_shipped_one_knows_what_is_alike(shipped):
    lost, missing, motor = shipped.encode(["保单丢了怎么办", "合同不见了如何补", "交强险多少钱"])
    assert lost @ missing > lost @ motor + 0.1


def test_threads_change_nothing(shipped):
    texts = QUESTIONS * 5
    np.testing.assert_array_equal(OnnxEncoder.load(SHIPPED, threads=2).encode(texts), shipped.encode(texts))


def test_is_shared_between_threads(shipped):
    expected = shipped.encode(QUESTIONS)
    with ThreadPoolExecutor(4) as pool:
        for vectors in pool.map(lambda _: shipped.encode(QUESTIONS), range(20)):
            np.testing.assert_array_equal(vectors, expected)


def test_cuts_long_texts(shipped):
    head = "我想问一下" * 30
    np.testing.assert_array_equal(*shipped.encode([head + "怎么退保", head + "去哪里体检"]))


def test_shipped_files_fit():
    assert sum(path.stat().st_size for path in SHIPPED.iterdir()) <= 16_000_000


def test_same_files_same_fingerprint(shipped, copied):
    assert OnnxEncoder.load(copied).fingerprint == shipped.fingerprint


def test_fingerprint_follows_the_description(shipped, copied):
    description = json.loads((copied / DESCRIPTION_FILE).read_text())
    (copied / DESCRIPTION_FILE).write_text(json.dumps({**description, "max_length": 8}))
    assert OnnxEncoder.load(copied).fingerprint != shipped.fingerprint


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE, DESCRIPTION_FILE])
def test_missing_file(copied, name):
    (copied / name).unlink()
    with pytest.raises(BundleError, match=name):
        OnnxEncoder.load(copied)


@pytest.mark.parametrize("name", [MODEL_FILE, TOKENIZER_FILE])
def test_changed_file(copied, name):
    content = bytearray((copied / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copied / name).write_bytes(content)
    with pytest.raises(BundleError, match=rf"{name}.*sha256"):
        OnnxEncoder.load(copied)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"id": "x", "dim": 3, "max_length": 4, "files": {}}'])
def test_damaged_description(copied, text):
    (copied / DESCRIPTION_FILE).write_text(text)
    with pytest.raises(BundleError, match="damaged"):
        OnnxEncoder.load(copied)


def test_right_hash_of_a_wrong_model(copied):
    import hashlib

    (copied / MODEL_FILE).write_bytes(b"no model")
    description = json.loads((copied / DESCRIPTION_FILE).read_text())
    description["files"][MODEL_FILE] = hashlib.sha256(b"no model").hexdigest()
    (copied / DESCRIPTION_FILE).write_text(json.dumps(description))
    with pytest.raises(BundleError, match="cannot be loaded"):
        OnnxEncoder.load(copied)


def test_missing_extra_names_the_command(monkeypatch):
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'baowen\[train\]'"):
        HubEncoder("any")


@pytest.mark.train
def test_unknown_hub_model(tmp_path, hub_folder):
    with pytest.raises(BundleError, match="nowhere"):
        HubEncoder(str(tmp_path / "nowhere"))


def test_serving_loads_no_training_library():
    code = (
        "import sys; from pathlib import Path; from knowledge_base.search.encoders import OnnxEncoder; "
        f"OnnxEncoder.load(Path({str(SHIPPED)!r})).encode(['退保']); "
        "print({'torch', 'transformers', 'sentence_transformers', 'onnx', 'sklearn'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"
