"""Annotated articles as training examples: one example a window, every target a token index."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor

from ..data.article import Article
from ..data.prediction import Claim, Prediction, Source, Span
from ..data.taxonomy import (
    ACTOR_TAGS,
    ARTICLE_TYPES,
    CLAIM_PARTS,
    FACTUALITIES,
    MEASURES,
    SOURCE_TYPES,
    UNCERTAINTIES,
)
from ..models.joint import IGNORED, NOWHERE
from ..models.roles import BEGIN, INSIDE, LAYERS, OUTSIDE, POINTERS
from ..models.windows import Tokens, Window, cut_windows, token_span, tokenize


@dataclass(frozen=True, slots=True, kw_only=True)
class SpecialTokens:
    """Ids that frame every window."""

    begin: int
    end: int
    pad: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One window with its targets; positions count the begin token as 0.

    Attributes:
        input_ids: With special tokens. *Shape:* ``(n_tokens,)``
        layers: Label of every token in every span layer. *Shape:* ``(n_tokens, n_layers)``
        quantities: First and last token. *Shape:* ``(n_quantities, 2)``
        link_start, link_end: Targets of the pointers. *Shape:* ``(n_quantities, n_pointers)``
        classes: uncertainty, measure, factuality, implicit. *Shape:* ``(n_quantities, 4)``
        sources: First and last token. *Shape:* ``(n_sources, 2)``
        source_type: *Shape:* ``(n_sources,)``
        same: Start and end of the earlier mention. *Shape:* ``(n_sources, 2)``
        type: Index of the article type.
        tags: 0 or 1 for every tag. *Shape:* ``(n_tags,)``
    """

    input_ids: NDArray[np.int64]
    layers: NDArray[np.int64]
    quantities: NDArray[np.int64]
    link_start: NDArray[np.int64]
    link_end: NDArray[np.int64]
    classes: NDArray[np.int64]
    sources: NDArray[np.int64]
    source_type: NDArray[np.int64]
    same: NDArray[np.int64]
    type: int
    tags: NDArray[np.float32]


def make_examples(
    pairs: Iterable[tuple[Article, Prediction]],
    *,
    tokenizer: Tokenizer,
    special: SpecialTokens,
    window_size: int,
    window_overlap: int,
) -> list[Example]:
    """Cut annotated articles into windows with targets; articles without a token give none."""
    examples = []
    for article, gold in pairs:
        tokens = tokenize(article.text, tokenizer)
        for window in cut_windows(tokens, size=window_size, overlap=window_overlap):
            examples.append(_Builder(tokens=tokens, window=window, gold=gold, special=special).build())
    return examples


class _Builder:
    """Targets of one window."""

    def __init__(self, *, tokens: Tokens, window: Window, gold: Prediction, special: SpecialTokens) -> None:
        self._tokens = tokens
        self._window = window
        self._gold = gold
        self._special = special

    def _place(self, span: Span | None) -> tuple[int, int] | None:
        """First and last position of a span in the window; None where it does not lie wholly inside."""
        found = None if span is None else token_span(self._tokens, span.start, span.end)
        if found is None or found[0] < self._window.start or found[1] > self._window.end:
            return None
        return found[0] - self._window.start + 1, found[1] - self._window.start

    def build(self) -> Example:
        sources = [(source, place) for source in self._gold.sources if (place := self._place(source.span))]
        claims = [(claim, place) for claim in self._gold.claims if (place := self._place(claim.quantity))]
        link_start, link_end = self._links([claim for claim, _ in claims])
        ids = self._tokens.ids[self._window.start : self._window.end]
        tags = {tag.label for tag in self._gold.tags}
        return Example(
            input_ids=np.concatenate([[self._special.begin], ids, [self._special.end]]),
            layers=self._layers(len(ids) + 2),
            quantities=np.array([place for _, place in claims], dtype=np.int64).reshape(-1, 2),
            link_start=link_start,
            link_end=link_end,
            classes=np.array([_classes(claim) for claim, _ in claims], dtype=np.int64).reshape(-1, 4),
            sources=np.array([place for _, place in sources], dtype=np.int64).reshape(-1, 2),
            source_type=np.array([SOURCE_TYPES.index(source.type) for source, _ in sources], dtype=np.int64),
            same=self._same_as([source for source, _ in sources]),
            type=ARTICLE_TYPES.index(self._gold.type.label),
            tags=np.array([label in tags for label in ACTOR_TAGS], dtype=np.float32),
        )

    def _layers(self, n_positions: int) -> NDArray[np.int64]:
        labels = np.full((n_positions, len(LAYERS)), OUTSIDE, dtype=np.int64)
        spans: dict[str, set[tuple[int, int]]] = {name: set() for name in LAYERS}
        for source in self._gold.sources:
            spans["source"].add((source.span.start, source.span.end))
        for claim in self._gold.claims:
            for role, span in claim.spans():
                spans[role].add((span.start, span.end))
        for column, name in enumerate(LAYERS):
            # Where two spans of one layer overlap, the shorter one wins: it names the thing itself.
            for start, end in sorted(spans[name], key=lambda span: span[1] - span[0]):
                self._label(labels[:, column], start, end)
        return labels

    def _label(self, labels: NDArray[np.int64], start: int, end: int) -> None:
        found = token_span(self._tokens, start, end)
        if found is None:
            return
        first = max(found[0], self._window.start) - self._window.start + 1
        last = min(found[1], self._window.end) - self._window.start + 1
        if first < last and not labels[first:last].any():
            labels[first:last] = INSIDE
            if found[0] >= self._window.start:
                labels[first] = BEGIN

    def _links(self, claims: Sequence[Claim]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        shape = (len(claims), len(POINTERS))
        start, end = np.full(shape, NOWHERE, dtype=np.int64), np.full(shape, IGNORED, dtype=np.int64)
        by_id = {claim.id: claim for claim in self._gold.claims}
        mentions = {source.id: source for source in self._gold.sources}
        for row, claim in enumerate(claims):
            targets: dict[str, Span | None] = {name: claim.part(name) for name in CLAIM_PARTS}
            targets["source"] = mentions[claim.attribution.source].span if claim.attribution else None
            targets["cue"] = claim.attribution.cue if claim.attribution else None
            targets["part_of"] = by_id[claim.part_of].quantity if claim.part_of else None
            for column, name in enumerate(POINTERS):
                self._point(targets[name], start[row], end[row], column)
        return start, end

    def _point(self, span: Span | None, start: NDArray[np.int64], end: NDArray[np.int64], column: int) -> None:
        if span is None:
            return
        place = self._place(span)
        # A target in another window is neither here nor nowhere: it is not counted.
        start[column], end[column] = place if place is not None else (IGNORED, IGNORED)

    def _same_as(self, sources: Sequence[Source]) -> NDArray[np.int64]:
        same = np.full((len(sources), 2), IGNORED, dtype=np.int64)
        same[:, 0] = NOWHERE
        mentions = {source.id: source for source in self._gold.sources}
        for row, source in enumerate(sources):
            earlier = mentions[source.same_as].span if source.same_as else None
            self._point(earlier, same[row, :1], same[row, 1:], 0)
        return same


def _classes(claim: Claim) -> tuple[int, int, int, int]:
    return (
        UNCERTAINTIES.index(claim.uncertainty),
        MEASURES.index(claim.measure),
        FACTUALITIES.index(claim.factuality),
        int(claim.implicit),
    )


def collate(examples: Sequence[Example], *, pad: int) -> dict[str, Tensor]:
    """Pad examples to one batch; padded targets are ``IGNORED``, padded spans point to position 0."""
    n_tokens = max(len(example.input_ids) for example in examples)
    n_quantities = max(1, *(len(example.quantities) for example in examples))
    n_sources = max(1, *(len(example.sources) for example in examples))

    def stack(name: str, length: int, fill: int) -> Tensor:
        rows = []
        for example in examples:
            array = getattr(example, name)
            room = [(0, length - len(array))] + [(0, 0)] * (array.ndim - 1)
            rows.append(np.pad(array, room, constant_values=fill))
        return torch.from_numpy(np.stack(rows))

    classes = stack("classes", n_quantities, IGNORED)
    same = stack("same", n_sources, IGNORED)
    input_ids = stack("input_ids", n_tokens, pad)
    lengths = torch.tensor([len(example.input_ids) for example in examples])
    batch = {
        "input_ids": input_ids,
        "attention_mask": (torch.arange(n_tokens)[None, :] < lengths[:, None]).long(),
        "layers": stack("layers", n_tokens, IGNORED),
        "quantities": stack("quantities", n_quantities, 0),
        "link_start": stack("link_start", n_quantities, IGNORED),
        "link_end": stack("link_end", n_quantities, IGNORED),
        "sources": stack("sources", n_sources, 0),
        "source_type": stack("source_type", n_sources, IGNORED),
        "same_start": same[:, :, :1],
        "same_end": same[:, :, 1:],
        "type": torch.tensor([example.type for example in examples]),
        "tags": torch.from_numpy(np.stack([example.tags for example in examples])),
    }
    for column, name in enumerate(("uncertainty", "measure", "factuality", "implicit")):
        batch[name] = classes[:, :, column]
    return batch
