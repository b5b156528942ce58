"""Changing an annotated text so that every span still points at its words."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from .article import Article
from .prediction import Attribution, Prediction, Span
from .taxonomy import CLAIM_PARTS


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Text to stand in the place of ``[start, end)``; ``start == end`` inserts.

    Attributes:
        start, end: Half-open range of code points in the text before any edit.
        text: What stands there afterwards.
    """

    start: int
    end: int
    text: str


def apply_edits(article: Article, gold: Prediction, edits: Sequence[Edit]) -> tuple[Article, Prediction]:
    """The article and its annotation after some edits.

    A span grows or shrinks with the edits inside it. What is inserted at the very edge of a span stays outside it.

    Args:
        article: Before.
        gold: Its annotation.
        edits: In any order; they may not overlap.

    Raises:
        ValueError: Where two edits overlap, or one crosses the border of a span.
    """
    ordered = sorted(edits)
    pieces, position = [], 0
    for edit in ordered:
        if edit.start < position:
            raise ValueError(f"edit [{edit.start}, {edit.end}) overlaps the one before it, which ends at {position}")
        pieces += [article.text[position : edit.start], edit.text]
        position = edit.end
    text = "".join([*pieces, article.text[position:]])
    moves = _Moves(ordered)
    return replace(article, text=text), _moved(gold, text=text, moves=moves)


class _Moves:
    """Where the places of the old text are in the new one."""

    def __init__(self, edits: Sequence[Edit]) -> None:
        self._edits = edits
        self._starts = [edit.start for edit in edits]
        self._shifts = [0]
        for edit in edits:
            self._shifts.append(self._shifts[-1] + len(edit.text) - (edit.end - edit.start))

    def start(self, place: int) -> int:
        """Where a span begins that began at ``place``; what is inserted there stands before it."""
        index = bisect_right(self._starts, place)
        before = self._edits[index - 1] if index else None
        if before is not None and before.start == place < before.end:
            # It is replaced, and the span begins with what replaces it.
            return place + self._shifts[index - 1]
        if before is not None and before.start < place < before.end:
            raise ValueError(f"edit [{before.start}, {before.end}) crosses the start of a span at {place}")
        return place + self._shifts[index]

    def end(self, place: int) -> int:
        """Where a span ends that ended at ``place``; what is inserted there stands behind it."""
        index = bisect_right(self._starts, place - 1)
        before = self._edits[index - 1] if index else None
        if before is not None and before.start < place < before.end:
            raise ValueError(f"edit [{before.start}, {before.end}) crosses the end of a span at {place}")
        return place + self._shifts[index]


def _moved(gold: Prediction, *, text: str, moves: _Moves) -> Prediction:
    def move(span: Span) -> Span:
        return Span.of(text, moves.start(span.start), moves.end(span.end))

    claims = []
    for claim in gold.claims:
        parts: dict[str, Any] = {name: move(span) for name in CLAIM_PARTS if (span := claim.part(name)) is not None}
        attribution = claim.attribution
        if attribution is not None and attribution.cue is not None:
            attribution = Attribution(source=attribution.source, cue=move(attribution.cue))
        claims.append(replace(claim, quantity=move(claim.quantity), attribution=attribution, **parts))
    sources = tuple(replace(source, span=move(source.span)) for source in gold.sources)
    return replace(gold, sources=sources, claims=tuple(claims))
