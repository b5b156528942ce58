"""The contract's metrics over pairs (reference, predicted), with bootstrap intervals over articles."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ..data.prediction import Claim, Prediction
from ..data.taxonomy import ARTICLE_TYPES, CLAIM_PARTS
from .matching import HALF, match_spans, same_attribution, same_part

Pair = tuple[Prediction, Prediction]
"""Reference and prediction of one article."""

CLASSES = ("value", "uncertainty", "measure", "factuality")
_COUNTED = ("claim", "full_claim", "source", "tag", *CLAIM_PARTS)
_FULL = ("value", "uncertainty", "measure", "item", "attribution")
_MATCHED = (*CLASSES, "attribution", "part_of", "implicit")


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One figure.

    Attributes:
        value: Between 0 and 1; NaN where nothing was there to count.
        low, high: Bounds of the bootstrap interval; NaN where none was asked for.
        n: How many gold items (or matched ones, for accuracies) it rests on.
    """

    value: float
    low: float = float("nan")
    high: float = float("nan")
    n: int = 0


@dataclass(slots=True)
class _Counts:
    """What one article adds to every metric."""

    right: dict[str, int] = field(default_factory=dict)
    reference: dict[str, int] = field(default_factory=dict)
    predicted: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, *, right: int, reference: int, predicted: int) -> None:
        self.right[name] = self.right.get(name, 0) + right
        self.reference[name] = self.reference.get(name, 0) + reference
        self.predicted[name] = self.predicted.get(name, 0) + predicted


def _count(reference: Prediction, predicted: Prediction) -> _Counts:
    counts = _Counts()
    matched = match_spans([c.quantity for c in reference.claims], [c.quantity for c in predicted.claims])
    rights = [
        right_parts(reference, predicted, reference.claims[place], predicted.claims[other]) for place, other in matched
    ]
    for right in rights:
        for name in _MATCHED:
            counts.add(name, right=int(right[name]), reference=1, predicted=1)
    full = sum(all(right[name] for name in _FULL) for right in rights)
    totals = {"reference": len(reference.claims), "predicted": len(predicted.claims)}
    counts.add("claim", right=len(matched), **totals)
    counts.add("full_claim", right=full, **totals)
    for part in CLAIM_PARTS:
        n_right = sum(right[part] for right in rights)
        # A matched claim whose part is absent on both sides counts as right.
        counts.add(part, right=n_right, **totals)
        # The same among matched claims alone: what the linking does when the quantity is found.
        counts.add(f"{part}_matched", right=n_right, reference=len(matched), predicted=len(matched))
    _count_sources(counts, reference, predicted)
    gold_tags, found_tags = ({tag.label for tag in side.tags} for side in (reference, predicted))
    counts.add("tag", right=len(gold_tags & found_tags), reference=len(gold_tags), predicted=len(found_tags))
    for label in ARTICLE_TYPES:
        is_gold, is_found = reference.type.label == label, predicted.type.label == label
        counts.add(f"type={label}", right=int(is_gold and is_found), reference=int(is_gold), predicted=int(is_found))
    return counts


def right_parts(reference: Prediction, predicted: Prediction, gold: Claim, found: Claim) -> dict[str, bool]:
    """What is right of a predicted claim beside the gold claim it was matched with, by name; all but the quantity."""
    sources = [claim.attribution.source if claim.attribution else None for claim in (gold, found)]
    wholes = [
        next((c.quantity for c in side.claims if c.id == claim.part_of), None)
        for side, claim in ((reference, gold), (predicted, found))
    ]
    return {
        "value": gold.value == found.value,
        "uncertainty": gold.uncertainty == found.uncertainty,
        "measure": gold.measure == found.measure,
        "factuality": gold.factuality == found.factuality,
        "implicit": gold.implicit == found.implicit,
        **{part: same_part(gold.part(part), found.part(part)) for part in CLAIM_PARTS},
        "attribution": same_attribution(reference, predicted, sources[0], sources[1]),
        "part_of": same_part(wholes[0], wholes[1]),
    }


def _count_sources(counts: _Counts, reference: Prediction, predicted: Prediction) -> None:
    matched = match_spans([s.span for s in reference.sources], [s.span for s in predicted.sources], least=HALF)
    counts.add("source", right=len(matched), reference=len(reference.sources), predicted=len(predicted.sources))
    typed = sum(reference.sources[a].type == predicted.sources[b].type for a, b in matched)
    counts.add("source_type", right=typed, reference=len(matched), predicted=len(matched))


def _names() -> list[str]:
    matched_parts = [f"{part}_matched" for part in CLAIM_PARTS]
    return [*_COUNTED, *_MATCHED, *matched_parts, "source_type", *(f"type={label}" for label in ARTICLE_TYPES)]


def _table(pairs: Sequence[Pair]) -> NDArray[np.int64]:
    """*Shape:* ``(n_articles, n_names, 3)``: right, reference, predicted."""
    names = _names()
    table = np.zeros((len(pairs), len(names), 3), dtype=np.int64)
    for row, (reference, predicted) in enumerate(pairs):
        counts = _count(reference, predicted)
        for column, name in enumerate(names):
            table[row, column] = (
                counts.right.get(name, 0),
                counts.reference.get(name, 0),
                counts.predicted.get(name, 0),
            )
    return table


def _figures(sums: NDArray[np.int64]) -> dict[str, float]:
    """All figures from summed counts. *Shape of sums:* ``(n_names, 3)``"""
    by_name = dict(zip(_names(), sums.tolist(), strict=True))
    figures: dict[str, float] = {}
    for name in _COUNTED:
        right, reference, predicted = by_name[name]
        if name in ("claim", "full_claim", "source", "tag"):
            figures[f"{name}_precision"] = _ratio(right, predicted)
            figures[f"{name}_recall"] = _ratio(right, reference)
        figures[f"{name}_f1"] = _ratio(2 * right, reference + predicted)
    for name in (*_MATCHED, *(f"{part}_matched" for part in CLAIM_PARTS), "source_type"):
        right, reference, _ = by_name[name]
        figures[f"{name}_accuracy"] = _ratio(right, reference)
    per_type = [by_name[f"type={label}"] for label in ARTICLE_TYPES]
    # Macro F1 over the types that occur in gold or prediction.
    f1 = [_ratio(2 * right, reference + predicted) for right, reference, predicted in per_type]
    present = [value for value in f1 if not np.isnan(value)]
    figures["type_macro_f1"] = float(np.mean(present)) if present else float("nan")
    figures["type_accuracy"] = _ratio(sum(row[0] for row in per_type), sum(row[1] for row in per_type))
    return figures


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")


def score(pairs: Sequence[Pair], *, n_bootstrap: int = 0, seed: int = 0) -> dict[str, Metric]:
    """All metrics of the contract over articles.

    Args:
        pairs: Reference and prediction of every article.
        n_bootstrap: How many resamples of articles the 95 % percentile intervals rest on; 0 gives none.
        seed: Of the resampling.

    Returns:
        Metrics by name: ``claim_f1``, ``full_claim_f1``, ``value_accuracy``, ``item_f1`` …
    """
    table = _table(pairs)
    figures = _figures(table.sum(axis=0))
    sizes = dict(zip(_names(), table[:, :, 1].sum(axis=0).tolist(), strict=True))
    intervals = _bootstrap(table, n_bootstrap=n_bootstrap, seed=seed) if n_bootstrap and len(pairs) else {}
    metrics = {}
    for name, value in figures.items():
        base = name.rsplit("_", 1)[0]
        n = len(pairs) if base.startswith("type") else sizes[base]
        low, high = intervals.get(name, (float("nan"), float("nan")))
        metrics[name] = Metric(value=value, low=low, high=high, n=n)
    return metrics


def _bootstrap(table: NDArray[np.int64], *, n_bootstrap: int, seed: int) -> dict[str, tuple[float, float]]:
    """Percentile bootstrap over articles (Efron & Tibshirani 1993)."""
    generator = np.random.default_rng(seed)
    samples: dict[str, list[float]] = {}
    for _ in range(n_bootstrap):
        chosen = generator.integers(len(table), size=len(table))
        for name, value in _figures(table[chosen].sum(axis=0)).items():
            samples.setdefault(name, []).append(value)
    intervals = {}
    for name, values in samples.items():
        known = [value for value in values if not np.isnan(value)]
        if known:
            low, high = np.percentile(known, [2.5, 97.5])
            intervals[name] = (float(low), float(high))
    return intervals
