import csv
import gzip
import io
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from reportedly.data import writers
from reportedly.data.article import Article
from reportedly.data.claims_table import COLUMNS, claim_rows, claims_schema
from reportedly.data.errors import ConfigError, SourceFileError
from reportedly.data.estimate import Estimate
from reportedly.data.prediction import Claim, Prediction, Span, TypeLabel
from reportedly.data.records import prediction_from_record, prediction_to_record
from reportedly.data.value import Value
from reportedly.data.writers import open_writer

_NAMES = ["out.jsonl", "out.jsonl.gz", "out.parquet", "claims.csv", "claims.csv.gz", "claims.parquet"]


def _write(path: Path | str, *pairs: tuple[Article, Prediction], format: str | None = None) -> None:
    with open_writer(path, format=format) as writer:
        for article, prediction in pairs:
            writer.write(prediction, article)


def _scored(prediction: Prediction) -> Prediction:
    type_ = TypeLabel(label=prediction.type.label, score=0.75, scores={"civilian_harm": 0.75, "military": 0.25})
    return Prediction(
        id=prediction.id,
        language=prediction.language,
        model="m@1",
        type=type_,
        tags=prediction.tags,
        sources=prediction.sources,
        claims=prediction.claims,
    )


def _without_nulls_of_parquet(record: dict[str, Any]) -> dict[str, Any]:
    """Drops the absent scores, which a table must hold as nulls."""

    def clean(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: clean(item) for key, item in value.items() if not (item is None and "score" in key)}
        return [clean(item) for item in value] if isinstance(value, list) else value

    cleaned: dict[str, Any] = clean(record)
    scores = cleaned["type"].get("scores")
    if scores is not None:
        cleaned["type"]["scores"] = {label: score for label, score in scores.items() if score is not None}
    return cleaned


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", "out.ndjson"])
def test_json_lines_hold_one_record_a_line_in_plain_letters(
    annotated: tuple[Article, Prediction], tmp_path: Path, name: str
) -> None:
    prediction = annotated[1]
    _write(tmp_path / name, annotated, annotated)
    data = (tmp_path / name).read_bytes()
    lines = (gzip.decompress(data) if name.endswith("gz") else data).decode().split("\n")
    assert [prediction_from_record(json.loads(line)) for line in lines[:-1]] == [prediction, prediction]
    assert lines[-1] == ""
    assert "قتلى" in lines[0]


def test_packed_output_is_the_same_every_time(annotated: tuple[Article, Prediction], tmp_path: Path) -> None:
    _write(tmp_path / "a.jsonl.gz", annotated)
    _write(tmp_path / "b.jsonl.gz", annotated)
    data = (tmp_path / "a.jsonl.gz").read_bytes()
    assert data == (tmp_path / "b.jsonl.gz").read_bytes()
    # The header of gzip holds a time, which two writings in the same second would share.
    assert data[4:8] == b"\0\0\0\0"


def test_parquet_holds_the_record_with_nested_columns(annotated: tuple[Article, Prediction], tmp_path: Path) -> None:
    article, prediction = annotated
    scored = _scored(prediction)
    _write(tmp_path / "out.parquet", (article, scored))
    [row] = pq.read_table(tmp_path / "out.parquet").to_pylist()
    assert prediction_from_record(_without_nulls_of_parquet(row)) == scored
    assert list(row) == list(prediction_to_record(scored))


def _estimated(prediction: Prediction) -> Prediction:
    """Estimates on all claims but the last."""
    first, second, third, last = prediction.claims
    notation = Estimate(rule="muc4/at_most", notation="-26")
    numbers = Estimate(low=3, best=3, high=10, rule="acled/unknown")
    estimated = replace(first, estimate=notation), replace(second, estimate=numbers), replace(third, estimate=numbers)
    return replace(prediction, claims=(*estimated, last))


def test_estimates_survive_json_lines_and_parquet(annotated: tuple[Article, Prediction], tmp_path: Path) -> None:
    article, prediction = annotated
    estimated = _estimated(prediction)
    _write(tmp_path / "out.jsonl", (article, estimated))
    _write(tmp_path / "out.parquet", (article, estimated))
    line = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8"))
    assert line["claims"][1]["estimate"] == {"low": 3, "best": 3, "high": 10, "rule": "acled/unknown"}
    assert "estimate" not in line["claims"][3]
    assert prediction_from_record(line) == estimated
    [row] = pq.read_table(tmp_path / "out.parquet").to_pylist()
    row = {key: value for key, value in row.items() if key != "model"}
    assert prediction_from_record(_without_nulls_of_parquet(row)) == estimated


def test_estimates_have_columns_in_the_claims_table(annotated: tuple[Article, Prediction], tmp_path: Path) -> None:
    pair = annotated[0], _estimated(annotated[1])
    _write(tmp_path / "x.claims.parquet", pair)
    _write(tmp_path / "claims.csv", pair)
    columns = [f"estimate_{name}" for name in ("low", "best", "high", "rule", "notation")]
    table = pq.read_table(tmp_path / "x.claims.parquet").select(columns).to_pylist()
    assert [list(row.values()) for row in table] == [
        [None, None, None, "muc4/at_most", "-26"],
        [3, 3, 10, "acled/unknown", None],
        [3, 3, 10, "acled/unknown", None],
        [None] * 5,
    ]
    with (tmp_path / "claims.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = [[row[column] for column in columns] for row in csv.DictReader(file)]
    assert cells[:2] == [["", "", "", "muc4/at_most", "'-26"], ["3", "3", "10", "acled/unknown", ""]]
    assert cells[3] == [""] * 5


def test_parquet_is_written_in_row_groups(
    annotated: tuple[Article, Prediction], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writers, "_ROWS_PER_GROUP", 2)
    _write(tmp_path / "out.parquet", *[annotated] * 5)
    metadata = pq.read_metadata(tmp_path / "out.parquet")
    assert [metadata.row_group(number).num_rows for number in range(metadata.num_row_groups)] == [2, 2, 1]


def test_the_claims_table_is_the_same_in_csv_and_parquet(annotated: tuple[Article, Prediction], tmp_path: Path) -> None:
    article, prediction = annotated
    rows = list(claim_rows(prediction, article))
    _write(tmp_path / "x.claims.parquet", annotated)
    _write(tmp_path / "claims.csv", annotated)
    table = pq.read_table(tmp_path / "x.claims.parquet")
    assert table.schema.equals(claims_schema())
    assert table.to_pylist() == rows
    with (tmp_path / "claims.csv").open(encoding="utf-8-sig", newline="") as file:
        cells = list(csv.DictReader(file))
    assert len(cells) == len(rows) == 4
    for row, cell in zip(rows, cells, strict=True):
        expected = {
            column: "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            for column, value in row.items()
        }
        assert cell == expected


def test_csv_begins_with_a_byte_order_mark_for_spreadsheets(
    annotated: tuple[Article, Prediction], tmp_path: Path
) -> None:
    _write(tmp_path / "claims.csv", annotated)
    assert (tmp_path / "claims.csv").read_bytes().startswith(b"\xef\xbb\xbfarticle_id,language,")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(tmp_path: Path, start: str) -> None:
    text = f"{start}2+5"
    claim = Claim(
        id="c1",
        quantity=Span(0, len(text), text),
        implicit=False,
        uncertainty="exact",
        value=Value(point=-5),
        measure="other",
    )
    pair = Article(id="a", text=text), Prediction(id="a", language="en", type=TypeLabel(label="other"), claims=(claim,))
    _write(tmp_path / "claims.csv", pair)
    _write(tmp_path / "claims.parquet", pair)
    with (tmp_path / "claims.csv").open(encoding="utf-8-sig", newline="") as file:
        [cells] = csv.DictReader(file)
    assert cells["quantity"] == f"'{text}"
    assert cells["point"] == "-5"
    assert pq.read_table(tmp_path / "claims.parquet").to_pylist()[0]["quantity"] == text


@pytest.mark.parametrize("name", _NAMES)
def test_no_articles_make_a_sound_empty_file(tmp_path: Path, name: str) -> None:
    _write(tmp_path / name)
    data = (tmp_path / name).read_bytes()
    if name.endswith("parquet"):
        assert pq.read_table(tmp_path / name).num_rows == 0
    else:
        text = (gzip.decompress(data) if name.endswith("gz") else data).decode("utf-8-sig")
        assert text == ("" if "jsonl" in name else ",".join(COLUMNS) + "\r\n")


@pytest.mark.parametrize("name", _NAMES)
def test_an_old_file_stays_when_writing_fails(annotated: tuple[Article, Prediction], tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"old")

    def write_until_stopped() -> None:
        with open_writer(tmp_path / name) as writer:
            writer.write(annotated[1], annotated[0])
            assert (tmp_path / name).read_bytes() == b"old"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_until_stopped()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() == b"old"
    _write(tmp_path / name, annotated)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_bytes() != b"old"


def test_missing_folders_are_made_and_links_stay_links(annotated: tuple[Article, Prediction], tmp_path: Path) -> None:
    target, link = tmp_path / "new" / "deep" / "out.jsonl", tmp_path / "link.jsonl"
    link.symlink_to(target)
    _write(link, annotated)
    assert link.is_symlink()
    assert json.loads(target.read_bytes())["id"] == "kadra-1"


def test_a_pipe_is_written_to_and_not_replaced(annotated: tuple[Article, Prediction], tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        _write(pipe, annotated)
        assert json.loads(os.read(reading, 1 << 16))["id"] == "kadra-1"
        assert pipe.is_fifo()
    finally:
        os.close(reading)


@pytest.mark.parametrize("format", [None, "jsonl", "claims-csv"])
def test_standard_output_takes_json_lines_and_csv(
    annotated: tuple[Article, Prediction], format: str | None, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    _write("-", annotated, format=format)
    output = capfdbinary.readouterr().out
    if format == "claims-csv":
        assert len(list(csv.DictReader(io.StringIO(output.decode())))) == 4
        assert output.startswith(b"article_id,")
    else:
        assert json.loads(output)["id"] == "kadra-1"


@pytest.mark.parametrize(
    ("path", "format", "message"),
    [
        ("out.xlsx", None, "output 'out.xlsx': the suffix tells no format"),
        ("out", None, "the suffix tells no format"),
        ("out.parquet.gz", None, "the suffix tells no format"),
        ("out.jsonl", "excel", "output format 'excel' is unknown; choose one of jsonl"),
        ("-", "parquet", "parquet cannot go to standard output; name a file"),
        ("-", "claims-parquet", "claims-parquet cannot go to standard output"),
    ],
)
def test_an_impossible_output_is_an_error_at_once(path: str, format: str | None, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        open_writer(path, format=format)


def test_a_named_format_goes_before_the_suffix(annotated: tuple[Article, Prediction], tmp_path: Path) -> None:
    _write(tmp_path / "table.txt", annotated, format="claims-csv")
    assert b"article_id" in (tmp_path / "table.txt").read_bytes()


def test_a_folder_or_a_place_below_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "folder.jsonl").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(SourceFileError, match="is a folder; name a file in it"), open_writer(tmp_path / "folder.jsonl"):
        pass
    with pytest.raises(SourceFileError, match="cannot be written: "), open_writer(tmp_path / "file" / "out.jsonl"):
        pass
