"""From logits to spans and links, on arrays alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from .roles import BEGIN, INSIDE, LAYERS, OUTSIDE, POINTERS

Floats = NDArray[np.float32]
_LONGEST_FREE_SPAN = 16
_EDGE = 0.5
_LEAST_LEANING = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Thresholds:
    """Decision thresholds, each between 0 and 1, tuned on validation data.

    Attributes:
        layers: Least probability of lying inside a span, by layer.
        links: Least probability that a quantity has a role at all, by pointer.
        same_as: Least probability that a source was mentioned before.
        tags: Least probability of a tag, by label.
    """

    layers: Mapping[str, float] = field(default_factory=lambda: MappingProxyType(dict.fromkeys(LAYERS, 0.5)))
    links: Mapping[str, float] = field(default_factory=lambda: MappingProxyType(dict.fromkeys(POINTERS, 0.5)))
    same_as: float = 0.5
    tags: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, order=True)
class TokenSpan:
    """A span of one layer.

    Attributes:
        first, last: Its first and last token, both inside.
        score: Mean probability of its tokens of lying inside a span.
    """

    first: int
    last: int
    score: float


def softmax(logits: Floats) -> Floats:
    """Softmax over the last axis."""
    shifted = np.exp(logits - logits.max(axis=-1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=-1, keepdims=True), dtype=np.float32)


def sigmoid(logits: Floats) -> Floats:
    """Logistic function, element by element."""
    # By way of tanh, for exp overflows where a logit is very small.
    return np.asarray(0.5 + 0.5 * np.tanh(0.5 * logits), dtype=np.float32)


def decode_layer(probabilities: Floats, *, threshold: float, is_single: bool = False) -> list[TokenSpan]:
    """Spans of one layer in the order of the text.

    A span is a run of tokens whose probability of not lying outside reaches half the threshold, one of them the whole
    (hysteresis; Canny 1986): sure in its core, complete at its edges. It is cut before every token that more
    likely begins a span than it continues one.

    Args:
        probabilities: Of outside, begin, inside. *Shape:* ``(n_tokens, 3)``
        threshold: Least probability of not lying outside at the span's core.
        is_single: Whether directly neighbouring spans are one, as with sources: two of them never stand side by
            side without a word or a mark between.
    """
    within = 1.0 - probabilities[:, OUTSIDE]
    over = within >= threshold * _EDGE
    begins = over & ~np.concatenate([[False], over[:-1]])
    if not is_single:
        begins |= over & (probabilities[:, BEGIN] > probabilities[:, INSIDE])
    spans = []
    for first in np.flatnonzero(begins).tolist():
        last = first
        while last + 1 < len(over) and over[last + 1] and not begins[last + 1]:
            last += 1
        if within[first : last + 1].max() >= threshold:
            spans.append(TokenSpan(first, last, float(within[first : last + 1].mean())))
    return spans


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointing:
    """Where one query points, as probabilities.

    Attributes:
        start: Of every token to be the target's first. *Shape:* ``(n_tokens,)``
        end: Of every token to be the target's last. *Shape:* ``(n_tokens,)``
        somewhere: That there is a target at all.
    """

    start: Floats
    end: Floats
    somewhere: float

    @classmethod
    def of(cls, start: Floats, end: Floats, nowhere: float) -> "Pointing":
        """From logits."""
        both = softmax(np.concatenate([start, [nowhere]]).astype(np.float32))
        return cls(start=both[:-1], end=softmax(end), somewhere=float(1.0 - both[-1]))

    def mass(self, span: TokenSpan) -> float:
        """How much of the pointing falls on a span, one token of slack on its outer side allowed."""
        start, end = self._masses(span)
        return start * end

    def leaning(self, span: TokenSpan) -> float:
        """As ``mass``, where only known spans can be meant: the start tells them apart, the end counts for half."""
        start, end = self._masses(span)
        return start * (1.0 + end) / 2.0

    def _masses(self, span: TokenSpan) -> tuple[float, float]:
        start = self.start[max(span.first - 1, 0) : span.last + 1].sum()
        return float(start), float(self.end[span.first : span.last + 2].sum())


def choose_target(
    pointing: Pointing, candidates: Sequence[TokenSpan], *, threshold: float, free: bool
) -> TokenSpan | None:
    """The span that a query points to, or None.

    Args:
        pointing: The query's probabilities.
        candidates: Spans of the role's layer, in the same token numbering.
        threshold: Least probability of pointing anywhere.
        free: Whether a span that no layer found may be made of the likeliest start and end.
    """
    if pointing.somewhere < threshold or not len(pointing.start):
        return None
    if not free:
        best = max(candidates, key=pointing.leaning, default=None)
        return best if best is not None and pointing.leaning(best) > _LEAST_LEANING else None
    best = max(candidates, key=pointing.mass, default=None)
    if best is not None and pointing.mass(best) >= 0.25 * pointing.somewhere:
        return best
    first = int(pointing.start.argmax())
    last = first + int(pointing.end[first : first + _LONGEST_FREE_SPAN].argmax())
    return TokenSpan(first, last, float(pointing.start[first] * pointing.end[last]))
