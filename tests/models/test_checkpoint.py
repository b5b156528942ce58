import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from reportedly.data.errors import CheckpointError
from reportedly.data.taxonomy import MEASURES
from reportedly.models.catalogue import available_models, find_checkpoint
from reportedly.models.checkpoint import describe_checkpoint, read_checkpoint, write_settings
from reportedly.models.extractor import Extractor, load
from reportedly.models.roles import LAYERS, POINTERS

_FILES = ("encoder.onnx", "linker.onnx", "tokenizer.json", "reportedly.json")
Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def folder(checkpoint_folder: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return shutil.copytree(checkpoint_folder, tmp_path / "spoilt", ignore=shutil.ignore_patterns("*.safetensors"))


def _message(folder: Path, read: Callable[[Path], object] = Extractor) -> str:
    with pytest.raises(CheckpointError) as caught:
        read(folder)
    message = str(caught.value)
    assert "\n" not in message
    assert str(folder) in message
    return message


def _change(folder: Path, change: Change) -> None:
    path = folder / "reportedly.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    change(content)
    path.write_text(json.dumps(content), encoding="utf-8")


def test_settings_come_back_as_they_were_written(checkpoint_folder: Path, tmp_path: Path) -> None:
    first = read_checkpoint(checkpoint_folder)
    for name in ("encoder.onnx", "linker.onnx"):
        (tmp_path / name).touch()
    write_settings(tmp_path, first.settings, tokenizer=first.tokenizer)
    again = read_checkpoint(tmp_path)
    assert again.settings == first.settings
    assert set(again.settings.thresholds.layers) == set(LAYERS)
    assert set(again.settings.thresholds.links) == set(POINTERS)
    text = "قال ناشطون: 25 jets 🚑"
    assert again.tokenizer.encode(text).ids == first.tokenizer.encode(text).ids


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert "there is no checkpoint folder" in _message(tmp_path / "nowhere", read_checkpoint)


def test_a_file_in_place_of_the_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "model").write_text("x", encoding="utf-8")
    _message(tmp_path / "model")


@pytest.mark.parametrize("name", _FILES)
def test_an_incomplete_folder_names_the_missing_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    message = _message(folder)
    assert f"{name} missing" in message
    assert message.endswith("train or copy it again")


@pytest.mark.parametrize("name", _FILES)
@pytest.mark.parametrize("content", [b"", b"\xff\xfe damaged \n twice"])
def test_a_damaged_file_is_named(folder: Path, name: str, content: bytes) -> None:
    (folder / name).write_bytes(content)
    message = _message(folder)
    assert name in message
    assert "again" in message


@pytest.mark.parametrize("name", ["encoder.onnx", "linker.onnx"])
def test_a_graph_cut_short_is_named(folder: Path, name: str) -> None:
    whole = (folder / name).read_bytes()
    (folder / name).write_bytes(whole[: len(whole) // 2])
    assert name in _message(folder)


@pytest.mark.parametrize("found", [None, 0, 2, "1"])
def test_a_checkpoint_of_another_format_is_named(folder: Path, found: object) -> None:
    _change(folder, lambda content: content.update(format=found))
    assert f"format {found!r}, this version reads format 1; train it again" in _message(folder)


def test_a_checkpoint_of_another_taxonomy_is_named(folder: Path) -> None:
    _change(folder, lambda content: content["taxonomy"].update(measure=list(reversed(MEASURES))))
    assert "made for other labels than this version's; train it again" in _message(folder)


@pytest.mark.parametrize(
    ("change", "trouble"),
    [
        (lambda content: content.pop("name"), "name"),
        (lambda content: content.pop("thresholds"), "thresholds"),
        (lambda content: content["thresholds"]["layers"].pop("quantity"), "quantity"),
        (lambda content: content["thresholds"]["links"].update(item="half"), "half"),
        (lambda content: content["thresholds"].update(tags=[0.5]), "items"),
        (lambda content: content["thresholds"].update(same_as=None), "NoneType"),
        (lambda content: content["special_tokens"].pop("begin"), "begin"),
        (lambda content: content["windows"].update(size="large"), "windows.*wrong"),
        (lambda content: content["windows"].update(size=16, overlap=16), "windows"),
        (lambda content: content.update(windows=None), "NoneType"),
    ],
)
def test_wrong_settings_are_an_error_at_once(folder: Path, change: Change, trouble: str) -> None:
    _change(folder, change)
    message = _message(folder)
    assert "reportedly.json" in message
    assert "is missing or wrong; train or copy it again" in message


def test_a_description_holds_name_size_and_metrics(checkpoint_folder: Path) -> None:
    about = describe_checkpoint(checkpoint_folder)
    assert about["name"] == "tiny@1"
    assert about["metrics"]["full_claim_f1"]["value"] == 1.0
    assert about["bytes"] == sum(path.stat().st_size for path in checkpoint_folder.iterdir())


def test_a_description_does_without_metrics(folder: Path) -> None:
    (folder / "metrics.json").unlink()
    assert describe_checkpoint(folder)["metrics"] == {}


@pytest.mark.parametrize("content", ["{", "[1]"])
def test_damaged_metrics_are_named(folder: Path, content: str) -> None:
    (folder / "metrics.json").write_text(content, encoding="utf-8")
    assert "metrics.json: damaged" in _message(folder, describe_checkpoint)


def test_models_are_found_by_folder_and_by_their_name_under_checkpoints(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder, tmp_path / "checkpoints" / "mine")
    (tmp_path / "checkpoints" / "no-checkpoint").mkdir()
    assert find_checkpoint("mine") == Path("checkpoints/mine")
    assert find_checkpoint(folder) == folder
    assert available_models()["mine"] == Path("checkpoints/mine")
    assert "no-checkpoint" not in available_models()
    assert load("mine").name == "tiny@1"


def test_an_unknown_model_lists_those_there_are(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(folder, tmp_path / "checkpoints" / "mine")
    with pytest.raises(CheckpointError, match=r"there is no model 'yours': .*mine$"):
        find_checkpoint("yours")


def test_where_there_is_no_model_at_all_the_message_says_how_to_make_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("reportedly.models.catalogue._SHIPPED", tmp_path)
    assert available_models() == {}
    with pytest.raises(CheckpointError, match="'reportedly train' makes one"):
        find_checkpoint("starter")
