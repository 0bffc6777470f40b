"""Trains the sentence encoder as a whole: the teacher's vectors, distillation, contrast, export."""

from __future__ import annotations

import copy
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer

from knowledge_base.errors import InvalidInputError
from knowledge_base.search.encoders import OnnxEncoder
from knowledge_base.search.text import normalize
from training.alignment import Alignment
from training.augment import homophones, mixtures, views
from training.checkpoints import Checkpoints, run_key
from training.contrast import ContrastPlan, contrast
from training.distil import DistilPlan, Lessons, Progress, centred, distil
from training.export import write_encoder
from training.held_out import Encode, retrieval, set_aside
from training.network import Pooled, build_network, build_tokenizer, embed, tokenize
from training.projection import principal_axes
from training.teacher import Teaching, student_positions, teach
from training.vocabulary import full_pieces, kept_pieces
from training.weights import Weights, find_weights, read_weights

FEWEST_TEXTS = 20


@dataclass(frozen=True, slots=True)
class EncoderPlan:
    """What is built and for how long; the defaults are those of the shipped encoder.

    Attributes:
        layers: The teacher's layers the student starts from, counted from 0.
        teacher_layers: Behind which layers of the teacher the student's are to stand, from 1.
        max_length: Tokens read of a text.
        dim: Length of the shipped vectors.
        mixtures: New texts made of halves of known ones.
        aside: One question of every so-many-th entry is kept aside to measure.
        threads: Cores used; part of what makes a run repeatable.
    """

    layers: tuple[int, ...] = (0, 3, 6, 9)
    teacher_layers: tuple[int, ...] = (3, 6, 9, 12)
    max_length: int = 64
    dim: int = 160
    mixtures: int = 2000
    aside: int = 3
    threads: int = 2
    distil: DistilPlan = field(default_factory=DistilPlan)
    contrast: ContrastPlan = field(default_factory=ContrastPlan)


@dataclass(frozen=True, slots=True)
class _Material:
    """All texts of a run, in the order of ``Lessons.tokens``: clean ones, mixtures, views."""

    clean: list[str]
    damaged: list[str]
    original_of: list[int]


def train_encoder(
    texts: Sequence[str],
    groups: Sequence[Sequence[str]],
    output: Path,
    seed: int,
    progress: Callable[[str], None],
    plan: EncoderPlan | None = None,
    checkpoints: Path | None = None,
) -> dict[str, Any]:
    """Train an encoder for these texts and write it to ``output``.

    The contrastive stage is kept only if questions set aside are then found better.
    Two runs with the same input, seed and threads give nearly the same vectors
    (mean cosine at least .99; sums of floats may be taken in another order).

    Args:
        texts: Everything of the domain's language: training questions, sentences of answers.
        groups: The questions of each entry that is searched.
        output: The folder to write; replaced at the end, untouched when anything fails.
        seed: Decides views, mixtures and batches.
        progress: Told a sentence at every tenth of each stage.
        plan: Sizes and lengths.
        checkpoints: Where finished stages are kept until the end; a run that was killed
            goes on from them when it is started again with the same input.

    Returns:
        The questions found again (of those set aside) for each stage, counts, seconds of each
        stage, megabytes, and the encoder's id and fingerprint.

    Raises:
        InvalidInputError: There are too few texts or groups to learn from.
        MissingExtraError: The teacher's package is not installed.
    """
    plan = plan or EncoderPlan()
    with _repeatable(seed, plan.threads), _kept(checkpoints) as folder:
        key = run_key(texts, [text for group in groups for text in (*group, "")], [repr(plan), str(seed)])
        stages = Checkpoints(folder, key)
        metrics = _Run(texts, groups, seed, _by_tenths(progress), plan, stages).all(output)
        stages.forget()
        return metrics


class _Run:
    """One training run; its stages follow each other."""

    def __init__(
        self,
        texts: Sequence[str],
        groups: Sequence[Sequence[str]],
        seed: int,
        progress: Progress,
        plan: EncoderPlan,
        stages: Checkpoints,
    ) -> None:
        self.plan, self.seed, self.progress, self.stages = plan, seed, progress, stages
        self.seconds: dict[str, float] = {}
        self.found: dict[str, dict[str, float]] = {}
        rng = random.Random(seed)  # noqa: S311 - a repeatable draw is wanted, not a secret
        whole = [_fold(group) for group in groups]
        self.groups, self.asked = set_aside([group for group in whole if len(group) > 1], plan.aside, rng)
        self.material = _gather([*texts, *(question for group in whole for question in group)], plan, rng)
        if len(self.material.clean) < FEWEST_TEXTS or not self.asked:
            raise InvalidInputError(
                f"{len(texts)!r} texts and {len(groups)!r} groups are too few to train an encoder; "
                "pass all training questions and the questions of all entries (four or more an entry)"
            )

    def all(self, output: Path) -> dict[str, Any]:
        weights = read_weights(find_weights())
        lessons, tokenizer, student, rows = self._prepare(weights)

        def distil_it() -> None:
            distil(student, lessons, self.plan.distil, self.seed, self.progress)

        with self._timed("distil"):
            self._taught("distil", student, distil_it)
        self._measure("distilled", _encode_with(student, tokenizer))
        with self._timed("contrast"):
            student = self._contrast(student, lessons, tokenizer)
        with self._timed("export"):
            clean = embed(student, lessons.tokens[: len(self.material.clean)])
            axes = principal_axes(clean, self.plan.dim)
            write_encoder(student, tokenizer, weights.words.rows(rows), axes, output)
        return self._report(output)

    def _taught(self, stage: str, student: Pooled, teach_it: Callable[[], None]) -> None:
        """Train ``student`` in place, or give it the weights of a run that got so far."""

        def make() -> dict[str, NDArray[Any]]:
            teach_it()
            return {name: weight.numpy() for name, weight in student.state_dict().items()}

        found = self.stages.stage(stage, make)
        student.load_state_dict({name: torch.from_numpy(array) for name, array in found.items()})

    def _teaching(self, weights: Weights) -> Teaching:
        plan = self.plan

        def make() -> dict[str, NDArray[Any]]:
            made = teach(
                weights,
                self.material.clean,
                plan.teacher_layers,
                plan.max_length,
                plan.threads,
                self.progress,
            )
            return {"vectors": made.vectors, "states": made.states, "starts": made.starts}

        return Teaching(**self.stages.stage("teacher", make))

    def _prepare(self, weights: Weights) -> tuple[Lessons, Tokenizer, Pooled, NDArray[np.int64]]:
        plan, everything = self.plan, self.material.clean + self.material.damaged
        with self._timed("teacher"):
            teaching = self._teaching(weights)
        rows = kept_pieces(weights, everything)
        pieces = full_pieces(weights)
        kept = [pieces[row] for row in rows]
        tokenizer = build_tokenizer(kept, weights.scores[rows], plan.max_length)
        positions = student_positions(plan.max_length)
        student = Pooled(build_network(weights, plan.layers, rows, positions))
        lessons = _lessons(self.material, teaching, tokenize(tokenizer, everything))
        by_text = dict(zip(self.material.clean, lessons.targets, strict=True))
        self._measure("teacher", lambda texts: np.stack([by_text[text] for text in texts]))
        return lessons, tokenizer, student, rows

    def _contrast(self, student: Pooled, lessons: Lessons, tokenizer: Tokenizer) -> Pooled:
        """Return the student after the contrastive stage, or as it was where that did not help."""
        place_of = {text: place for place, text in enumerate(self.material.clean)}
        groups = [[place_of[question] for question in group] for group in self.groups]
        candidate = copy.deepcopy(student)

        def pull() -> None:
            contrast(candidate, lessons, groups, self.plan.contrast, self.seed, self.progress)

        self._taught("contrast", candidate, pull)
        self._measure("contrasted", _encode_with(candidate, tokenizer))
        better = self.found["contrasted"]["mrr"] > self.found["distilled"]["mrr"]
        return candidate if better else student

    def _measure(self, stage: str, encode: Encode) -> None:
        self.found[stage] = retrieval(encode, self.groups, self.asked).as_dict()

    def _report(self, output: Path) -> dict[str, Any]:
        encoder = OnnxEncoder.load(output, self.plan.threads)
        self._measure("shipped", encoder.encode)
        return {
            "id": encoder.id,
            "fingerprint": encoder.fingerprint,
            "found_again": self.found,
            "contrast_kept": self.found["contrasted"]["mrr"] > self.found["distilled"]["mrr"],
            "texts": len(self.material.clean),
            "damaged_views": len(self.material.damaged),
            "groups": len(self.groups),
            "seconds": {stage: round(seconds, 1) for stage, seconds in self.seconds.items()},
            "megabytes": round(sum(path.stat().st_size for path in output.iterdir()) / 1e6, 2),
        }

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[stage] = time.perf_counter() - start


def _fold(texts: Sequence[str]) -> list[str]:
    """Normalise as serving does; drop what is empty or comes twice."""
    return [text for text in dict.fromkeys(normalize(text) for text in texts) if text]


def _gather(texts: Sequence[str], plan: EncoderPlan, rng: random.Random) -> _Material:
    known = _fold(texts)
    mixed = mixtures(known, rng, plan.mixtures) if len(known) > 1 else []
    clean = list(dict.fromkeys([*known, *mixed]))
    sounds = homophones(known)
    damaged: list[str] = []
    original_of: list[int] = []
    for place, text in enumerate(known):
        made = views(text, sounds, rng, 1)
        damaged += made
        original_of += [place] * len(made)
    return _Material(clean, damaged, original_of)


def _lessons(material: _Material, teaching: Teaching, tokens: list[list[int]]) -> Lessons:
    """Join what the student reads with what the teacher says; a view answers like its original."""
    clean = len(material.clean)
    spans = np.zeros((len(tokens), 2), dtype=np.int64)
    spans[:clean] = np.stack([teaching.starts[:-1], teaching.starts[1:]], axis=1)
    lengths = np.array([len(row) for row in tokens])
    spans[spans[:, 1] - spans[:, 0] != lengths] = 0  # other pieces than the teacher's: nothing to align
    target_of = np.array([*range(clean), *material.original_of], dtype=np.int64)
    return Lessons(tokens, centred(teaching.vectors), target_of, Alignment(teaching.states, spans))


def _by_tenths(tell: Callable[[str], None]) -> Progress:
    """Turn steps into a sentence at every tenth of a stage, with the seconds it has taken."""
    started: dict[str, float] = {}
    tenths: dict[str, int] = {}

    def report(stage: str, done: int, total: int) -> None:
        start = started.setdefault(stage, time.perf_counter())
        if done * 10 // total > tenths.get(stage, 0):
            tenths[stage] = done * 10 // total
            tell(f"Encoder, {stage}: {done}/{total} ({time.perf_counter() - start:.0f} s)")

    return report


def _encode_with(student: Pooled, tokenizer: Tokenizer) -> Encode:
    return lambda texts: embed(student, tokenize(tokenizer, texts))


@contextmanager
def _kept(folder: Path | None) -> Iterator[Path]:
    """Give the folder for checkpoints, or one that lasts as long as the run."""
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="baowen-stages-") as passing:
        yield Path(passing)


@contextmanager
def _repeatable(seed: int, threads: int) -> Iterator[None]:
    """Fix what makes a run differ from the next, and give the settings back."""
    before = torch.get_num_threads(), torch.are_deterministic_algorithms_enabled()
    torch.manual_seed(seed)
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(True)
    try:
        yield
    finally:
        torch.set_num_threads(before[0])
        torch.use_deterministic_algorithms(before[1])
