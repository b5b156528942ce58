import io

from rich.console import Console

from reportedly.data.article import Article
from reportedly.data.prediction import Prediction
from reportedly.eval.evaluation import score_by_language
from reportedly.eval.metrics import Metric
from reportedly.eval.terminal import describe_metric, render_metrics

AnnotatedArticle = tuple[Article, Prediction]


def test_a_figure_stands_with_its_interval() -> None:
    assert describe_metric(Metric(value=0.87149, low=0.8249, high=0.911, n=9)) == "0.871 (0.82–0.91)"


def test_a_figure_without_an_interval_stands_alone() -> None:
    assert describe_metric(Metric(value=1.0, n=9)) == "1.000"


def test_a_dash_stands_where_nothing_was_counted() -> None:
    assert describe_metric(Metric(value=float("nan"))) == "–"


def test_the_table_has_a_column_for_every_language(four_articles: list[AnnotatedArticle]) -> None:
    columns = score_by_language([(gold, gold) for _, gold in four_articles], n_bootstrap=10)
    written = io.StringIO()
    console = Console(width=140, file=written)
    console.print(render_metrics(columns))
    heading, *rows = written.getvalue().splitlines()
    assert heading.split() == ["metric", "all", "ar", "en"]
    [full] = [row for row in rows if row.strip().startswith("full claims")]
    assert full.count("1.000 (1.00–1.00)") == 3
