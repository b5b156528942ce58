"""The commands. They talk; the library below is silent."""

import io
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from . import __version__
from .data.article import Article
from .data.errors import ConfigError, MissingDependencyError, ReportedlyError, SourceFileError
from .data.languages import is_language_code
from .data.readers import read_articles
from .data.source_files import FORMATS
from .data.writers import WRITER_FORMATS, open_writer

if TYPE_CHECKING:
    from .data.prediction import Prediction
    from .inference.job import Extracted

_Record = TypeVar("_Record")
SOME_FAILED, USAGE = 1, 2
_EXAMPLES = Path(__file__).parent / "data" / "examples"

app = typer.Typer(
    name="reportedly",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    help="Type, sources and quantitative claims of conflict news; every answer points to exact characters of the text.",
)

Model = Annotated[
    str, typer.Option("--model", "-m", help="'starter', a name under checkpoints/, or a checkpoint folder.")
]


def _errors() -> Console:
    return Console(stderr=True, soft_wrap=True, highlight=False)


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Show the version and leave.")] = False,
) -> None:
    if version:
        typer.echo(__version__)
        raise typer.Exit
    if context.invoked_subcommand is None:
        typer.echo(context.get_help())


@app.command()
def predict(
    sources: Annotated[list[str], typer.Argument(help="Files, folders, or - for standard input.", metavar="FILE…")],
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", help="Where to write; - is standard output. Without it: the terminal."),
    ] = None,
    model: Model = "starter",
    format: Annotated[
        str | None,
        typer.Option(help=f"Of the output: {', '.join(WRITER_FORMATS)}. Otherwise by the name of the output."),
    ] = None,
    input_format: Annotated[
        str | None, typer.Option(help=f"Of the input: {', '.join(FORMATS)}. Otherwise by the name of each file.")
    ] = None,
    field: Annotated[
        list[str] | None,
        typer.Option(help="Which column holds what: text=body, id=url, language=lang. May be repeated."),
    ] = None,
    encoding: Annotated[str, typer.Option(help="Of text without a byte order mark.")] = "utf-8",
    language: Annotated[str | None, typer.Option(help="ISO 639-1 code; otherwise detected.")] = None,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads; otherwise all cores.")] = None,
    codebook: Annotated[
        str | None,
        typer.Option(help="Estimate every claim by acled, airwars, literal, muc4, nextier, ucdp, or a YAML file."),
    ] = None,
) -> None:
    """Extract type, tags, sources and claims from articles.

    Reads text, HTML, JSON Lines, JSON, CSV, TSV and Parquet, packed with gzip or not, and folders of these. A bad
    record is reported on standard error and never stops the others.

    [bold]Examples[/bold]

      reportedly predict article.txt

      reportedly predict news/ -o predictions.jsonl

      reportedly predict export.csv --field text=body --field id=url -o claims.csv

      cat article.txt | reportedly predict - -o -

      reportedly predict news/ --codebook acled -o claims.csv

    Exit codes: 0 all well, 1 some records failed, 2 nothing could be done.
    """
    _check_apart(sources, output)
    if language is not None and not is_language_code(language):
        raise ConfigError(f"--language {language!r} is no ISO 639-1 code; write two letters, such as en or ar")
    articles = read_articles(
        sources, format=input_format, fields=_fields(field or []), encoding=encoding, language=language
    )
    if output is None and format is not None:
        output = Path("-")
    raise typer.Exit(_extract(articles, model=model, output=output, format=format, threads=threads, codebook=codebook))


@app.command()
def demo(
    output: Annotated[Path, typer.Option("--output", "-o", help="JSON Lines file to write as well.")] = Path(
        "demo.jsonl"
    ),
    model: Model = "starter",
) -> None:
    """Extract from the example articles that come with reportedly, in English and Arabic.

    Shows the result and writes it as JSON Lines, too.
    """
    articles = list(read_articles([_EXAMPLES]))
    code = _extract(iter(articles), model=model, output=None, format=None, threads=None, copy=output)
    typer.echo(f"The same as JSON Lines: {output}")
    raise typer.Exit(code)


@app.command()
def numbers(
    text: Annotated[
        str, typer.Argument(help="The text; - reads standard input, line by line.", metavar="TEXT|-")
    ] = "-",
    language: Annotated[
        str | None, typer.Option("--language", "-l", help="ISO 639-1 code; otherwise detected line by line.")
    ] = None,
    codebook: Annotated[
        str | None,
        typer.Option("--codebook", help="Adds an estimate to every number: a shipped codebook's name, or a YAML file."),
    ] = None,
) -> None:
    """List every number expression of a text: what it says, what bounds it, and the interval that it allows.

    One JSON line per input line: line, text, language, numbers; offsets count Unicode code points of that line. No
    model is needed. Words are read in Arabic, English, French, German, Hebrew, Persian, Russian, Spanish, Turkish and
    Ukrainian, digits in every language.

    [bold]Examples[/bold]

      reportedly numbers "At least 10 people were killed and dozens hurt"

      reportedly numbers "ما لا يقل عن 10 قتلى" --language ar

      cat lines.txt | reportedly numbers - --codebook acled
    """
    from .models.expressions import find_numbers
    from .models.number_language import detect_number_language

    if language is not None and not re.fullmatch(r"[A-Za-z]{2,3}([-_]\w+)*", language):
        raise ConfigError(f"--language {language!r} must be an ISO 639-1 code such as en or ar")
    rules = None
    if codebook is not None:
        # Checking a codebook takes pydantic and YAML, which numbers alone do not need.
        from .models.codebook import load_codebook

        rules = load_codebook(codebook)
    # Bytes that are no UTF-8 become replacement characters rather than an end of the work.
    lines: Iterable[str] = (
        io.TextIOWrapper(sys.stdin.buffer, encoding="utf-8-sig", errors="replace") if text == "-" else text.splitlines()
    )
    for place, given in enumerate(lines, start=1):
        line = given.rstrip("\r\n")
        code = language or detect_number_language(line)
        found = find_numbers(line, language=code, codebook=rules)
        record = {"line": place, "text": line, "language": code, "numbers": [number.to_record() for number in found]}
        typer.echo(json.dumps(record, ensure_ascii=False))


def _check_apart(sources: Iterable[str], output: Path | None) -> None:
    """Refuse to write over what is read."""
    if output is None or str(output) == "-":
        return
    for source in sources:
        if source != "-" and Path(source).resolve() == output.resolve():
            raise ConfigError(f"--output {output} is one of the files to read and would be lost; name another file")


def _fields(given: Iterable[str]) -> dict[str, str]:
    fields = {}
    for pair in given:
        name, equals, column = pair.partition("=")
        if not equals or not column:
            raise ConfigError(f"--field {pair!r} must look like text=body")
        fields[name] = column
    return fields


def _extract(
    articles: Iterator[Article | ReportedlyError],
    *,
    model: str,
    output: Path | None,
    format: str | None,
    threads: int | None,
    codebook: str | None = None,
    copy: Path | None = None,
) -> int:
    """Run a job to a file, or to the terminal with a copy to a file; the exit code."""
    from .inference.job import extract_all
    from .models.extractor import load

    errors = _errors()
    with ExitStack() as stack:
        target = output if output is not None else copy
        writer = stack.enter_context(open_writer(target, format=format)) if target is not None else None
        show = _shower() if output is None else None
        extractor = load(model, n_threads=threads, codebook=codebook)
        n_done = n_failed = 0
        for result in _watched(extract_all(articles, extractor), active=show is None):
            if isinstance(result, ReportedlyError):
                n_failed += 1
                errors.print(f"error: {result}", style="red", markup=False)
                continue
            n_done += 1
            if show is not None:
                show(result)
            if writer is not None:
                writer.write(result.prediction, result.article)
    if show is None or n_failed:
        failed = f", {n_failed} failed" if n_failed else ""
        errors.print(f"{n_done} article{'' if n_done == 1 else 's'} read{failed}", style="dim")
    if n_failed:
        return SOME_FAILED if n_done else USAGE
    return 0


def _shower() -> Callable[["Extracted"], None]:
    from .inference.terminal import legend, render_prediction

    console = Console(soft_wrap=not sys.stdout.isatty(), width=None if sys.stdout.isatty() else 140)
    heading = [legend()]

    def show(result: "Extracted") -> None:
        while heading:  # once, above the first result
            console.print(heading.pop())
        console.print(render_prediction(result.article, result.prediction))

    return show


def _watched(results: Iterator[Any], *, active: bool) -> Iterator[Any]:
    """Pass results through, with a counter on standard error where a person looks at it."""
    errors = _errors()
    if not (active and errors.is_terminal):
        yield from results
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.completed} articles"),
        TextColumn("{task.fields[rate]}"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=errors, transient=True) as progress:
        task = progress.add_task("", total=None, rate="")
        for result in results:
            yield result
            speed = progress.tasks[0].speed
            progress.update(task, advance=1, rate=f"{speed:.1f} a second" if speed else "")


@app.command()
def train(
    config: Annotated[Path, typer.Argument(help="A YAML file, such as configs/starter.yaml.")],
    overrides: Annotated[
        list[str] | None, typer.Argument(help="key=value pairs that replace values of the config.")
    ] = None,
) -> None:
    """Train a model from a config and write its checkpoint folder.

    The whole config is checked first; an unknown key or a contradiction is an error before anything is loaded.

    [bold]Examples[/bold]

      reportedly train configs/starter.yaml

      reportedly train configs/starter.yaml name=mine schedule.epochs=12 seed=7
    """
    from .training.config import load_config

    checked = load_config(config, overrides or [])
    _require("torch", "transformers", "accelerate", "onnx", purpose="Training", extra="train")
    from .training.progress import watch
    from .training.run import train as run

    console = _errors()
    console.print(f"training {checked.name}@{checked.version} into {checked.folder}")
    with watch(console, n_epochs=checked.schedule.epochs) as callback:
        result = run(checked, callbacks=[callback])
    from .eval.terminal import render_metrics

    Console().print(render_metrics({f"validation ({result.n_validation})": result.metrics}))
    typer.echo(f"{result.folder}: trained on {result.n_train} articles in {result.seconds / 60:.1f} minutes")


@app.command()
def evaluate(
    checkpoint: Annotated[str, typer.Argument(help="'starter', a name under checkpoints/, or a checkpoint folder.")],
    gold: Annotated[list[Path], typer.Argument(help="Annotated articles in JSON Lines, one gold record a line.")],
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write all figures as JSON.")] = None,
    bootstrap: Annotated[int, typer.Option(min=0, help="Resamples for the 95 % intervals; 0 gives none.")] = 1000,
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads; otherwise all cores.")] = None,
) -> None:
    """Score a model on gold: claims, values, attributions, sources, types and tags, with intervals.

    [bold]Example[/bold]

      reportedly evaluate starter gold.jsonl -o metrics.json
    """
    from .eval.evaluation import metrics_to_record, predict_pairs, score_by_language
    from .eval.terminal import render_metrics
    from .models.extractor import load

    articles, n_failed = _gold_articles(gold)
    extractor = load(checkpoint, n_threads=threads)
    pairs = list(_counted(predict_pairs(articles, extractor), total=len(articles), title="reading"))
    columns = score_by_language(pairs, n_bootstrap=bootstrap)
    title = {name: f"{name} ({sum(name in ('all', r.language) for r, _ in pairs)})" for name in columns}
    Console(width=None if sys.stdout.isatty() else 140).print(
        render_metrics({title[name]: metrics for name, metrics in columns.items()})
    )
    if output is not None:
        content = {"model": extractor.name, "gold": [str(path) for path in gold], "metrics": metrics_to_record(columns)}
        _write_text(output, json.dumps(content, ensure_ascii=False, indent=1) + "\n")
    raise typer.Exit(SOME_FAILED if n_failed else 0)


@app.command()
def errors(
    checkpoint: Annotated[str, typer.Argument(help="'starter', a name under checkpoints/, or a checkpoint folder.")],
    gold: Annotated[list[Path], typer.Argument(help="Annotated articles in JSON Lines, one gold record a line.")],
    output: Annotated[Path, typer.Option("--output", "-o", help="The page to write.")] = Path("errors.html"),
    threads: Annotated[int | None, typer.Option(min=1, help="CPU threads; otherwise all cores.")] = None,
) -> None:
    """Write a page of every wrong claim beside the right one, grouped by kind of error, with the text.

    [bold]Example[/bold]

      reportedly errors starter gold.jsonl -o errors.html
    """
    from .eval.error_page import render_error_page
    from .eval.errors import find_wrong_claims
    from .eval.evaluation import predict_pairs
    from .models.extractor import load

    _check_apart(map(str, gold), output)
    articles, n_failed = _gold_articles(gold)
    extractor = load(checkpoint, n_threads=threads)
    pairs = _counted(predict_pairs(articles, extractor), total=len(articles), title="reading")
    wrong = [
        claim
        for (article, _), (reference, predicted) in zip(articles, pairs, strict=True)
        for claim in find_wrong_claims(article, reference, predicted)
    ]
    n_claims = sum(len(reference.claims) for _, reference in articles)
    page = render_error_page(wrong, model=extractor.name, n_articles=len(articles), n_claims=n_claims)
    _write_text(output, page)
    Console().print(f"{len(wrong)} claims with something wrong, {n_claims} in gold: {output}", markup=False)
    raise typer.Exit(SOME_FAILED if n_failed else 0)


@app.command()
def corpus(
    folder: Annotated[Path | None, typer.Argument(help="A corpus in the markup; otherwise the one that ships.")] = None,
    compare: Annotated[
        list[Path] | None,
        typer.Option(help="Texts of others, as predict reads them; any eight words in a row shared with them fail."),
    ] = None,
) -> None:
    """Count what a corpus holds, and check that nothing in it was copied.

    [bold]Examples[/bold]

      reportedly corpus

      reportedly corpus my-corpus/ --compare news/ --compare archive.jsonl
    """
    from .data.corpus import corpus_table, load_corpus, overlapping_runs
    from .data.corpus_report import render_corpus_report

    articles = load_corpus(folder)
    typer.echo(render_corpus_report(corpus_table(articles)), nl=False)
    others, n_failed = _usable(read_articles(map(str, compare or ())))
    for run in overlapping_runs(articles, (other.text for other in others)):
        n_failed += 1
        _errors().print(
            f"error: {run.article_id} shares {run.words!r} with {others[run.other].id}; write it anew",
            style="red",
            markup=False,
        )
    raise typer.Exit(SOME_FAILED if n_failed else 0)


def _gold_articles(paths: Sequence[Path]) -> tuple[list[tuple[Article, "Prediction"]], int]:
    """The usable gold records of some files, and how many were not; each of those is told."""
    from .data.records import read_gold

    articles, n_failed = _usable(chain.from_iterable(map(read_gold, paths)))
    if not articles:
        raise ConfigError(f"there is no usable gold record in {', '.join(map(str, paths))}")
    return articles, n_failed


def _usable(records: Iterable[_Record | ReportedlyError]) -> tuple[list[_Record], int]:
    """The records among records and errors, and how many errors there were; each of those is told."""
    usable: list[_Record] = []
    n_failed = 0
    for record in records:
        if isinstance(record, ReportedlyError):
            n_failed += 1
            _errors().print(f"error: {record}", style="red", markup=False)
        else:
            usable.append(record)
    return usable, n_failed


def _write_text(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise SourceFileError(f"{path}: cannot be written: {error.strerror}; choose another place") from None


def _counted(results: Iterator[Any], *, total: int, title: str) -> Iterator[Any]:
    errors = _errors()
    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal) as progress:
        yield from progress.track(results, total=total)


@app.command()
def models() -> None:
    """List the models there are: the shipped one and those under checkpoints/."""
    from .models.catalogue import available_models
    from .models.checkpoint import describe_checkpoint

    table = Table(box=None, show_edge=False, header_style="dim")
    for column in ("model", "name@version", "size", "full claims, F1", "folder"):
        table.add_column(column, overflow="fold")
    found = available_models()
    for name, folder in found.items():
        try:
            about = describe_checkpoint(folder)
        except ReportedlyError as error:
            table.add_row(name, "damaged", "", "", str(error))
            continue
        full = about["metrics"].get("full_claim_f1", {}).get("value")
        shown = "–" if full is None else f"{full:.3f} on validation"
        table.add_row(name, about["name"], f"{about['bytes'] / 1e6:.1f} MB", shown, about["folder"])
    Console(width=None if sys.stdout.isatty() else 160).print(table)
    if not found:
        typer.echo("No models yet: reportedly train configs/starter.yaml makes one.")


def _require(*modules: str, purpose: str, extra: str) -> None:
    from importlib.util import find_spec

    if any(find_spec(module) is None for module in modules):
        raise MissingDependencyError(purpose=purpose, extra=extra)


def main() -> None:
    """Run the command line; a user's mistake is one line on standard error and exit code 2."""
    for stream in (sys.stdout, sys.stderr):
        # Where the encoding has no Arabic (a redirect on Windows), code points are better than a crash.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        app()
    except ReportedlyError as error:
        _errors().print(f"error: {error}", style="red", markup=False)
        sys.exit(USAGE)
