"""Near-duplicates between sets: by hand, and against a comparison of all pairs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.overlap import Overlap, bigrams, letters_only, near_duplicates


def test_bigrams() -> None:
    assert bigrams("怎么退保") == {"怎么", "么退", "退保"}
    assert bigrams("保") == {"保"}
    assert bigrams("") == {""}


def test_equal_after_normalisation() -> None:
    found = near_duplicates({"a": ["保單 丟了，怎麼補？"], "b": ["保单丢了怎么补"]})
    assert found == (Overlap("a", "保單 丟了，怎麼補？", "b", "保单丢了怎么补", 1.0),)


def test_the_threshold_is_included() -> None:
    # 9 bigrams each, 8 shared: 8 / 10
    first, second = "甲乙丙丁戊己庚辛壬癸", "甲乙丙丁戊己庚辛壬子"
    (found,) = near_duplicates({"a": [first], "b": [second]})
    assert found.similarity == pytest.approx(0.8)
    assert near_duplicates({"a": [first], "b": [second]}, threshold=0.81) == ()


def test_only_between_sets_and_only_unless_exempt() -> None:
    sets = {"train": ["怎么退保"], "entries": ["怎么退保？", "怎么退保！"], "test": ["怎么退保。"]}
    assert len(near_duplicates(sets)) == 5
    exempt = [frozenset({"entries", "train"})]
    pairs = {(o.first_set, o.second_set) for o in near_duplicates(sets, exempt=exempt)}
    assert pairs == {("train", "test"), ("entries", "test")}


def test_texts_of_punctuation_alone() -> None:
    assert letters_only("？？") == "？？"
    assert near_duplicates({"a": ["？？", "😀"], "b": ["！", ""]}) == ()
    assert len(near_duplicates({"a": ["？？"], "b": ["？？ "]})) == 1


@pytest.mark.parametrize("threshold", [0, -1, 1.1])
def test_threshold_range(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        near_duplicates({}, threshold=threshold)


texts = st.lists(st.text("退保险单", max_size=9), max_size=12)


@given(first=texts, second=texts, threshold=st.sampled_from([0.2, 0.5, 0.6, 0.75, 0.8, 1.0]))
def test_no_pair_is_lost(first: list[str], second: list[str], threshold: float) -> None:
    found = near_duplicates({"a": first, "b": second}, threshold=threshold, comparable=str)
    expected = [
        (a, b)
        for a in first
        for b in second
        if a == b or len(bigrams(a) & bigrams(b)) / len(bigrams(a) | bigrams(b)) >= threshold
    ]
    assert sorted((o.first_text, o.second_text) for o in found) == sorted(expected)
