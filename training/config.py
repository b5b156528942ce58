"""One file is one run: the config of a training, checked before anything is loaded."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ..data.errors import ConfigError
from ..data.yaml_files import first_problem, read_yaml_mapping

_CORPUS = "authored"


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DataConfig(_Section):
    """What is trained on.

    Attributes:
        corpus: ``authored`` (the corpus of the project), a folder in its markup, or null.
        languages: Languages of the corpus to take; null takes all.
        train, validation: Further gold JSONL files, relative to the working directory.
    """

    corpus: str | None = _CORPUS
    languages: tuple[str, ...] | None = None
    train: tuple[Path, ...] = ()
    validation: tuple[Path, ...] = ()

    @model_validator(mode="after")
    def _has_both_splits(self) -> "DataConfig":
        if self.corpus is None and not (self.train and self.validation):
            raise ValueError("without a corpus, name gold files under both train and validation")
        return self


class EncoderConfig(_Section):
    """Which encoder is fine-tuned.

    Attributes:
        name: ``bundled:multilingual-e5-small``, a Hugging Face name, or a folder.
        n_layers: Keep only the first so many layers; null keeps all.
        vocabulary: Trim the bundled vocabulary to so many commonest words a language; null keeps all pieces.
        freeze_embeddings: Leave the word embeddings as they are.
    """

    name: str = "bundled:multilingual-e5-small"
    n_layers: int | None = Field(default=None, ge=1)
    vocabulary: dict[str, int] | None = None
    freeze_embeddings: bool = True

    @model_validator(mode="after")
    def _trims_only_what_is_bundled(self) -> "EncoderConfig":
        if self.vocabulary is not None and not self.name.startswith("bundled:"):
            raise ValueError(f"vocabulary trims only a bundled encoder, not {self.name!r}; set vocabulary to null")
        return self


class HeadsConfig(_Section):
    """Sizes and regularisation of the heads; see ``JointConfig``."""

    pointer_width: int = Field(default=64, ge=8)
    hidden_width: int = Field(default=256, ge=8)
    dropout: float = Field(default=0.1, ge=0, lt=1)
    label_smoothing: float = Field(default=0.0, ge=0, lt=1)
    token_dropout: float = Field(default=0.0, ge=0, lt=1)


class WindowsConfig(_Section):
    """Windows over long articles, in tokens."""

    size: int = Field(default=448, ge=16)
    overlap: int = Field(default=128, ge=0)

    @model_validator(mode="after")
    def _overlap_is_smaller(self) -> "WindowsConfig":
        if 2 * self.overlap >= self.size:
            raise ValueError(f"overlap {self.overlap} must be less than half of size {self.size}")
        return self


class OptimizerConfig(_Section):
    """AdamW with a linear schedule; the encoder and the heads have learning rates of their own."""

    encoder_learning_rate: float = Field(default=2e-4, gt=0)
    head_learning_rate: float = Field(default=2e-3, gt=0)
    weight_decay: float = Field(default=0.01, ge=0)
    warmup_ratio: float = Field(default=0.1, ge=0, lt=1)
    max_gradient_norm: float = Field(default=1.0, gt=0)


class ScheduleConfig(_Section):
    """How long and how.

    Attributes:
        epochs: Passes over the training windows.
        batch_size: Windows a step.
        first_evaluation: The epoch from which the validation set is scored after every epoch.
        average_last: So many last epochs give the mean of their weights; 0 takes the epoch that scored best.
        precision: Of the encoder while training.
        n_threads: CPU threads; null lets torch choose.
    """

    epochs: int = Field(default=30, ge=1)
    batch_size: int = Field(default=8, ge=1)
    first_evaluation: int = Field(default=1, ge=1)
    average_last: int = Field(default=0, ge=0)
    precision: Literal["float32", "bfloat16"] = "bfloat16"
    n_threads: int | None = Field(default=None, ge=1)

    @model_validator(mode="after")
    def _evaluates_at_least_once(self) -> "ScheduleConfig":
        if self.first_evaluation > self.epochs:
            raise ValueError(f"first_evaluation {self.first_evaluation} comes after the last of {self.epochs} epochs")
        if self.average_last > self.epochs:
            raise ValueError(f"average_last {self.average_last} is more than the {self.epochs} epochs there are")
        return self


class AugmentationConfig(_Section):
    """Changed copies of the training texts, labels kept true; see ``augmentation.py``.

    Attributes:
        copies: Changed copies of every training text beside the text itself; 0 trains on the texts alone.
        numbers: Other figures for plain digits, values computed anew.
        modifiers: Other words of the same class that bound a number.
        sources: Other sources of the same type.
        locations: Other places.
        clutter: Site menus before and after the text.
        censoring: Arabic words broken by stretched letters.
        punctuation: Lost commas, apostrophes and line breaks.
        casing: Headlines in capitals, texts in small letters.
    """

    copies: int = Field(default=0, ge=0)
    numbers: bool = True
    modifiers: bool = True
    sources: bool = True
    locations: bool = True
    clutter: bool = True
    censoring: bool = True
    punctuation: bool = True
    casing: bool = True


class ExportConfig(_Section):
    """The ONNX graphs.

    Attributes:
        embedding_bits: Bits a weight of the word embeddings, in blocks of 32; 4 is lossless for the frozen
            embeddings of the bundled encoder, which are 4-bit already.
        keep_weights: Whether the checkpoint keeps the float32 weights, which further training needs.
    """

    embedding_bits: Literal[4, 8] = 8
    keep_weights: bool = True


class RunConfig(_Section):
    """A whole training run.

    Attributes:
        name, version: Together the model's name in every prediction.
        description: One line for the model card.
        output: Checkpoint folder; null means ``checkpoints/NAME``.
        seed: Of everything random.
    """

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9._-]*$")
    version: str = "1"
    description: str = ""
    output: Path | None = None
    seed: int = Field(default=13, ge=0)
    data: DataConfig = DataConfig()
    augmentation: AugmentationConfig = AugmentationConfig()
    encoder: EncoderConfig = EncoderConfig()
    heads: HeadsConfig = HeadsConfig()
    windows: WindowsConfig = WindowsConfig()
    optimizer: OptimizerConfig = OptimizerConfig()
    schedule: ScheduleConfig = ScheduleConfig()
    export: ExportConfig = ExportConfig()

    @property
    def folder(self) -> Path:
        """Where the checkpoint goes."""
        return self.output if self.output is not None else Path("checkpoints") / self.name

    def as_yaml(self) -> str:
        """The resolved config, every default written out."""
        return yaml.safe_dump(self.model_dump(mode="json"), sort_keys=False, allow_unicode=True)


def load_config(path: Path, overrides: Sequence[str] = ()) -> RunConfig:
    """Read and check a run config.

    Args:
        path: A YAML file.
        overrides: ``key=value`` pairs, keys dotted (``schedule.epochs=3``), values in YAML.

    Raises:
        ConfigError: Naming the key and the mend, for a missing file, broken YAML, an unknown key, a wrong or
            contradictory value, or a data file that is not there.
    """
    content = read_yaml_mapping(path, what="run config", example="configs/starter.yaml")
    for override in overrides:
        _apply(content, override)
    try:
        config = RunConfig.model_validate(content)
    except ValidationError as error:
        raise ConfigError(f"{path}: {first_problem(error, model=RunConfig, what='config')}") from None
    for key in ("train", "validation"):
        for file in getattr(config.data, key):
            if not file.is_file():
                raise ConfigError(f"{path}: data.{key}: there is no file {file}")
    if config.data.corpus not in (None, _CORPUS) and not Path(str(config.data.corpus)).is_dir():
        raise ConfigError(f"{path}: data.corpus: there is no folder {config.data.corpus!r}; or write {_CORPUS}")
    return config


def _apply(content: dict[str, Any], override: str) -> None:
    key, equals, value = override.partition("=")
    if not equals:
        raise ConfigError(f"override {override!r} must look like key=value, such as schedule.epochs=3")
    *parents, last = key.split(".")
    section = content
    for parent in parents:
        section = section.setdefault(parent, {})
        if not isinstance(section, dict):
            raise ConfigError(f"override {override!r}: {parent!r} is a value, not a section")
    try:
        section[last] = yaml.safe_load(value)
    except yaml.YAMLError as error:
        raise ConfigError(f"override {override!r}: {' '.join(str(error).split())}; put it in quotes") from None
