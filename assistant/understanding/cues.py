"""Marks of a message that stand beside its intent: complex, vague, nothing asked, self-harm."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from assistant.types import IntentPrediction
from knowledge_base.search.lexicon import insurance_terms, read_lexicon

VAGUE_BELOW = 2
"""Fewer characters than this, once empty words are gone, name no topic."""

STORY_FROM = 24
"""A text of this many characters tells a case; shorter ones mostly ask about a topic."""

_NO_LETTERS = re.compile(r"[\W\d_]")
_SIGNS = re.compile(r"[\W_]")


@dataclass(frozen=True, slots=True)
class Cues:
    """Regular expressions of ``cues.yaml``; each list means "any of these"."""

    complex_ignored: re.Pattern[str]
    harm: re.Pattern[str]
    dispute: re.Pattern[str]
    fault: re.Pattern[str]
    own_case: re.Pattern[str]
    own_story: re.Pattern[str]
    supposed: re.Pattern[str]
    self_harm_ignored: re.Pattern[str]
    self_harm: re.Pattern[str]
    own_end: re.Pattern[str]
    burden: re.Pattern[str]
    self_harm_topics: re.Pattern[str]
    clear: re.Pattern[str]
    unclear: re.Pattern[str]
    empty: re.Pattern[str]
    unasked: re.Pattern[str]

    def is_complex(self, normalized: str) -> bool:
        """Tell whether someone's own case joins injury or death with fault, lawyer or court.

        Fault is also a plain topic (撞人全责保险赔吗): alone it counts only in a story,
        that is beside a relative, a date or in a long text.
        """
        text = self.complex_ignored.sub(" ", normalized)
        harm = self.harm.search(text)
        if not harm or self.supposed.search(text, 0, harm.start()):
            return False
        story = self.own_story.search(text) is not None
        if self.dispute.search(text):
            return story or self.own_case.search(text) is not None
        told = story or (len(text) >= STORY_FROM and self.own_case.search(text) is not None)
        return told and self.fault.search(text) is not None

    def is_vague(self, normalized: str) -> bool:
        """Tell whether nothing is left that could name a topic; an insurance term names one."""
        rest = self.empty.sub("", _NO_LETTERS.sub("", normalized))
        if len(rest) >= VAGUE_BELOW or self.clear.search(normalized):
            return False
        return not any(term in normalized for term in insurance_terms())

    def is_unasked(self, normalized: str) -> bool:
        """Tell whether the text is a topic or a fact about somebody, with nothing asked (车险, 孩子三岁)."""
        return self.unasked.fullmatch(_SIGNS.sub("", normalized)) is not None

    def is_self_harm(self, normalized: str) -> bool:
        """Tell whether someone may end their life: says so, or says what their end would be good for."""
        text = self.self_harm_ignored.sub(" ", normalized)
        if self.self_harm.search(text):
            return True
        return bool(self.own_end.search(text) and self.burden.search(text))

    def mentions_self_harm(self, normalized: str) -> bool:
        """Tell whether the text speaks of ending a life, be it only as a topic."""
        return self.is_self_harm(normalized) or self.self_harm_topics.search(normalized) is not None


@dataclass(frozen=True, slots=True)
class Marks:
    """What is known of a message beside its intent."""

    complex_case: bool
    vague: bool
    self_harm: bool
    unasked: bool


def marks_of(cues: Cues, normalized: str, prediction: IntentPrediction) -> Marks:
    """Return the marks of a normalised text; a greeting is short but not vague."""
    return Marks(
        complex_case=cues.is_complex(normalized),
        vague=cues.is_vague(normalized)
        and (prediction.label != "smalltalk" or cues.unclear.search(normalized) is not None),
        self_harm=cues.is_self_harm(normalized),
        unasked=cues.is_unasked(normalized),
    )


@cache
def shipped_cues() -> Cues:
    """Return the cues that come with the package; longer empty words go first."""
    lists = read_lexicon("cues")
    lists["empty"] = sorted(lists["empty"], key=len, reverse=True)
    return Cues(**{name: re.compile("|".join(items)) for name, items in lists.items()})
