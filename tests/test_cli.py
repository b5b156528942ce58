import csv
import importlib.util
import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow.parquet as pq
import pytest
import yaml

import reportedly
from reportedly.cli import main
from reportedly.data.article import Article
from reportedly.data.prediction import Prediction
from reportedly.training.config import RunConfig

AnnotatedArticle = tuple[Article, Prediction]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command left behind."""

    code: int
    out: str
    err: str


Run = Callable[..., Outcome]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], checkpoint_folder: Path
) -> Run:
    """Runs a command in an empty folder; ``-m`` is the tiny checkpoint where a command takes a model."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("reportedly.models.catalogue._SHIPPED", tmp_path / "shipped")

    def call(*arguments: str | Path, stdin: bytes = b"") -> Outcome:
        words = [str(argument) for argument in arguments]
        if words[:1] in (["predict"], ["demo"]) and "-m" not in words:
            words += ["-m", str(checkpoint_folder)]
        monkeypatch.setattr("sys.argv", ["reportedly", *words])
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capsys.readouterr()
        return Outcome(code=int(left.value.code or 0), out=out, err=err)

    return call


def _assert_mistake(outcome: Outcome, trouble: str) -> None:
    """One line that says what is wrong, no traceback, exit code 2."""
    assert outcome.code == 2
    assert "Traceback" not in outcome.err
    lines = [line for line in outcome.err.splitlines() if not line.startswith("0 articles read")]
    assert len(lines) == 1, outcome.err
    assert lines[0].startswith("error: ")
    assert trouble in lines[0]


@pytest.fixture
def news(tmp_path: Path, four_articles: list[AnnotatedArticle]) -> Path:
    """A folder with the four articles, one text a file."""
    folder = tmp_path / "news"
    folder.mkdir()
    for article, _ in four_articles:
        (folder / f"{article.id}.txt").write_text(article.text, encoding="utf-8")
    return folder


def _records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


# predict


def test_a_file_is_shown_in_the_terminal(run: Run, news: Path) -> None:
    done = run("predict", news / "lorn-1.txt")
    assert done.code == 0
    assert done.err == ""
    assert "at least [12] villagers died" in done.out
    assert "≥ 12" in done.out


def test_a_folder_becomes_one_file_of_valid_records(
    run: Run, news: Path, four_articles: list[AnnotatedArticle]
) -> None:
    done = run("predict", news, "-o", "out/predictions.jsonl")
    assert (done.code, done.out, done.err) == (0, "", "4 articles read\n")
    records = _records(Path("out/predictions.jsonl").read_text(encoding="utf-8"))
    schema = json.loads((Path(reportedly.__file__).parent / "data" / "prediction.schema.json").read_text("utf-8"))
    for record in records:
        jsonschema.validate(record, schema)
    texts = {article.id: (article, gold) for article, gold in four_articles}
    assert [record["id"] for record in records] == sorted(texts)
    for record in records:
        article, gold = texts[record["id"]]
        found = [claim["quantity"] for claim in record["claims"]]
        assert [span["text"] for span in found] == [claim.quantity.text for claim in gold.claims]
        assert all(article.text[span["start"] : span["end"]] == span["text"] for span in found)


def test_a_codebook_estimates_every_claim_beside_its_value(run: Run, news: Path) -> None:
    plain = _records(run("predict", news, "-o", "-").out)
    estimated = _records(run("predict", news, "--codebook", "acled", "-o", "-").out)
    claims = [claim for record in estimated for claim in record["claims"]]
    assert [claim.pop("estimate")["best"] for claim in claims] == [12, 3, 10, 0, 12, 3, 25, 2]
    assert estimated == plain


def test_an_own_codebook_is_named_by_its_file(run: Run, news: Path) -> None:
    shutil.copy(Path(reportedly.__file__).parent / "configs" / "codebooks" / "template.yaml", "house.yaml")
    done = run("predict", news / "lorn-2.txt", "--codebook", "house.yaml")
    assert done.code == 0
    assert "10 to 15" in done.out
    _assert_mistake(run("predict", news, "--codebook", "acleed"), "there is no codebook 'acleed'; choose one of acled")
    Path("house.yaml").write_text("name: house\n", encoding="utf-8")
    _assert_mistake(run("predict", news, "--codebook", "house.yaml"), "house.yaml: key 'sources' is missing; add it")


def test_standard_input_goes_to_standard_output(run: Run, four_articles: list[AnnotatedArticle]) -> None:
    article, gold = four_articles[2]
    done = run("predict", "-", "-o", "-", stdin=article.text.encode())
    assert (done.code, done.err) == (0, "1 article read\n")
    [record] = _records(done.out)
    assert (record["id"], record["language"], record["model"]) == ("stdin", "ar", "tiny@1")
    assert len(record["claims"]) == len(gold.claims)


def test_json_lines_keep_their_ids_and_a_stated_language(run: Run) -> None:
    lines = '{"id": "x", "body": "25 raids", "lang": "fr"}\n{"id": "y", "body": "", "lang": null}\n'
    Path("news.jsonl").write_text(lines, encoding="utf-8")
    done = run("predict", "news.jsonl", "--field", "language=lang", "--language", "es", "-o", "-")
    assert [(record["id"], record["language"]) for record in _records(done.out)] == [("x", "fr"), ("y", "es")]


def test_columns_of_a_table_are_named_by_fields(run: Run) -> None:
    Path("export.csv").write_text("url;story\nhttp://a;25 raids\n", encoding="utf-8")
    done = run("predict", "export.csv", "--field", "text=story", "--field", "id=url", "--format", "jsonl")
    assert [record["id"] for record in _records(done.out)] == ["http://a"]


@pytest.mark.parametrize(
    ("name", "format"),
    [("a.csv", None), ("a.parquet", None), ("a-claims.parquet", None), ("a.out", "claims-csv"), ("a.jsonl.gz", None)],
)
def test_the_format_goes_by_the_name_or_by_the_option(run: Run, news: Path, name: str, format: str | None) -> None:
    done = run("predict", news, "-o", name, *([] if format is None else ["--format", format]))
    assert done.code == 0, done.err
    if name.endswith(".parquet"):
        table = pq.read_table(name)
        expected = 8 if "claims" in name else 4
        assert table.num_rows == expected
    elif name.endswith(".gz"):
        assert Path(name).read_bytes().startswith(b"\x1f\x8b")
    else:
        with Path(name).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == 8
        assert {"12", "عشرات"} <= {row["quantity"] for row in rows}


def test_some_bad_records_are_named_and_the_others_go_on(run: Run) -> None:
    Path("news.jsonl").write_text('{"text": "25 raids"}\nno json\n{"text": 7}\n', encoding="utf-8")
    done = run("predict", "news.jsonl", "-o", "out.jsonl")
    assert done.code == 1
    *errors, summary = done.err.splitlines()
    assert [line.startswith("error: news.jsonl:") for line in errors] == [True, True]
    assert summary == "1 article read, 2 failed"
    assert len(_records(Path("out.jsonl").read_text(encoding="utf-8"))) == 1


@pytest.mark.parametrize(
    ("arguments", "trouble"),
    [
        (["no-such.txt"], "no-such.txt"),
        (["a.txt", "-m", "no-such-model"], "there is no model 'no-such-model'"),
        (["a.txt", "-m", "."], "is no complete checkpoint"),
        (["a.txt", "-o", "out.docx"], "the suffix tells no format"),
        (["a.txt", "-o", "out.jsonl", "--format", "excel"], "output format 'excel' is unknown"),
        (["a.txt", "--format", "parquet"], "cannot go to standard output"),
        (["a.txt", "-o", "folder", "--format", "jsonl"], "is a folder"),
        (["a.txt", "--input-format", "docx"], "format 'docx' is unknown"),
        (["a.txt", "--field", "body"], "--field 'body' must look like text=body"),
        (["a.txt", "--field", "headline=title"], "'headline' is unknown"),
        (["a.txt", "--encoding", "utf-99"], "utf-99"),
        (["picture.txt"], "picture.txt"),
        (["folder"], "folder"),
    ],
)
def test_a_mistake_of_predict_is_one_line_and_exit_code_two(run: Run, arguments: list[str], trouble: str) -> None:
    Path("a.txt").write_text("25 raids", encoding="utf-8")
    Path("picture.txt").write_bytes(b"\x89PNG\r\n\x1a\n")
    Path("folder").mkdir()
    done = run("predict", *arguments)
    _assert_mistake(done, trouble)
    assert done.out == ""
    assert not list(Path().glob("out*"))


@pytest.mark.parametrize(
    "arguments", [["predict"], ["predict", "a.txt", "--colour"], ["fly"], ["predict", "a.txt", "--threads", "0"]]
)
def test_an_unknown_way_of_calling_is_exit_code_two(run: Run, arguments: list[str]) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert "Traceback" not in done.err
    assert done.out == ""


def test_a_failed_job_leaves_an_older_output_as_it_was(run: Run) -> None:
    Path("a.txt").write_text("25 raids", encoding="utf-8")
    Path("out.jsonl").write_text("older\n", encoding="utf-8")
    run("predict", "a.txt", "-o", "out.jsonl", "-m", "no-such-model")
    assert Path("out.jsonl").read_text(encoding="utf-8") == "older\n"


# demo


def test_the_demo_reads_the_shipped_examples(run: Run) -> None:
    done = run("demo")
    assert done.code == 0, done.err
    assert done.out.endswith("The same as JSON Lines: demo.jsonl\n")
    records = _records(Path("demo.jsonl").read_text(encoding="utf-8"))
    assert len(records) >= 4
    assert {record["language"] for record in records} == {"ar", "en"}


# corpus


def test_a_corpus_is_counted_by_language_and_copies_are_named(run: Run) -> None:
    folder = Path("mine/en")
    folder.mkdir(parents=True)
    body = "[Two](q1 killed =2) [men](i1) [died](e1) on the road to the old harbour town at dawn."
    (folder / "a.txt").write_text(f"=== en-1\ntype: security\n---\n{body}\n", encoding="utf-8")
    done = run("corpus", "mine")
    assert (done.code, done.err) == (0, "")
    assert "| measure: killed | 1 | 1 |" in done.out
    Path("other.txt").write_text("They say men died on the road to the old harbour town.", encoding="utf-8")
    done = run("corpus", "mine", "--compare", "other.txt")
    assert done.code == 1
    assert "en-1 shares 'men died on the road to the old harbour town' with other" in done.err


# evaluate


def test_a_model_is_scored_on_gold_with_a_column_for_every_language(
    run: Run, checkpoint_folder: Path, gold_file: Path
) -> None:
    done = run("evaluate", checkpoint_folder, gold_file, "-o", "out/metrics.json", "--bootstrap", "50")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[0].split() == ["metric", "all", "(4)", "ar", "(2)", "en", "(2)"]
    content = json.loads(Path("out/metrics.json").read_text(encoding="utf-8"))
    assert content["model"] == "tiny@1"
    assert content["metrics"]["all"]["full_claim_f1"] == {"value": 1.0, "low": 1.0, "high": 1.0, "n": 8}


def test_some_bad_gold_is_named_and_the_rest_is_scored(run: Run, checkpoint_folder: Path, gold_file: Path) -> None:
    Path("gold.jsonl").write_text(gold_file.read_text(encoding="utf-8") + '{"id": "bad"}\n', encoding="utf-8")
    done = run("evaluate", checkpoint_folder, "gold.jsonl", "--bootstrap", "0")
    assert done.code == 1
    assert done.err.startswith("error: gold.jsonl:5: ")
    assert "1.000" in done.out


def test_errors_writes_a_page_of_wrong_claims(run: Run, checkpoint_folder: Path, gold_file: Path) -> None:
    done = run("errors", checkpoint_folder, gold_file, "-o", "out/errors.html")
    assert (done.code, "out/errors.html" in done.out) == (0, True)
    assert Path("out/errors.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    _assert_mistake(run("errors", checkpoint_folder, gold_file, "-o", gold_file), "would be lost")


@pytest.mark.parametrize(
    ("checkpoint", "gold", "more", "trouble"),
    [
        ("no-such-model", "{gold}", [], "there is no model"),
        ("{checkpoint}", "no-such.jsonl", [], "no-such.jsonl"),
        ("{checkpoint}", "empty.jsonl", [], "no usable gold record in empty.jsonl"),
        ("{checkpoint}", "{gold}", ["-o", "folder"], "folder: cannot be written"),
    ],
)
def test_a_mistake_of_evaluate_is_one_line_and_exit_code_two(
    run: Run, checkpoint_folder: Path, gold_file: Path, checkpoint: str, gold: str, more: list[str], trouble: str
) -> None:
    Path("empty.jsonl").touch()
    Path("folder").mkdir()
    names = {"checkpoint": checkpoint_folder, "gold": gold_file}
    _assert_mistake(
        run("evaluate", checkpoint.format(**names), gold.format(**names), "--bootstrap", "0", *more), trouble
    )


# models


def test_models_are_listed_with_size_and_score(run: Run, checkpoint_folder: Path) -> None:
    shutil.copytree(checkpoint_folder, "checkpoints/mine")
    (Path("checkpoints/broken")).mkdir()
    Path("checkpoints/broken/reportedly.json").write_text("{", encoding="utf-8")
    done = run("models")
    assert done.code == 0
    [mine] = [line for line in done.out.splitlines() if "tiny@1" in line]
    assert mine.split()[:5] == ["mine", "tiny@1", "0.6", "MB", "1.000"]
    assert any(line.split()[:2] == ["broken", "damaged"] for line in done.out.splitlines())


def test_where_there_are_no_models_the_list_says_how_to_make_one(run: Run) -> None:
    done = run("models")
    assert done.code == 0
    assert "No models yet: reportedly train configs/starter.yaml makes one." in done.out


# train


def _config_file(run_config: Callable[..., RunConfig], **changes: Any) -> Path:
    path = Path("run.yaml")
    path.write_text(run_config(**changes).as_yaml(), encoding="utf-8")
    return path


def test_a_model_is_trained_from_a_config_and_overrides(run: Run, run_config: Callable[..., RunConfig]) -> None:
    path = _config_file(run_config)
    done = run("train", path, "name=short", "schedule.epochs=1", "schedule.first_evaluation=1")
    assert done.code == 0, done.err
    assert "training short@1 into checkpoints/short" in done.err
    assert "epoch 1 scores:" in done.err
    assert "validation (4)" in done.out
    assert "checkpoints/short: trained on 4 articles" in done.out
    assert yaml.safe_load(Path("checkpoints/short/run.yaml").read_text("utf-8"))["schedule"]["epochs"] == 1
    assert "short@1" in run("models").out


@pytest.mark.parametrize(
    ("content", "overrides", "trouble"),
    [
        ("name: mine\nsede: 3\n", [], "unknown key 'sede'; did you mean 'seed'?"),
        ("name: [mine\n", [], "no valid YAML"),
        ("name: mine\n", ["schedule.epochs=none"], "schedule.epochs"),
        ("name: mine\n", ["output=folder"], "is no checkpoint"),
        ("name: mine\n", ["output=folder/new", "encoder.name=no-such-encoder"], "no-such-encoder"),
        ("name: mine\ndata: {corpus: null, train: [x.jsonl], validation: [x.jsonl]}\n", [], "there is no file x.jsonl"),
        (None, [], "run.yaml"),
    ],
)
def test_a_broken_config_is_one_line_and_exit_code_two(
    run: Run, content: str | None, overrides: Sequence[str], trouble: str
) -> None:
    Path("folder").mkdir()
    Path("folder/thesis.txt").touch()
    if content is not None:
        Path("run.yaml").write_text(content, encoding="utf-8")
    done = run("train", "run.yaml", *overrides)
    # Where the config itself is sound, the command has said what it sets out to do.
    said = [line for line in done.err.splitlines(keepends=True) if not line.startswith("training mine@1 into ")]
    _assert_mistake(Outcome(code=done.code, out=done.out, err="".join(said)), trouble)
    assert Path("folder/thesis.txt").exists()


def test_training_without_its_libraries_says_what_to_install(
    run: Run, run_config: Callable[..., RunConfig], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = _config_file(run_config)
    find_spec = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "transformers" else find_spec(name))
    _assert_mistake(run("train", path), 'Training needs more than the core install: pip install "reportedly[train]"')


# The command itself


def test_the_version_is_shown(run: Run) -> None:
    assert run("--version").out == f"{reportedly.__version__}\n"


@pytest.mark.parametrize("command", ["predict", "demo", "train", "evaluate", "models"])
def test_every_command_has_a_help_page(run: Run, command: str) -> None:
    done = run(command, "--help")
    assert done.code == 0
    assert "Usage" in done.out
    assert command in run("--help").out


def _process(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "reportedly", *arguments],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env={**os.environ, **environment},
    )


def test_the_module_runs_as_a_command_of_its_own(tmp_path: Path) -> None:
    done = _process("predict", str(tmp_path / "no-such.txt"), "-m", str(tmp_path))
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("error: ")


def test_an_output_that_cannot_hold_arabic_gets_code_points_and_no_crash(
    tmp_path: Path, checkpoint_folder: Path
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("قال ناشطون إن عشرات الشبان اعتقلوا", encoding="utf-8")
    done = _process("predict", str(path), "-m", str(checkpoint_folder), PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u0642\\u0627\\u0644" in done.stdout


def test_help_comes_without_loading_any_model_library() -> None:
    heavy = {"torch", "transformers", "onnxruntime", "pyarrow", "trafilatura", "tokenizers"}
    code = f"import sys, reportedly.cli; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_numbers_lists_the_expressions_of_every_line_with_their_offsets(run: Run) -> None:
    lines = "At least 10 people were killed\nnobody came\n\nارتفع العدد إلى أكثر من 25 قتيلاً\n"
    done = run("numbers", "-", stdin=lines.encode())
    records = [json.loads(line) for line in done.out.splitlines()]
    assert (done.code, done.err) == (0, "")
    assert [record["line"] for record in records] == [1, 2, 3, 4]
    assert [record["text"] for record in records] == lines.splitlines()
    assert records[0]["numbers"] == [
        {
            "quantity": {"start": 9, "end": 11, "text": "10"},
            "modifier": {"start": 0, "end": 8, "text": "At least"},
            "uncertainty": "at_least",
            "value": {"point": 10, "low": 10, "high": None},
        }
    ]
    assert records[1]["numbers"] == records[2]["numbers"] == []
    assert records[3]["numbers"][0]["modifier"]["text"] == "أكثر من"


def test_numbers_takes_a_text_and_its_language(run: Run) -> None:
    done = run("numbers", "не менее 25 тыс.", "--language", "ru")
    assert json.loads(done.out)["numbers"][0]["value"] == {"point": 25_000, "low": 25_000, "high": None}
    _assert_mistake(run("numbers", "x", "--language", "../x"), "--language '../x'")


def test_numbers_adds_the_estimates_of_a_codebook(run: Run) -> None:
    [number] = json.loads(run("numbers", "dozens", "--codebook", "acled").out)["numbers"]
    assert number["estimate"] == {"low": 12, "best": 12, "high": 12, "rule": "acled/tens_dozens_hundreds"}
    _assert_mistake(run("numbers", "x", "--codebook", "acledd"), "'acledd'")


def test_predict_refuses_to_write_over_what_it_reads(run: Run, tmp_path: Path) -> None:
    source = tmp_path / "in.csv"
    source.write_text("text\nThree men were killed.\n", encoding="utf-8")
    _assert_mistake(run("predict", "in.csv", "-o", source), "would be lost")
    assert source.read_text(encoding="utf-8").startswith("text")


def test_predict_takes_language_codes_not_names(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Three men were killed.", encoding="utf-8")
    _assert_mistake(run("predict", "a.txt", "--language", "english"), "ISO 639-1")
