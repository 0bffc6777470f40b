"""What customers call things counts as the word of contracts, in lexical search alone."""

import pytest

from knowledge_base.errors import ContentError
from knowledge_base.search.lexical_index import LexicalIndex
from knowledge_base.search.lexicon import own_terms
from knowledge_base.search.synonyms import FILE, LEXICONS, Synonyms, read_synonyms
from knowledge_base.search.text import normalize
from knowledge_base.search.tokens import Tokenizer

SHIPPED = read_synonyms()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("合同丢了", "保单"),
        ("能退钱吗", "退保"),
        ("强险过期", "交强险"),
        ("三者买多少", "第三者责任险"),
        ("我的三者险", "第三者责任险"),
    ],
)
def test_a_customers_word_counts_as_the_contracts(said, meant):
    assert meant in SHIPPED.apply(said)


@pytest.mark.parametrize("text", ["交强险怎么买", "第三者责任险是什么", "怎么退保", "保单在哪里看"])
def test_the_words_of_contracts_stay(text):
    assert SHIPPED.apply(text) == text


def test_the_longer_word_is_meant():
    synonyms = Synonyms({"交强险": ("强险",), "强制保险": ("强险条例",)})
    assert synonyms.apply("交强险和强险和强险条例") == "交强险和交强险和强制保险"


def test_every_word_is_normalised_and_no_group_maps_into_another():
    for other, word in SHIPPED._words.items():
        assert (normalize(other), normalize(word)) == (other, word)
        assert SHIPPED.apply(word) == word


def test_lexical_search_finds_what_shares_no_letter(tmp_path):
    plain, knowing = (Tokenizer(tmp_path, (), s) for s in (Synonyms({}), SHIPPED))
    texts = ["三者买多少合适", "怎么退保", "发票丢了"]
    for tokenizer, found in ((plain, False), (knowing, True)):
        index = LexicalIndex([tokenizer.terms(text) for text in texts])
        assert (index.scores(tokenizer.terms("第三者责任险"))[0] > 0.5) == found
    assert plain.fingerprint != knowing.fingerprint


def test_an_installation_adds_replaces_and_drops_groups(tmp_path):
    (tmp_path / FILE).write_text("小红保: [红保]\n交强险: [强制的那个]\n退保: []\n", encoding="utf-8")
    (tmp_path / "terms.txt").write_text("小红保 # our product\n", encoding="utf-8")
    own = read_synonyms(tmp_path)
    assert own.apply("红保，强制的那个，强险，退钱") == "小红保，交强险，强险，退钱"
    assert own_terms(tmp_path) == ("小红保",)
    assert own_terms(tmp_path / "none") == ()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("退保: [合同]", "'合同' stands for '保单' and for '退保'"),
        ("- a", "not usable"),
        ("a: 1", "not usable"),
    ],
)
def test_a_bad_lexicon_is_named(tmp_path, content, said):
    (tmp_path / FILE).write_text(content, encoding="utf-8")
    with pytest.raises(ContentError, match=said):
        read_synonyms(tmp_path)


def test_the_shipped_lexicon_is_where_the_readme_says():
    assert (LEXICONS / FILE).is_file()
