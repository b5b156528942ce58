"""The model card that lies in every checkpoint."""

import math
from collections.abc import Mapping

from ..eval.metrics import Metric
from .config import RunConfig

_SHOWN = {
    "claim_f1": "claims found (F1)",
    "full_claim_f1": "full claims (F1)",
    "value_accuracy": "value (accuracy on matched claims)",
    "uncertainty_accuracy": "uncertainty (accuracy)",
    "measure_accuracy": "measure (accuracy)",
    "attribution_accuracy": "attribution (accuracy)",
    "source_f1": "sources (F1)",
    "type_macro_f1": "article type (macro F1)",
    "tag_f1": "actor tags (micro F1)",
}

_CARD = """---
{front_matter}
---

# {name} {version}

{description}

It reads a news article and answers with its type, the actors concerned, the sources cited, and the quantitative
claims: number, bound, item, event, who vouches. Every answer points to characters of the text.

## Training

Encoder `{encoder}`, fine-tuned by `reportedly train` on {n_train} articles; the whole config is in `run.yaml`.

## Validation

On {n_validation} validation articles of the same make as the training articles. Epoch and thresholds were chosen on
them, so real news will score lower. Intervals: 95 %, bootstrap over articles.

| metric | value | interval | n |
| --- | --- | --- | --- |
{rows}

## Limits

A number that the model reports is what the text claims, not what happened. Check the marked words before drawing
conclusions about people's deaths. Languages other than those trained on are read by transfer alone.
"""


def model_card(config: RunConfig, *, metrics: Mapping[str, Metric], n_train: int, n_validation: int) -> str:
    """A model card in the hub's form (Mitchell et al. 2019, "Model Cards for Model Reporting").

    Args:
        config: Of the run.
        metrics: On the validation articles, with intervals.
        n_train: Articles trained on.
        n_validation: Articles the metrics rest on.
    """
    languages = config.data.languages or ()
    rows = []
    for name, title in _SHOWN.items():
        metric = metrics[name]
        counted = f"{metric.value:.3f} | {metric.low:.3f}–{metric.high:.3f}"
        rows.append(f"| {title} | {'– | –' if math.isnan(metric.value) else counted} | {metric.n} |")
    front_matter = ["library_name: reportedly", "license: apache-2.0", "pipeline_tag: token-classification"]
    front_matter.append(f"base_model: {config.encoder.name}")
    if languages:
        front_matter += ["language:", *(f"  - {language}" for language in languages)]
    return _CARD.format(
        front_matter="\n".join(front_matter),
        name=config.name,
        version=config.version,
        description=config.description or "A reportedly model.",
        encoder=config.encoder.name,
        n_train=n_train,
        n_validation=n_validation,
        rows="\n".join(rows),
    )
