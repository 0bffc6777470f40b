"""100,000 entries of one question each: check, build and search, with times and recall.

Run from the checkout, on an otherwise quiet machine:

    python -m benchmarks.scale --entries 100000 --home /tmp/scale --json scale.json

The entries are recombined from the shipped ones: a customer's opening, a question, a
product, a figure and a place, so that many are close to each other, as in an insurer's
own collection, and no two are the same.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import faiss
import numpy as np

from api.services import open_retrieval
from knowledge_base.editing.checks.content import check_entries
from knowledge_base.editing.checks.retrieval import RetrievalBounds, measure_retrieval
from knowledge_base.editing.rules import shipped_rules
from knowledge_base.editing.shipping import SHIPPED
from knowledge_base.search.search import make_query
from knowledge_base.search.text import normalize
from knowledge_base.settings import Settings
from knowledge_base.types import Entry

_PRODUCT_WORDS = """
重疾险 医疗险 百万医疗险 意外险 寿险 年金险 车险 交强险 车损险 三者险 学平险 旅游险 家财险
防癌险 惠民保 雇主责任险 团体险 运费险 航延险 宠物险 护理险 增额终身寿 少儿医保 手机碎屏险
"""
_PLACE_WORDS = """
北京 上海 广州 深圳 成都 重庆 武汉 西安 杭州 南京 天津 沈阳 长春 哈尔滨 济南 青岛 郑州 长沙
合肥 福州 厦门 南昌 昆明 贵阳 南宁 海口 兰州 西宁 银川 乌鲁木齐 拉萨 呼和浩特 太原 石家庄
"""
_PEOPLE_WORDS = "我 我爸 我妈 我爱人 孩子 老人 我弟弟 我姐 我同事 我们公司员工 我岳父 我奶奶 我表哥"
_PRODUCTS, _PLACES, _PEOPLE = (words.split() for words in (_PRODUCT_WORDS, _PLACE_WORDS, _PEOPLE_WORDS))
_PRODUCT = re.compile("|".join(sorted(_PRODUCTS, key=len, reverse=True)))


def made_entries(count: int, seed: int = 7) -> list[Entry]:
    """Return ``count`` entries of one question each, all different."""
    shipped = [entry for entry in SHIPPED.entries() if entry.kind == "answer"]
    draws = random.Random(seed)  # noqa: S311 no secret depends on it
    entries: list[Entry] = []
    seen: set[str] = set()
    while len(entries) < count:
        model = draws.choice(shipped)
        question = _recombined(draws, model, draws.choice(shipped))
        if normalize(question) in seen:
            continue
        seen.add(normalize(question))
        number = f"{model.id}.n{len(entries)}"
        entries.append(replace(model, id=number, question=question, variants=(), related=()))
    return entries


def _recombined(draws: random.Random, model: Entry, other: Entry) -> str:
    question = draws.choice(model.questions)
    question = _PRODUCT.sub(lambda _: draws.choice(_PRODUCTS), question)
    opening = draws.choice(other.questions)[: draws.randint(4, 10)]
    forms = (
        f"{draws.choice(_PEOPLE)}在{draws.choice(_PLACES)}的{draws.choice(_PRODUCTS)}，{question}",
        f"{opening}，{question}",
        f"{draws.choice(_PRODUCTS)}{draws.randint(1, 90)}天了，{question}",
        f"{question}，{draws.choice(_PLACES)}的保单",
        f"{draws.choice(_PEOPLE)}{draws.randint(18, 80)}岁，{question}",
    )
    return draws.choice(forms)


def recall_at_10(vectors: np.ndarray[Any, Any], index: Any, queries: np.ndarray[Any, Any]) -> float:
    """Return the share of the ten truly nearest that ``index`` finds."""
    flat = faiss.IndexFlatIP(vectors.shape[1])
    flat.add(vectors)
    _, truth = flat.search(queries, 10)
    found, _ = index.search_many(queries, 10)
    hits = [len(set(t) & set(f)) for t, f in zip(truth.tolist(), found.tolist(), strict=True)]
    return sum(hits) / (10 * len(hits))


class Stopwatch:
    """Times the steps of the benchmark, and says them as they end."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def run(self, name: str, step: Callable[[], Any]) -> Any:
        """Run a step and keep its time."""
        started = time.perf_counter()
        result = step()
        self.seconds[name] = round(time.perf_counter() - started, 2)
        print(f"{name}: {self.seconds[name]} s", flush=True)
        return result


def _times(index: Any, tokenizer: Any, encoder: Any, questions: list[str]) -> Iterator[float]:
    for question in questions:
        query = make_query(question, tokenizer)
        vector = encoder.encode([query.normalized])[0]
        started = time.perf_counter()
        index.search(query, vector)
        yield (time.perf_counter() - started) * 1000


def run(count: int, home: Path) -> dict[str, Any]:
    """Run the whole benchmark; returns its figures."""
    retrieval = open_retrieval(Settings(home=home))
    encoder, tokenizer = retrieval.bundle.encoder, retrieval.tokenizer
    entries = made_entries(count)
    watch = Stopwatch()
    findings = watch.run("checks", lambda: check_entries(entries, shipped_rules()))
    snapshot = watch.run(
        "build, encoding included",
        lambda: retrieval.snapshot(entries),
    )
    report = watch.run(
        "retrieval checks", lambda: measure_retrieval(snapshot.index, count, tokenizer, RetrievalBounds())
    )
    total = sum(watch.seconds.values())
    watch.run(
        "start from the cache",
        lambda: retrieval.snapshot(entries),
    )
    asked = [q for e in SHIPPED.entries() if e.kind == "answer" for q in e.variants[:1]][:500]
    vectors = encoder.encode([normalize(question) for question in asked])
    times = np.array(list(_times(snapshot.index, tokenizer, encoder, asked)))
    return {
        "entries": count,
        "seconds": watch.seconds,
        "validate_and_build_s": round(total, 1),
        "errors": sum(finding.severity == "error" for finding in findings),
        "self_retrieval": [report.self_retrieval.hits, report.self_retrieval.n],
        "collisions": len(report.collisions),
        "near_duplicates": len(report.near_duplicates),
        "recall_at_10": recall_at_10(snapshot.index.dense.vectors, snapshot.index.dense, vectors),
        "search_ms": {
            "p50": round(float(np.median(times)), 2),
            "p99": round(float(np.quantile(times, 0.99)), 2),
        },
    }


def main() -> None:
    """Read the options, run, and print the figures."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--entries", type=int, default=100_000)
    options.add_argument("--home", type=Path, required=True, help="an empty folder for the caches")
    options.add_argument("--json", type=Path, help="write the figures here too")
    given = options.parse_args()
    figures = json.dumps(run(given.entries, given.home), indent=2)
    print(figures)
    if given.json:
        given.json.write_text(figures + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
