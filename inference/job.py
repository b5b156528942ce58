"""A batch job: articles in, predictions out, one bad record never stops the others."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from ..data.article import Article
from ..data.errors import RecordError, ReportedlyError
from ..data.prediction import Prediction

Extract = Callable[[Article], Prediction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """One article with its prediction, which is checked against the text."""

    article: Article
    prediction: Prediction


def extract_all(
    articles: Iterable[Article | ReportedlyError], extract: Extract
) -> Iterator[Extracted | ReportedlyError]:
    """Extract from every article in turn.

    Args:
        articles: As a reader gives them, errors among them.
        extract: The extractor.

    Yields:
        For every article its prediction, for every error of the reader or of an article that error.
    """
    for article in articles:
        if isinstance(article, ReportedlyError):
            yield article
            continue
        try:
            prediction = extract(article)
            prediction.check_text(article.text)
        except ReportedlyError as error:
            yield error if str(article.id) in str(error) else RecordError(f"article {article.id}: {error}")
            continue
        yield Extracted(article=article, prediction=prediction)
