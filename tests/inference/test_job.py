import pytest

from reportedly.data.article import Article
from reportedly.data.errors import RecordError, ReportedlyError, SourceFileError
from reportedly.data.prediction import Claim, Prediction, Span, TypeLabel
from reportedly.data.value import Value
from reportedly.inference.job import Extracted, extract_all


def _article(name: str, text: str = "25 raids") -> Article:
    return Article(id=name, text=text, language="en")


def _extract(article: Article) -> Prediction:
    return Prediction(id=article.id, language="en", type=TypeLabel(label="other"))


def test_every_article_gives_its_prediction_in_order() -> None:
    results = list(extract_all([_article("a"), _article("b")], _extract))
    assert [result.article.id for result in results if isinstance(result, Extracted)] == ["a", "b"]
    assert [result.prediction.id for result in results if isinstance(result, Extracted)] == ["a", "b"]


def test_errors_of_the_reader_pass_through_in_their_place() -> None:
    error = SourceFileError("news.csv: is no table")
    first, second, third = extract_all([_article("a"), error, _article("b")], _extract)
    assert isinstance(first, Extracted)
    assert second is error
    assert isinstance(third, Extracted)


def test_an_article_that_fails_never_stops_the_others() -> None:
    def extract(article: Article) -> Prediction:
        if article.id == "bad":
            raise RecordError("the text cannot be read")
        return _extract(article)

    results = list(extract_all([_article("a"), _article("bad"), _article("b")], extract))
    assert isinstance(results[0], Extracted)
    assert isinstance(results[1], ReportedlyError)
    assert str(results[1]) == "article bad: the text cannot be read"
    assert isinstance(results[2], Extracted)


def test_an_error_that_names_its_article_is_left_as_it_is() -> None:
    error = RecordError("article bad: the text cannot be read")

    def extract(_: Article) -> Prediction:
        raise error

    assert list(extract_all([_article("bad")], extract)) == [error]


def test_a_prediction_that_does_not_fit_its_text_is_an_error() -> None:
    def extract(article: Article) -> Prediction:
        claim = Claim(
            id="c1",
            quantity=Span(0, 2, "26"),
            implicit=False,
            uncertainty="exact",
            value=Value(point=26, low=26, high=26),
            measure="strikes",
        )
        return Prediction(id=article.id, language="en", type=TypeLabel(label="other"), claims=(claim,))

    [error] = extract_all([_article("a")], extract)
    assert isinstance(error, RecordError)
    assert "claim c1 quantity says '26' at [0, 2), the text has '25'" in str(error)


def test_articles_are_read_one_at_a_time() -> None:
    read = []

    def articles():
        for name in "abc":
            read.append(name)
            yield _article(name)

    results = extract_all(articles(), _extract)
    next(results)
    assert read == ["a"]


def test_what_is_no_error_of_the_data_is_not_hidden() -> None:
    def extract(_: Article) -> Prediction:
        raise MemoryError

    with pytest.raises(MemoryError):
        list(extract_all([_article("a")], extract))
