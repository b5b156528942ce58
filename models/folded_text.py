"""A text beside its folded view, with the words of the view and the way back to the text."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from ..data.prediction import Span
from .folding import fold_with_places
from .hedges import WORD

# What folding takes from the end of a word: vowel marks, tatweel, an ending with tanwin (ألفاً).
_OVERLOOKED_TAIL = re.compile(
    "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670]+(?:ا(?!\\w))?|ا\u064b(?!\\w)"
)
# "500m from the border" are metres; "$500m" and "500m people" are millions.
_METRES = re.compile(
    r"(?<![$€£\w])(\d[\d.,]*)m(?=[ -](?:from|away|deep|long|high|wide|tall|below|above|off|north|south|east|west|inside"
    r"|into|radius|range|wall|tunnel|trench)\b)"
)
CLAUSE_END = re.compile(r"[\n.,;:!?()\u060c\u061b\u061f]")
"""What ends a clause in a folded text."""


@dataclass(frozen=True, slots=True)
class FoldedText:
    """A text and its folded view.

    Attributes:
        text: The text as given.
        view: Its folded view, where words are recognised.
        places: For each character of the view its place in the text.
        words: The words of the view, in their order.
        starts, ends: Their half-open ranges in the view.
    """

    text: str
    view: str
    places: Sequence[int]
    words: Sequence[str]
    starts: Sequence[int]
    ends: Sequence[int]

    def word_start(self, place: int) -> int:
        """Where the word begins in which ``place`` of the view lies; ``place`` itself where that is none."""
        position = bisect_left(self.starts, place + 1) - 1
        return self.starts[position] if position >= 0 and place < self.ends[position] else place

    def is_together(self, first: int, last: int) -> bool:
        """Whether the words from position ``first`` to ``last``, which may be one, stand in one clause."""
        return CLAUSE_END.search(self.view, self.ends[first], self.starts[last]) is None

    def span(self, start: int, end: int) -> Span:
        """The span of the text under ``[start, end)`` of the view, marks that folding took from its end included."""
        beyond = self.places[end - 1] + 1
        tail = _OVERLOOKED_TAIL.match(self.text, beyond)
        beyond = beyond if tail is None else tail.end()
        while beyond < len(self.text) and unicodedata.combining(self.text[beyond]):
            beyond += 1
        return Span.of(self.text, self.places[start], beyond)


def fold_text(text: str) -> FoldedText:
    """Fold a text and cut its view into words."""
    view, places = fold_with_places(text)
    view = _METRES.sub(r"\1 ", view)
    words, starts, ends = [], [], []
    for match in WORD.finditer(view):
        words.append(match.group())
        starts.append(match.start())
        ends.append(match.end())
    return FoldedText(text, view, places, words, starts, ends)
