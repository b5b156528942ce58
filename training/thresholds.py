"""Decision thresholds tuned on validation articles, one at a time by coordinate ascent."""

import math
from collections.abc import Sequence
from dataclasses import replace

from sklearn.metrics import f1_score

from ..data.prediction import Prediction
from ..data.taxonomy import ACTOR_TAGS
from ..eval.metrics import score
from ..models.decision import decide
from ..models.decoding import Thresholds
from ..models.extraction import Backend, Encoded, Settings
from ..models.roles import POINTERS

_GRID = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
_NOISE = 0.003
_LAYER_METRICS = {"quantity": ("claim_f1", "full_claim_f1"), "source": ("source_f1", "full_claim_f1")}


def tune_thresholds(
    encoded: Sequence[tuple[Encoded, Prediction]], *, backend: Backend, settings: Settings
) -> Thresholds:
    """Thresholds that score best on encoded validation articles.

    The quantity layer and the links are tuned by full-claim F1 plus the figure of the part they decide, the source
    layer by source F1 plus full-claim F1, every tag by its own F1.
    """

    def scored(thresholds: Thresholds, metrics: Sequence[str]) -> float:
        tuned = replace(settings, thresholds=thresholds)
        found = score([(gold, decide(article, backend=backend, settings=tuned)) for article, gold in encoded])
        return sum(0.0 if math.isnan(found[name].value) else found[name].value for name in metrics)

    thresholds = settings.thresholds
    for layer, metrics in _LAYER_METRICS.items():
        candidates = {value: replace(thresholds, layers={**thresholds.layers, layer: value}) for value in _GRID}
        thresholds = candidates[_best({value: scored(candidates[value], metrics) for value in _GRID})]
    for pointer in POINTERS:
        candidates = {value: replace(thresholds, links={**thresholds.links, pointer: value}) for value in _GRID}
        wanted = _link_metrics(pointer)
        thresholds = candidates[_best({value: scored(candidates[value], wanted) for value in _GRID})]
    return replace(thresholds, tags=_tune_tags(encoded))


def _best(figures: dict[float, float]) -> float:
    """The value nearest to 0.5 among those whose figure is as good as the best, give or take noise.

    Small validation sets would else push a threshold to an extreme for nothing.
    """
    least = max(figures.values()) - _NOISE
    return min((value for value in figures if figures[value] >= least), key=lambda value: abs(value - 0.5))


def _link_metrics(pointer: str) -> tuple[str, ...]:
    if pointer in ("source", "cue"):
        return ("attribution_accuracy", "full_claim_f1")
    if pointer == "part_of":
        return ("part_of_accuracy",)
    return (f"{pointer}_f1", "full_claim_f1")


def _tune_tags(encoded: Sequence[tuple[Encoded, Prediction]]) -> dict[str, float]:
    best: dict[str, float] = {}
    for column, label in enumerate(ACTOR_TAGS):
        gold = [label in {tag.label for tag in reference.tags} for _, reference in encoded]
        scores = [float(article.tags[column]) for article, _ in encoded]
        best[label] = _best(
            {value: float(f1_score(gold, [s >= value for s in scores], zero_division=0.0)) for value in _GRID}
        )
    return best
