"""A training run from its config to a finished checkpoint: read it from top to bottom."""

import os
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import torch
from transformers import TrainerCallback, TrainingArguments, set_seed

from ..data.article import Article
from ..data.corpus import load_corpus
from ..data.errors import ConfigError, RecordError
from ..data.prediction import Prediction
from ..data.records import read_gold
from ..eval.evaluation import metrics_to_record
from ..eval.metrics import Metric, score
from ..models.checkpoint import SETTINGS_FILE, write_metrics, write_settings
from ..models.decision import decide
from ..models.decoding import Thresholds
from ..models.encoder import LoadedEncoder, load_encoder, silenced
from ..models.export import export_graphs
from ..models.extraction import Backend, Encoded, Settings, encode_article
from ..models.joint import JointConfig, JointModel
from ..models.onnx_backend import OnnxBackend
from ..models.torch_backend import TorchBackend
from .augmentation import augment
from .averaging import WeightAverage
from .config import RunConfig
from .examples import Example, SpecialTokens, collate, make_examples
from .model_card import model_card
from .thresholds import tune_thresholds
from .trainer import JointTrainer

SELECTED_BY = "full_claim_f1"
_WATCHED = ("claim_f1", "full_claim_f1", "value_accuracy", "source_f1", "tag_f1", "type_accuracy")

AnnotatedArticle = tuple[Article, Prediction]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a finished run left behind.

    Attributes:
        folder: The checkpoint.
        metrics: On the validation articles, with the tuned thresholds.
        n_train, n_validation: Articles.
        seconds: Wall-clock time of the whole run.
    """

    folder: Path
    metrics: dict[str, Metric]
    n_train: int
    n_validation: int
    seconds: float


@silenced()
def train(config: RunConfig, *, callbacks: Sequence[TrainerCallback] = ()) -> RunResult:
    """Train, choose the best epoch or average the last ones, tune thresholds, and write the checkpoint.

    Args:
        config: The checked config.
        callbacks: Of the Hugging Face Trainer, to watch the run.

    Raises:
        ConfigError: Where a gold file of the config holds a bad record, a split is empty, the windows are longer
            than the encoder can read, or the output is something else than a checkpoint.
        CheckpointError: Where the encoder cannot be loaded.
    """
    begun = time.monotonic()
    if config.schedule.n_threads is not None:
        torch.set_num_threads(config.schedule.n_threads)
    # Not torch's deterministic mode: on the CPU it changes nothing here but halves the speed, filling every new tensor.
    set_seed(config.seed)
    _check_output(config.folder)
    training, validation = _load_splits(config)
    encoder = load_encoder(
        config.encoder.name,
        n_layers=config.encoder.n_layers,
        vocabulary=config.encoder.vocabulary,
        texts=[article.text for article, _ in training],
    )
    model = build_model(config, encoder)
    _check_window(config, model=model, encoder=encoder)
    validator = _Validator(config, backend=TorchBackend(model), encoder=encoder, validation=validation)
    examples = make_examples(
        [*training, *augment(training, config.augmentation, seed=config.seed)],
        tokenizer=encoder.tokenizer,
        special=SpecialTokens(begin=encoder.begin, end=encoder.end, pad=encoder.pad),
        window_size=config.windows.size,
        window_overlap=config.windows.overlap,
    )
    _fit(config, model=model, examples=examples, pad=encoder.pad, validator=validator, callbacks=callbacks)
    return finish(config, model=model, encoder=encoder, n_train=len(training), validation=validation, begun=begun)


def finish(
    config: RunConfig,
    *,
    model: JointModel,
    encoder: LoadedEncoder,
    n_train: int,
    validation: Sequence[AnnotatedArticle],
    begun: float,
) -> RunResult:
    """Export a trained model, tune its thresholds on what was exported, score it, and write the checkpoint.

    The folder is made beside its place and moved there whole, so that no half of one is ever found.

    Args:
        config: Of the run.
        model: Trained.
        encoder: Whose tokenizer it uses.
        n_train: Articles trained on, for the model card.
        validation: Articles to tune and score on.
        begun: ``time.monotonic()`` at the start of the run.
    """
    folder = config.folder
    with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
        made = Path(scratch) / folder.name
        made.mkdir()
        if config.export.keep_weights:
            model.save_pretrained(made)
        export_graphs(model, made, embedding_bits=config.export.embedding_bits)
        validator = _Validator(config, backend=OnnxBackend(made), encoder=encoder, validation=validation)
        encoded = validator.encode()
        settings = replace(
            validator.settings,
            thresholds=tune_thresholds(encoded, backend=validator.backend, settings=validator.settings),
        )
        metrics = validator.score(encoded, settings, n_bootstrap=1000)
        write_settings(made, settings, tokenizer=encoder.tokenizer)
        write_metrics(made, metrics_to_record({"validation": metrics})["validation"])
        (made / "run.yaml").write_text(config.as_yaml(), encoding="utf-8")
        card = model_card(config, metrics=metrics, n_train=n_train, n_validation=len(validation))
        (made / "README.md").write_text(card, encoding="utf-8")
        if folder.exists():
            shutil.rmtree(folder)
        made.rename(folder)
    return RunResult(
        folder=folder,
        metrics=metrics,
        n_train=n_train,
        n_validation=len(validation),
        seconds=time.monotonic() - begun,
    )


def _check_output(folder: Path) -> None:
    """Refuse to train towards a place that cannot be written or that holds something else than a checkpoint."""
    is_other = not folder.is_dir() or (any(folder.iterdir()) and not (folder / SETTINGS_FILE).is_file())
    if folder.exists() and is_other:
        raise ConfigError(f"output: {folder} is there and is no checkpoint; move it away or name another place")
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent):
            pass
    except OSError as error:
        raise ConfigError(f"output: {folder} cannot be written ({error.strerror}); name another place") from None


def _check_window(config: RunConfig, *, model: JointModel, encoder: LoadedEncoder) -> None:
    """Refuse windows that are longer than the encoder has positions for."""
    ids = torch.full((1, config.windows.size + 2), encoder.end)
    try:
        with torch.no_grad():
            model.eval().encode(ids, torch.ones_like(ids))
    except (IndexError, RuntimeError):
        raise ConfigError(
            f"windows.size: {config.windows.size} tokens are more than encoder {config.encoder.name} can read; "
            "choose fewer"
        ) from None


def build_model(config: RunConfig, encoder: LoadedEncoder) -> JointModel:
    """The joint model around a loaded encoder, its heads drawn anew."""
    joint = JointConfig(
        encoder=encoder.model.config.to_dict(),
        pointer_width=config.heads.pointer_width,
        hidden_width=config.heads.hidden_width,
        dropout=config.heads.dropout,
        label_smoothing=config.heads.label_smoothing,
        token_dropout=config.heads.token_dropout,
        mask_token=encoder.mask,
    )
    model = JointModel(joint, encoder=encoder.model)
    if config.encoder.freeze_embeddings:
        model.encoder.get_input_embeddings().weight.requires_grad_(requires_grad=False)
    return model


def _load_splits(config: RunConfig) -> tuple[list[AnnotatedArticle], list[AnnotatedArticle]]:
    splits: dict[str, list[AnnotatedArticle]] = {"train": [], "validation": []}
    if config.data.corpus is not None:
        folder = None if config.data.corpus == "authored" else Path(config.data.corpus)
        for entry in load_corpus(folder, languages=config.data.languages):
            splits[entry.split].append((entry.article, entry.gold))
    for split in splits:
        for path in getattr(config.data, split):
            for record in read_gold(path):
                if isinstance(record, RecordError):
                    raise ConfigError(f"data.{split}: {record}")
                splits[split].append(record)
        if not splits[split]:
            raise ConfigError(f"data: there is no article to use for {split}; add gold files or a corpus")
    return splits["train"], splits["validation"]


class _Validator:
    """Extracts from the validation articles with a network as it stands."""

    def __init__(
        self, config: RunConfig, *, backend: Backend, encoder: LoadedEncoder, validation: Sequence[AnnotatedArticle]
    ) -> None:
        self.backend = backend
        self._tokenizer = encoder.tokenizer
        self._validation = validation
        self.settings = Settings(
            name=f"{config.name}@{config.version}",
            begin=encoder.begin,
            end=encoder.end,
            window_size=config.windows.size,
            window_overlap=config.windows.overlap,
            thresholds=Thresholds(),
        )

    def encode(self) -> list[tuple[Encoded, Prediction]]:
        """The encoded validation articles, each with its gold."""
        return [
            (encode_article(article, backend=self.backend, tokenizer=self._tokenizer, settings=self.settings), gold)
            for article, gold in self._validation
        ]

    def score(
        self, encoded: Sequence[tuple[Encoded, Prediction]], settings: Settings, *, n_bootstrap: int = 0
    ) -> dict[str, Metric]:
        """All metrics with the given settings."""
        pairs = [(gold, decide(article, backend=self.backend, settings=settings)) for article, gold in encoded]
        return score(pairs, n_bootstrap=n_bootstrap)

    def watched(self) -> dict[str, float]:
        """The figures to watch while training, NaN where nothing can be counted yet."""
        metrics = self.score(self.encode(), self.settings)
        return {name: metrics[name].value for name in _WATCHED}


def _fit(
    config: RunConfig,
    *,
    model: JointModel,
    examples: list[Example],
    pad: int,
    validator: _Validator,
    callbacks: Sequence[TrainerCallback],
) -> None:
    """Run the Trainer; the model ends with the weights of the best epoch, or with the mean of the last ones."""
    schedule, optimizer = config.schedule, config.optimizer
    average = WeightAverage(n_epochs=schedule.epochs, n_last=schedule.average_last)
    takes_best = schedule.average_last == 0
    # Progress bars and reports are the caller's business: the library is silent.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    with TemporaryDirectory(prefix="reportedly-") as folder:
        arguments = TrainingArguments(
            output_dir=folder,
            num_train_epochs=schedule.epochs,
            per_device_train_batch_size=schedule.batch_size,
            weight_decay=optimizer.weight_decay,
            warmup_steps=optimizer.warmup_ratio,
            lr_scheduler_type="linear",
            max_grad_norm=optimizer.max_gradient_norm,
            bf16=schedule.precision == "bfloat16",
            use_cpu=not torch.accelerator.is_available(),
            eval_strategy="epoch",
            eval_delay=schedule.first_evaluation,
            save_strategy="best" if takes_best else "no",
            save_total_limit=1,
            save_only_model=True,
            load_best_model_at_end=takes_best,
            metric_for_best_model=f"eval_{SELECTED_BY}",
            greater_is_better=True,
            logging_strategy="epoch",
            disable_tqdm=True,
            report_to="none",
            remove_unused_columns=False,
            dataloader_pin_memory=False,
            seed=config.seed,
            data_seed=config.seed,
        )
        trainer = JointTrainer(
            model=model,
            args=arguments,
            train_dataset=examples,
            eval_dataset=examples[:1],
            data_collator=lambda batch: collate(batch, pad=pad),
            callbacks=[average, *callbacks],
            score_validation=validator.watched,
            encoder_learning_rate=optimizer.encoder_learning_rate,
            head_learning_rate=optimizer.head_learning_rate,
        )
        from transformers.trainer_callback import PrinterCallback

        trainer.remove_callback(PrinterCallback)
        trainer.train()
    average.apply(model)
    model.eval()
