from dataclasses import replace

import pytest

from reportedly.data.article import Article
from reportedly.data.markup import CorpusArticle, compile_markup
from reportedly.data.prediction import Prediction, Span
from reportedly.data.value import Value
from reportedly.eval.error_page import render_error_page
from reportedly.eval.errors import find_wrong_claims

_MARKUP = """=== x-1
type: military
---
[Locals](s1 civilian) [said](u1) [12](q1 killed by:s1) [<men>](i1) [died](e1). [Two](q2 injured =2) [boys](i2)
were [hurt](e2).
"""


@pytest.fixture
def gold() -> tuple[Article, Prediction]:
    [entry] = compile_markup(_MARKUP, language="en", path="x.txt")
    assert isinstance(entry, CorpusArticle)
    return entry.article, entry.gold


def test_a_prediction_like_gold_has_no_wrong_claim(gold: tuple[Article, Prediction]) -> None:
    article, reference = gold
    assert list(find_wrong_claims(article, reference, reference)) == []


def test_every_wrong_part_of_a_claim_is_named(gold: tuple[Article, Prediction]) -> None:
    article, reference = gold
    first, second = reference.claims
    changed = replace(first, value=Value(point=1, low=1, high=1), measure="injured", item=None, attribution=None)
    [wrong] = find_wrong_claims(article, reference, replace(reference, claims=(changed, second)))
    assert wrong.kinds == ("value", "measure", "attribution", "item")
    assert (wrong.gold, wrong.found) == (first, changed)


def test_missed_and_invented_claims_stand_in_the_order_of_the_text(gold: tuple[Article, Prediction]) -> None:
    article, reference = gold
    first, second = reference.claims
    place = article.text.index("boys")
    invented = replace(second, quantity=Span.of(article.text, place, place + 4), item=None, event=None)
    wrong = list(find_wrong_claims(article, reference, replace(reference, claims=(first, invented))))
    assert [claim.kinds for claim in wrong] == [("missed",), ("invented",)]


def test_the_page_shows_both_sides_and_escapes_the_text(gold: tuple[Article, Prediction]) -> None:
    article, reference = gold
    first, _second = reference.claims
    predicted = replace(reference, claims=(replace(first, uncertainty="at_least"),))
    wrong = list(find_wrong_claims(article, reference, predicted))
    page = render_error_page(wrong, model="m", n_articles=1, n_claims=2)
    assert '<h2 id="missed">missed (1)</h2>' in page
    assert '<h2 id="uncertainty">uncertainty (1)</h2>' in page
    assert "&lt;men&gt;" in page
    assert "<men>" not in page
    assert '<mark class="both">12</mark>' in page
    assert "<mark>Two</mark>" in page
    assert '<td dir="auto">exact</td><td dir="auto">at_least</td>' in page


def test_an_arabic_sentence_runs_from_right_to_left(gold: tuple[Article, Prediction]) -> None:
    article, reference = gold
    arabic = replace(article, language="ar"), replace(reference, language="ar")
    wrong = list(find_wrong_claims(*arabic, replace(arabic[1], claims=())))
    assert '<blockquote dir="rtl" lang="ar">' in render_error_page(wrong, model="m", n_articles=1, n_claims=2)


def test_a_model_without_errors_has_a_page_too() -> None:
    assert "Nothing is wrong." in render_error_page([], model="m", n_articles=0, n_claims=0)
