"""Articles out of whatever people have: text, HTML, JSON Lines, JSON, CSV, TSV, Parquet, folders, a pipe.

One bad record or file is given as an error in its place and never stops the others.
"""

import io
import itertools
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from .article import Article
from .errors import ConfigError, RecordError, ReportedlyError, SourceFileError
from .rows import Row, json_lines_rows, json_rows, parquet_rows, plain_value, table_rows
from .source_files import (
    FORMATS,
    Lines,
    SourceFile,
    check_encoding,
    decode,
    find_files,
    open_bytes,
    text_encoding,
    unreadable,
)

FIELDS = ("text", "id", "language")
_TEXT_COLUMNS = ("body", "content")
_MAX_ABSENT = 100
_DECLARED_CHARSET = re.compile(rb"""<(?:meta|\?xml)[^>]*(?:charset|encoding)\s*=\s*["']?([\w-]+)""", re.IGNORECASE)


def read_articles(
    sources: Iterable[str | Path],
    *,
    format: str | None = None,
    fields: Mapping[str, str] | None = None,
    encoding: str = "utf-8",
    language: str | None = None,
    stdin: BinaryIO | None = None,
) -> Iterator[Article | ReportedlyError]:
    """Read articles, lazily and in the order of the sources.

    Text values are kept exactly; of files only a byte order mark is removed. JSON Lines, CSV, TSV and Parquet
    are read in constant memory but for the ids; every text format may be packed with gzip.

    Args:
        sources: Files, folders (searched recursively, in sorted order, for files of known suffix), ``-`` for
            standard input, which is JSON Lines or JSON if it reads so and else one text.
        format: Read everything as this, one of ``FORMATS``; None goes by the suffix, unknown ones are text.
        fields: Which column or key holds ``text``, ``id``, ``language``, such as ``{"text": "body"}``. Without
            it: ``text``, or ``body`` or ``content`` where only one of these stands; ``id`` and ``language`` if
            they are there. All other columns go to ``Article.meta``.
        encoding: Of text without a byte order mark. An HTML page that is not in this encoding may declare its own.
        language: ISO 639-1 code of the articles that do not state one.
        stdin: Standard input in bytes; None takes the process's own.

    Yields:
        Articles, and in their place a RecordError for a bad record and a SourceFileError for a file that cannot
        be read (further). An article without id gets the file's stem, in files of many ``name:line``; a repeated
        stem is counted on (``report``, ``report-2``), a repeated given id is a RecordError.

    Raises:
        ConfigError: At once, where ``format``, ``fields`` or ``encoding`` is wrong.
    """
    if format is not None and format not in FORMATS:
        raise ConfigError(f"format {format!r} is unknown; choose one of {', '.join(FORMATS)}")
    for field in fields or ():
        if field not in FIELDS:
            raise ConfigError(f"fields: {field!r} is unknown; name columns for {', '.join(FIELDS)}")
    if isinstance(sources, str):
        raise ConfigError(f"sources {sources!r} is one string; give a list of files")
    check_encoding(encoding)
    reader = _Reader(fields=fields or {}, encoding=encoding, language=language, stdin=stdin)
    return reader.read(find_files(sources, format=format))


class _AbsentColumn(RecordError):
    """The record has no column of the wanted name."""


class _Reader:
    def __init__(
        self, *, fields: Mapping[str, str], encoding: str, language: str | None, stdin: BinaryIO | None
    ) -> None:
        self._fields = fields
        self._encoding = encoding
        self._language = language
        self._stdin = stdin
        self._places: dict[str, str] = {}
        self._made: dict[str, int] = {}

    def read(self, files: Iterable[SourceFile | SourceFileError]) -> Iterator[Article | ReportedlyError]:
        for file in files:
            if isinstance(file, SourceFileError):
                yield file
                continue
            last = file.name
            try:
                for row in self._file_articles(file):
                    last = row[0]
                    yield row[1]
            except SourceFileError as error:
                yield error
            except (EOFError, zlib.error) as error:
                yield SourceFileError(f"{last}: after this the gzip data break off ({error}); copy the file again")
            except OSError as error:
                yield unreadable(last, error)

    def _file_articles(self, file: SourceFile) -> Iterator[tuple[str, Article | ReportedlyError]]:
        """The articles and errors of one file, each with its place."""
        if file.format == "parquet" and file.path is not None:
            yield from self._row_articles(file, parquet_rows(file.path, name=file.name))
            return
        with open_bytes(file, stdin=self._stdin) as stream:
            format, first = (file.format, b"") if file.format else _look_inside(stream, encoding=self._encoding)
            if format in ("text", "html"):
                article = self._whole(file, first + stream.read(), is_html=format == "html")
                yield file.name, article
            else:
                yield from self._row_articles(file, self._rows(file.name, format, first, stream))

    def _rows(self, name: str, format: str, first: bytes, stream: BinaryIO) -> Iterator[Row | RecordError]:
        if format == "parquet":
            return parquet_rows(io.BytesIO(stream.read()), name=name)
        if format == "json":
            return json_rows(decode(first + stream.read(), name=name, encoding=self._encoding), name=name)
        lines = Lines(itertools.chain(io.BytesIO(first), stream), name=name, encoding=self._encoding)
        if format == "jsonl":
            return json_lines_rows(lines, name=name)
        return table_rows(lines, name=name, delimiter="\t" if format == "tsv" else None)

    def _whole(self, file: SourceFile, data: bytes, *, is_html: bool) -> Article | ReportedlyError:
        """The one article of a text or HTML file."""
        try:
            if is_html:
                text, meta = _main_text(_decode_html(data, name=file.name, encoding=self._encoding), name=file.name)
            else:
                text, meta = decode(data, name=file.name, encoding=self._encoding), {}
            return Article(id=self._make_id(file.stem, place=file.name), text=text, language=self._language, meta=meta)
        except ReportedlyError as error:
            return error

    def _row_articles(
        self, file: SourceFile, rows: Iterable[Row | RecordError]
    ) -> Iterator[tuple[str, Article | ReportedlyError]]:
        # Held back as long as no record has had its columns: a wrong column name is one error, not one a record.
        absent: list[_AbsentColumn] = []
        any_complete = False
        last = file.name
        for row in rows:
            if isinstance(row, RecordError):
                yield last, row
                continue
            last = row.place
            try:
                article = self._row_article(row, file)
            except _AbsentColumn as error:
                absent.append(error)
                if not any_complete and len(absent) == _MAX_ABSENT:
                    break
                if not any_complete:
                    continue
            except RecordError as error:
                any_complete = True
                yield last, error
            else:
                any_complete = True
                yield last, article
            yield from ((last, error) for error in absent)
            absent.clear()
        if len(absent) > 1:
            count = len(absent)
            yield last, SourceFileError(f"{absent[0]} (the first {count} records all lack it; no more were read)")
        elif absent:
            yield last, absent[0]

    def _row_article(self, row: Row, file: SourceFile) -> Article:
        columns = _choose_columns(row, self._fields)
        given = {field: row.values[column] for field, column in columns.items()}
        text, language = given["text"], given.get("language") or self._language
        if not isinstance(text, str):
            kind = "null" if text is None else type(text).__name__
            raise RecordError(f"{row.place}: {columns['text']!r} must be a string (it may be empty), not {kind}")
        if language is not None and not isinstance(language, str):
            raise RecordError(f"{row.place}: {columns['language']!r} must be a code such as 'ar', not {language!r}")
        used = set(columns.values())
        try:
            meta = {key: plain_value(value) for key, value in row.values.items() if key not in used}
        except RecursionError:
            raise RecordError(f"{row.place}: is nested too deeply; flatten it") from None
        identifier = self._given_id(given.get("id"), row)
        if identifier is None:
            identifier = self._make_id(f"{file.short_name}:{row.number}", place=row.place)
        return Article(id=identifier, text=text, language=language, meta=meta)

    def _given_id(self, identifier: Any, row: Row) -> str | None:
        if identifier is None or identifier == "":
            return None
        if isinstance(identifier, bool) or not isinstance(identifier, str | int):
            raise RecordError(f"{row.place}: id {identifier!r} must be a string or a whole number")
        name = str(identifier)
        if name in self._places:
            raise RecordError(
                f"{row.place}: id {name!r} stands already at {self._places[name]}; make the ids unique or name "
                "another column as id"
            )
        self._places[name] = row.place
        return name

    def _make_id(self, base: str, *, place: str) -> str:
        identifier = base
        while identifier in self._places:
            self._made[base] = self._made.get(base, 1) + 1
            identifier = f"{base}-{self._made[base]}"
        self._places[identifier] = place
        return identifier


def _look_inside(stream: BinaryIO, *, encoding: str) -> tuple[str, bytes]:
    """The format of standard input and the bytes read to tell it."""
    first = b""
    while line := stream.readline():
        first += line
        if line.strip():
            break
    used, skipped = text_encoding(first, encoding=encoding)
    if not first[skipped:].lstrip().startswith((b"{", b"[")):
        return "text", first
    if _is_json(first[skipped:], encoding=used, of=dict):
        return "jsonl", first
    first += stream.read()
    return ("json" if _is_json(first[skipped:], encoding=used, of=(dict, list)) else "text"), first


def _is_json(data: bytes, *, encoding: str, of: type | tuple[type, ...]) -> bool:
    try:
        return isinstance(json.loads(data.decode(encoding)), of)
    except (ValueError, RecursionError):
        return False


def _choose_columns(row: Row, fields: Mapping[str, str]) -> dict[str, str]:
    """The column of each field that the record has."""
    columns = {field: field for field in ("id", "language") if field in row.values} | dict(fields)
    if "text" not in columns:
        found = ["text"] if "text" in row.values else [name for name in _TEXT_COLUMNS if name in row.values]
        if len(found) != 1:
            trouble = "has both 'body' and 'content'" if found else "has neither 'text' nor 'body' nor 'content'"
            raise _AbsentColumn(f"{row.place}: the record {trouble}; {_name_one(row, 'text')}")
        columns["text"] = found[0]
    for field, column in columns.items():
        if column not in row.values:
            raise _AbsentColumn(f"{row.place}: there is no {column!r} for the {field}; {_name_one(row, field)}")
    return columns


def _name_one(row: Row, field: str) -> str:
    return f"it has {', '.join(map(repr, row.values)) or 'nothing'}; name the one that holds the {field}"


def _decode_html(data: bytes, *, name: str, encoding: str) -> str:
    try:
        return decode(data, name=name, encoding=encoding)
    except SourceFileError:
        declared = _DECLARED_CHARSET.search(data[:4096])
        if declared is None:
            raise
        try:
            check_encoding(charset := declared.group(1).decode("ascii"))
        except ConfigError as error:
            raise SourceFileError(f"{name}: declares an {error}") from None
        return decode(data, name=name, encoding=charset)


def _main_text(html: str, *, name: str) -> tuple[str, dict[str, Any]]:
    """The main text of a page, one paragraph a line, with the title, date and url found.

    Raises:
        SourceFileError: Where trafilatura finds no main text.
    """
    # Costs a quarter of a second: only who reads HTML pays.
    from trafilatura import bare_extraction
    from trafilatura.settings import Document

    page = bare_extraction(html, include_comments=False, with_metadata=True)
    if not isinstance(page, Document) or not page.text:
        raise SourceFileError(
            f"{name}: holds no main text that can be told from menus and links; save the text as .txt"
        )
    found = {"title": page.title, "date": page.date, "url": page.url}
    return page.text, {key: value for key, value in found.items() if value}
