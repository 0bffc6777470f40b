"""A diff by words gives both texts again, and reads well."""

import itertools

from hypothesis import given
from hypothesis import strategies as st

from knowledge_base.editing.word_diffs import diff_words

TEXTS = st.text("可以先申请，再补开发票。ab ", max_size=30)


def joined(pieces, without):
    return "".join(piece.text for piece in pieces if piece.kind != without)


@given(TEXTS, TEXTS)
def test_both_texts_come_out_again(before, after):
    pieces = diff_words(before, after, list)
    assert (joined(pieces, "added"), joined(pieces, "removed")) == (before, after)
    assert all(one.kind != other.kind for one, other in itertools.pairwise(pieces))


def test_words_change_as_a_whole_and_a_lone_sign_between_changes_does_not_break_them(services):
    pieces = diff_words("请向公司提交，客服受理。", "请向我们提出，专员受理。", services.tokenizer.cut)
    assert [(piece.kind, piece.text) for piece in pieces] == [
        ("same", "请向"),
        ("removed", "公司提交，客服"),
        ("added", "我们提出，专员"),
        ("same", "受理。"),
    ]
