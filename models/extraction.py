"""The encoding half of extraction: from an article to token states and probabilities, nothing decided yet.

``decision.py`` makes the prediction of it.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from ..data.article import Article
from ..data.taxonomy import ACTOR_TAGS, ARTICLE_TYPES
from .decoding import Floats, Thresholds, sigmoid, softmax
from .roles import LAYERS
from .windows import Tokens, Window, cut_windows, tokenize


class Backend(Protocol):
    """The network, whoever runs it; see ``JointModel`` for shapes."""

    def encode(self, input_ids: NDArray[np.int64]) -> tuple[Floats, Floats, Floats, Floats]:
        """States, layer logits, type logits and tag logits of one window with its special tokens."""
        ...

    def link(self, states: Floats, quantities: NDArray[np.int64], sources: NDArray[np.int64]) -> dict[str, Floats]:
        """Links and classes of the spans of one frame of tokens, without the batch axis."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What decides how a checkpoint reads, beside its weights.

    Attributes:
        name: ``name@version``, written into every prediction.
        begin, end: Ids of the special tokens around a window.
        window_size, window_overlap: In tokens.
        thresholds: Decision thresholds.
    """

    name: str
    begin: int
    end: int
    window_size: int
    window_overlap: int
    thresholds: Thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoded:
    """An encoded article, not yet decided.

    Attributes:
        states: *Shape:* ``(n_tokens, wide)``
        layers: Probabilities of outside, begin, inside. *Shape:* ``(n_tokens, n_layers, 3)``
        types: Probability of every article type. *Shape:* ``(n_types,)``
        tags: Probability of every tag. *Shape:* ``(n_tags,)``
    """

    article: Article
    tokens: Tokens
    windows: list[Window]
    states: Floats
    layers: Floats
    types: Floats
    tags: Floats


def encode_article(article: Article, *, backend: Backend, tokenizer: Tokenizer, settings: Settings) -> Encoded:
    """Run the encoder over all windows of an article; memory grows with its length, never with its square."""
    tokens = tokenize(article.text, tokenizer)
    windows = cut_windows(tokens, size=settings.window_size, overlap=settings.window_overlap)
    states, layers, weights = [], [], []
    types, tags = np.zeros(len(ARTICLE_TYPES), np.float32), np.zeros(len(ACTOR_TAGS), np.float32)
    for window in windows:
        ids = np.concatenate([[settings.begin], tokens.ids[window.start : window.end], [settings.end]])
        window_states, window_layers, window_types, window_tags = backend.encode(ids)
        own = slice(window.own_start - window.start + 1, window.own_end - window.start + 1)
        states.append(window_states[own])
        layers.append(softmax(window_layers[own]))
        n_own = window.own_end - window.own_start
        weights.append(n_own)
        types += n_own * window_types
        tags += n_own * window_tags
    total = max(sum(weights), 1)
    return Encoded(
        article=article,
        tokens=tokens,
        windows=windows,
        states=np.concatenate(states) if states else np.zeros((0, 0), np.float32),
        layers=np.concatenate(layers) if layers else np.zeros((0, len(LAYERS), 3), np.float32),
        types=softmax(types / np.float32(total)),
        tags=sigmoid(tags / np.float32(total)),
    )
