"""A model scored on gold: extract from its texts, compare, one column a language."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from ..data.article import Article
from ..data.prediction import Prediction
from .metrics import Metric, Pair, score

ALL = "all"


def predict_pairs(
    gold: Iterable[tuple[Article, Prediction]], extract: Callable[[Article], Prediction]
) -> Iterator[Pair]:
    """Reference and prediction of every article; the model sees text and language, never the gold."""
    for article, reference in gold:
        yield reference, extract(replace(article, meta={}))


def score_by_language(pairs: list[Pair], *, n_bootstrap: int, seed: int = 0) -> dict[str, dict[str, Metric]]:
    """All metrics over all articles, and for every language where there is more than one."""
    languages = sorted({reference.language for reference, _ in pairs})
    groups = {ALL: pairs}
    if len(languages) > 1:
        groups |= {language: [pair for pair in pairs if pair[0].language == language] for language in languages}
    return {name: score(group, n_bootstrap=n_bootstrap, seed=seed) for name, group in groups.items()}


def metrics_to_record(columns: dict[str, dict[str, Metric]]) -> dict[str, dict[str, dict[str, float | int | None]]]:
    """Metrics as JSON-able data; NaN, where nothing was there to count, becomes null."""

    def plain(number: float) -> float | None:
        return None if number != number else round(number, 4)

    return {
        group: {
            name: {"value": plain(m.value), "low": plain(m.low), "high": plain(m.high), "n": m.n}
            for name, m in metrics.items()
        }
        for group, metrics in columns.items()
    }
