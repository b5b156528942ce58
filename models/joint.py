"""The joint model: one encoder pass gives type, tags, span layers, and every link of the claim graph."""

from typing import Any, cast

import torch
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel, PreTrainedModel
from transformers import PretrainedConfig as PreTrainedConfig

from ..data.taxonomy import ACTOR_TAGS, ARTICLE_TYPES, FACTUALITIES, MEASURES, SOURCE_TYPES, UNCERTAINTIES
from .roles import CONTEXT_POINTERS, LAYERS, POINTERS

QUANTITY_CLASSES = {
    "uncertainty": len(UNCERTAINTIES),
    "measure": len(MEASURES),
    "factuality": len(FACTUALITIES),
    "implicit": 2,
}
_N_DISTANCES = 24
IGNORED = -100
"""Target index that no loss counts."""
NOWHERE = -1
"""Pointer target of a role that the claim does not have."""


class JointConfig(PreTrainedConfig):
    """Configuration of ``JointModel``.

    Attributes:
        encoder: Configuration of the encoder as a dictionary, ``model_type`` among its keys.
        pointer_width: Width of the space in which a quantity meets the tokens it may point to.
        hidden_width: Width of the hidden layers of the heads.
        dropout: Dropout probability before the heads.
        label_smoothing: Of the classifiers, between 0 and 1.
        token_dropout: Probability that a token is hidden behind ``mask_token`` in training, so that the heads learn
            to read contexts, not only words.
        mask_token: Id of the encoder's mask token; None switches token dropout off.
    """

    model_type = "reportedly"

    def __init__(
        self,
        *,
        encoder: dict[str, Any] | None = None,
        pointer_width: int = 64,
        hidden_width: int = 256,
        dropout: float = 0.1,
        label_smoothing: float = 0.0,
        token_dropout: float = 0.0,
        mask_token: int | None = None,
        **rest: Any,
    ) -> None:
        self.encoder = encoder or {}
        self.pointer_width = pointer_width
        self.hidden_width = hidden_width
        self.dropout = dropout
        self.label_smoothing = label_smoothing
        self.token_dropout = token_dropout
        self.mask_token = mask_token
        super().__init__(**rest)


class PointerHead(nn.Module):
    """Scores for every query span and role the tokens at which the role's span starts and ends, or nowhere.

    Start and end are pointed to separately, as in extractive question answering (Devlin et al. 2019).
    """

    def __init__(self, *, n_roles: int, query_width: int, token_width: int, pointer_width: int) -> None:
        super().__init__()
        self.n_roles = n_roles
        self.pointer_width = pointer_width
        self.query = nn.Linear(query_width, 2 * n_roles * pointer_width)
        self.key = nn.Linear(token_width, 2 * n_roles * pointer_width)
        self.nowhere = nn.Linear(query_width, n_roles)
        self.distance = nn.Embedding(2 * _N_DISTANCES + 1, 2 * n_roles)
        nn.init.zeros_(self.distance.weight)

    def forward(
        self, queries: Tensor, tokens: Tensor, starts: Tensor, token_mask: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Score all tokens for all queries.

        Args:
            queries: *Shape:* ``(batch, n_queries, query_width)``
            tokens: *Shape:* ``(batch, n_tokens, token_width)``
            starts: First token of every query span. *Shape:* ``(batch, n_queries)``
            token_mask: 1 for real tokens. *Shape:* ``(batch, n_tokens)``

        Returns:
            Start logits and end logits, *shape* ``(batch, n_queries, n_roles, n_tokens)``, and the logit of
            pointing nowhere, *shape* ``(batch, n_queries, n_roles)``.
        """
        batch, n_queries, _ = queries.shape
        n_tokens = tokens.shape[1]
        query = self.query(queries).view(batch, n_queries, 2 * self.n_roles, self.pointer_width).transpose(1, 2)
        key = self.key(tokens).view(batch, n_tokens, 2 * self.n_roles, self.pointer_width).permute(0, 2, 3, 1)
        scores = torch.matmul(query, key) / self.pointer_width**0.5
        away = torch.arange(n_tokens, device=tokens.device)[None, None, :] - starts[:, :, None]
        scores = scores + self.distance(_distance_bucket(away)).permute(0, 3, 1, 2)
        scores = scores.masked_fill(token_mask[:, None, None, :] == 0, -1e4).transpose(1, 2)
        return scores[:, :, : self.n_roles], scores[:, :, self.n_roles :], self.nowhere(queries)


def _distance_bucket(away: Tensor) -> Tensor:
    """Signed distances in tokens as buckets: exact up to 8, then logarithmic up to 256."""
    size = away.abs()
    far = 8 + (torch.log2(size.clamp(min=8).float() / 8) * 3).long()
    bucket = torch.where(size <= 8, size, far).clamp(max=_N_DISTANCES)
    return bucket * away.sign() + _N_DISTANCES


class JointModel(PreTrainedModel):
    """Encoder, span layers and links; see ``docs/model.md``.

    Works as any Hugging Face model: ``save_pretrained``, ``from_pretrained``, ``push_to_hub``.
    """

    config_class = JointConfig
    base_model_prefix = "encoder"
    main_input_name = "input_ids"

    def __init__(self, config: JointConfig, *, encoder: PreTrainedModel | None = None) -> None:
        super().__init__(config)
        if encoder is None:
            settings = dict(config.encoder)
            encoder = AutoModel.from_config(AutoConfig.for_model(settings.pop("model_type"), **settings))
        if getattr(encoder, "pooler", None) is not None:
            encoder.pooler = None  # the heads read token states alone
        self.encoder = encoder
        width = encoder.config.hidden_size
        wide, hidden = width + 3 * len(LAYERS), config.hidden_width
        self.norm = nn.LayerNorm(width)
        self.dropout = nn.Dropout(config.dropout)
        self.layers = nn.Linear(width, 3 * len(LAYERS))
        self.pool = nn.Linear(width, 2)
        self.article_type = nn.Linear(width, len(ARTICLE_TYPES))
        self.actor_tags = nn.Linear(width, len(ACTOR_TAGS))
        self.quantity = nn.Sequential(nn.Linear(2 * wide, hidden), nn.GELU(), nn.Dropout(config.dropout))
        self.source = nn.Sequential(nn.Linear(2 * wide, hidden), nn.GELU(), nn.Dropout(config.dropout))
        sizes = {"query_width": hidden, "token_width": wide, "pointer_width": config.pointer_width}
        self.pointers = PointerHead(n_roles=len(POINTERS), **sizes)
        self.same_as = PointerHead(n_roles=1, **sizes)
        self.described = nn.Sequential(
            nn.Linear(hidden + len(CONTEXT_POINTERS) * wide, hidden), nn.GELU(), nn.Dropout(config.dropout)
        )
        self.classes = nn.ModuleDict({name: nn.Linear(hidden, size) for name, size in QUANTITY_CLASSES.items()})
        self.source_type = nn.Linear(hidden, len(SOURCE_TYPES))
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
        if isinstance(module, nn.Linear):
            nn.init.xavier_uniform_(module.weight)
            if module.bias is not None:
                nn.init.zeros_(module.bias)

    def encode(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Read windows.

        Args:
            input_ids: With the special tokens. *Shape:* ``(batch, n_tokens)``
            attention_mask: 1 for real tokens. *Shape:* ``(batch, n_tokens)``

        Returns:
            Token states with the layer probabilities appended, *shape* ``(batch, n_tokens, wide)``; layer
            logits, *shape* ``(batch, n_tokens, n_layers, 3)``; type logits, *shape* ``(batch, n_types)``;
            tag logits, *shape* ``(batch, n_tags)``.
        """
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        with torch.autocast(hidden.device.type, enabled=False):
            return self._read(hidden.float(), attention_mask)

    def _read(self, hidden: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        states = self.dropout(self.norm(hidden))
        logits = self.layers(states).unflatten(-1, (len(LAYERS), 3))
        weights = self.pool(states).masked_fill(attention_mask[:, :, None] == 0, -1e4).softmax(dim=1)
        pooled = torch.matmul(weights.transpose(1, 2), states)
        wide = torch.cat([states, logits.softmax(dim=-1).flatten(2)], dim=-1)
        return wide, logits, self.article_type(pooled[:, 0]), self.actor_tags(pooled[:, 1])

    def link(self, states: Tensor, token_mask: Tensor, quantities: Tensor, sources: Tensor) -> dict[str, Tensor]:
        """Link the spans of windows.

        Args:
            states: As ``encode`` gives them. *Shape:* ``(batch, n_tokens, wide)``
            token_mask: 1 for real tokens. *Shape:* ``(batch, n_tokens)``
            quantities: First and last token of every quantity. *Shape:* ``(batch, n_quantities, 2)``
            sources: First and last token of every source mention. *Shape:* ``(batch, n_sources, 2)``

        Returns:
            ``start``, ``end`` (*shape* ``(batch, n_quantities, n_pointers, n_tokens)``), ``nowhere`` (*shape*
            ``(batch, n_quantities, n_pointers)``), ``same_start``, ``same_end``, ``same_nowhere`` for the
            sources, ``source_type`` and one entry for every class of a quantity (*shape* ``(batch, n, n_labels)``).
        """
        quantity = self.quantity(_span_states(states, quantities))
        source = self.source(_span_states(states, sources))
        start, end, nowhere = self.pointers(quantity, states, quantities[:, :, 0], token_mask)
        same_start, same_end, same_nowhere = self.same_as(source, states, sources[:, :, 0], token_mask)
        weights = torch.cat([start, nowhere[..., None]], dim=-1).softmax(dim=-1)[..., :-1]
        looked_at = [torch.matmul(weights[:, :, POINTERS.index(name)], states) for name in CONTEXT_POINTERS]
        described = self.described(torch.cat([quantity, *looked_at], dim=-1))
        outputs = {
            "start": start,
            "end": end,
            "nowhere": nowhere,
            "same_start": same_start,
            "same_end": same_end,
            "same_nowhere": same_nowhere,
            "source_type": self.source_type(source),
        }
        return outputs | {name: head(described) for name, head in self.classes.items()}

    def forward(self, input_ids: Tensor, attention_mask: Tensor, **targets: Tensor) -> dict[str, Tensor]:
        """The training losses of a batch, one for each head, and their sum as ``loss``.

        Args:
            input_ids: *Shape:* ``(batch, n_tokens)``
            attention_mask: *Shape:* ``(batch, n_tokens)``
            **targets: As ``training/examples.py`` makes them.
        """
        states, logits, types, tags = self.encode(self._hidden(input_ids, attention_mask), attention_mask)
        with torch.autocast(states.device.type, enabled=False):
            return self._losses(states, logits, types, tags, attention_mask, targets)

    def _hidden(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """The ids with some tokens hidden, while training."""
        if not self.training or self.config.mask_token is None or not self.config.token_dropout:
            return input_ids
        chosen = torch.rand(input_ids.shape, device=input_ids.device) < self.config.token_dropout
        return torch.where(chosen & (_inner(attention_mask) == 1), self.config.mask_token, input_ids)

    def _losses(
        self,
        states: Tensor,
        logits: Tensor,
        types: Tensor,
        tags: Tensor,
        attention_mask: Tensor,
        targets: dict[str, Tensor],
    ) -> dict[str, Tensor]:
        linked = self.link(states, _inner(attention_mask), targets["quantities"], targets["sources"])
        losses = {
            "spans": _layer_loss(logits, targets["layers"]),
            "type": _class_loss(types, targets["type"], self.config.label_smoothing),
            "tags": nn.functional.binary_cross_entropy_with_logits(tags, targets["tags"]),
            "links": _pointer_loss(
                linked["start"], linked["end"], linked["nowhere"], targets["link_start"], targets["link_end"]
            ),
            "same_as": _pointer_loss(
                linked["same_start"],
                linked["same_end"],
                linked["same_nowhere"],
                targets["same_start"],
                targets["same_end"],
            ),
            "source_type": _class_loss(linked["source_type"], targets["source_type"], self.config.label_smoothing),
        }
        for name in QUANTITY_CLASSES:
            losses[name] = _class_loss(linked[name], targets[name], self.config.label_smoothing)
        losses["loss"] = torch.stack(list(losses.values())).sum()
        return losses


def _inner(attention_mask: Tensor) -> Tensor:
    """The mask without the special tokens at both ends of every window: nothing points to them."""
    shifted = torch.cat([attention_mask[:, 1:], torch.zeros_like(attention_mask[:, :1])], dim=1)
    shifted[:, 0] = 0
    return shifted


def _span_states(states: Tensor, spans: Tensor) -> Tensor:
    """First and last token's states of every span, side by side. *Shape:* ``(batch, n_spans, 2 * wide)``"""
    wide = states.shape[-1]
    ends = [states.gather(1, spans[:, :, side, None].expand(-1, -1, wide)) for side in (0, 1)]
    return torch.cat(ends, dim=-1)


def _layer_loss(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross entropy of the span layers, averaged over tokens, summed over layers."""
    losses = nn.functional.cross_entropy(logits.flatten(0, 2), targets.flatten(), ignore_index=IGNORED, reduction="sum")
    n_tokens = (targets[..., 0] != IGNORED).sum().clamp(min=1)
    return losses / n_tokens


def _class_loss(logits: Tensor, targets: Tensor, smoothing: float) -> Tensor:
    logits, targets = logits.flatten(0, -2), targets.flatten()
    kept = targets != IGNORED
    if not bool(kept.any()):
        return logits.sum() * 0.0
    return nn.functional.cross_entropy(logits[kept], targets[kept], label_smoothing=smoothing)


def _pointer_loss(start: Tensor, end: Tensor, nowhere: Tensor, start_target: Tensor, end_target: Tensor) -> Tensor:
    """Cross entropy over all tokens and "nowhere" for the start, over all tokens for the end."""
    n_tokens = start.shape[-1]
    with_nowhere = torch.cat([start, nowhere[..., None]], dim=-1)
    target = torch.where(start_target == NOWHERE, n_tokens, start_target)
    loss = _class_loss(with_nowhere, target, 0.0)
    return loss + _class_loss(end, end_target, 0.0)


def register() -> None:
    """Make the Auto classes of transformers know the model by its type ``reportedly``."""
    AutoConfig.register(JointConfig.model_type, JointConfig, exist_ok=True)
    AutoModel.register(JointConfig, cast("Any", JointModel), exist_ok=True)
