"""Damaged views, mixtures, and what is set aside; no torch needed."""

import random

import numpy as np
import pytest

from knowledge_base.search.text import normalize
from training.augment import double, drop, homophones, mishear, mixtures, strip_marks, views
from training.held_out import retrieval, set_aside


def draw(seed):
    """A repeatable draw; nothing here is a secret."""
    return random.Random(seed)  # noqa: S311


TEXTS = [
    "保单丢了怎么补办?",
    "报案后多久有人联系我",
    "退保能退多少钱",
    "医疗险报销要什么材料",
    "交强险和商业险的区别",
]
SOUNDS = homophones([*TEXTS, "宝包堡推腿"])


def test_homophones_sound_alike_and_are_others():
    assert set(SOUNDS["保"]) >= {"宝", "堡"}
    assert "保" not in SOUNDS["保"]
    assert all(others for others in SOUNDS.values())


def test_views_are_normalised_and_differ():
    for text in map(normalize, TEXTS):
        made = views(text, SOUNDS, draw(3), 4)
        assert 0 < len(made) <= 4
        assert text not in made
        assert len(set(made)) == len(made)
        assert made == [normalize(view) for view in made]


def test_same_seed_same_views():
    first, second = (views(TEXTS[0], SOUNDS, draw(5), 3) for _ in range(2))
    assert first == second
    assert any(views(TEXTS[0], SOUNDS, draw(seed), 3) != first for seed in range(6, 12))


@pytest.mark.parametrize("seed", range(5))
def test_single_damages(seed):
    rng = draw(seed)
    assert len(drop(TEXTS[1], rng)) == len(TEXTS[1]) - 1
    assert len(double(TEXTS[1], rng)) == len(TEXTS[1]) + 1
    heard = mishear(TEXTS[2], SOUNDS, rng)
    assert sum(a != b for a, b in zip(heard, TEXTS[2], strict=True)) == 1


def test_short_texts_lose_no_character():
    assert drop("退保", draw(0)) == "退保"


def test_marks_are_stripped():
    assert strip_marks("保单丢了,怎么补?") == "保单丢了怎么补"


def test_mixtures_are_new_and_counted():
    made = mixtures(TEXTS, draw(0), 12)
    assert len(made) == len(set(made)) == 12
    assert mixtures(TEXTS, draw(0), 12) == made


def test_set_aside_takes_no_first_question():
    groups = [[f"{group}{number}" for number in range(5)] for group in "abcd"] + [["e0", "e1"]]
    left, asked = set_aside(groups, 2, draw(0))
    assert [place for _, place in asked] == [0, 2]
    for question, place in asked:
        assert question in groups[place][1:]
        assert question not in left[place]
    assert groups[0] == ["a0", "a1", "a2", "a3", "a4"]


def test_retrieval_counts_ranks():
    known = {
        "a": (1.0, 0.0),
        "b": (0.0, 1.0),
        "c": (-1.0, 0.0),
        "d": (0.0, -1.0),
        "x": (0.8, 0.6),
        "y": (0.6, 0.8),
    }

    def encode(texts):
        return np.array([known[text] for text in texts], dtype=np.float32)

    groups = [["a"], ["b", "c"], ["d"]]
    found = retrieval(encode, groups, [("x", 0), ("y", 0), ("x", 2)])
    assert (found.hit_1, found.hit_3, found.n) == (pytest.approx(1 / 3), 1.0, 3)
    assert found.mrr == pytest.approx((1 + 1 / 2 + 1 / 3) / 3)
