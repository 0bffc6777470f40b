"""The intent head also reads mistyped copies: of some questions, as the assistant would read them."""

from training.mistyped import SHARE, mistyped

TEXT = "这张保单的理赔款多久可以打到我的银行卡上"
SOUNDING_ALIKE = "浙章宝但德里陪宽朵就克已搭道喔音航咔尚"
TEXTS = [SOUNDING_ALIKE, TEXT] * 200
LABELS = ["", "claim_payment"] * 200


def as_typed(text: str) -> str:
    return text


def test_a_share_of_the_labelled_questions_is_copied_with_errors_and_label() -> None:
    copies, labels = mistyped(TEXTS, LABELS, as_typed, seed=1)
    assert abs(len(copies) / 200 - SHARE) < 0.1
    assert labels == ["claim_payment"] * len(copies)
    assert all(copy != TEXT and len(copy) in (len(TEXT), len(TEXT) - 1, len(TEXT) - 2) for copy in copies)


def test_a_copy_that_reads_like_its_original_is_left_out() -> None:
    assert mistyped(TEXTS, LABELS, lambda text: TEXT, seed=1) == ([], [])
    copies, _ = mistyped(TEXTS, LABELS, lambda text: f"读作{text}", seed=1)
    assert all(copy.startswith("读作") for copy in copies)


def test_a_seed_repeats_the_choice_and_the_errors() -> None:
    first = mistyped(TEXTS, LABELS, as_typed, seed=3)
    assert first == mistyped(TEXTS, LABELS, as_typed, seed=3)
    assert first != mistyped(TEXTS, LABELS, as_typed, seed=4)
