"""Metrics as a person reads them in a terminal."""

import math
from collections.abc import Mapping

from rich.table import Table

from .metrics import Metric

_ROWS = (
    ("claim_f1", "claims found, F1"),
    ("claim_precision", "  precision"),
    ("claim_recall", "  recall"),
    ("full_claim_f1", "full claims, F1"),
    ("value_accuracy", "value, accuracy on matched"),
    ("uncertainty_accuracy", "uncertainty, accuracy on matched"),
    ("measure_accuracy", "measure, accuracy on matched"),
    ("factuality_accuracy", "factuality, accuracy on matched"),
    ("attribution_accuracy", "attribution, accuracy on matched"),
    ("part_of_accuracy", "part of, accuracy on matched"),
    ("item_f1", "item, F1"),
    ("modifier_f1", "modifier, F1"),
    ("event_f1", "event, F1"),
    ("actor_f1", "actor, F1"),
    ("location_f1", "location, F1"),
    ("time_f1", "time, F1"),
    ("source_f1", "sources, F1"),
    ("source_type_accuracy", "source type, accuracy on matched"),
    ("type_macro_f1", "article type, macro F1"),
    ("tag_f1", "actor tags, micro F1"),
)


def render_metrics(columns: Mapping[str, Mapping[str, Metric]]) -> Table:
    """A table with one column a language (or another group), each figure with its 95 % interval."""
    table = Table(show_edge=False, box=None, header_style="dim")
    table.add_column("metric")
    for name in columns:
        table.add_column(name, justify="right")
    for key, title in _ROWS:
        table.add_row(title, *(describe_metric(metrics[key]) for metrics in columns.values()))
    return table


def describe_metric(metric: Metric) -> str:
    """``0.871 (0.82–0.91)``; a dash where there was nothing to count."""
    if math.isnan(metric.value):
        return "–"
    interval = "" if math.isnan(metric.low) else f" ({metric.low:.2f}–{metric.high:.2f})"
    return f"{metric.value:.3f}{interval}"
