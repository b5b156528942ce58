from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reportedly.data.article import Article
from reportedly.data.prediction import Prediction, Tag
from reportedly.data.taxonomy import ACTOR_TAGS
from reportedly.eval.metrics import score
from reportedly.models.checkpoint import read_checkpoint
from reportedly.models.decision import decide
from reportedly.models.decoding import Thresholds
from reportedly.models.extraction import Backend, Encoded, Settings, encode_article
from reportedly.models.onnx_backend import OnnxBackend
from reportedly.models.roles import LAYERS, POINTERS
from reportedly.training.thresholds import tune_thresholds

AnnotatedArticle = tuple[Article, Prediction]
_GRID = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)


@pytest.fixture(scope="module")
def settings(checkpoint_folder: Path) -> Settings:
    return replace(read_checkpoint(checkpoint_folder).settings, thresholds=Thresholds())


@pytest.fixture(scope="module")
def backend(checkpoint_folder: Path) -> Backend:
    return OnnxBackend(checkpoint_folder, n_threads=1)


@pytest.fixture(scope="module")
def encoded(
    checkpoint_folder: Path, four_articles: list[AnnotatedArticle], settings: Settings, backend: Backend
) -> list[tuple[Encoded, Prediction]]:
    tokenizer = read_checkpoint(checkpoint_folder).tokenizer
    return [
        (encode_article(article, backend=backend, tokenizer=tokenizer, settings=settings), gold)
        for article, gold in four_articles
    ]


def _with_scores(encoded: Encoded, column: int, probability: float) -> Encoded:
    tags = encoded.tags.copy()
    tags[column] = probability
    return replace(encoded, tags=tags)


def test_every_threshold_is_of_the_grid(
    encoded: list[tuple[Encoded, Prediction]], backend: Backend, settings: Settings
) -> None:
    tuned = tune_thresholds(encoded, backend=backend, settings=settings)
    assert set(tuned.layers) == set(LAYERS)
    assert set(tuned.links) == set(POINTERS)
    assert set(tuned.tags) == set(ACTOR_TAGS)
    assert {tuned.same_as, *tuned.layers.values(), *tuned.links.values(), *tuned.tags.values()} <= set(_GRID)


def test_where_nothing_changes_the_threshold_stays_one_half(
    encoded: list[tuple[Encoded, Prediction]], backend: Backend, settings: Settings
) -> None:
    # The model knows these articles by heart: every threshold is as good as any other.
    tuned = tune_thresholds(encoded, backend=backend, settings=settings)
    assert tuned.layers["quantity"] == tuned.links["item"] == tuned.tags["civilians"] == 0.5


def test_a_tag_threshold_parts_the_articles_that_have_the_tag_from_the_others(
    encoded: list[tuple[Encoded, Prediction]], backend: Backend, settings: Settings
) -> None:
    column = ACTOR_TAGS.index("civilians")
    scored = [
        (_with_scores(article, column, 0.75 if Tag(label="civilians") in gold.tags else 0.65), gold)
        for article, gold in encoded
    ]
    assert tune_thresholds(scored, backend=backend, settings=settings).tags["civilians"] == 0.7


def test_the_quantity_threshold_moves_to_where_claims_are_found(
    encoded: list[tuple[Encoded, Prediction]], backend: Backend, settings: Settings
) -> None:
    column = LAYERS.index("quantity")

    def hesitant(article: Encoded) -> Encoded:
        """A model that gives quantities 0.35 and all other tokens 0.25."""
        layers = article.layers.copy()
        within = layers[:, column, 0] < 0.5
        probabilities = np.array([[0.75, 0.2, 0.05], [0.65, 0.3, 0.05]], dtype=np.float32)
        layers[:, column] = probabilities[within.astype(int)]
        return replace(article, layers=layers)

    unsure = [(hesitant(article), gold) for article, gold in encoded]
    tuned = tune_thresholds(unsure, backend=backend, settings=settings)
    assert tuned.layers["quantity"] == 0.3

    def claim_f1(thresholds: Thresholds) -> float:
        tried = replace(settings, thresholds=thresholds)
        return score([(gold, decide(e, backend=backend, settings=tried)) for e, gold in unsure])["claim_f1"].value

    assert claim_f1(tuned) > claim_f1(settings.thresholds) == 0.0
