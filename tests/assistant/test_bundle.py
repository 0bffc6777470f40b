"""The bundle: verified, refused when altered, small enough to ship."""

import json
import shutil

import numpy as np
import pytest

from assistant.certificate import SHIPPED_NAME
from assistant.understanding.bundle import MANIFEST, SHIPPED_BUNDLE, file_hash, load_bundle
from assistant.understanding.intents import COMPLEX_CASE, Voters
from knowledge_base.errors import BundleError
from knowledge_base.taxonomy import shipped_taxonomy


@pytest.fixture
def copy(tmp_path):
    folder = tmp_path / "bundle"
    shutil.copytree(SHIPPED_BUNDLE, folder)
    return folder


def test_the_shipped_bundle_loads_and_knows_every_intent():
    bundle = load_bundle(SHIPPED_BUNDLE)
    assert set(bundle.intents.labels) == {*shipped_taxonomy().intents, COMPLEX_CASE}
    for field in ("source", "licence", "command", "seed", "data", "metrics"):
        assert bundle.manifest[field]


def test_the_shipped_bundle_is_at_most_20_mb():
    assert sum(path.stat().st_size for path in SHIPPED_BUNDLE.rglob("*")) <= 20 * 10**6


def test_the_manifest_lists_every_file():
    listed = json.loads((SHIPPED_BUNDLE / MANIFEST).read_text())["files"]
    there = {p.relative_to(SHIPPED_BUNDLE).as_posix() for p in SHIPPED_BUNDLE.rglob("*") if p.is_file()}
    assert there == {*listed, MANIFEST, SHIPPED_NAME}  # the certificate names the bundle, so it comes later


@pytest.mark.parametrize(
    "name",
    [
        "encoder/model.onnx",
        "encoder/tokenizer.json",
        "head.safetensors",
        "entry_head.safetensors",
        "entry_head.json",
        "examples.jsonl.gz",
        "vectors.safetensors",
        "thresholds.json",
    ],
)
def test_an_altered_or_missing_file_is_refused(copy, name):
    content = bytearray((copy / name).read_bytes())
    content[len(content) // 2] ^= 1
    (copy / name).write_bytes(content)
    with pytest.raises(BundleError, match="differs from its manifest"):
        load_bundle(copy)
    (copy / name).unlink()
    with pytest.raises(BundleError, match="missing"):
        load_bundle(copy)


def test_a_folder_without_manifest_or_of_another_format(copy):
    manifest = json.loads((copy / MANIFEST).read_text())
    (copy / MANIFEST).write_text(json.dumps({**manifest, "format_version": 99}))
    with pytest.raises(BundleError, match="format 99"):
        load_bundle(copy)
    (copy / MANIFEST).unlink()
    with pytest.raises(BundleError, match="missing or damaged"):
        load_bundle(copy)


def test_a_file_of_another_version_is_refused_even_with_a_fitting_hash(copy):
    (copy / "confidence.json").write_text('{"features": ["other"], "weights": [1], "bias": 0}')
    manifest = json.loads((copy / MANIFEST).read_text())
    manifest["files"]["confidence.json"] = file_hash(copy / "confidence.json")
    (copy / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match="not usable"):
        load_bundle(copy)


def test_confidence_over_other_products_is_refused(copy):
    stored = json.loads((copy / "confidence.json").read_text())
    (copy / "confidence.json").write_text(json.dumps({**stored, "crossed": stored["crossed"][::-1]}))
    manifest = json.loads((copy / MANIFEST).read_text())
    manifest["files"]["confidence.json"] = file_hash(copy / "confidence.json")
    (copy / MANIFEST).write_text(json.dumps(manifest))
    with pytest.raises(BundleError, match="confidence features"):
        load_bundle(copy)


def test_probabilities_sum_to_one():
    bundle = load_bundle(SHIPPED_BUNDLE)
    for text in ("怎么退保", "", "x", "今天天气"):
        voters = Voters(["surrender", "out_of_scope"], np.array([0.7, 0.2], np.float32))
        prediction = bundle.intents.predict(text, bundle.encoder.encode([text])[0], voters)
        assert sum(p for _, p in prediction.ranking) == pytest.approx(1.0, abs=1e-4)
        assert np.all(np.diff([p for _, p in prediction.ranking]) <= 0)
