"""Writes the shipped table of sounds: ``python -m training.sounds``.

A keyboard offers characters by their sound, so that most typing errors are characters of the
same sound. Serving looks sounds up in a table: loading pypinyin takes memory and time.
"""

from __future__ import annotations

from collections import defaultdict

import pypinyin

from knowledge_base.search.lexicon import SOUNDS

_HEAD = "# Characters of GB 2312 by their sound without its tone (pypinyin), written by training/sounds.py."


def sounds_table() -> str:
    """Return a line a sound: the sound, a blank, and the characters that are read so."""
    by_sound: dict[str, list[str]] = defaultdict(list)
    for char in _characters():
        readings = pypinyin.pinyin(char, style=pypinyin.Style.NORMAL, heteronym=True)[0]
        for sound in sorted(set(readings)):
            by_sound[sound].append(char)
    lines = [f"{sound} {''.join(chars)}" for sound, chars in sorted(by_sound.items())]
    return "\n".join([_HEAD, *lines, ""])


def _characters() -> list[str]:
    """Return the Han characters of GB 2312, which hold nearly all that is typed in simplified script."""
    pairs = (bytes([row, cell]) for row in range(0xB0, 0xF8) for cell in range(0xA1, 0xFF))
    found = (pair.decode("gb2312", errors="ignore") for pair in pairs)
    return sorted(char for char in found if char)


if __name__ == "__main__":
    SOUNDS.write_text(sounds_table(), encoding="utf-8")
