import gzip
import io
import itertools
import json
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reportedly.data.article import Article
from reportedly.data.errors import ConfigError, RecordError, ReportedlyError, SourceFileError
from reportedly.data.readers import read_articles
from reportedly.data.source_files import FORMATS

_ARABIC = "قُتل ثلاثة مدنيين في كادرا"
_TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


def _read(*sources: Path | str, **options: Any) -> list[Article | ReportedlyError]:
    return list(read_articles(sources, **options))


def _one(*sources: Path | str, **options: Any) -> Article:
    [article] = _read(*sources, **options)
    assert isinstance(article, Article), article
    return article


def _error(*sources: Path | str, **options: Any) -> str:
    [error] = _read(*sources, **options)
    assert isinstance(error, ReportedlyError), error
    assert "\n" not in str(error)
    return str(error)


def _write(path: Path, *records: object, encoding: str = "utf-8") -> Path:
    lines = [record if isinstance(record, str) else json.dumps(record, ensure_ascii=False) for record in records]
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


def _texts(results: list[Article | ReportedlyError]) -> list[str]:
    return [result.text if isinstance(result, Article) else f"error: {result}" for result in results]


# Text files


@pytest.mark.parametrize("name", ["report.txt", "report.TXT", "report.md", "report", "report.log", "report.txt.gz"])
def test_a_text_file_is_one_article_kept_exactly(tmp_path: Path, name: str) -> None:
    data = f"\r\n {_ARABIC}\r\n\r\nمصدر\x85\u2028 \n".encode()
    (tmp_path / name).write_bytes(gzip.compress(data) if name.endswith("gz") else data)
    article = _one(tmp_path / name, language="ar")
    assert article == Article(id="report", text=data.decode(), language="ar")


def test_an_empty_file_is_an_article_without_words(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    assert _one(tmp_path / "empty.txt").text == ""


def test_a_text_of_five_megabytes_is_read(tmp_path: Path) -> None:
    text = f"{_ARABIC}. " * 110_000
    assert len(text.encode()) > 5_000_000
    (tmp_path / "long.txt").write_bytes(text.encode())
    _write(tmp_path / "long.jsonl", {"text": text})
    (tmp_path / "long.csv").write_bytes(f"text\n{text}\n".encode())
    assert _texts(_read(tmp_path)) == [text] * 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("name", ["a.txt", "a.jsonl", "a.json", "a.csv"])
def test_a_byte_order_mark_tells_the_encoding(tmp_path: Path, name: str, encoding: str) -> None:
    content = {"a.txt": _ARABIC, "a.csv": f"text,n\n{_ARABIC},1\n"}.get(name, json.dumps({"text": _ARABIC}))
    mark = "\ufeff" if encoding.endswith("e") else ""
    (tmp_path / name).write_bytes((mark + content).encode(encoding))
    assert _one(tmp_path / name).text == _ARABIC


def test_a_named_encoding_is_used(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(_ARABIC.encode("cp1256"))
    (tmp_path / "b.csv").write_bytes(f"text\n{_ARABIC}\n".encode("cp1256"))
    (tmp_path / "c.jsonl").write_bytes(f'{{"text": "{_ARABIC}"}}\n'.encode("cp1256"))
    assert _texts(_read(tmp_path, encoding="cp1256")) == [_ARABIC] * 3


def test_utf_16_without_a_mark_is_read_when_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(_ARABIC.encode("utf-16-le"))
    (tmp_path / "b.jsonl").write_bytes(f'{{"text": "{_ARABIC}\u0a0a"}}\n'.encode("utf-16-le") * 2)
    for encoding in ("utf-16-le", "utf-16", "UTF16"):
        assert _texts(_read(tmp_path, encoding=encoding)) == [_ARABIC, _ARABIC + "\u0a0a", _ARABIC + "\u0a0a"]


@pytest.mark.parametrize(
    ("name", "content", "place", "offset"),
    [
        ("a.txt", "abc ث", "a.txt", 4),
        ("a.jsonl", '\n{"text": "ث"}\n{"text": "ث"}\n', "a.jsonl:2", 11),
        ("a.json", '[{"text": "ث"}]', "a.json", 11),
        ("a.csv", "id,text\n1,ث\n2,ث\n", "a.csv:2", 10),
        ("a.csv", "id,نص\n1,ث\n", "a.csv:1", 3),
        ("a.html", "<p>ث</p>", "a.html", 3),
    ],
)
def test_a_file_in_another_encoding_is_one_error_that_names_the_byte(
    tmp_path: Path, name: str, content: str, place: str, offset: int
) -> None:
    (tmp_path / name).write_bytes(content.encode("cp1256"))
    error = _error(tmp_path / name)
    assert error.startswith(f"{tmp_path}/{place}: byte 0x")
    assert f"at offset {offset} is not UTF-8; name the file's encoding, e.g. --encoding cp1256" in error


def test_a_single_broken_line_in_a_sound_file_is_an_error_of_its_own(tmp_path: Path) -> None:
    good, bad = f'{{"text": "{_ARABIC}"}}\n'.encode(), b'{"text": "\xff"}\n'
    (tmp_path / "a.jsonl").write_bytes(good + bad + good)
    (tmp_path / "b.csv").write_bytes(f'text\n{_ARABIC}\n"\n'.encode() + b'\xff\n"\n' + f"{_ARABIC}\n".encode())
    first, error, last, *table = _read(tmp_path)
    assert _texts([first, last]) == [_ARABIC, _ARABIC]
    assert f"a.jsonl:2: byte 0xff at offset {len(good) + 10} is not UTF-8" in str(error)
    assert _texts([table[0], table[2]]) == [_ARABIC, _ARABIC]
    assert "b.csv:4: byte 0xff" in str(table[1])


def test_offsets_count_the_byte_order_mark(tmp_path: Path) -> None:
    for name in ("a.txt", "a.jsonl"):
        (tmp_path / name).write_bytes(b"\xef\xbb\xbfab\xff\n")
        assert "byte 0xff at offset 5 " in _error(tmp_path / name)


def test_utf_16_that_breaks_off_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes('{"text": "x"}\n{"text"'.encode("utf-16")[:-1])
    first, error = _read(tmp_path / "a.jsonl")
    assert _texts([first]) == ["x"]
    assert f"{tmp_path}/a.jsonl:2: byte 0x" in str(error)


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.txt", b"%PDF-1.7 ...", "is a PDF document, no text"),
        ("a.docx", b"PK\x03\x04....", "Word or Excel document, no text"),
        ("a.txt", b"\x89PNG\r\n", "is an image, no text"),
        ("a.txt", b"text\0more", "is binary (a NUL byte at offset 4)"),
        ("a.html", b"<p>\0</p>", "is binary"),
        ("a.jsonl", b"\0\1\2\n\3", "is binary"),
        ("a.csv", b"\0\1\2\n\3", "is binary"),
        ("a.json", b"\0", "is binary"),
        ("a.txt", b"PAR1....", "is a Parquet file"),
        ("a.txt.gz", b"plain words", "is no gzip file although it is named so"),
        ("a.parquet", b"PAR1 but no more", "is no sound Parquet file"),
        ("a.parquet", b"", "is no sound Parquet file"),
    ],
)
def test_a_binary_or_damaged_file_is_one_error(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    error = _error(tmp_path / name)
    assert error.startswith(f"{tmp_path / name}: ")
    assert message in error


@pytest.mark.parametrize("name", ["none.txt", "none.jsonl", "none.parquet", "none/none.csv"])
def test_a_missing_file_is_one_error(tmp_path: Path, name: str) -> None:
    assert _error(tmp_path / name) == f"{tmp_path / name}: there is no such file or folder; check the path"


@pytest.mark.parametrize("name", ["no\0ne.txt", "x" * 5000])
def test_an_impossible_path_is_one_error(name: str) -> None:
    assert "check" in _error(name)


def test_files_go_on_after_a_bad_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("fine")
    results = _read(tmp_path / "none.txt", tmp_path / "a.txt")
    assert isinstance(results[0], SourceFileError)
    assert _texts(results[1:]) == ["fine"]


@given(
    st.binary(max_size=200),
    st.sampled_from([None, *FORMATS]),
    st.sampled_from(["utf-8", "cp1256", "utf-16", "gb18030"]),
)
@example(b"\x1f\x8b\x08\x00", None, "utf-8")
@example(b"{" * 5000, None, "utf-8")
@example(b"text", "csv", "utf-16")
def test_any_bytes_give_articles_or_errors_in_one_line(data: bytes, format: str | None, encoding: str) -> None:
    for result in _read("-", format=format, encoding=encoding, stdin=io.BytesIO(data)):
        assert isinstance(result, Article) or "\n" not in str(result)


# gzip


@pytest.mark.parametrize("name", ["a.jsonl.gz", "a.csv.gz", "a.txt.gz"])
def test_a_truncated_gzip_is_one_error_after_what_could_be_read(tmp_path: Path, name: str) -> None:
    lines = [json.dumps({"text": f"text {number}", "n": str(number) * 50}) for number in range(2000)]
    if name == "a.csv.gz":
        lines = ["text", *(f"text {number} {str(number) * 50}" for number in range(2000))]
    packed = gzip.compress("\n".join(lines).encode())
    (tmp_path / name).write_bytes(packed[: len(packed) // 2])
    *articles, error = _read(tmp_path / name)
    assert all(isinstance(article, Article) for article in articles)
    assert bool(articles) == (name != "a.txt.gz")
    assert isinstance(error, SourceFileError)
    assert f"{name}:{len(articles) + (name == 'a.csv.gz')}: after this" in str(error) or not articles
    assert "the gzip data break off" in str(error)


def test_a_gzip_with_flipped_bytes_is_an_error(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b'{"text": "some words"}\n' * 500))
    packed[len(packed) // 2] ^= 0xFF
    (tmp_path / "a.jsonl.gz").write_bytes(packed)
    assert isinstance(_read(tmp_path / "a.jsonl.gz")[-1], SourceFileError)


def test_gzip_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(gzip.compress(b'{"text": "x"}'))
    assert _one(tmp_path / "a.jsonl").text == "x"


# JSON Lines and JSON


@given(st.lists(_TEXTS, max_size=5))
def test_any_text_comes_through_json_lines_exactly(texts: list[str]) -> None:
    data = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\r\n" for text in texts).encode()
    assert _texts(_read("-", format="jsonl", stdin=io.BytesIO(data))) == texts


def test_a_broken_line_is_an_error_with_its_place_and_the_next_is_read(tmp_path: Path) -> None:
    path = _write(
        tmp_path / "a.jsonl",
        {"text": "one"},
        '{"text": "cut',
        "",
        "   ",
        '["text"]',
        '{"text": "\\ud800"}',
        '{"text": "pair \\ud83d\\ude91"}',
        '{"text": "x", "note": "\\udfff"}',
        {"text": None},
        {"text": 5},
        {"text": "x", "language": 5},
        {"text": "x", "id": ["a"]},
        {"text": "x", "id": True},
        "[" * 100_000,
        '{"text": "x", "n": ' + "9" * 5000 + "}",
        {"text": "last"},
    )
    results = _read(path)
    articles = [result for result in results if isinstance(result, Article)]
    assert [article.text for article in articles] == ["one", "pair 🚑", "last"]
    errors = [str(result) for result in results if isinstance(result, RecordError)]
    for error, (line, message) in zip(
        errors,
        [
            (2, "no valid JSON (Unterminated string"),
            (5, 'is a list, no object; write {"text": …}'),
            (6, r"holds the lone surrogate \ud800"),
            (8, r"holds the lone surrogate \udfff"),
            (9, "'text' must be a string (it may be empty), not null"),
            (10, "'text' must be a string (it may be empty), not int"),
            (11, "'language' must be a code such as 'ar', not 5"),
            (12, "id ['a'] must be a string or a whole number"),
            (13, "id True must be a string or a whole number"),
            (14, ""),
            (15, "no readable JSON"),
        ],
        strict=True,
    ):
        assert error.startswith(f"{path}:{line}: ")
        assert message in error


def test_deep_nesting_beside_the_text_is_no_crash(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.jsonl", '{"text": "x", "deep": ' + "[" * 900 + "]" * 900 + "}", {"text": "y"})
    assert _texts(_read(path))[-1] == "y"


def test_ten_thousand_empty_lines_are_passed_over(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.jsonl", *[""] * 10_000, {"text": "x"})
    assert _one(path).id == "a.jsonl:10001"


def test_a_line_separator_inside_a_value_ends_no_line(tmp_path: Path) -> None:
    text = "a\u2028b\u2029c\x85d\x0be\x0cf\x1cg"
    assert _one(_write(tmp_path / "a.jsonl", {"text": text})).text == text


def test_a_json_file_holds_an_array_or_one_object(tmp_path: Path) -> None:
    (tmp_path / "many.json").write_text('[{"text": "a"}, 5,\n {"text": "b"}]')
    (tmp_path / "one.json").write_text('{\n "text": "c"\n}')
    (tmp_path / "none.json").write_text("[]")
    a, error, b, c = _read(tmp_path)
    assert _texts([a, b, c]) == ["a", "b", "c"]
    assert [article.id for article in (a, b, c) if isinstance(article, Article)] == [
        "many.json:1",
        "many.json:3",
        "one.json:1",
    ]
    assert f"{tmp_path}/many.json item 2: is a int, no object" in str(error)


def test_json_lines_named_json_are_told_apart_in_the_error(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.json", {"text": "a"}, {"text": "b"})
    assert _error(path).endswith("for one object a line say --format jsonl")
    assert _texts(_read(path, format="jsonl")) == ["a", "b"]


def test_broken_json_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('[\n{"text": "a"}\n{"text": "b"}]')
    assert f"{tmp_path}/a.json:3: no valid JSON" in _error(tmp_path / "a.json")


# CSV and TSV


@given(st.lists(_TEXTS.filter(lambda text: "\0" not in text), min_size=1, max_size=4), st.sampled_from("\t,;"))
def test_any_text_comes_through_csv_exactly(texts: list[str], delimiter: str) -> None:
    rows = [("n", "text", "x"), *(("1", text, "2") for text in texts)]
    data = "".join(
        delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) + "\r\n" for row in rows
    ).encode()
    assert _texts(_read("-", format="csv", stdin=io.BytesIO(data))) == texts


def test_other_columns_go_to_meta_and_places_count_the_lines_of_cells(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('\n,text,outlet\n0,"two\nlines",Daily\n\n1,,"A, B"\n2,x\n3,y,Z\n')
    first, second, error, third = _read(tmp_path / "a.csv")
    assert first == Article(id="a.csv:3", text="two\nlines", meta={"outlet": "Daily"})
    assert second == Article(id="a.csv:6", text="", meta={"outlet": "A, B"})
    assert f"{tmp_path}/a.csv:7: the row has 2 cells, the header 3 ('', 'text', 'outlet')" in str(error)
    assert third == Article(id="a.csv:8", text="y", meta={"outlet": "Z"})


@pytest.mark.parametrize(("name", "delimiter"), [("a.tsv", "\t"), ("a.tab", "\t"), ("a.csv", ";"), ("a.csv", "\t")])
def test_tabs_and_semicolons_delimit_too(tmp_path: Path, name: str, delimiter: str) -> None:
    (tmp_path / name).write_text(f"id{delimiter}text\nx{delimiter}a, b\n")
    assert _one(tmp_path / name) == Article(id="x", text="a, b")


def test_a_very_long_cell_is_read(tmp_path: Path) -> None:
    text = "x" * 1_000_000
    (tmp_path / "a.csv").write_text(f"text\n{text}\n")
    assert _one(tmp_path / "a.csv").text == text


def test_broken_quotes_spoil_only_their_row(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('text,n\n"a"b,1\nc,2\n"d,3\n')
    error, article, end = _read(tmp_path / "a.csv")
    assert f"{tmp_path}/a.csv:2: cannot be read" in str(error)
    assert _texts([article]) == ["c"]
    assert f"{tmp_path}/a.csv:4: cannot be read: unexpected end of data" in str(end)


def test_a_row_with_broken_quotes_and_bytes_does_not_spoil_the_next(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(f"text\n{_ARABIC}\n".encode() + b'"\xff"x\n' + f"{_ARABIC}\n".encode())
    first, error, last = _read(tmp_path / "a.csv")
    assert _texts([first, last]) == [_ARABIC, _ARABIC]
    assert isinstance(error, RecordError)


@pytest.mark.parametrize(
    ("header", "message"),
    [("text,text", "column 'text' stands twice in the header"), ('"te"xt', "the header cannot be read")],
)
def test_a_bad_header_is_one_error(tmp_path: Path, header: str, message: str) -> None:
    (tmp_path / "a.csv").write_text(f"{header}\n1,2\n3,4\n")
    error = _error(tmp_path / "a.csv")
    assert error.startswith(f"{tmp_path}/a.csv:1: ")
    assert message in error


@pytest.mark.parametrize("content", ["", "\n\n", "text\n"])
def test_a_table_without_rows_has_no_articles(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.csv").write_text(content)
    assert _read(tmp_path / "a.csv") == []


# Parquet


def test_a_parquet_file_is_read_with_plain_meta(tmp_path: Path) -> None:
    columns = {
        "id": [1, 2],
        "text": ["a\r\n", ""],
        "language": ["ar", None],
        "date": [date(2024, 3, 2), None],
        "at": pa.array([1, 2], pa.timestamp("ns")),
        "far": pa.array([10**15, None], pa.timestamp("s", tz="UTC")),
        "rate": [float("nan"), 0.5],
        "price": [Decimal("1.50"), None],
        "nested": [{"x": [1, None]}, None],
    }
    pq.write_table(pa.table(columns), tmp_path / "a.parquet")
    first, second = _read(tmp_path / "a.parquet")
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.id, first.text, first.language) == ("1", "a\r\n", "ar")
    assert (second.id, second.text, second.language) == ("2", "", None)
    assert first.meta["date"] == "2024-03-02"
    assert str(first.meta["at"]).startswith("1970-01-01 00:00:00.000000001")
    assert first.meta["rate"] is None
    assert first.meta["price"] == "1.50"
    assert first.meta["nested"] == {"x": [1, None]}
    json.dumps([dict(first.meta), dict(second.meta)], allow_nan=False)


def test_a_null_text_or_one_that_is_not_utf_8_spoils_only_its_row(tmp_path: Path) -> None:
    broken = pa.array([b"a", b"\xff", None, b"d"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"text": broken}), tmp_path / "a.parquet")
    first, second, third, last = _read(tmp_path / "a.parquet")
    assert _texts([first, last]) == ["a", "d"]
    assert f"{tmp_path}/a.parquet row 2: holds a string that is not UTF-8" in str(second)
    assert f"{tmp_path}/a.parquet row 3: 'text' must be a string" in str(third)


def test_a_parquet_file_damaged_within_is_an_error_after_what_could_be_read(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"text": [f"text {number} " * 20 for number in range(400)]})
    pq.write_table(table, path, row_group_size=200, compression="zstd", use_dictionary=False)
    data = bytearray(path.read_bytes())
    second = pq.read_metadata(path).row_group(1).column(0).data_page_offset
    data[second : second + 60] = b"\xff" * 60
    path.write_bytes(data)
    *articles, error = _read(path)
    assert len(articles) >= 128
    assert all(isinstance(article, Article) for article in articles)
    assert f"{path}: is no sound Parquet file after row {len(articles)}" in str(error)


def test_parquet_comes_through_standard_input_when_named() -> None:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"text": ["x"]}), buffer)
    buffer.seek(0)
    assert _one("-", format="parquet", stdin=buffer).id == "stdin:1"


# HTML

_PAGE = """<!DOCTYPE html><html><head><meta charset="{charset}"><title>{title}</title>
<meta property="og:url" content="https://daily.example/kadra"><meta name="date" content="2024-03-02"></head><body>
<nav><a href="/">Home</a> <a href="/more">More</a></nav><article><p>{one}</p><p>{two}</p></article>
<footer>All rights reserved</footer></body></html>"""


def _page(charset: str = "utf-8") -> bytes:
    one = "قال مسعفون إن ثلاثة مدنيين على الأقل قتلوا في قصف استهدف سوق كادرا صباح اليوم الجمعة."
    two = "وأضافوا أن عشرات الجرحى نقلوا إلى المستشفى الوحيد الذي ما زال يعمل في المدينة."
    return _PAGE.format(charset=charset, title="قصف على كادرا", one=one, two=two).encode(charset)


@pytest.mark.parametrize("name", ["page.html", "page.htm", "page.html.gz"])
def test_a_page_gives_its_main_text_by_paragraphs(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(_page()) if name.endswith("gz") else _page())
    article = _one(tmp_path / name)
    paragraphs = article.text.split("\n")
    assert [paragraph[:4] for paragraph in paragraphs] == ["قال ", "وأضا"]
    assert "Home" not in article.text
    assert article.id == "page"
    assert article.meta == {"title": "قصف على كادرا", "date": "2024-03-02", "url": "https://daily.example/kadra"}


def test_a_page_may_declare_its_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(_page("windows-1256"))
    assert "ثلاثة مدنيين" in _one(tmp_path / "a.html").text


def test_a_page_in_an_unknown_encoding_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(_page("windows-1256").replace(b"windows-1256", b"klingon-1"))
    assert "a.html: declares an encoding 'klingon-1' is unknown" in _error(tmp_path / "a.html")


@pytest.mark.parametrize("page", [b"", b"<html><body></body></html>", b"<<<>>>"])
def test_a_page_without_main_text_is_one_error_and_nothing_is_logged(
    tmp_path: Path, page: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.html").write_bytes(page)
    assert "holds no main text" in _error(tmp_path / "a.html")
    assert capsys.readouterr() == ("", "")


# Columns, ids, languages


@pytest.mark.parametrize("name", ["body", "content"])
def test_body_or_content_stands_for_text(tmp_path: Path, name: str) -> None:
    path = _write(tmp_path / "a.jsonl", {name: "x", "more": 1})
    assert _one(path) == Article(id="a.jsonl:1", text="x", meta={"more": 1})


def test_columns_are_mapped_and_the_rest_is_meta(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.jsonl", {"headline": "x", "url": "u/1", "lang": "fr", "text": "no", "id": 5})
    article = _one(path, fields={"text": "headline", "id": "url", "language": "lang"})
    assert article == Article(id="u/1", text="x", language="fr", meta={"text": "no", "id": 5})


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.json", "a.parquet"])
def test_an_absent_column_is_one_error_that_names_those_there_are(tmp_path: Path, name: str) -> None:
    records = [{"title": "t", "text": "x"}] * 250
    path = tmp_path / name
    if name == "a.parquet":
        pq.write_table(pa.Table.from_pylist(records), path)
    elif name == "a.csv":
        path.write_text("title,text\n" + "t,x\n" * 250)
    elif name == "a.json":
        path.write_text(json.dumps(records))
    else:
        _write(path, *records)
    error = _error(path, fields={"text": "body"})
    assert "there is no 'body' for the text; it has 'title', 'text'; name the one that holds the text" in error
    assert "the first 100 records all lack it; no more were read" in error


@pytest.mark.parametrize(
    ("record", "fields", "message"),
    [
        ({"title": "x"}, {}, "has neither 'text' nor 'body' nor 'content'; it has 'title'"),
        ({"body": "x", "content": "y"}, {}, "has both 'body' and 'content'; it has 'body', 'content'"),
        ({}, {}, "it has nothing"),
        ({"text": "x"}, {"id": "url"}, "there is no 'url' for the id"),
        ({"text": "x"}, {"language": "lang"}, "there is no 'lang' for the language"),
    ],
)
def test_a_record_without_its_column_is_an_error(
    tmp_path: Path, record: dict[str, str], fields: dict[str, str], message: str
) -> None:
    error = _error(_write(tmp_path / "a.jsonl", record), fields=fields)
    assert error.startswith(f"{tmp_path}/a.jsonl:1: ")
    assert message in error


def test_records_that_lack_a_column_do_not_stop_those_that_have_it(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.jsonl", {"a": 1}, {"a": 2}, {"text": "x"}, {"a": 3}, {"text": "y"})
    results = _read(path)
    assert sorted(_texts([result for result in results if isinstance(result, Article)])) == ["x", "y"]
    assert [str(result).split(": ")[0] for result in results if isinstance(result, RecordError)] == [
        f"{path}:{line}" for line in (1, 2, 4)
    ]


def test_a_record_that_is_bad_otherwise_shows_that_the_column_is_there(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.jsonl", {"text": None}, *[{"a": 1}] * 150, {"text": "x"})
    results = _read(path)
    assert len(results) == 152
    assert _texts(results[-1:]) == ["x"]


def test_a_mapping_does_not_touch_text_files(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    assert _one(tmp_path / "a.txt", fields={"text": "body"}).text == "x"


def test_made_ids_are_unique_and_a_repeated_given_id_names_both_places(tmp_path: Path) -> None:
    for folder in ("a", "b", "c"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "report.txt").write_text(folder)
    given_ids = _write(tmp_path / "z.jsonl", {"text": "x", "id": 7}, {"text": "y", "id": "7"}, {"text": "", "id": ""})
    *articles, seven, error, last = _read(tmp_path)
    assert [article.id for article in articles if isinstance(article, Article)] == ["report", "report-2", "report-3"]
    assert isinstance(seven, Article)
    assert seven.id == "7"
    assert str(error).startswith(f"{given_ids}:2: id '7' stands already at {given_ids}:1; make the ids unique")
    assert isinstance(last, Article)
    assert last.id == "z.jsonl:3"


def test_a_bad_record_does_not_take_its_id_away(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.jsonl", {"text": None, "id": "a"}, {"text": "x", "id": "a"})
    error, article = _read(path)
    assert isinstance(error, RecordError)
    assert _texts([article]) == ["x"]


def test_the_language_of_the_record_goes_before_the_one_given(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.jsonl", {"text": "", "language": "fr"}, {"text": ""}, {"text": "", "language": None})
    assert [a.language for a in _read(path, language="ar") if isinstance(a, Article)] == ["fr", "ar", "ar"]
    assert [a.language for a in _read(path) if isinstance(a, Article)] == ["fr", None, None]


def test_values_that_json_cannot_hold_are_made_plain(tmp_path: Path) -> None:
    article = _one(_write(tmp_path / "a.jsonl", '{"text": "x", "rate": NaN, "high": [-Infinity, 1.5]}'))
    assert article.meta == {"rate": None, "high": [None, 1.5]}


# Folders


def test_a_folder_is_read_in_sorted_order_without_hidden_and_unknown_files(tmp_path: Path) -> None:
    names = ["b.txt", "a/2.txt", "a/10.txt", "c.jsonl", ".hidden.txt", ".git/x.txt", "a/page_files/x.js", "d.png"]
    for name in names:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(json.dumps({"text": name}) if name.endswith("jsonl") else name)
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    assert _texts(_read(tmp_path)) == ["a/10.txt", "a/2.txt", "b.txt", "c.jsonl"]


def test_a_folder_is_read_whole_when_the_format_is_named(tmp_path: Path) -> None:
    for name in ("a.log", "b"):
        (tmp_path / name).write_text(name)
    assert _texts(_read(tmp_path, format="text")) == ["a.log", "b"]


def test_a_folder_without_known_files_is_one_error(tmp_path: Path) -> None:
    (tmp_path / "x.png").write_bytes(b"\x89PNG")
    error = _error(tmp_path)
    assert error.startswith(f"{tmp_path}: the folder holds 1 files, none of them with a known suffix (.txt")


def test_a_file_name_that_is_no_utf_8_makes_no_unwritable_id(tmp_path: Path) -> None:
    path = Path(str(tmp_path).encode().decode() + "/caf\udce9.txt")
    try:
        path.write_text("x")
    except (OSError, UnicodeError):
        pytest.skip("the file system refuses such names")
    article = _one(tmp_path)
    article.id.encode()
    assert article.text == "x"


# Standard input


@pytest.mark.parametrize(
    ("data", "ids", "texts"),
    [
        (b'{"text": "a"}\n{"text": "b"}\n', ["stdin:1", "stdin:2"], ["a", "b"]),
        (b'\n\n{"text": "a"}\n', ["stdin:3"], ["a"]),
        (b'\xef\xbb\xbf{"text": "a"}', ["stdin:1"], ["a"]),
        (b'[{"text": "a"},\n{"text": "b"}]', ["stdin:1", "stdin:2"], ["a", "b"]),
        (b'{\n"text": "a"\n}\n', ["stdin:1"], ["a"]),
        (b"[Kadra] Two\nlines\n", ["stdin"], ["[Kadra] Two\nlines\n"]),
        (b"{sic}", ["stdin"], ["{sic}"]),
        (b"  words\n", ["stdin"], ["  words\n"]),
        (b"", ["stdin"], [""]),
        (gzip.compress(b'{"text": "a"}\n'), ["stdin:1"], ["a"]),
    ],
)
def test_standard_input_is_told_by_its_beginning(data: bytes, ids: list[str], texts: list[str]) -> None:
    stream = io.BytesIO(data)
    results = _read("-", stdin=stream)
    assert _texts(results) == texts
    assert [result.id for result in results if isinstance(result, Article)] == ids
    assert not stream.closed


def test_standard_input_is_the_process_own_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(_ARABIC.encode())))
    assert _one("-").text == _ARABIC


class _Endless(io.RawIOBase):
    """JSON Lines without end."""

    def __init__(self) -> None:
        self._lines = (f'{{"text": "{"x" * 1000} {number}"}}\n'.encode() for number in itertools.count())

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = next(self._lines)
        buffer[: len(data)] = data
        return len(data)


def _peak_bytes(articles: Iterator[Article | ReportedlyError], *, n_articles: int) -> int:
    tracemalloc.start()
    try:
        for article in itertools.islice(articles, n_articles):
            assert isinstance(article, Article)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_json_lines_are_read_lazily_in_constant_memory() -> None:
    stream = io.BufferedReader(_Endless())
    assert _peak_bytes(read_articles(["-"], stdin=stream), n_articles=5000) < 3_000_000


@pytest.mark.parametrize("name", ["a.csv", "a.parquet"])
def test_tables_are_read_in_constant_memory(tmp_path: Path, name: str) -> None:
    texts = [f"{'x' * 2000} {number}" for number in range(5000)]
    if name == "a.csv":
        (tmp_path / name).write_text("text\n" + "\n".join(texts))
    else:
        pq.write_table(pa.table({"text": texts}), tmp_path / name, row_group_size=500)
    # The files hold ten megabytes.
    assert _peak_bytes(read_articles([tmp_path / name]), n_articles=5000) < 4_000_000


# Options


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"format": "docx"}, "format 'docx' is unknown; choose one of text, html"),
        ({"fields": {"title": "t"}}, "fields: 'title' is unknown; name columns for text, id, language"),
        ({"encoding": "klingon"}, "encoding 'klingon' is unknown"),
        ({"encoding": "base64"}, "encoding 'base64' is unknown"),
    ],
)
def test_a_wrong_option_is_an_error_at_once(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        read_articles(["x.txt"], **options)


def test_one_string_is_no_list_of_files() -> None:
    with pytest.raises(ConfigError, match="sources 'news' is one string; give a list of files"):
        read_articles("news")


def test_a_named_format_goes_before_the_suffix(tmp_path: Path) -> None:
    path = _write(tmp_path / "a.txt", {"text": "x", "at": datetime(2024, 3, 2, tzinfo=UTC).isoformat()})
    assert _one(path, format="jsonl").meta == {"at": "2024-03-02T00:00:00+00:00"}
