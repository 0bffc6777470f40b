"""Segmentation with the insurance lexicon."""

import stat

import pytest

from knowledge_base.search.lexicon import insurance_terms
from knowledge_base.search.tokens import LEAST_FREQUENCY, Tokenizer


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return Tokenizer(tmp_path_factory.mktemp("dictionary"))


@pytest.mark.parametrize("term", ["免赔额", "犹豫期", "现金价值", "交强险", "不计免赔", "事故认定书"])
def test_insurance_words_stay_whole(tokenizer, term):
    assert term in tokenizer.words(f"我的{term}是多少")


def test_every_lexicon_word_stays_whole_on_its_own(tokenizer):
    split = [term for term in insurance_terms() if tokenizer.words(term) != [term]]
    assert split == []


def test_terms_hold_words_bigrams_and_latin(tokenizer):
    terms = tokenizer.terms("app怎么退保?")
    assert {"app", "退保", "怎么"} <= set(terms)
    assert "?" not in terms


def test_one_character_still_has_a_term(tokenizer):
    assert tokenizer.terms("退") == ["退"]


def test_the_dictionary_cache_is_private(tmp_path):
    folder = tmp_path / "dictionary"
    Tokenizer(folder).words("保单")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir())


def test_rare_words_of_the_dictionary_are_left_out_once_for_all(tmp_path):
    Tokenizer(tmp_path).words("怎么退保")
    (kept,) = tmp_path.glob("common-*.txt")
    frequencies = [int(line.split()[1]) for line in kept.read_text(encoding="utf-8").splitlines()]
    assert min(frequencies) >= LEAST_FREQUENCY
    assert len(frequencies) > 100_000
    written = kept.stat().st_mtime_ns
    assert Tokenizer(tmp_path).words("怎么退保") == ["怎么", "退保"]
    assert kept.stat().st_mtime_ns == written
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".cache", ".txt"]
