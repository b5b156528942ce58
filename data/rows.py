"""Rows of JSON Lines, JSON, CSV and Parquet files: what stands where, before anyone asks what it means."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any

from .errors import RecordError, SourceFileError
from .source_files import Lines

_FIELD_LIMIT = 1 << 26
_PARQUET_BATCH_ROWS = 128
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record of a file.

    Attributes:
        place: Where it stands, for messages: ``news.jsonl:3``, ``news.json item 3``, ``news.parquet row 3``.
        number: The line, item or row, from 1.
        values: The record's keys and values.
    """

    place: str
    number: int
    values: Mapping[str, Any]


def parse_json(text: str, *, place: str) -> Any:
    """One JSON value.

    Raises:
        RecordError: Where the text is no JSON, is nested too deeply, or holds lone surrogates, which no
            output encoding can write.
    """
    try:
        value = json.loads(text)
        if _SURROGATE_ESCAPE.search(text):
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except json.JSONDecodeError as error:
        line = f":{error.lineno}" if "\n" in text.strip() else ""
        raise RecordError(f"{place}{line}: no valid JSON ({error.msg}, column {error.colno}); mend it") from None
    except UnicodeEncodeError as error:
        code = ord(error.object[error.start])
        raise RecordError(
            f"{place}: holds the lone surrogate \\u{code:04x}, which stands for no character; write the file again "
            "from the original text"
        ) from None
    except RecursionError:
        raise RecordError(f"{place}: the JSON is nested too deeply; flatten it") from None
    except ValueError as error:
        raise RecordError(f"{place}: no readable JSON ({error}); mend or remove it") from None
    return value


def _as_row(value: Any, *, place: str, number: int) -> Row:
    if not isinstance(value, dict):
        raise RecordError(f'{place}: is a {type(value).__name__}, no object; write {{"text": …}}')
    return Row(place=place, number=number, values=value)


def json_lines_rows(lines: Lines, *, name: str) -> Iterator[Row | RecordError]:
    """The objects of a JSON Lines file; blank lines are passed over, a bad line is an error of its own."""
    for line in lines:
        place = f"{name}:{lines.number}"
        fault = lines.take_fault()
        if fault is not None:
            yield RecordError(fault)
        elif line.strip():
            try:
                yield _as_row(parse_json(line.rstrip("\r\n"), place=place), place=place, number=lines.number)
            except RecordError as error:
                yield error


def json_rows(text: str, *, name: str) -> Iterator[Row | RecordError]:
    """The objects of a JSON file that holds an array of them, or a single one.

    Raises:
        SourceFileError: Where the file is no JSON.
    """
    try:
        value = parse_json(text, place=name)
    except RecordError as error:
        hint = "; for one object a line say --format jsonl" if "Extra data" in str(error) else ""
        raise SourceFileError(f"{error}{hint}") from None
    for number, item in enumerate(value if isinstance(value, list) else [value], start=1):
        try:
            yield _as_row(item, place=f"{name} item {number}", number=number)
        except RecordError as error:
            yield error


def table_rows(lines: Lines, *, name: str, delimiter: str | None) -> Iterator[Row | RecordError]:
    """The rows of a CSV or TSV file under its header; blank lines are passed over.

    Raises the process-wide field limit of the ``csv`` module to 64 million characters.

    Args:
        lines: The file.
        name: Its name, for messages.
        delimiter: None takes whichever of comma, semicolon and tab is most frequent in the header: Excel
            writes semicolons where the comma is the decimal sign.

    Raises:
        SourceFileError: Where the header is broken or names a column twice.
    """
    csv.field_size_limit(max(_FIELD_LIMIT, csv.field_size_limit()))
    source = iter(lines)
    head = next((line for line in source if line.strip()), None)
    if head is None:
        return
    delimiter = delimiter or max(",;\t", key=head.count)
    skipped = lines.number - 1
    reader = csv.reader(_chain(head, source), delimiter=delimiter, strict=True)
    try:
        header = next(reader)
    except csv.Error as error:
        raise SourceFileError(f"{name}:{lines.number}: the header cannot be read: {error}; mend its quotes") from None
    twice = next((column for column in header if column and header.count(column) > 1), None)
    if twice is not None:
        raise SourceFileError(f"{name}:{lines.number}: column {twice!r} stands twice in the header; rename one")
    while True:
        number = skipped + reader.line_num + 1
        try:
            cells = next(reader, None)
        except csv.Error as error:
            lines.take_fault()
            yield RecordError(f"{name}:{number}: cannot be read: {error}; mend the quotes of this row")
            continue
        if cells is None:
            return
        fault = lines.take_fault()
        if fault is not None:
            yield RecordError(fault)
        elif cells and len(cells) != len(header):
            columns = ", ".join(map(repr, header))
            yield RecordError(
                f"{name}:{number}: the row has {len(cells)} cells, the header {len(header)} ({columns}); "
                "quote cells that hold the delimiter or line breaks"
            )
        elif cells:
            values = {column: cell for column, cell in zip(header, cells, strict=True) if column}
            yield Row(place=f"{name}:{number}", number=number, values=values)


def _chain(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def parquet_rows(source: Path | io.BytesIO, *, name: str) -> Iterator[Row | RecordError]:
    """The rows of a Parquet file, read in small batches.

    Raises:
        SourceFileError: Where the file is no Parquet or turns out damaged on the way.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    number = 0
    try:
        with pq.ParquetFile(source) as file:
            for batch in file.iter_batches(batch_size=_PARQUET_BATCH_ROWS):
                for values in _batch_values(_with_plain_times(batch)):
                    number += 1
                    place = f"{name} row {number}"
                    if isinstance(values, UnicodeDecodeError):
                        yield RecordError(f"{place}: holds a string that is not UTF-8; write the file again")
                    else:
                        yield Row(place=place, number=number, values=values)
    except (FileNotFoundError, PermissionError):
        raise
    except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
        reason = f"{error or type(error).__name__}".splitlines()[0]
        raise SourceFileError(
            f"{name}: is no sound Parquet file after row {number} ({reason}); write it again"
        ) from None


def _with_plain_times(batch: Any) -> Any:
    """The batch with dates and times as text: Python's own cannot hold nanoseconds or far years."""
    import pyarrow as pa

    for place, field in enumerate(batch.schema):
        if pa.types.is_temporal(field.type) and not pa.types.is_duration(field.type):
            batch = batch.set_column(place, field.name, batch.column(place).cast(pa.string()))
    return batch


def _batch_values(batch: Any) -> Iterator[dict[str, Any] | UnicodeDecodeError]:
    try:
        yield from batch.to_pylist()
    except UnicodeDecodeError:
        for place in range(batch.num_rows):
            try:
                yield batch.slice(place, 1).to_pylist()[0]
            except UnicodeDecodeError as error:
                yield error


def plain_value(value: Any) -> Any:
    """A value as JSON can hold it: times in ISO 8601, NaN and infinity as None, anything unknown as its text."""
    if isinstance(value, float):
        return value if value - value == 0 else None
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return {str(key): plain_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain_value(item) for item in value]
    return value.isoformat() if isinstance(value, date | time) else str(value)
