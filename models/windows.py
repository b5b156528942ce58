"""Token windows over a whole article: nothing is truncated, offsets stay those of the article."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

_SENTENCE_ENDS = frozenset(".!?؟…。:؛;")
_CLOSING = frozenset("\"'”’»)]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """The tokens of one text, without special tokens.

    Attributes:
        ids: Piece ids. *Shape:* ``(n_tokens,)``
        offsets: Half-open code-point range of every token, white space and invisible marks around it removed;
            never empty.
            *Shape:* ``(n_tokens, 2)``
        sentence_ends: Whether a sentence or a line ends after the token. *Shape:* ``(n_tokens,)``
    """

    ids: NDArray[np.int64]
    offsets: NDArray[np.int64]
    sentence_ends: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A half-open range of tokens that the encoder reads at once.

    Attributes:
        start, end: The tokens it reads.
        own_start, own_end: The tokens whose states are taken from it; the others stand nearer to its edge
            than to that of the neighbour. The own ranges of all windows tile the text.
    """

    start: int
    end: int
    own_start: int
    own_end: int


def tokenize(text: str, tokenizer: Tokenizer) -> Tokens:
    """Split a text of any length into tokens with offsets into the text as given."""
    encoding = tokenizer.encode(text, add_special_tokens=False)
    ids: list[int] = []
    offsets: list[tuple[int, int]] = []
    for piece, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
        # A piece's range may begin with the space before the word; a lone space mark covers nothing else.
        while start < end and _is_blank(text[start]):
            start += 1
        while end > start and _is_blank(text[end - 1]):
            end -= 1
        if start < end:
            ids.append(piece)
            offsets.append((start, end))
    ends = [_ends_sentence(text, offsets, place) for place in range(len(offsets))]
    return Tokens(
        ids=np.array(ids, dtype=np.int64),
        offsets=np.array(offsets, dtype=np.int64).reshape(-1, 2),
        sentence_ends=np.array(ends, dtype=np.bool_),
    )


def _is_blank(character: str) -> bool:
    """White space, or a format character: zero-width, directional or a soft hyphen, which are no part of a word."""
    return character.isspace() or unicodedata.category(character) == "Cf"


def _ends_sentence(text: str, offsets: Sequence[tuple[int, int]], place: int) -> bool:
    end = offsets[place][1]
    following = offsets[place + 1][0] if place + 1 < len(offsets) else len(text)
    if "\n" in text[end:following]:
        return True
    last = text[end - 1]
    if last in _CLOSING and end >= 2:
        last = text[end - 2]
    return last in _SENTENCE_ENDS and following > end


def cut_windows(tokens: Tokens, *, size: int, overlap: int) -> list[Window]:
    """Cover all tokens with windows of at most ``size`` tokens, cut at sentence ends where there are any.

    Args:
        tokens: The text's tokens.
        size: The most tokens of a window, special tokens not counted.
        overlap: About how many tokens two neighbours share; less than ``size``.

    Raises:
        ValueError: Where ``overlap`` is not smaller than ``size``.
    """
    if not 0 <= overlap < size:
        raise ValueError(f"overlap {overlap} must lie between 0 and the window size {size}")
    n_tokens = len(tokens)
    ranges: list[tuple[int, int]] = []
    start = 0
    while n_tokens:
        end = min(start + size, n_tokens)
        if end < n_tokens:
            end = _last_end(tokens, max(start + overlap + 1, start + size // 2), end)
        ranges.append((start, end))
        if end == n_tokens:
            break
        # The next window starts at a sentence, at least one token further than this one.
        start = max(start + 1, _last_end(tokens, max(start + 1, end - 2 * overlap), max(start + 1, end - overlap)))
    borders = [0, *(_border(tokens, right[0], left[1]) for left, right in pairwise(ranges)), n_tokens]
    return [
        Window(start=first, end=last, own_start=borders[place], own_end=borders[place + 1])
        for place, (first, last) in enumerate(ranges)
    ]


def _last_end(tokens: Tokens, lowest: int, highest: int) -> int:
    """The last position in ``[lowest, highest]`` right after a sentence end, else ``highest``."""
    ends = np.flatnonzero(tokens.sentence_ends[max(lowest - 1, 0) : highest])
    return int(max(lowest - 1, 0) + ends[-1] + 1) if len(ends) else highest


def _border(tokens: Tokens, first: int, last: int) -> int:
    """Where one window hands over to the next: the sentence end nearest to the middle of what they share.

    A sentence whose tokens came from two windows would be linked across two contexts.
    """
    middle = (first + last) // 2
    quarter = (last - first) // 4
    ends = np.flatnonzero(tokens.sentence_ends[middle - quarter : middle + quarter]) + middle - quarter + 1
    return int(ends[np.abs(ends - middle).argmin()]) if len(ends) else middle


def touching_tokens(tokens: Tokens, start: int, end: int) -> tuple[int, int]:
    """The half-open range of the tokens that share a character with ``[start, end)``."""
    first = int(np.searchsorted(tokens.offsets[:, 1], start, side="right"))
    last = int(np.searchsorted(tokens.offsets[:, 0], end, side="left"))
    return first, last


def token_span(tokens: Tokens, start: int, end: int) -> tuple[int, int] | None:
    """The half-open token range that covers the characters ``[start, end)`` best.

    A token at an edge belongs to the range when at least half of it lies inside; when none does (a short
    word glued to a longer one), every token that touches the characters belongs. None where none touches.
    """
    first, last = touching_tokens(tokens, start, end)
    if first >= last:
        return None

    def lies_inside(place: int) -> bool:
        token_start, token_end = tokens.offsets[place]
        return bool(2 * (min(token_end, end) - max(token_start, start)) >= token_end - token_start)

    inner_first, inner_last = first, last
    while inner_first < inner_last and not lies_inside(inner_first):
        inner_first += 1
    while inner_last > inner_first and not lies_inside(inner_last - 1):
        inner_last -= 1
    return (inner_first, inner_last) if inner_first < inner_last else (first, last)
