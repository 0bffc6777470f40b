"""Duplicates, conflicts, noise, samples and agreement, against hand-made and published values."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy import special
from sklearn.metrics import cohen_kappa_score

from api.labelled_rows import DATASETS, read_labelled
from api.services import open_retrieval
from evaluation.agreement import agreement_of, krippendorff_alpha
from evaluation.confident_learning import confident_joint, pooled, probably_wrong
from evaluation.data_check import check_data, conflict_between
from evaluation.label_noise import Opinion, suggest_noise
from evaluation.statistics import cohen_kappa, expected_calibration_error
from evaluation.stratified import sample_stratified
from evaluation.types import Case
from knowledge_base.errors import InvalidInputError
from knowledge_base.search.text import normalize
from knowledge_base.settings import Settings
from tests.evaluation.builders import case


def test_what_stands_twice_nearly_twice_or_in_two_files_is_found() -> None:
    one = (
        case(id="1", text="请问保单怎么退保？"),
        case(id="2", text="请问保单怎么退保"),
        case(id="3", text="请问我的保单怎么退保呢"),
        case(id="4", text="理赔要多久"),
        case(id="5", text="多久", history=("理赔款到账要",)),
        case(id="6", text="多久", history=("退保金到账要",)),
    )
    other = (case(id="9", text="理赔，要多久！", action="handoff", intents=("claim_process",)),)
    found = check_data({"a": one, "b": other}, 0.5)
    assert [[row.case.id for row in group] for group in found.duplicates] == [["1", "2"]]
    assert [(p.first.case.id, p.second.case.id) for p in found.near] == [("1", "3")]
    assert 0.5 <= found.near[0].similarity < 1
    assert [(p.first.case.id, p.second.case.id, p.similarity) for p in found.shared] == [("4", "9", 1.0)]
    assert [(a.case.id, b.case.id, where) for a, b, where in found.conflicts] == [("4", "9", "action")]


def test_labels_conflict_only_where_they_have_nothing_in_common() -> None:
    assert conflict_between(case(), case(alt_action=("clarify",))) == ""
    assert conflict_between(case(), case(intents=("claim_process", "surrender"))) == ""
    assert conflict_between(case(), case(intents=("claim_process",))) == "intent"
    assert conflict_between(case(entry_ids=("a.b",)), case(entry_ids=("a.c",))) == "entry_ids"
    queued = [case(action="handoff", queue=queue) for queue in ("claims", "general")]
    assert conflict_between(*queued) == "queue"


class TestNoise:
    def test_planted_errors_are_found(self) -> None:
        """5 % of the labels of 600 separable rows are exchanged: most are suggested, hardly any other."""
        random, labels = np.random.default_rng(11), 6
        centres = random.normal(size=(labels, 32))
        truth = np.repeat(np.arange(labels), 100)
        vectors = centres[truth] + random.normal(scale=0.4, size=(600, 32))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        planted = random.choice(600, 30, replace=False)
        given = truth.copy()
        given[planted] = (truth[planted] + 1 + random.integers(0, labels - 1, 30)) % labels
        names = [f"intent{label}" for label in given]
        found = suggest_noise(vectors.astype(np.float32), names, [(n,) for n in names], range(600))
        first = found[:30]
        hits = [one for one in first if one.row in planted]
        assert len(hits) >= 24
        assert sum(one.suggested == f"intent{truth[one.row]}" for one in hits) >= 24
        assert len(found) <= 27
        spared = {one.row: one.suggested for one in first}
        acceptable = [(name, spared.get(row, name)) for row, name in enumerate(names)]
        again = suggest_noise(vectors.astype(np.float32), names, acceptable, range(600))
        assert not spared.keys() & {one.row for one in again if one.suggested == spared.get(one.row)}

    def test_the_joint_by_hand(self) -> None:
        """Cuts are the mean own probabilities: (.9 + .2) / 2 = .55 and (.6 + .7) / 2 = .65."""
        probabilities = np.array([[0.9, 0.1], [0.2, 0.8], [0.4, 0.6], [0.3, 0.7]])
        given = np.array([0, 0, 1, 1])
        assert confident_joint(probabilities, given).tolist() == [[1, 1], [0, 2]]
        assert probably_wrong(probabilities, given).tolist() == [False, True, False, False]

    def test_overconfident_probabilities_are_calibrated(self) -> None:
        """Log odds three times too large come back to what they were, and a blind model counts nothing."""
        random, logits = np.random.default_rng(3), np.random.default_rng(4).normal(size=(20_000, 4))
        true = special.softmax(logits, axis=1)
        given = (true.cumsum(axis=1) > random.random(20_000)[:, None]).argmax(axis=1)
        boastful = special.log_softmax(3 * logits, axis=1)
        blind = special.log_softmax(random.normal(size=logits.shape), axis=1)
        assert expected_calibration_error(
            np.exp(boastful).max(axis=1), boastful.argmax(axis=1) == given, 15
        ) > (0.15)
        found = pooled([boastful, blind], given)
        assert np.abs(found - true).max() < 0.04

    def test_rows_planted_in_the_shipped_test_set_come_first(self, tmp_path: Path) -> None:
        """3 % of the labels are exchanged for any other: of what is suggested beside them some is right.

        Of the rows as they are fewer than one in thirty are suggested.
        """
        cases = [case for case in read_labelled(DATASETS / "test.jsonl")[::2] if case.scores_intent]
        bundle = open_retrieval(Settings(home=tmp_path)).bundle
        texts = [normalize(case.text) for case in cases]
        vectors = bundle.encoder.encode(texts)
        by_head = np.stack([bundle.intents.by_head(*one) for one in zip(texts, vectors, strict=True)])
        opinion, asked = Opinion(bundle.intents.labels, by_head), [case.text for case in cases]
        labels, acceptable = [case.intent for case in cases], [case.intents for case in cases]
        assert len(suggest_noise(vectors, labels, acceptable, asked, opinion)) < len(cases) / 30
        draws = [self._planted(cases, vectors, asked, opinion, seed) for seed in (1, 2, 3)]
        planted, found, hits, first, right = np.sum(draws, axis=0)
        assert hits >= 0.6 * planted
        assert hits >= 0.4 * found
        assert first >= 0.8 * 30
        assert right >= 0.9 * hits

    def _planted(
        self,
        cases: list[Case],
        vectors: NDArray[np.float32],
        asked: list[str],
        opinion: Opinion,
        seed: int,
    ) -> tuple[int, int, int, int, int]:
        """Return how many labels were exchanged, and of what is suggested how many, of them, first, right."""
        labels, acceptable = [case.intent for case in cases], [case.intents for case in cases]
        random, intents = np.random.default_rng(seed), sorted(set(labels))
        planted = random.choice(len(cases), round(0.03 * len(cases)), replace=False)
        for row in planted:
            labels[row] = str(random.choice([one for one in intents if one not in acceptable[row]]))
            acceptable[row] = (labels[row],)
        found = suggest_noise(vectors, labels, acceptable, asked, opinion)
        hits = [one for one in found if one.row in planted]
        first = sum(one.row in planted for one in found[:10])
        right = sum(one.suggested in cases[one.row].intents for one in hits)
        return len(planted), len(found), len(hits), first, right

    def test_too_few_rows_are_told(self) -> None:
        with pytest.raises(InvalidInputError, match="fewer than two intents"):
            suggest_noise(np.ones((3, 4), dtype=np.float32), ["a", "b", "a"], [()] * 3, range(3))


class TestSample:
    CASES = tuple(
        case(
            id=str(i),
            channel="web" if i % 10 else "phone",
            intents=("surrender" if i < 95 else "claim_process",),
        )
        for i in range(100)
    )

    def test_strata_keep_their_shares_and_small_ones_are_there(self) -> None:
        drawn = sample_stratified(self.CASES, 20, "channel", least=5)
        assert Counter(one.channel for one in drawn) == {"web": 18, "phone": 5}
        assert sum(one.weight for one in drawn if one.channel == "phone") == pytest.approx(10)
        assert sum(one.weight for one in drawn) == pytest.approx(100)
        assert drawn == sample_stratified(self.CASES, 20, "channel", least=5)
        assert drawn != sample_stratified(self.CASES, 20, "channel", least=5, seed=1)
        assert {one.intent for one in sample_stratified(self.CASES, 3, "intent")} == {
            "surrender",
            "claim_process",
        }

    def test_what_cannot_be_drawn_is_told(self) -> None:
        with pytest.raises(InvalidInputError, match="has the field 'kanal'"):
            sample_stratified(self.CASES, 5, "kanal")
        with pytest.raises(InvalidInputError, match="ask for 1 to 100"):
            sample_stratified(self.CASES, 101, "channel")


PUBLISHED = """
1 2 3 3 2 1 4 1 2 . . .
1 2 3 3 2 2 4 1 2 5 . 3
. 3 3 3 2 3 4 2 2 5 1 .
1 2 3 3 2 4 4 1 2 5 1 .
"""


class TestAgreement:
    def test_alpha_as_published(self) -> None:
        """K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), examples A and C."""
        rows = [line.split() for line in PUBLISHED.split("\n") if line]
        items = [[label for label in item if label != "."] for item in zip(*rows, strict=True)]
        assert krippendorff_alpha(items) == pytest.approx(0.743, abs=5e-4)
        two = [*zip("0100000010", "1110010000", strict=True)]
        assert krippendorff_alpha(two) == pytest.approx(0.095, abs=5e-4)

    @given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=2, max_size=40))
    def test_kappa_is_that_of_scikit_learn(self, pairs: list[tuple[str, str]]) -> None:
        first, second = zip(*pairs, strict=True)
        found = cohen_kappa(first, second)
        if found is not None:
            assert found == pytest.approx(cohen_kappa_score(first, second))

    def test_intervals_hold_the_figure_and_items_of_one_person_do_not_count(self) -> None:
        random = np.random.default_rng(2)
        items = [(int(a), int(a if random.random() < 0.8 else 1 - a)) for a in random.integers(0, 2, 120)]
        found = agreement_of([*items, (1, None), (None, None)])
        assert found.items == 120
        for figure in (found.same, found.kappa, found.alpha):
            assert figure.low is not None and figure.value is not None and figure.high is not None
            assert figure.low < figure.value < figure.high
        assert agreement_of([(1, 1), (1, 1)]).alpha.value is None
        assert agreement_of([(1, None)]).same.value is None
