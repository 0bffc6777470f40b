"""Light damage that customers' keyboards do to a question, and new mixtures of known ones.

A view is to be understood like its clean original; a mixture is a text of its own.
Everything is drawn from a given random generator, so a seed repeats it.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import opencc
import pypinyin

from knowledge_base.search.text import normalize

FILLERS_BEFORE = ("那个", "你好", "嗯", "就是", "请问", "我想问下", "麻烦问一下", "哎", "在吗")
FILLERS_AFTER = ("啊", "呢", "呀", "谢谢", "急", "哦", "了解一下", "行不", "在线等")

Homophones = dict[str, tuple[str, ...]]

EVERY = 8
"""``with_typos`` makes one error in so many characters."""


def homophones(texts: Iterable[str]) -> Homophones:
    """Return for every Han character of ``texts`` the others that sound alike.

    Only characters of ``texts`` are offered: a phone's keyboard proposes common ones.
    """
    by_sound: dict[str, list[str]] = defaultdict(list)
    for char in sorted({char for text in texts for char in text if _is_han(char)}):
        by_sound[pypinyin.lazy_pinyin(char)[0]].append(char)
    return {
        char: tuple(other for other in group if other != char)
        for group in by_sound.values()
        if len(group) > 1
        for char in group
    }


def views(text: str, sounds: Homophones, rng: random.Random, count: int) -> list[str]:
    """Return at most ``count`` damaged views of a normalised ``text``, all different from it."""
    damages: tuple[Callable[[str], str], ...] = (
        lambda clean: drop(clean, rng),
        lambda clean: double(clean, rng),
        lambda clean: mishear(clean, sounds, rng),
        lambda clean: pad_out(clean, rng),
        lambda clean: strip_marks(clean),
        through_traditional,
    )
    chosen = rng.sample(damages, k=len(damages))
    found = dict.fromkeys(normalize(damage(text)) for damage in chosen)
    return [view for view in found if view and view != text][:count]


def drop(text: str, rng: random.Random) -> str:
    """Leave out one character; texts under six characters stay, they would lose their sense."""
    if len(text) < 6:
        return text
    place = rng.randrange(len(text))
    return text[:place] + text[place + 1 :]


def double(text: str, rng: random.Random) -> str:
    """Type one character twice."""
    place = rng.randrange(len(text))
    return text[: place + 1] + text[place:]


def mishear(text: str, sounds: Homophones, rng: random.Random) -> str:
    """Put another character of the same sound in place of one."""
    places = [place for place, char in enumerate(text) if char in sounds]
    if not places:
        return text
    place = rng.choice(places)
    return text[:place] + rng.choice(sounds[text[place]]) + text[place + 1 :]


def with_typos(text: str, sounds: Homophones, rng: random.Random) -> str:
    """Return ``text`` with one error in each piece of ``EVERY`` characters: one misheard or left out."""
    pieces = [text[start : start + EVERY] for start in range(0, len(text), EVERY)]
    wrong = (mishear(p, sounds, rng) if rng.random() < 0.5 else drop(p, rng) for p in pieces)
    return "".join(wrong) or text


def pad_out(text: str, rng: random.Random) -> str:
    """Add what people say around a question."""
    if rng.random() < 0.5:
        return rng.choice(FILLERS_BEFORE) + text
    return text.rstrip("?？。") + rng.choice(FILLERS_AFTER)


def strip_marks(text: str) -> str:
    """Leave out all punctuation, as in dictated text."""
    return "".join(char for char in text if char.isalnum() or char.isspace())


def through_traditional(text: str) -> str:
    """Write ``text`` in traditional script; folding it back is not always the identity."""
    return str(_TO_TRADITIONAL.convert(text))


def mixtures(texts: Sequence[str], rng: random.Random, count: int) -> list[str]:
    """Return ``count`` new texts: half of one with half of another, or two in a row.

    They show the encoder in-domain wording that no one wrote down.
    """
    found: dict[str, None] = {}
    for _ in range(4 * count):
        if len(found) >= count:
            break
        first, second = rng.sample(texts, 2)
        joined = f"{first},{second}" if rng.random() < 0.4 else _front(first) + _back(second)
        found[normalize(joined)] = None
    return list(found)[:count]


def _front(text: str) -> str:
    return text[: (len(text) + 1) // 2]


def _back(text: str) -> str:
    return text[len(text) // 2 :]


def _is_han(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


_TO_TRADITIONAL = opencc.OpenCC("s2t")
