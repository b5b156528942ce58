import io
import json
import math
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
import torch
import yaml
from rich.console import Console
from safetensors.torch import load_file
from torch import Tensor
from transformers import TrainerCallback

from reportedly.data.article import Article
from reportedly.data.errors import CheckpointError, ConfigError
from reportedly.data.prediction import Prediction, TypeLabel
from reportedly.data.records import read_gold
from reportedly.eval.metrics import score
from reportedly.models.checkpoint import read_checkpoint
from reportedly.models.decision import decide
from reportedly.models.decoding import Thresholds
from reportedly.models.extraction import encode_article
from reportedly.models.extractor import Extractor
from reportedly.models.joint import JointModel
from reportedly.models.torch_backend import TorchBackend
from reportedly.training import run as run_module
from reportedly.training.config import RunConfig, load_config
from reportedly.training.progress import watch
from reportedly.training.run import train

AnnotatedArticle = tuple[Article, Prediction]
MakeConfig = Callable[..., RunConfig]
WriteGold = Callable[[Path, Sequence[AnnotatedArticle]], Path]


def _schedule(epochs: int, **changes: Any) -> dict[str, Any]:
    return {
        "epochs": epochs,
        "batch_size": 2,
        "first_evaluation": epochs,
        "precision": "float32",
        "n_threads": 1,
    } | changes


@pytest.fixture
def untuned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leaves the thresholds as they are: tuning them takes longer than all the rest of a tiny run."""
    monkeypatch.setattr("reportedly.training.run.tune_thresholds", lambda _, *, settings, **__: settings.thresholds)


class _Remember(TrainerCallback):
    """Keeps what is logged, and the optimiser."""

    def __init__(self) -> None:
        self.logs: list[dict[str, float]] = []
        self.groups: list[dict[str, Any]] = []

    def on_train_begin(self, *_: Any, optimizer: torch.optim.Optimizer, **__: Any) -> None:
        self.groups = [dict(group) for group in optimizer.param_groups]

    def on_log(self, *_: Any, logs: dict[str, float], **__: Any) -> None:
        self.logs.append(dict(logs))


def _weights(folder: Path) -> dict[str, Tensor]:
    found: dict[str, Tensor] = load_file(folder / "model.safetensors")
    return found


def test_a_run_leaves_a_complete_checkpoint(checkpoint_folder: Path) -> None:
    assert {path.name for path in checkpoint_folder.iterdir()} == {
        "README.md",
        "config.json",
        "encoder.onnx",
        "linker.onnx",
        "metrics.json",
        "model.safetensors",
        "reportedly.json",
        "run.yaml",
        "tokenizer.json",
    }
    assert Extractor(checkpoint_folder).name == "tiny@1"
    assert JointModel.from_pretrained(checkpoint_folder).config.model_type == "reportedly"


def test_the_checkpoint_holds_the_resolved_config_of_its_run(checkpoint_folder: Path, run_config: MakeConfig) -> None:
    assert load_config(checkpoint_folder / "run.yaml") == run_config(output=checkpoint_folder)


def test_the_metrics_of_the_checkpoint_are_those_of_the_exported_model(
    checkpoint_folder: Path, four_articles: list[AnnotatedArticle]
) -> None:
    def refuse(constant: str) -> float:
        raise AssertionError(f"{constant} is no JSON")

    metrics = json.loads((checkpoint_folder / "metrics.json").read_text(encoding="utf-8"), parse_constant=refuse)
    extractor = Extractor(checkpoint_folder)
    found = score([(gold, extractor(article)) for article, gold in four_articles])
    for name in ("claim_f1", "full_claim_f1", "source_f1", "tag_f1"):
        assert metrics[name]["value"] == round(found[name].value, 4)
        assert metrics[name]["low"] <= metrics[name]["value"] <= metrics[name]["high"]


def test_the_model_card_says_what_it_was_trained_on_and_how_it_scores(
    checkpoint_folder: Path, encoder_folder: Path
) -> None:
    _, front_matter, body = (checkpoint_folder / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    about = yaml.safe_load(front_matter)
    assert (about["library_name"], about["base_model"]) == ("reportedly", str(encoder_folder))
    assert "# tiny 1" in body
    assert "on 4 articles" in body
    assert "| full claims (F1) | 1.000 | 1.000–1.000 | 8 |" in body


def test_the_same_config_and_seed_give_the_same_model(run_config: MakeConfig, tmp_path: Path) -> None:
    first, again = (train(run_config(output=tmp_path / name, schedule=_schedule(3))) for name in ("first", "again"))
    weights = _weights(again.folder)
    assert all(torch.equal(tensor, weights[name]) for name, tensor in _weights(first.folder).items())
    assert {name: repr(metric) for name, metric in first.metrics.items()} == {
        name: repr(metric) for name, metric in again.metrics.items()
    }
    assert (first.n_train, first.n_validation) == (4, 4)


@pytest.mark.usefixtures("untuned")
def test_the_last_epochs_may_be_averaged_and_the_texts_augmented(run_config: MakeConfig, tmp_path: Path) -> None:
    plain = train(run_config(output=tmp_path / "plain", schedule=_schedule(3)))
    averaged = train(run_config(output=tmp_path / "averaged", schedule=_schedule(3) | {"average_last": 2}))
    augmented = train(run_config(output=tmp_path / "augmented", schedule=_schedule(3), augmentation={"copies": 1}))
    weights = _weights(plain.folder)["layers.weight"]
    assert not torch.equal(weights, _weights(averaged.folder)["layers.weight"])
    assert not torch.equal(weights, _weights(augmented.folder)["layers.weight"])
    assert augmented.n_train == plain.n_train


@pytest.mark.usefixtures("untuned")
def test_another_seed_gives_another_model(run_config: MakeConfig, tmp_path: Path) -> None:
    one, other = (train(run_config(output=tmp_path / str(n), seed=n, schedule=_schedule(1))).folder for n in (1, 2))
    assert not torch.equal(_weights(one)["layers.weight"], _weights(other)["layers.weight"])


@pytest.mark.usefixtures("untuned")
def test_a_run_writes_nothing_to_the_terminal(
    run_config: MakeConfig, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    train(run_config(output=tmp_path / "silent", schedule=_schedule(1)))
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("untuned")
def test_the_epoch_that_scored_best_is_kept(
    run_config: MakeConfig, tmp_path: Path, four_articles: list[AnnotatedArticle]
) -> None:
    seen = _Remember()
    # Steps so large that the last epochs may well be worse than an earlier one.
    optimizer = {"encoder_learning_rate": 2e-2, "head_learning_rate": 5e-2}
    config = run_config(output=tmp_path / "best", schedule=_schedule(25, first_evaluation=12), optimizer=optimizer)
    train(config, callbacks=[seen])
    scores = [logs["eval_full_claim_f1"] for logs in seen.logs if "eval_full_claim_f1" in logs]
    assert len(scores) == 25 - 12 + 1
    checkpoint = read_checkpoint(config.folder)
    settings = type(checkpoint.settings)(
        **{name: getattr(checkpoint.settings, name) for name in ("name", "begin", "end")},
        window_size=config.windows.size,
        window_overlap=config.windows.overlap,
        thresholds=Thresholds(),
    )
    backend = TorchBackend(JointModel.from_pretrained(config.folder).eval())
    pairs = []
    for article, gold in four_articles:
        encoded = encode_article(article, backend=backend, tokenizer=checkpoint.tokenizer, settings=settings)
        pairs.append((gold, decide(encoded, backend=backend, settings=settings)))
    assert score(pairs)["full_claim_f1"].value == pytest.approx(max(scores))


@pytest.mark.usefixtures("untuned")
def test_every_epoch_logs_the_loss_of_every_head(run_config: MakeConfig, tmp_path: Path) -> None:
    seen = _Remember()
    train(run_config(output=tmp_path / "logged", schedule=_schedule(2)), callbacks=[seen])
    losses = [logs for logs in seen.logs if "loss" in logs]
    assert len(losses) == 2
    heads = ("spans", "type", "tags", "links", "same_as", "source_type", "uncertainty", "measure", "implicit")
    for logs in losses:
        assert all(logs[f"loss_{head}"] > 0 for head in heads)
        parts = sum(value for name, value in logs.items() if name.startswith("loss_"))
        assert logs["loss"] == pytest.approx(parts, rel=0.01)


@pytest.mark.usefixtures("untuned")
def test_the_encoder_and_the_heads_have_learning_rates_of_their_own(run_config: MakeConfig, tmp_path: Path) -> None:
    seen = _Remember()
    optimizer = {"encoder_learning_rate": 1e-5, "head_learning_rate": 1e-3, "weight_decay": 0.1, "warmup_ratio": 0.0}
    train(run_config(output=tmp_path / "rates", schedule=_schedule(1), optimizer=optimizer), callbacks=[seen])
    groups = {(group["initial_lr"], group["weight_decay"]) for group in seen.groups}
    assert groups == {(1e-5, 0.1), (1e-5, 0.0), (1e-3, 0.1), (1e-3, 0.0)}
    for group in seen.groups:
        assert all((parameter.ndim > 1) == (group["weight_decay"] > 0) for parameter in group["params"])


@pytest.mark.usefixtures("untuned")
def test_frozen_word_embeddings_stay_as_they_were(run_config: MakeConfig, encoder_folder: Path, tmp_path: Path) -> None:
    encoder = {"name": str(encoder_folder), "freeze_embeddings": True}
    # bfloat16 here, for that is what trains by default.
    config = run_config(
        output=tmp_path / "frozen", encoder=encoder, schedule=_schedule(2, precision="bfloat16"),
        export={"embedding_bits": 4},
    )  # fmt: skip
    after = _weights(train(config).folder)
    before = _weights(encoder_folder)
    assert torch.equal(after["encoder.embeddings.word_embeddings.weight"], before["embeddings.word_embeddings.weight"])
    key = "encoder.layer.0.output.dense.weight"
    assert not torch.equal(after[f"encoder.{key}"], before[key])
    assert Extractor(config.folder)("25 raids").id == "text"


@pytest.mark.usefixtures("untuned")
def test_weights_may_be_left_out_of_the_checkpoint(run_config: MakeConfig, tmp_path: Path) -> None:
    folder = train(run_config(output=tmp_path / "small", schedule=_schedule(1), export={"keep_weights": False})).folder
    assert not {"model.safetensors", "config.json"} & {path.name for path in folder.iterdir()}
    assert Extractor(folder)("25 raids").id == "text"


@pytest.mark.usefixtures("untuned")
def test_an_older_checkpoint_is_replaced_whole(checkpoint_folder: Path, run_config: MakeConfig, tmp_path: Path) -> None:
    older = tmp_path / "mine"
    older.mkdir()
    (older / "reportedly.json").write_text("{}", encoding="utf-8")
    (older / "left-over.txt").touch()
    train(run_config(output=older, schedule=_schedule(1)))
    assert not (older / "left-over.txt").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_that_is_no_checkpoint_is_never_replaced(run_config: MakeConfig, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", encoding="utf-8")
    for place in (tmp_path, tmp_path / "thesis.txt"):
        with pytest.raises(ConfigError, match="is there and is no checkpoint; move it away or name another place"):
            train(run_config(output=place, schedule=_schedule(1)))
    assert (tmp_path / "thesis.txt").read_text(encoding="utf-8") == "years of work"


def test_a_place_that_cannot_be_written_is_an_error_before_training(run_config: MakeConfig, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match=r"output: .* cannot be written"):
        train(run_config(output=tmp_path / "file" / "mine", schedule=_schedule(1)))


def test_a_run_that_breaks_off_leaves_nothing_behind(run_config: MakeConfig, tmp_path: Path) -> None:
    class Break(TrainerCallback):
        def on_epoch_end(self, *_: Any, **__: Any) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(run_config(output=tmp_path / "broken", schedule=_schedule(1)), callbacks=[Break()])
    assert list(tmp_path.iterdir()) == []


def test_windows_longer_than_the_encoder_can_read_are_an_error(run_config: MakeConfig, tmp_path: Path) -> None:
    config = run_config(output=tmp_path / "long", windows={"size": 400, "overlap": 100}, schedule=_schedule(1))
    with pytest.raises(ConfigError, match=r"windows\.size: 400 tokens are more than encoder .* can read; choose fewer"):
        train(config)


def test_a_bad_gold_record_is_named_with_its_split_and_line(run_config: MakeConfig, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text('{"id": "a"}\n', encoding="utf-8")
    data = {"corpus": None, "train": [path], "validation": [path]}
    with pytest.raises(ConfigError, match=r"data.train: .*bad.jsonl:1: .*language.* is missing"):
        train(run_config(output=tmp_path / "out", data=data, schedule=_schedule(1)))


def test_a_split_without_articles_is_an_error(run_config: MakeConfig, gold_file: Path, tmp_path: Path) -> None:
    empty = tmp_path / "empty.jsonl"
    empty.touch()
    data = {"corpus": None, "train": [gold_file], "validation": [empty]}
    with pytest.raises(ConfigError, match="there is no article to use for validation"):
        train(run_config(output=tmp_path / "out", data=data, schedule=_schedule(1)))


def test_an_encoder_that_is_not_there_is_an_error(run_config: MakeConfig, tmp_path: Path) -> None:
    config = run_config(output=tmp_path / "out", encoder={"name": str(tmp_path / "none")}, schedule=_schedule(1))
    with pytest.raises(CheckpointError, match="cannot be loaded"):
        train(config)


def test_a_corpus_in_markup_gives_both_splits(run_config: MakeConfig, tmp_path: Path) -> None:
    (tmp_path / "corpus" / "en").mkdir(parents=True)
    articles = [
        f"=== {split}\ntype: other\nsplit: {split}\n---\n[12](q1 killed) died\n" for split in ("train", "validation")
    ]
    (tmp_path / "corpus" / "en" / "a.txt").write_text("\n".join(articles), encoding="utf-8")
    data = {"corpus": str(tmp_path / "corpus"), "languages": ["en"]}
    result = train(run_config(output=tmp_path / "out", data=data, schedule=_schedule(1)))
    assert (result.n_train, result.n_validation) == (1, 1)


def test_validation_articles_without_claims_leave_gaps_in_metrics_and_card(
    run_config: MakeConfig, write_gold: WriteGold, gold_file: Path, tmp_path: Path
) -> None:
    article = Article(id="plain", text="jets", language="en")
    gold = Prediction(id="plain", language="en", type=TypeLabel(label="other"))
    path = write_gold(tmp_path / "plain.jsonl", [(article, gold)])
    data = {"corpus": None, "train": [gold_file], "validation": [path]}
    result = train(run_config(output=tmp_path / "out", data=data, schedule=_schedule(1)))
    metrics = json.loads((result.folder / "metrics.json").read_text(encoding="utf-8"))
    assert math.isnan(result.metrics["value_accuracy"].value)
    assert metrics["value_accuracy"] == {"value": None, "low": None, "high": None, "n": 0}
    assert "| value (accuracy on matched claims) | – | – | 0 |" in (result.folder / "README.md").read_text("utf-8")


@pytest.mark.usefixtures("untuned")
def test_a_watched_run_shows_losses_and_scores_of_every_epoch(run_config: MakeConfig, tmp_path: Path) -> None:
    written = io.StringIO()
    with watch(Console(file=written, width=200), n_epochs=2) as callback:
        train(run_config(output=tmp_path / "out", schedule=_schedule(2, first_evaluation=1)), callbacks=[callback])
    lines = written.getvalue().splitlines()
    for epoch in (1, 2):
        assert any(line.startswith(f"epoch {epoch} losses: loss ") and "spans " in line for line in lines)
        assert any(line.startswith(f"epoch {epoch} scores: claim_f1 ") for line in lines)


@pytest.mark.usefixtures("untuned")
def test_the_config_for_a_hub_encoder_runs_dry_on_a_tiny_one_of_its_kind(
    encoder_folder: Path, gold_file: Path, tmp_path: Path
) -> None:
    from transformers import XLMRobertaConfig, XLMRobertaModel

    folder = tmp_path / "xlmr"
    shutil.copytree(encoder_folder, folder)
    sizes = json.loads((encoder_folder / "config.json").read_text(encoding="utf-8"))
    names = (
        "vocab_size",
        "hidden_size",
        "num_hidden_layers",
        "num_attention_heads",
        "intermediate_size",
        "pad_token_id",
    )
    tiny = XLMRobertaConfig(**{name: sizes[name] for name in names}, max_position_embeddings=480)
    XLMRobertaModel(tiny, add_pooling_layer=False).save_pretrained(folder)
    overrides = [
        f"output={tmp_path / 'base'}",
        f"encoder.name={folder}",
        "data.corpus=null",
        f"data.train=[{gold_file}]",
        f"data.validation=[{gold_file}]",
        "schedule.epochs=2",
        "schedule.first_evaluation=2",
        "schedule.average_last=1",
    ]
    shipped = Path(run_module.__file__).parents[1] / "configs" / "base.yaml"
    result = train(load_config(shipped, overrides))
    assert result.n_train == 4
    article = next(iter(read_gold(gold_file)))[0]
    assert Extractor(result.folder)(article.text).model == "base@1"
