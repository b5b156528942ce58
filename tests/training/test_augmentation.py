from collections.abc import Iterable

import pytest

from reportedly.data.article import Article
from reportedly.data.corpus import load_corpus
from reportedly.data.prediction import Prediction
from reportedly.models.uncertainty import reconcile_uncertainty
from reportedly.models.values import read_value
from reportedly.training.augmentation import augment
from reportedly.training.config import AugmentationConfig

_OFF = dict.fromkeys(
    ("numbers", "modifiers", "sources", "locations", "clutter", "censoring", "punctuation", "casing"), False
)


@pytest.fixture(scope="module")
def articles() -> list[tuple[Article, Prediction]]:
    corpus = load_corpus(languages=["en", "ar", "ru", "fa"])
    return [(entry.article, entry.gold) for entry in corpus if entry.split == "train"][::6]


def _changed(articles: Iterable[tuple[Article, Prediction]], **switches: bool) -> list[tuple[Article, Prediction]]:
    return augment(list(articles), AugmentationConfig(copies=1, **(_OFF | switches)), seed=5)


def test_without_copies_there_are_none(articles: list[tuple[Article, Prediction]]) -> None:
    assert augment(articles, AugmentationConfig(), seed=1) == []


def test_the_same_seed_gives_the_same_copies_and_another_one_others(articles: list[tuple[Article, Prediction]]) -> None:
    config = AugmentationConfig(copies=2)
    copies = augment(articles, config, seed=1)
    assert copies == augment(articles, config, seed=1)
    assert copies != augment(articles, config, seed=2)
    assert len({article.id for article, _ in copies}) == 2 * len(articles)


@pytest.mark.parametrize("switch", list(_OFF))
def test_each_change_alone_changes_some_texts_and_keeps_spans_and_labels(
    articles: list[tuple[Article, Prediction]], switch: str
) -> None:
    copies = _changed(articles, **{switch: True})
    assert any(copy.text != article.text for (article, _), (copy, _) in zip(articles, copies, strict=True))
    for (_, before), (article, after) in zip(articles, copies, strict=True):
        after.check_text(article.text)
        assert [(c.measure, c.uncertainty, c.part_of) for c in after.claims] == [
            (c.measure, c.uncertainty, c.part_of) for c in before.claims
        ]
        assert [source.type for source in after.sources] == [source.type for source in before.sources]


def test_the_values_of_other_numbers_and_modifiers_are_those_that_the_reader_reads(
    articles: list[tuple[Article, Prediction]],
) -> None:
    n_changed = 0
    copies = _changed(articles, numbers=True, modifiers=True)
    for (_, before), (_, after) in zip(articles, copies, strict=True):
        for old, claim in zip(before.claims, after.claims, strict=True):
            words = {
                "quantity": claim.quantity.text,
                "modifier": claim.modifier.text if claim.modifier else None,
                "implicit": claim.implicit,
                "language": after.language,
            }
            if old.quantity.text == claim.quantity.text:
                continue
            n_changed += 1
            item = claim.item.text if claim.item else None
            assert reconcile_uncertainty(claim.uncertainty, **words) == claim.uncertainty
            assert read_value(item=item, uncertainty=claim.uncertainty, measure=claim.measure, **words) == claim.value
    assert n_changed > 100


def test_a_part_never_outgrows_its_whole(articles: list[tuple[Article, Prediction]]) -> None:
    for _, gold in _changed(articles, numbers=True):
        points = {claim.id: claim.value.point for claim in gold.claims}
        for claim in gold.claims:
            whole = points.get(claim.part_of or "")
            if whole is not None and claim.value.point is not None and claim.uncertainty == "exact":
                assert claim.value.point <= whole or claim.measure == "percentage"
