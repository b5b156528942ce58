import json
from collections.abc import Mapping
from typing import Any

import pytest

from reportedly.data.article import Article
from reportedly.data.prediction import Prediction, TypeLabel
from reportedly.eval.evaluation import metrics_to_record, predict_pairs, score_by_language

AnnotatedArticle = tuple[Article, Prediction]


def _empty(article: Article) -> Prediction:
    return Prediction(id=article.id, language=article.language or "und", type=TypeLabel(label="other"))


def test_the_model_sees_the_text_and_never_what_lies_beside_it() -> None:
    seen: list[Mapping[str, Any]] = []

    def extract(article: Article) -> Prediction:
        seen.append(article.meta)
        return _empty(article)

    article = Article(id="a", text="25 raids", language="en", meta={"claims": "the answer"})
    gold = _empty(article)
    assert list(predict_pairs([(article, gold)], extract)) == [(gold, gold)]
    assert seen == [{}]


def test_there_is_a_column_for_all_and_one_for_every_language(four_articles: list[AnnotatedArticle]) -> None:
    # Right in English, nothing found in Arabic.
    pairs = [(gold, gold if gold.language == "en" else _empty(article)) for article, gold in four_articles]
    columns = score_by_language(pairs, n_bootstrap=20)
    assert list(columns) == ["all", "ar", "en"]
    assert columns["en"]["claim_f1"].value == 1.0
    assert columns["ar"]["claim_f1"].value == 0.0
    assert columns["all"]["claim_recall"].value == pytest.approx(
        columns["en"]["claim_f1"].n / columns["all"]["claim_f1"].n
    )


def test_one_language_alone_needs_no_column_of_its_own(four_articles: list[AnnotatedArticle]) -> None:
    pairs = [(gold, gold) for _, gold in four_articles if gold.language == "ar"]
    assert list(score_by_language(pairs, n_bootstrap=0)) == ["all"]


def test_the_record_is_valid_json_with_null_where_nothing_was_counted(
    four_articles: list[AnnotatedArticle],
) -> None:
    article = four_articles[0][0]
    record = metrics_to_record(score_by_language([(_empty(article), _empty(article))], n_bootstrap=0))
    assert json.loads(json.dumps(record, allow_nan=False)) == record
    assert record["all"]["claim_f1"] == {"value": None, "low": None, "high": None, "n": 0}
    assert record["all"]["type_accuracy"]["value"] == 1.0
