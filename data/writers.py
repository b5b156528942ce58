"""Predictions into files: JSON Lines, Parquet, and the flat table of claims as CSV or Parquet."""

import csv
import gzip
import io
import json
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, cast

from .article import Article
from .claims_table import COLUMNS, claim_rows, claims_schema
from .errors import ConfigError, SourceFileError
from .prediction import Prediction
from .records import prediction_to_record
from .taxonomy import ARTICLE_TYPES, CLAIM_PARTS

if TYPE_CHECKING:
    import pyarrow as pa
    import pyarrow.parquet as pq

WRITER_FORMATS = ("jsonl", "parquet", "claims-csv", "claims-parquet")
_ROWS_PER_GROUP = 2000
# Spreadsheets run a cell that begins so as a formula, full-width signs too (OWASP, "CSV Injection").
_FORMULA_STARTS = tuple("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")


class Writer(Protocol):
    """Takes one prediction after another."""

    def write(self, prediction: Prediction, article: Article) -> None:
        """Write one prediction; ``article`` is the text it was made from."""
        ...


def open_writer(path: str | Path, *, format: str | None = None) -> AbstractContextManager[Writer]:
    """A writer, to be used in a ``with`` block.

    Formats: ``jsonl``, one record of ``prediction.schema.json`` a line; ``parquet``, the same with nested columns;
    ``claims-csv`` and ``claims-parquet``, one row a claim with the columns of ``claims_table.COLUMNS``. Missing
    folders are made. The file appears, or replaces an older one, only when the block ends without an error.

    CSV is UTF-8 with a byte order mark, without which Excel garbles everything but ASCII; standard output gets none.
    Text that a spreadsheet would run as a formula (it begins with ``= + - @``, their full-width forms, a tab or a
    line break) gets an apostrophe in front: take exact text from the Parquet table or by its offsets.

    Args:
        path: The file; ``-`` is standard output, for JSON Lines (the default there) and CSV.
        format: One of ``WRITER_FORMATS``; None goes by the name: ``.jsonl``, ``.csv``, ``.parquet``, where a name
            that ends in ``claims.parquet`` is the table of claims; ``.jsonl.gz`` and ``.csv.gz`` are packed.

    Raises:
        ConfigError: At once, where the format is unknown or cannot be told from the name.
        SourceFileError: On entering, where the file cannot be made.
    """
    path = Path(path)
    if format is None:
        format = _format_of(path)
    if format not in WRITER_FORMATS:
        raise ConfigError(f"output format {format!r} is unknown; choose one of {', '.join(WRITER_FORMATS)}")
    if str(path) == "-" and format.endswith("parquet"):
        raise ConfigError(f"{format} cannot go to standard output; name a file")
    return _opened(path, format)


def _format_of(path: Path) -> str:
    name = path.name.lower().removesuffix(".gz")
    if name == "-" or name.endswith((".jsonl", ".ndjson")):
        return "jsonl"
    if name.endswith(".csv"):
        return "claims-csv"
    if path.suffix.lower() == ".parquet":
        return "claims-parquet" if name.endswith("claims.parquet") else "parquet"
    raise ConfigError(
        f"output {str(path)!r}: the suffix tells no format; end it in .jsonl, .csv or .parquet, or name one of "
        f"{', '.join(WRITER_FORMATS)}"
    )


@contextmanager
def _opened(path: Path, format: str) -> Iterator[Writer]:
    with _destination(path) as stream:
        if format == "jsonl":
            yield _JsonLinesWriter(stream)
        elif format == "claims-csv":
            yield _ClaimsCsvWriter(stream, mark="" if str(path) == "-" else "\ufeff")
        else:
            import pyarrow.parquet as pq

            schema, rows = (claims_schema(), claim_rows) if format == "claims-parquet" else (_record_schema(), _records)
            with pq.ParquetWriter(stream, schema, compression="zstd") as file:
                writer = _ParquetWriter(file, rows=rows)
                yield writer
                writer.flush()


@contextmanager
def _destination(path: Path) -> Iterator[BinaryIO]:
    """A stream whose content is moved to ``path`` when the block ends well, and thrown away otherwise."""
    if str(path) == "-":
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    try:
        # Links stay links: their target is replaced.
        path = path.resolve()
        if path.is_dir():
            raise SourceFileError(f"{path}: is a folder; name a file in it")
        path.parent.mkdir(parents=True, exist_ok=True)
        # Devices and pipes cannot be replaced.
        is_plain = path.is_file() or not path.exists()
        draft = path.with_name(f".{path.name}.{os.getpid()}.part") if is_plain else path
        file = draft.open("wb")
    except SourceFileError:
        raise
    except OSError as error:
        raise SourceFileError(f"{path}: cannot be written: {error.strerror or error}; choose another place") from None
    try:
        with file:
            if path.suffix.lower() == ".gz":
                with gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as packed:
                    yield cast(BinaryIO, packed)
            else:
                yield file
        if is_plain:
            draft.replace(path)
    except BaseException:
        if is_plain:
            draft.unlink(missing_ok=True)
        raise


class _JsonLinesWriter:
    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, prediction: Prediction, article: Article) -> None:
        line = json.dumps(prediction_to_record(prediction), ensure_ascii=False)
        self._stream.write(f"{line}\n".encode())


class _ClaimsCsvWriter:
    def __init__(self, stream: BinaryIO, *, mark: str) -> None:
        self._stream = stream
        self._buffer = io.StringIO(newline="")
        self._writer = csv.DictWriter(self._buffer, fieldnames=list(COLUMNS))
        self._buffer.write(mark)
        self._writer.writeheader()
        self._flush()

    def write(self, prediction: Prediction, article: Article) -> None:
        for row in claim_rows(prediction, article):
            self._writer.writerow({column: _safe_cell(value) for column, value in row.items()})
        self._flush()

    def _flush(self) -> None:
        self._stream.write(self._buffer.getvalue().encode())
        self._buffer.seek(0)
        self._buffer.truncate()


def _safe_cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    if isinstance(value, bool):
        return str(value).lower()
    return value


class _ParquetWriter:
    def __init__(
        self, file: "pq.ParquetWriter", *, rows: Callable[[Prediction, Article], Iterator[dict[str, Any]]]
    ) -> None:
        self._file = file
        self._rows = rows
        self._pending: list[dict[str, Any]] = []

    def write(self, prediction: Prediction, article: Article) -> None:
        self._pending.extend(self._rows(prediction, article))
        if len(self._pending) >= _ROWS_PER_GROUP:
            self.flush()

    def flush(self) -> None:
        """Write what is pending as one row group."""
        import pyarrow as pa

        if self._pending:
            self._file.write_table(pa.Table.from_pylist(self._pending, schema=self._file.schema))
            self._pending.clear()


def _records(prediction: Prediction, article: Article) -> Iterator[dict[str, Any]]:
    yield prediction_to_record(prediction)


def _record_schema() -> "pa.Schema":
    """The Arrow schema of a record: the keys of ``prediction.schema.json``, scores of all article types as a struct."""
    import pyarrow as pa

    text, number = pa.string(), pa.float64()
    span_fields = [("start", pa.int64()), ("end", pa.int64()), ("text", text)]
    span = pa.struct(span_fields)
    label = [("label", text), ("score", number)]
    source = pa.struct([("id", text), *span_fields, ("type", text), ("same_as", text), ("score", number)])
    notes = [("rule", text), ("notation", text)]
    claim = pa.struct(
        [
            ("id", text),
            ("quantity", span),
            ("implicit", pa.bool_()),
            *((part, span) for part in CLAIM_PARTS),
            ("uncertainty", text),
            ("value", pa.struct([("point", number), ("low", number), ("high", number)])),
            ("measure", text),
            ("factuality", text),
            ("part_of", text),
            ("attribution", pa.struct([("source", text), ("cue", span)])),
            ("estimate", pa.struct([*((name, number) for name in ("low", "best", "high")), *notes])),
            ("score", number),
        ]
    )
    scores = pa.struct([(name, number) for name in ARTICLE_TYPES])
    return pa.schema(
        [
            ("id", text),
            ("language", text),
            ("model", text),
            ("type", pa.struct([*label, ("scores", scores)])),
            ("tags", pa.list_(pa.struct(label))),
            ("sources", pa.list_(source)),
            ("claims", pa.list_(claim)),
        ]
    )
