"""A checkpoint folder: everything that reading an article takes, in one place.

::

    encoder.onnx, linker.onnx   the network, int8
    tokenizer.json              of the tokenizers library
    reportedly.json             name, format, special tokens, windows, taxonomy, thresholds
    run.yaml                    the resolved config that trained it
    metrics.json                on the validation articles
    README.md                   the model card
    config.json, model.safetensors   of transformers, for further training; not in the shipped starter

Reading one needs neither torch nor transformers.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tokenizers import Tokenizer

from ..data.errors import CheckpointError
from ..data.taxonomy import LABEL_SETS
from .decoding import Thresholds
from .extraction import Settings
from .roles import LAYERS, POINTERS

FORMAT = 1
ENCODER_FILE = "encoder.onnx"
LINKER_FILE = "linker.onnx"
SETTINGS_FILE = "reportedly.json"
_TOKENIZER_FILE = "tokenizer.json"
_METRICS_FILE = "metrics.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """What a checkpoint folder says beside its graphs."""

    folder: Path
    tokenizer: Tokenizer
    settings: Settings


def write_settings(folder: Path, settings: Settings, *, tokenizer: Tokenizer) -> None:
    """Write the tokenizer, and name, windows, taxonomy and thresholds."""
    tokenizer.save(str(folder / _TOKENIZER_FILE), pretty=False)
    thresholds = settings.thresholds
    content = {
        "format": FORMAT,
        "name": settings.name,
        "special_tokens": {"begin": settings.begin, "end": settings.end},
        "windows": {"size": settings.window_size, "overlap": settings.window_overlap},
        "taxonomy": _taxonomy(),
        "thresholds": {
            "layers": dict(thresholds.layers),
            "links": dict(thresholds.links),
            "same_as": thresholds.same_as,
            "tags": dict(thresholds.tags),
        },
    }
    write_json(folder / SETTINGS_FILE, content)


def write_json(path: Path, content: Any) -> None:
    """Write readable JSON."""
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_metrics(folder: Path, metrics: dict[str, dict[str, float | int | None]]) -> None:
    """Write the validation metrics; None stands where there was nothing to count."""
    write_json(folder / _METRICS_FILE, metrics)


def _taxonomy() -> dict[str, list[str]]:
    labels = {name: list(entries) for name, entries in LABEL_SETS.items()}
    return labels | {"layer": list(LAYERS), "pointer": list(POINTERS)}


def read_checkpoint(folder: Path) -> Checkpoint:
    """Read a checkpoint folder, its graphs excepted.

    Raises:
        CheckpointError: Naming the folder or file and the mend, where something is missing, damaged, of another
            format or of another taxonomy.
    """
    if not folder.is_dir():
        raise CheckpointError(f"there is no checkpoint folder {folder}; see 'reportedly models' for what there is")
    missing = [
        name for name in (SETTINGS_FILE, _TOKENIZER_FILE, ENCODER_FILE, LINKER_FILE) if not (folder / name).is_file()
    ]
    if missing:
        raise CheckpointError(
            f"{folder} is no complete checkpoint: {', '.join(missing)} missing; train or copy it again"
        )
    content = _read_settings_file(folder / SETTINGS_FILE)
    try:
        tokenizer = Tokenizer.from_file(str(folder / _TOKENIZER_FILE))
    except Exception as error:  # tokenizers raises bare Exception for a broken file
        raise CheckpointError(f"{folder / _TOKENIZER_FILE}: damaged ({error}); train or copy it again") from None
    try:
        settings = _settings(content)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise CheckpointError(
            f"{folder / SETTINGS_FILE}: {error} is missing or wrong; train or copy it again"
        ) from None
    return Checkpoint(folder=folder, tokenizer=tokenizer, settings=settings)


def _settings(content: dict[str, Any]) -> Settings:
    windows, thresholds = content["windows"], content["thresholds"]
    if not 0 <= windows["overlap"] < windows["size"]:
        raise ValueError(f"windows {windows}")
    return Settings(
        name=str(content["name"]),
        begin=int(content["special_tokens"]["begin"]),
        end=int(content["special_tokens"]["end"]),
        window_size=int(windows["size"]),
        window_overlap=int(windows["overlap"]),
        thresholds=Thresholds(
            layers={name: float(thresholds["layers"][name]) for name in LAYERS},
            links={name: float(thresholds["links"][name]) for name in POINTERS},
            same_as=float(thresholds["same_as"]),
            tags={label: float(value) for label, value in thresholds["tags"].items()},
        ),
    )


def _read_settings_file(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path}: damaged ({error}); train or copy the checkpoint again") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        found = content.get("format") if isinstance(content, dict) else None
        raise CheckpointError(f"{path}: format {found!r}, this version reads format {FORMAT}; train it again")
    if content.get("taxonomy") != _taxonomy():
        raise CheckpointError(f"{path}: made for other labels than this version's; train it again")
    return content


def describe_checkpoint(folder: Path) -> dict[str, Any]:
    """Name, size in bytes and validation metrics of a checkpoint, for a listing.

    Raises:
        CheckpointError: Where a file is damaged.
    """
    content = _read_settings_file(folder / SETTINGS_FILE)
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    return {
        "name": content.get("name", "?"),
        "folder": str(folder),
        "bytes": size,
        "metrics": _read_metrics(folder / _METRICS_FILE),
    }


def _read_metrics(path: Path) -> dict[str, Any]:
    """The metrics, none where there is no file."""
    try:
        metrics = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        raise CheckpointError(f"{path}: damaged ({error}); train or copy the checkpoint again") from None
    if not isinstance(metrics, dict):
        raise CheckpointError(f"{path}: damaged (no JSON object); train or copy the checkpoint again")
    return metrics
