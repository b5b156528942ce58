import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reportedly.data.article import Article
from reportedly.data.errors import RecordError


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_article_keeps_its_text_exactly(text: str) -> None:
    assert Article(id="a", text=text).text == text


@pytest.mark.parametrize("identifier", ["", None, 7])
def test_an_article_needs_an_id(identifier: object) -> None:
    with pytest.raises(RecordError, match="non-empty string"):
        Article(id=identifier, text="")  # type: ignore[arg-type]


def test_an_article_without_text_names_its_id() -> None:
    with pytest.raises(RecordError, match="article a1: text must be a string, not NoneType"):
        Article(id="a1", text=None)  # type: ignore[arg-type]


def test_a_language_must_be_a_string() -> None:
    with pytest.raises(RecordError, match="article a1: language must be a string such as 'ar', not 5"):
        Article(id="a1", text="", language=5)  # type: ignore[arg-type]


def test_a_lone_surrogate_is_refused_with_its_place() -> None:
    with pytest.raises(RecordError, match="at character 2"):
        Article(id="a1", text="ab\ud83d")


def test_an_article_goes_to_a_worker_process_and_back() -> None:
    article = Article(id="a1", text="x")
    assert pickle.loads(pickle.dumps(article)) == article
