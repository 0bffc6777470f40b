"""Masks what people at the desk see or write; a text without personal data stays as it was typed."""

from __future__ import annotations

from knowledge_base.personal_data import has_personal_data, mask_personal_data


def masked(text: str) -> str:
    """Return a text without personal data."""
    return mask_personal_data(text) if has_personal_data(text) else text
