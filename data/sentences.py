"""The sentence around a span, for people who read claims one by one."""

import bisect
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from .prediction import Span

_MAX_SIDE = 300
# A full stop after one letter or a short title ends no sentence.
_FULL_STOP = r"(?<!\b[^\W\d])(?<!\b(?:Mr|Dr|Lt|St|No|vs))(?<!\b(?:Mrs|Gen|Col|Maj|Sgt|Gov|Rep|Sen))\."
_OTHER_ENDS = "!?\u061f\u06d4\u0964\u3002\uff01\uff1f\u2026"
_CLOSING = "\"'\u201d\u2019\u00bb)"
_END = re.compile(rf"(?:[{_OTHER_ENDS}]|{_FULL_STOP})+[{_CLOSING}]*(?=\s)|\n")


class Sentences:
    """The sentence ends of one text, found once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._ends = [match.end() for match in _END.finditer(text)]

    def around(self, span: Span) -> Span:
        """The sentence or line that holds a span: at most 300 characters to either side, no white space around."""
        before = bisect.bisect_right(self._ends, span.start)
        after = bisect.bisect_left(self._ends, span.end)
        start = self._ends[before - 1] if before else 0
        end = self._ends[after] if after < len(self._ends) else len(self._text)
        start, end = max(start, span.start - _MAX_SIDE), min(end, span.end + _MAX_SIDE)
        while start < span.start and self._text[start].isspace():
            start += 1
        while end > span.end and self._text[end - 1].isspace():
            end -= 1
        return Span.of(self._text, start, end)


def cut_at_borders(sentence: Span, spans: Iterable[Span]) -> Iterator[Span]:
    """The pieces of a sentence between the borders of some spans, in their order; no border lies within a piece."""
    borders = {border for span in spans for border in (span.start, span.end)}
    inside = {border for border in borders if sentence.start < border < sentence.end}
    for start, end in pairwise(sorted({sentence.start, sentence.end} | inside)):
        yield Span(start, end, sentence.text[start - sentence.start : end - sentence.start])
