"""The shipped table of sounds is what pypinyin says."""

from knowledge_base.search.lexicon import SOUNDS
from training.sounds import sounds_table


def test_the_table_is_up_to_date():
    assert SOUNDS.read_text(encoding="utf-8") == sounds_table()
